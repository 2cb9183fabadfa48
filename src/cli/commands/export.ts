// `afterword export`: runs on one chart, or a saved chart, written by the same code as the window's export dialog.
import { extname, resolve } from 'node:path'
import type { z } from 'zod'
import { rowCurves } from '../../charts/curves'
import { exportSource } from '../../charts/export/export-source'
import { buildRunChart } from '../../charts/run-chart'
import { replaceFile } from '../../run-folder/replace-file'
import {
  exportChoiceSchema,
  exportFormats,
  exportPalettes,
  exportSizes,
  exportThemes,
  firstExportChoice as first,
  type ExportChoice,
} from '../../shared/chart-export'
import { nearestName } from '../../shared/config/words'
import { AfterwordError } from '../../shared/errors'
import type { RunSummary } from '../../shared/workbench-api'
import { chartBytes } from '../../workbench/chart-files/chart-bytes'
import type { Arguments } from '../arguments'
import { withWorkbench } from '../context'
import { metricNamed } from '../metric-name'
import { counted, printJson } from '../output'
import { pointParts } from '../point'
import { exportSavedChart } from './export-chart'

/** Draws runs on one chart, or without runs a saved chart, and writes it to a file. */
export async function exportChart(args: Arguments): Promise<number> {
  const { chart, to } = args.flags
  if (chart === undefined)
    throw wrong('--chart NAME is missing: which metric to draw, or without runs which saved chart')
  if (to === undefined) throw wrong('--to FILE is missing: where to write the chart')
  const choice = choiceOf(to, args.flags)
  if (args.positionals.length === 0) {
    const { name, files, runs } = await withWorkbench(args, 'reader', (workbench) =>
      exportSavedChart(workbench, chart, resolve(to), choice),
    )
    if (args.flags.json) printJson({ files, chart: name, runs })
    else process.stderr.write(`${name}, ${counted(runs.length, 'run')}: ${files.join(', ')}\n`)
    return 0
  }
  const { runs, metric } = await withWorkbench(args, 'reader', async (workbench) => {
    const summaries = await Promise.all(args.positionals.map((id) => workbench.findRun(id)))
    const logged = summaries.flatMap(({ last }) => Object.keys(last))
    const metric = metricNamed(chart, logged, counted(summaries.length, 'run'))
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
  await replaceFile(resolve(to), await chartBytes(exportSource(spec, choice)))
  if (args.flags.json) printJson({ file: resolve(to), chart: metric, runs: runs.map(({ id }) => id) })
  else process.stderr.write(`${metric} of ${counted(runs.length, 'run')}: ${resolve(to)}\n`)
  return 0
}

/** The choices of a command line; the format follows from the file's name. */
function choiceOf(
  to: string,
  { size, text, palette, theme, scale, transparent, picture }: Arguments['flags'],
): ExportChoice {
  return {
    format: oneOf('to', extname(to).slice(1).toLowerCase(), exportFormats, to),
    size: oneOf('size', size ?? first.size, exportSizes),
    palette: oneOf('palette', palette ?? first.palette, exportPalettes),
    theme: oneOf('theme', theme ?? first.theme, exportThemes),
    transparent,
    scale: numberOf(
      'scale',
      scale ?? String(first.scale),
      exportChoiceSchema.shape.scale,
      'a whole number from 1 to 4',
    ),
    slide: picture ? 'picture' : 'chart',
    ...(text === undefined
      ? {}
      : { text: numberOf('text', text, exportChoiceSchema.shape.text, 'a number of points from 4 to 60') }),
  }
}

function oneOf<Name extends string>(
  flag: string,
  given: string,
  names: readonly Name[],
  shown = given,
): Name {
  const name = names.find((each) => each === given)
  if (name !== undefined) return name
  if (flag === 'to') throw wrong(`--to ${shown}: must end in ${names.map((each) => `.${each}`).join(', ')}`)
  const near = nearestName(given, names)
  throw wrong(
    `--${flag} ${shown}: must be one of ${names.join(', ')}${near === undefined ? '' : `; did you mean ${near}?`}`,
  )
}

function numberOf(flag: string, given: string, schema: z.ZodType<number | undefined>, rule: string): number {
  const parsed = schema.safeParse(given.trim() === '' ? NaN : Number(given))
  if (!parsed.success || parsed.data === undefined) throw wrong(`--${flag} ${given}: must be ${rule}`)
  return parsed.data
}

/** The point without its seed, and the study where that is needed to tell runs apart. */
function labelOf({ study, point }: RunSummary['record'], isOnlyStudy: boolean): string {
  const axes = Object.fromEntries(Object.entries(point).filter(([path]) => path !== 'seed'))
  const parts = pointParts(axes)
  return (isOnlyStudy && parts.length > 0 ? parts : [study, ...parts]).join(', ')
}

function wrong(message: string): AfterwordError {
  return new AfterwordError('invalid-input', message)
}
