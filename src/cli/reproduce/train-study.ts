// Trains a study as far as a workspace does not hold its runs already: finished runs of equal config are taken as they are,
// others go on where they stopped, the rest is new.
import { isDeepStrictEqual } from 'node:util'
import type { ParsedStudy } from '../../shared/config/parse'
import type { RunConfig } from '../../shared/config/schema'
import { isResumableState } from '../../shared/run/record'
import type { RunSummary } from '../../shared/workbench-api'
import type { Workbench } from '../../workbench/workbench'
import { trainRuns, type Interruption } from '../train-runs'

/** The runs of a study in the order of its points, trained; runs that failed are among them. */
export async function trainStudy(
  workbench: Workbench,
  study: ParsedStudy,
  options: { dataFolder: string; interruption: Interruption; sideBySide: number },
): Promise<RunSummary[]> {
  const { dataFolder, interruption, sideBySide } = options
  const earlier = await findRuns(workbench, study)
  const missing = study.runs.filter((_, index) => earlier[index] === undefined)
  const created =
    missing.length === 0
      ? []
      : await workbench.queueRuns({
          study: { ...study, runs: missing },
          engine: 'auto',
          device: 'auto',
          dataFolder,
        })
  const queue = [...created]
  const runs = earlier.map((run) => run ?? (queue.shift() as RunSummary))
  const resumed = runs.filter(({ record }) => isResumableState(record.state))
  for (const { record } of resumed) await workbench.resume({ runId: record.id })
  const open = new Set([...created, ...resumed].map(({ record }) => record.id))
  const toTrain = runs.filter(({ record }) => open.has(record.id) || record.state === 'queued')
  if (toTrain.length > 0) await trainRuns(workbench, toTrain, { json: false, interruption, sideBySide })
  return Promise.all(runs.map(({ record }) => workbench.findRun(record.id)))
}

/** For every point of the study the run that has its config: a finished one, else the newest. */
async function findRuns(workbench: Workbench, study: ParsedStudy): Promise<(RunSummary | undefined)[]> {
  const ofStudy = (await workbench.listRuns()).filter(
    ({ record, annotations }) => record.study === study.study.name && !annotations.trashed,
  )
  const known = await Promise.all(
    ofStudy.map(async (run) => ({ run, config: await workbench.readConfig({ runId: run.record.id }) })),
  )
  return study.runs.map(({ config }) => {
    const equal = known.filter((one) => isDeepStrictEqual(one.config, asStored(config)))
    return (equal.find(({ run }) => run.record.state === 'finished') ?? equal.at(-1))?.run
  })
}

/** As JSON keeps it. */
const asStored = (config: RunConfig): unknown => JSON.parse(JSON.stringify(config))
