// What the comparison's table says of given measurements, the operations it counts, and that a worker which dies is told.
import { expect, test } from 'vitest'
import { toMarkdown } from '../../../bench/compare/report.mjs'
import { rows } from '../../../bench/compare/rows.mjs'
import { startWorker } from '../../../bench/compare/worker.mjs'

const contestants = [
  { name: 'graph', title: 'Ours graph', isOurs: true, kinds: [] },
  { name: 'xla', title: 'Ours xla', isOurs: true, kinds: [] },
  { name: 'torch', title: 'Torch', isOurs: false, kinds: [] },
  { name: 'jax', title: 'Jax', isOurs: false, kinds: [] },
]
const machine = { date: '2026-01-01', minutes: 1, device: 'CPU', threads: 2, versions: { node: '20' } }

const rowOf = (id: string) => {
  const row = rows.find((one) => one.id === id)
  if (!row) throw new Error(`no row ${id}`)
  return row
}

/** The cells of the line of a contestant in a table with one row, each trimmed. */
function lineOf(title: string, row: object, seconds: Record<string, number>, othersShare = 0): string[] {
  const results = contestants.map(({ name }) => {
    const best = seconds[name]
    if (best === undefined) return { name, seconds: [], error: 'it ended' }
    return { name, seconds: [best], best, median: 2 * best, compileSeconds: 3, peakBytes: 2 ** 30 }
  })
  const text = toMarkdown({
    measured: [{ row, results, othersShare }] as never,
    contestants,
    machine,
    command: 'bench',
    skipped: {},
  })
  const line = text.split('\n').find((one) => one.includes(`| ${title} |`)) ?? ''
  return line.split('|').map((cell) => cell.trim())
}

test('the faster of our engines is judged by its best time against the fastest peer', () => {
  const seconds = { graph: 0.02, xla: 0.01, torch: 0.0121, jax: 0.05 }
  expect(lineOf('Ours xla', rowOf('train-2x64'), seconds).slice(3)).toEqual([
    '10.00',
    '20.00',
    '1.21',
    '',
    '3.0',
    '1024',
    'met: 1.2x the best peer (1.21x)',
    '',
  ])
  expect(lineOf('Ours graph', rowOf('train-2x64'), seconds).at(-2)).toBe('')
  const slower = { ...seconds, torch: 0.0119 }
  expect(lineOf('Ours xla', rowOf('train-2x64'), slower).at(-2)).toBe(
    '**missed**: 1.2x the best peer (1.19x)',
  )
})

test('a goal is not judged where others kept the machine busy', () => {
  const seconds = { xla: 0.01, torch: 0.05 }
  expect(lineOf('Ours xla', rowOf('train-2x64'), seconds, 0.09).at(-2)).toMatch(/^met: /)
  expect(lineOf('Ours xla', rowOf('train-2x64'), seconds, 0.11).at(-2)).toMatch(/^not judged: /)
})

test('a goal against a peer that did not run is not judged, and the peer says why it is missing', () => {
  const seconds = { xla: 0.01, torch: 0.001 }
  expect(lineOf('Ours xla', rowOf('grpo-2x64'), seconds).at(-2)).toBe('')
  expect(lineOf('Jax', rowOf('grpo-2x64'), seconds).slice(3)).toContain('it ended')
})

test('operations are those of the matrix products: by hand for one size', () => {
  // 2 layers of 64: 12 * 64^2 weights each; 32 sequences of 32 tokens; attention over 32 keys; a head of 16.
  const aToken = 2 * 2 * 12 * 64 ** 2 + 4 * 2 * 64 * 32 + 2 * 64 * 16
  expect(rowOf('train-2x64').flops).toBe(3 * 32 * 32 * aToken)
  expect(rowOf('rollout-2x64-256').flops).toBeCloseTo(4 * rowOf('rollout-2x64-64').flops)
})

test('a worker that ends is told to whoever waits for its answer', async () => {
  const worker = startWorker({
    command: process.execPath,
    args: ['-e', 'process.stdin.once("data", () => { console.error("out of luck"); process.exit(3) })'],
    env: process.env,
    cwd: '.',
  })
  await expect(worker.ask({ command: 'prepare' })).rejects.toThrow('its process ended (code 3)')
  expect(worker.tail()).toContain('out of luck')
  await expect(worker.ask({ command: 'burst' })).rejects.toThrow('its process ended')
})
