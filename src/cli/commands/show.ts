// `afterword show`: everything that is known of one run: state, machine, config, last and best values, checkpoints, lineage.
import { stringify } from 'yaml'
import { listCheckpoints } from '../../run-folder/checkpoints'
import type { RunConfig } from '../../shared/config/schema'
import type { RunSummary } from '../../shared/workbench-api'
import type { Arguments } from '../arguments'
import { withWorkbench } from '../context'
import { jsonValues, printJson, shortDuration, shortNumber, textTable } from '../output'

/** Shows a run found by its id or the beginning of it. */
export async function showRun(args: Arguments): Promise<number> {
  const shown = await withWorkbench(args, 'reader', async (workbench) => {
    const summary = await workbench.findRun(args.positionals[0] ?? '')
    const config = await workbench.readConfig({ runId: summary.record.id })
    const checkpoints = (await listCheckpoints(summary.folder)).map(({ name }) => name)
    return { summary, config, checkpoints }
  })
  if (args.flags.json) printJson(document(shown))
  else process.stdout.write(text(shown))
  return 0
}

interface Shown {
  summary: RunSummary
  config: RunConfig
  checkpoints: string[]
}

/** Where a run's first weights came from. */
function lineage({ summary, config }: Shown): Record<string, unknown> {
  const { forkedFrom } = summary.record
  return { ...(forkedFrom ? { forkedFrom } : {}), ...(config.init ? { init: config.init } : {}) }
}

function document(shown: Shown): unknown {
  const { summary, config, checkpoints } = shown
  const { record, folder, last, best, progress, annotations } = summary
  const { id, study, state, created } = record
  return {
    run: {
      id,
      study,
      state,
      created,
      folder,
      record,
      annotations,
      progress,
      last: jsonValues(last),
      best: jsonValues(best),
      checkpoints,
      lineage: lineage(shown),
      config,
    },
  }
}

function text(shown: Shown): string {
  const { summary, config, checkpoints } = shown
  const { record, folder, last, best, progress } = summary
  const { forkedFrom } = record
  const facts: [string, string | undefined][] = [
    ['run', record.id],
    ['study', record.study],
    ['state', record.state],
    ['reason', record.exitReason],
    ['folder', folder],
    ['created', record.created],
    ['started', record.started],
    ['ended', record.ended],
    ['training time', progress && shortDuration(progress.time)],
    ['at', progress && `stage ${progress.stage}, step ${progress.step}, ${progress.sequences} sequences`],
    [
      'engine',
      record.engine && [record.engine, record.device, record.engineReason].filter(Boolean).join(', '),
    ],
    ['device', record.deviceNote],
    ['parameters', record.parameters?.toString()],
    ['checkpoints', checkpoints.join(', ') || 'none'],
    ['made from', record.origin && (record.origin.run ?? record.origin.study)],
    ['forked from', forkedFrom && `${forkedFrom.run}, checkpoint ${forkedFrom.checkpoint}`],
    ['starts from', config.init && `${config.init.run}, checkpoint ${config.init.checkpoint}`],
  ]
  const rows = facts.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))
  const names = Object.keys(last).sort()
  const values = names.map((name) => {
    const bestValue = best[name]
    return [name, shortNumber(last[name] ?? NaN), bestValue === undefined ? '' : shortNumber(bestValue)]
  })
  const table = values.length === 0 ? '' : `\n${textTable([['metric', 'last', 'best'], ...values])}\n`
  return `${textTable(rows)}\n${table}\n${stringify(config)}`
}
