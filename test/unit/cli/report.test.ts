// The page of reproductions: what a study's section says, and that it leaves other sections alone.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { StudyResult } from '../../../src/cli/reproduce/judge-study'
import { writeReport } from '../../../src/cli/reproduce/report'
import { parseStudy } from '../../../src/shared/config/parse'
import type { RunRecord } from '../../../src/shared/run/record'
import { describeBand, judge } from '../../../src/statistics/statements'
import { tempFolder } from '../../helpers/temp-folder'

const written = {
  name: 'parity/tiny',
  about: { claim: 'Long answers win.', lookFor: 'The rise at the end.', source: 'A paper, section 3' },
  task: { kind: 'parity', bits: 20 },
  stages: [{ kind: 'pretrain', steps: 10 }],
  sweep: { seed: [0, 1] },
  statements: [
    { claim: 'Accuracy ends high.', metric: 'eval/accuracy', stage: 0, atLeast: 0.7 },
    { claim: 'Lengths | stay < 2.', metric: 'eval/mean_length', stage: 0, atMost: 2 },
    {
      claim: 'It reaches .95.',
      ...{ metric: 'eval/accuracy', stage: 0, take: 'first', reaches: 0.95, unit: 'sequences', atLeast: 900 },
    },
    { claim: 'No KL.', metric: 'eval/accuracy', stage: 0, where: { seed: 7 }, over: 'interval', contains: 0 },
  ],
  charts: [
    { metric: 'eval/accuracy', over: 'sequences' },
    { metric: 'rl/kl', over: 'step' },
    { metric: 'eval/mean_length', over: 'step' },
  ],
}

/** Seed 1 is a little better, and its answers are longer than allowed. */
function resultOf(study: object = written, seeds: readonly number[] = [0, 1]): StudyResult {
  const parsed = parseStudy(study)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  const runs = parsed.value.runs
    .filter(({ config }) => seeds.includes(config.seed))
    .map(({ config, point }) => {
      const rows = [5, 10].map((step) => ({
        ...{ stage: 0, step, time: step, sequences: step * 100, tokens: 0 },
        values: {
          'eval/accuracy': 0.4 + step / 25 + config.seed / 100,
          'eval/mean_length': 1 + 2 * config.seed,
        },
      }))
      const record: RunRecord = {
        ...{
          version: 1,
          id: `run-${config.seed}`,
          study: 'parity/tiny',
          point: {},
          created: '',
          state: 'finished',
        },
        ...{ engineRequest: 'auto', engine: 'graph', device: 'CPU (one)', threads: 2 },
      }
      return { record, folder: '', point, config, state: 'finished', rows }
    })
  const findings = parsed.value.study.statements.map((statement) => ({
    ...judge(statement, runs),
    band: describeBand(statement),
  }))
  return { name: 'parity/tiny', study: parsed.value, runs, findings, seconds: 83 }
}

async function reportOf(result: StudyResult, before?: string, isQuick = false) {
  const folder = tempFolder()
  const path = join(folder, 'page.md')
  if (before !== undefined) writeFileSync(path, before)
  await writeReport(path, result, isQuick)
  return { folder, text: readFileSync(path, 'utf8') }
}

test('a section has the claim, every statement with figures, band and verdict, the sums, and how it was run', async () => {
  const { text } = await reportOf(resultOf())
  const lines = text.split('\n').filter((line) => line !== '')
  expect(lines[0]).toBe('# Reproductions')
  const section = lines.slice(lines.indexOf('## parity/tiny'))
  expect(section.slice(0, 10)).toEqual([
    '## parity/tiny',
    'Long answers win.',
    'The rise at the end.',
    'Source: A paper, section 3.',
    '| statement | measured | band | |',
    '| --- | --- | --- | --- |',
    '| Accuracy ends high. | 0.8, 0.81 | at least 0.7 | holds |',
    '| Lengths \\| stay &lt; 2. | 1, 3 | at most 2 | does not hold |',
    '| It reaches .95. | &gt; 1000, &gt; 1000 | at least 900 | holds |',
    '| No KL. | no such runs | interval contains 0 | open |',
  ])
  expect(section[10]).toMatch(
    /^2 of 4 statements hold, 1 does not, 1 open\. 2 runs, seeds 0, 1, 1 min 23 s in all on graph, CPU \(one\), 2 threads; .+, \d+ cores\.$/,
  )
})

test('its charts are SVG files in a folder of the page, those without a line left out', async () => {
  const { folder, text } = await reportOf(resultOf())
  expect(text.match(/!\[.*/g)).toEqual([
    '![parity/tiny, chart 1](page/parity-tiny-1.svg)',
    '![parity/tiny, chart 2](page/parity-tiny-3.svg)',
  ])
  expect(readFileSync(join(folder, 'page', 'parity-tiny-1.svg'), 'utf8')).toMatch(
    /^<svg[\s\S]*Sampled accuracy/,
  )
  expect(existsSync(join(folder, 'page', 'parity-tiny-2.svg'))).toBe(false)
})

test('a single quick run is one run of one seed; a study without statements has no table', async () => {
  const { text } = await reportOf(resultOf({ ...written, statements: [], charts: [] }, [0]), undefined, true)
  expect(text).toContain('0 of 0 statements hold. 1 run (quick form), seed 0, 1 min 23 s in all')
  expect(text).not.toContain('| statement |')
})

test('a section takes the place of its earlier one, sections of other studies stay, in order of their names', async () => {
  const before = [
    '# Reproductions\n\nOld introduction.\n',
    '## zebra/last\n\nKept as it is.\n\n| a | b |\n',
    '## parity/tiny\n\nStale.\n',
    '## compose/first\n\nKept too.\n',
  ].join('\n')
  const { text } = await reportOf(resultOf(), before)
  expect(text.match(/^## .*/gm)).toEqual(['## compose/first', '## parity/tiny', '## zebra/last'])
  expect(text).toContain('## compose/first\n\nKept too.\n')
  expect(text).toContain('## zebra/last\n\nKept as it is.\n\n| a | b |\n')
  for (const stale of ['Stale', 'Old introduction']) expect(text).not.toContain(stale)
  // Written again it is the same page.
  const again = await reportOf(resultOf(), text)
  expect(again.text).toBe(text)
})
