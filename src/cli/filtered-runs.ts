// The runs of a workspace as filters see them, and a filter read for them: of `afterword list` and of saved charts.
import { AfterwordError } from '../shared/errors'
import { readFilter, type RunFilter } from '../shared/run-filter/evaluate'
import { fieldCatalog, type RunField } from '../shared/run-filter/fields'
import { configValues, filterRun, type FilterRun } from '../shared/run-filter/run-values'
import type { Workbench } from '../workbench/workbench'

/** All runs, oldest first, and the filter. Throws invalid-input for one that cannot be read; `where` says what it stands in. */
export async function filteredRuns(
  workbench: Workbench,
  text: string,
  where: string,
): Promise<{ runs: FilterRun[]; filter: Extract<RunFilter, { ok: true }> }> {
  const summaries = await workbench.listRuns()
  const catalog = fieldCatalog(summaries.flatMap((run) => Object.keys(run.last)))
  const filter = readFilter(text, { catalog, now: Date.now() })
  if (!filter.ok) {
    const { start, message } = filter.problem
    throw new AfterwordError(
      'invalid-input',
      `${where}, character ${start + 1}: ${message}\n  ${text}\n  ${' '.repeat(start)}^`,
    )
  }
  if (filter.tree.kind === 'all') return { runs: summaries.map((summary) => filterRun(summary)), filter }
  const runIds = summaries.map(({ record }) => record.id)
  const table = await workbench.readConfigs({ runIds })
  for (const problem of table.problems) process.stderr.write(`${problem}\n`)
  const values = table.configs.map(configValues)
  const atSteps = new Map<string, Record<string, number>>()
  for (const field of filter.stepFields) atSteps.set(field.name, await stepValues(workbench, runIds, field))
  const runs = summaries.map((run) => {
    const { id } = run.record
    const entry = table.runs[id]
    const config = entry && values[entry.config]
    return filterRun(run, config && { values: config, seed: entry.seed }, (field) => atSteps.get(field)?.[id])
  })
  return { runs, filter }
}

async function stepValues(
  workbench: Workbench,
  runIds: readonly string[],
  { metric }: RunField,
): Promise<Record<string, number>> {
  if (metric?.value.of !== 'at') return {}
  return workbench.readStepValues({ runIds, metric: metric.name, ...metric.value.at })
}
