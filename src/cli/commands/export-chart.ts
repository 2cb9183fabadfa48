// `afterword export --chart NAME` without runs: a chart that was saved in the window, of the runs its filter finds now, drawn and
// written by the same code. A chart of several metrics becomes a file each.
import { extname } from 'node:path'
import { exportSource } from '../../charts/export/export-source'
import { replaceFile } from '../../run-folder/replace-file'
import type { ExportChoice } from '../../shared/chart-export'
import { nearestName } from '../../shared/config/words'
import { AfterwordError } from '../../shared/errors'
import { selectRuns } from '../../shared/run-filter/select-runs'
import type { Comparison } from '../../shared/comparison'
import { chartBytes } from '../../workbench/chart-files/chart-bytes'
import type { Workbench } from '../../workbench/workbench'
import { filteredRuns } from '../filtered-runs'

/** What was written, of how many runs. */
export interface ExportedChart {
  name: string
  files: string[]
  runs: string[]
}

/** Writes a saved chart to a file, or to a file a metric beside it. Throws not-found for a name that no chart has. */
export async function exportSavedChart(
  workbench: Workbench,
  name: string,
  to: string,
  choice: ExportChoice,
): Promise<ExportedChart> {
  const comparison = await savedComparison(workbench, name)
  const runs = await runsOf(workbench, comparison)
  if (runs.length === 0)
    throw new AfterwordError('not-found', `chart ${name}: none of the runs it is of is in this workspace`)
  const { charts, problems } = await workbench.drawComparison({ comparison, runIds: runs, isComplete: true })
  for (const problem of problems) process.stderr.write(`${problem}\n`)
  const files: string[] = []
  for (const [index, chart] of charts.entries()) {
    const metric = comparison.metrics[index] ?? ''
    const file = charts.length === 1 ? to : besideOf(to, metric)
    await replaceFile(file, await chartBytes(exportSource(chart, choice)))
    files.push(file)
  }
  return { name: comparison.name || name, files, runs }
}

/** `accuracy.pdf` of eval/median_length: `accuracy-median_length.pdf`. */
function besideOf(to: string, metric: string): string {
  const extension = extname(to)
  const word = metric.replace(/^[^/]*\//, '').replaceAll(/[^\w@.-]+/g, '-')
  return `${to.slice(0, to.length - extension.length)}-${word}${extension}`
}

async function savedComparison(workbench: Workbench, name: string): Promise<Comparison> {
  const charts = await workbench.listCharts()
  const isMeant = (text: string | undefined) => text?.toLowerCase() === name.toLowerCase()
  const found = charts.find(({ id, comparison }) => isMeant(id) || isMeant(comparison?.name))
  if (found?.comparison) return found.comparison
  if (found) throw new AfterwordError('invalid-input', found.problem ?? `chart ${found.id} cannot be read`)
  const names = charts.map(({ id, comparison }) => comparison?.name || id)
  const near = nearestName(name, names)
  const known = names.length === 0 ? 'no chart is saved in this workspace' : `there are ${names.join(', ')}`
  throw new AfterwordError(
    'not-found',
    `--chart ${name}: no saved chart has this name${near === undefined ? '' : `; did you mean ${near}?`} (${known}; for a metric name runs too)`,
  )
}

async function runsOf(workbench: Workbench, { runs }: Comparison): Promise<string[]> {
  if ('ids' in runs) {
    const known = new Set((await workbench.listRuns()).map(({ record }) => record.id))
    return runs.ids.filter((id) => known.has(id))
  }
  const { runs: all, filter } = await filteredRuns(workbench, runs.filter, "the chart's filter")
  return selectRuns(all, filter)
    .map(({ summary }) => summary.record)
    .filter(({ state }) => state !== 'queued')
    .map(({ id }) => id)
}
