// The page of reproductions: a section a study, with what it claims, its statements with their figures, its charts and how it
// was run. Sections of other studies stay as they are. Charts are SVG files in a folder of the page's name beside it.
import { mkdir, readFile } from 'node:fs/promises'
import { availableParallelism, cpus } from 'node:os'
import { basename, dirname, extname, join } from 'node:path'
import { renderSvg } from '../../charts/render-svg'
import { buildStudyChart } from '../../charts/study-chart'
import { chartStyle } from '../../charts/style'
import { replaceFile } from '../../run-folder/replace-file'
import { counted, shortDuration } from '../output'
import { pointParts } from '../point'
import { countVerdicts, figuresText } from './finding-text'
import type { StudyResult } from './judge-study'

const SIZE = { width: 900, height: 360 }
const TITLE = '# Reproductions'
const INTRO = `${TITLE}

What the built-in studies claim, and what came of it here. Written by \`npm run reproduce\`, which trains the studies, judges every
statement and draws the charts; do not edit it. A statement's figures are those of its runs, in the order of their seeds; a mean
over seeds has its 95% t interval. Open: the runs do not settle it, for example too few seeds for an interval. ">" marks a
level that was not reached by the end of the run.
`

/** Writes or replaces the section of a study in a Markdown file, and its charts. */
export async function writeReport(path: string, result: StudyResult, isQuick: boolean): Promise<void> {
  const folder = basename(path, extname(path))
  const charts = await drawCharts(join(dirname(path), folder), result)
  const section = sectionOf(
    result,
    isQuick,
    charts.map((name) => `${folder}/${name}`),
  )
  const sections = new Map(splitSections(await readFile(path, 'utf8').catch(() => '')))
  sections.set(result.name, section)
  const sorted = [...sections].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, text]) => text)
  await replaceFile(path, `${[INTRO, ...sorted].join('\n').trimEnd()}\n`)
}

/** Sections by the name of their study. */
function splitSections(text: string): [string, string][] {
  return text
    .split(/^(?=## )/m)
    .filter((part) => part.startsWith('## '))
    .map((part) => [part.slice('## '.length, part.indexOf('\n')).trim(), `${part.trimEnd()}\n`])
}

async function drawCharts(folder: string, { name, study, runs }: StudyResult): Promise<string[]> {
  await mkdir(folder, { recursive: true })
  const finished = runs.filter(({ state }) => state === 'finished')
  const names: string[] = []
  for (const [index, chart] of study.study.charts.entries()) {
    const spec = buildStudyChart(chart, finished, (point) => pointParts(point).join(', '))
    if (!spec.panels.some((panel) => panel.series.some(({ points }) => points.length > 0))) continue
    const file = `${name.replaceAll('/', '-')}-${index + 1}.svg`
    const style = chartStyle({ theme: 'print', background: '#ffffff', ...SIZE })
    await replaceFile(join(folder, file), renderSvg(spec, { ...SIZE, style }))
    names.push(file)
  }
  return names
}

function sectionOf(result: StudyResult, isQuick: boolean, charts: readonly string[]): string {
  const { name, study, findings } = result
  const { claim = '', lookFor = '', source = '' } = study.study.about ?? {}
  const { pass, fail, 'cannot-tell': open } = countVerdicts(findings)
  const rows = findings.map(
    ({ claim: text, figures, band, verdict }) =>
      `| ${[text, figuresText(figures), band, words[verdict]].map(cell).join(' | ')} |`,
  )
  const table =
    rows.length === 0
      ? []
      : [['| statement | measured | band | |', '| --- | --- | --- | --- |', ...rows].join('\n')]
  return [
    `## ${name}`,
    claim,
    lookFor,
    source === '' ? '' : `Source: ${source}.`,
    ...table,
    `${pass} of ${findings.length} statements hold${fail > 0 ? `, ${fail} ${fail === 1 ? 'does' : 'do'} not` : ''}${open > 0 ? `, ${open} open` : ''}. ${runText(result, isQuick)}`,
    ...charts.map((path, index) => `![${name}, chart ${index + 1}](${path})`),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
    .concat('\n')
}

const words = { pass: 'holds', fail: 'does not hold', 'cannot-tell': 'open' } as const

const cell = (text: string): string =>
  text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** `9 runs (quick form), seeds 0, 1, 2, 12 min 3 s on graph, cpu, 2 threads; Intel Xeon, 2 cores.` No names of hosts. */
function runText({ runs, seconds }: StudyResult, isQuick: boolean): string {
  const seeds = [...new Set(runs.map(({ config }) => config.seed))].sort((a, b) => a - b)
  const unique = (values: readonly (string | undefined)[]) =>
    [...new Set(values)].filter(Boolean).join(' and ')
  const how = [
    unique(runs.map(({ record }) => record.engine)),
    unique(runs.map(({ record }) => record.device)),
    `${unique(runs.map(({ record }) => record.threads?.toString()))} threads`,
  ]
  const model = cpus()[0]?.model.trim() ?? 'unknown processor'
  return `${counted(runs.length, 'run')}${isQuick ? ' (quick form)' : ''}, seed${seeds.length === 1 ? '' : 's'} ${seeds.join(', ')}, ${shortDuration(seconds)} in all on ${how.join(', ')}; ${model}, ${availableParallelism()} cores.`
}
