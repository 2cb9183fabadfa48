// `afterword list`: the runs of a workspace, oldest first, those that a filter lets pass.
import { AfterwordError } from '../../shared/errors'
import { readFilter } from '../../shared/run-filter/evaluate'
import { fieldCatalog, type RunField } from '../../shared/run-filter/fields'
import { configValues, filterRun } from '../../shared/run-filter/run-values'
import type { RunSummary } from '../../shared/workbench-api'
import type { Workbench } from '../../workbench/workbench'
import type { Arguments } from '../arguments'
import { withWorkbench } from '../context'
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
  const runs = await withWorkbench(args, 'reader', (workbench) => filtered(workbench, filter))
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

async function filtered(workbench: Workbench, text: string): Promise<RunSummary[]> {
  const runs = await workbench.listRuns()
  const catalog = fieldCatalog(runs.flatMap((run) => Object.keys(run.last)))
  const filter = readFilter(text, { catalog, now: Date.now() })
  if (!filter.ok) {
    const { start, message } = filter.problem
    throw new AfterwordError(
      'invalid-input',
      `FILTER, character ${start + 1}: ${message}\n  ${text}\n  ${' '.repeat(start)}^`,
    )
  }
  if (filter.tree.kind === 'all') return runs
  const runIds = runs.map(({ record }) => record.id)
  const table = await workbench.readConfigs({ runIds })
  for (const problem of table.problems) process.stderr.write(`${problem}\n`)
  const values = table.configs.map(configValues)
  const atSteps = new Map<string, Record<string, number>>()
  for (const field of filter.stepFields) atSteps.set(field.name, await stepValues(workbench, runIds, field))
  return runs.filter((run) => {
    const { id } = run.record
    const entry = table.runs[id]
    const config = entry && values[entry.config]
    return filter.matches(
      filterRun(run, config && { values: config, seed: entry.seed }, (field) => atSteps.get(field)?.[id]),
    )
  })
}

async function stepValues(
  workbench: Workbench,
  runIds: readonly string[],
  { metric }: RunField,
): Promise<Record<string, number>> {
  if (metric?.value.of !== 'at') return {}
  return workbench.readStepValues({ runIds, metric: metric.name, ...metric.value.at })
}

function row({ record, last }: RunSummary): string[] {
  const values = columns.map(([name]) => {
    const value = last[name]
    return value === undefined ? '' : shortNumber(value)
  })
  return [record.id, record.study, record.state, record.created.slice(0, 16).replace('T', ' '), ...values]
}
