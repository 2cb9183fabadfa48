// `afterword list`: the runs of a workspace, oldest first, those that a filter lets pass.
import type { RunSummary } from '../../shared/workbench-api'
import type { Arguments } from '../arguments'
import { withWorkbench } from '../context'
import { filteredRuns } from '../filtered-runs'
import { jsonValues, printJson, shortNumber, textTable } from '../output'

/** Metrics shown as columns; every one is in the JSON document. */
const columns = [
  ['eval/greedy_accuracy', 'greedy'],
  ['eval/median_length', 'length'],
  ['train/loss_per_sequence', 'loss'],
] as const

/** Lists the runs that the filter (docs/command-line.md) lets pass. Throws invalid-input for one that cannot be read. */
export async function listRuns(args: Arguments): Promise<number> {
  const filter = args.positionals[0] ?? ''
  const runs = await withWorkbench(args, 'reader', async (workbench) => {
    const { runs: all, filter: read } = await filteredRuns(workbench, filter, 'FILTER')
    return all.filter(read.matches).map(({ summary }) => summary)
  })
  if (args.flags.json) {
    printJson({
      runs: runs.map(({ record: { id, study, state, created }, last }) => ({
        id,
        study,
        state,
        created,
        last: jsonValues(last),
      })),
    })
  } else if (runs.length === 0) {
    process.stderr.write(filter === '' ? 'no runs yet\n' : `no run matches ${filter}\n`)
  } else {
    const header = ['run', 'study', 'state', 'created', ...columns.map(([, title]) => title)]
    process.stdout.write(`${textTable([header, ...runs.map(row)])}\n`)
  }
  return 0
}

function row({ record, last }: RunSummary): string[] {
  const values = columns.map(([name]) => {
    const value = last[name]
    return value === undefined ? '' : shortNumber(value)
  })
  return [record.id, record.study, record.state, record.created.slice(0, 16).replace('T', ' '), ...values]
}
