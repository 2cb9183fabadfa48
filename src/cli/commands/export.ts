// `afterword export`: runs on one chart, as SVG or as the CSV of exactly what is drawn. Pixels are the window's to export.
import { extname, resolve } from 'node:path'
import { chartCsv } from '../../charts/chart-csv'
import { rowCurves } from '../../charts/curves'
import type { ChartSpec } from '../../charts/line-chart'
import { renderSvg } from '../../charts/render-svg'
import { buildRunChart } from '../../charts/run-chart'
import { chartSizes, chartStyle } from '../../charts/style'
import { replaceFile } from '../../run-folder/replace-file'
import { nearestName } from '../../shared/config/words'
import { AfterwordError } from '../../shared/errors'
import type { RunSummary } from '../../shared/workbench-api'
import type { Arguments } from '../arguments'
import { withWorkbench } from '../context'
import { counted, printJson } from '../output'
import { pointParts } from '../point'

/** Draws runs on one chart and writes it to a file. */
export async function exportChart(args: Arguments): Promise<number> {
  const { chart, to } = args.flags
  if (chart === undefined) throw wrong('--chart NAME is missing: which metric to draw')
  if (to === undefined) throw wrong('--to FILE is missing: where to write the chart')
  const format = formatOf(to)
  const { runs, metric } = await withWorkbench(args, 'reader', async (workbench) => {
    const summaries = await Promise.all(args.positionals.map((id) => workbench.findRun(id)))
    const metric = metricOf(chart, summaries)
    const isOnlyStudy = new Set(summaries.map(({ record }) => record.study)).size === 1
    const runs = await Promise.all(
      summaries.map(async ({ record }) => {
        const runId = record.id
        const config = await workbench.readConfig({ runId })
        const { rows } = await workbench.readMetrics({ runId, offset: 0 })
        return { id: runId, label: labelOf(record, isOnlyStudy), config, curves: rowCurves(rows) }
      }),
    )
    return { runs, metric }
  })
  const spec = buildRunChart({ runs, metric, xAxis: 'step', groupSeeds: true })
  await replaceFile(resolve(to), format === 'csv' ? chartCsv(spec) : slideSvg(spec))
  if (args.flags.json) printJson({ file: resolve(to), chart: metric, runs: runs.map(({ id }) => id) })
  else process.stderr.write(`${metric} of ${counted(runs.length, 'run')}: ${resolve(to)}\n`)
  return 0
}

/** A chart the size of a slide, on white. */
function slideSvg(spec: ChartSpec): string {
  const style = chartStyle({ theme: 'print', background: '#ffffff', ...chartSizes.slide })
  return renderSvg(spec, { ...chartSizes.slide, style })
}

function formatOf(path: string): 'svg' | 'csv' {
  const extension = extname(path).toLowerCase()
  if (extension === '.svg' || extension === '.csv') return extension === '.svg' ? 'svg' : 'csv'
  throw wrong(`--to ${path}: the command line writes .svg and .csv; the window also exports .png`)
}

/** A metric by its whole name, or by its last part where that is enough. */
function metricOf(name: string, runs: readonly RunSummary[]): string {
  const names = [...new Set(runs.flatMap(({ last }) => Object.keys(last)))]
    .filter((n) => !n.startsWith('theory/'))
    .sort()
  if (names.includes(name)) return name
  const matches = names.filter((candidate) => candidate.endsWith(`/${name}`))
  const [match] = matches
  if (match !== undefined && matches.length === 1) return match
  if (matches.length > 1) throw wrong(`--chart ${name}: may be ${matches.join(' or ')}`)
  const near = nearestName(name, name.includes('/') ? names : names.map(lastPart))
  const known = names.length === 0 ? 'nothing has been logged yet' : `there are ${names.join(', ')}`
  throw wrong(
    `--chart ${name}: no such metric in ${runs.length === 1 ? 'this run' : 'these runs'}${near === undefined ? '' : `; did you mean ${near}?`} (${known})`,
  )
}

/** The point without its seed, and the study where that is needed to tell runs apart. */
function labelOf({ study, point }: RunSummary['record'], isOnlyStudy: boolean): string {
  const axes = Object.fromEntries(Object.entries(point).filter(([path]) => path !== 'seed'))
  const parts = pointParts(axes)
  return (isOnlyStudy && parts.length > 0 ? parts : [study, ...parts]).join(', ')
}

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

function wrong(message: string): AfterwordError {
  return new AfterwordError('invalid-input', message)
}
