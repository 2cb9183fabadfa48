// One row: every contestant prepared in a process of its own, then short bursts in turn, round after round, so that what
// else happens on the machine hits all alike.
import { commandOf } from './contestants.mjs'
import { gpuMemory } from './gpu-memory.mjs'
import { watchOthers } from './interference.mjs'
import { startWorker } from './worker.mjs'

/**
 * @typedef {object} Result of one contestant in one row
 * @property {string} name
 * @property {number[]} seconds of all timed calls
 * @property {number} [best] seconds
 * @property {number} [median] seconds
 * @property {number} [compileSeconds]
 * @property {number} [peakBytes] largest resident size
 * @property {number} [gpuBytes] of the GPU's memory, at the end
 * @property {object} [prepared] everything its worker said of itself
 * @property {string} [error] why it dropped out
 */

/** Calls of a burst at most: short calls say enough in fewer seconds. */
const mostCalls = 100

/**
 * @param {import('./rows.mjs').Row} row
 * @param {readonly import('./contestants.mjs').Contestant[]} entered
 * @param {{ rounds: number, burstSeconds: number, where: object, log: (text: string) => void }} options
 * @returns {Promise<{ results: Result[], othersShare: number | undefined }>} and the share of the CPUs that others took
 */
export async function measureRow(row, entered, { rounds, burstSeconds, where, log }) {
  const { threads, device } = where
  const running = []
  const results = entered.map(({ name }) => ({ name, seconds: [] }))
  try {
    for (const [index, contestant] of entered.entries()) {
      log(`${row.id}: ${contestant.title} prepares`)
      const worker = startWorker(commandOf(contestant, where))
      const entry = { worker, result: results[index], contestant }
      running.push(entry)
      await attempt(entry, async () => {
        const prepared = await worker.ask({ command: 'prepare', row, threads, device })
        checkValue(row, prepared.value)
        Object.assign(entry.result, { prepared, compileSeconds: prepared.compileSeconds })
      })
    }
    const living = running.filter(({ result }) => result.error === undefined)
    const othersShare = watchOthers(living.map(({ worker }) => worker.pid))
    for (let round = 0; round < rounds; round++) {
      // Each round begins with another one: nobody always comes after the same neighbour's cold caches.
      for (let turn = 0; turn < living.length; turn++) {
        const entry = living[(turn + round) % living.length]
        if (entry.result.error !== undefined) continue
        log(`${row.id}: round ${round + 1} of ${rounds}, ${entry.contestant.title}`)
        await attempt(entry, async () => {
          const { seconds } = await entry.worker.ask({ command: 'burst', seconds: burstSeconds, mostCalls })
          // The first call of a burst finds the caches full of the others' data.
          entry.result.seconds.push(...(seconds.length > 1 ? seconds.slice(1) : seconds))
        })
      }
    }
    const share = othersShare()
    const onGpu = device === 'gpu' ? await gpuMemory() : new Map()
    for (const { worker, result } of living) {
      if (result.error !== undefined) continue
      Object.assign(result, summary(result), {
        peakBytes: worker.peakBytes(),
        gpuBytes: onGpu.get(worker.pid),
      })
    }
    return { results, othersShare: share }
  } finally {
    for (const { worker } of running) worker.stop()
  }
}

/** The first call's loss or entropy, which is that of almost uniform guessing in every contestant's fresh model. */
function checkValue({ kind, vocabulary }, value) {
  const expected = kind === 'gemm' ? 0 : Math.log(vocabulary)
  if (Math.abs(value - expected) < 0.25) return
  throw new Error(`its first value is ${value}: expected about ${expected.toFixed(2)}, so it does other work`)
}

/** Runs a part; where it fails the contestant is out. */
async function attempt(entry, part) {
  try {
    await part()
  } catch (error) {
    entry.result.error = error.message.split('\n')[0]
    entry.result.output = entry.worker.tail()
    entry.worker.stop()
  }
}

function summary({ seconds }) {
  const sorted = [...seconds].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const median = sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  return { best: sorted[0], median, calls: sorted.length }
}
