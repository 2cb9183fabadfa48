// Measures the samples page in the real window on a step of many completions (20-bit parity, 40 % long): reading and parsing the
// step, the way to the window, from a change of the step to painted rows, and the longest task while the list is scrolled.
// Usage: AFTERWORD_ELECTRON=PATH node bench/samples.mjs [--samples N] [--times N]   (prints one line of JSON; build first; needs a
// screen or xvfb-run)
import { appendFileSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { makeHistory } from './history-workspace.mjs'
import { openWindow } from './open-window.mjs'
import { longestScrollTask } from './scroll.mjs'

const { values: options } = parseArgs({
  options: { samples: { type: 'string', default: '10000' }, times: { type: 'string', default: '10' } },
})
const root = mkdtempSync(join(tmpdir(), 'afterword-bench-samples-'))
const workspace = join(root, 'workspace')
makeHistory(workspace, 1)
const [id = ''] = readdirSync(join(workspace, 'runs'))
const bytes = [writeStep(1, 16), writeStep(2, Number(options.samples))][1]

const { app, page } = await openWindow({ root, workspace })
const session = await page.context().newCDPSession(page)
await session.send('Performance.setTimeDomain', { timeDomain: 'threadTicks' })
await session.send('Performance.enable')
const requestMs = []
const showMs = []
const showCpuMs = []
for (let time = 0; time < Number(options.times); time++) {
  await page.evaluate(showStep, { id, step: 1, first: '16 completions' })
  requestMs.push(await page.evaluate(measureRequest, id))
  const before = await cpuMs()
  showMs.push(
    await page.evaluate(showStep, {
      id,
      step: 2,
      first: `${Number(options.samples).toLocaleString('en-US')} completions`,
    }),
  )
  showCpuMs.push((await cpuMs()) - before)
}
const scrollTaskMs = await page.evaluate(longestScrollTask, '[role=grid]')
await app.close()
rmSync(root, { recursive: true, force: true })
process.stdout.write(
  `${JSON.stringify({
    samples: Number(options.samples),
    megabytes: Number((bytes / 1e6).toFixed(1)),
    machine: `${cpus()[0]?.model}, ${cpus().length} cores, load ${loadavg()[0]?.toFixed(1)}`,
    requestMs: bestAndMedian(requestMs),
    showMs: bestAndMedian(showMs),
    showCpuMs: bestAndMedian(showCpuMs),
    longestScrollTaskMs: Math.round(scrollTaskMs),
  })}\n`,
)

/**
 * Appends a step of completions, groups of 16, and its line in the index; returns its bytes.
 * @param {number} step
 * @param {number} count
 */
function writeStep(step, count) {
  const path = join(workspace, 'runs', id, 'samples.jsonl')
  const offset = statSync(path, { throwIfNoEntry: false })?.size ?? 0
  const lines = Array.from({ length: count }, (_, index) => JSON.stringify(sampleOf(step, index)))
  appendFileSync(path, `${lines.join('\n')}\n`)
  const entry = { stage: 1, step, offset, greedy: false }
  appendFileSync(join(workspace, 'runs', id, 'samples.index.jsonl'), `${JSON.stringify(entry)}\n`)
  return statSync(path).size - offset
}

/**
 * @param {number} step
 * @param {number} index
 */
function sampleOf(step, index) {
  const group = Math.floor(index / 16)
  const length = index % 5 < 2 ? 20 : 1
  const bits = Array.from({ length: 20 }, (_, bit) => (Math.imul(group + 1, 2654435761 + bit) >>> 16) & 1)
  const tokens = [...bits.slice(0, length), 3]
  // As a rollout logs them: float32 numbers written out, the others rounded.
  const logprobs = tokens.map((_, at) => Math.fround(-0.01 - ((index * 31 + at * 17) % 97) / 60))
  const rounded = tokens.map((_, at) => Number((((index * 13 + at * 7) % 89) / 120).toPrecision(4)))
  return {
    ...{ stage: 1, step, prompt_id: `1-${step}-${group}`, prompt: `${bits.join('')}<sep>` },
    ...{
      completion: `${bits.slice(0, length).join('')}<end>`,
      tokens,
      logprobs,
      entropies: rounded,
      kls: rounded,
    },
    ...{ reward: index % 3 === 0 ? 1 : 0, advantage: (index % 7) / 3 - 1, length, greedy: false },
  }
}

/** Milliseconds of one request for the large step: reading, parsing and the way to the page. */
async function measureRequest(runId) {
  const began = performance.now()
  await window.afterword.request('readSamples', { runId, stage: 1, step: 2 })
  return performance.now() - began
}

/** Milliseconds from a change of the address until the step's rows are painted. */
async function showStep({ id: runId, step, first }) {
  const began = performance.now()
  window.location.hash = `#/run/${runId}/samples/1-${step}`
  const isShown = () => document.querySelector('[data-testid=sample-summary]')?.textContent.startsWith(first)
  while (!isShown()) await new Promise((done) => setTimeout(done))
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)))
  return performance.now() - began
}

/** Milliseconds that the page's thread has spent in tasks so far. */
async function cpuMs() {
  const { metrics } = await session.send('Performance.getMetrics')
  return 1000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? NaN)
}

/** @param {readonly number[]} values */
function bestAndMedian(values) {
  const sorted = [...values].sort((a, b) => a - b)
  return { best: Math.round(sorted[0]), median: Math.round(sorted[Math.floor(sorted.length / 2)]) }
}
