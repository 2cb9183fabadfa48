// One row: every contestant prepared in a process of its own, then short bursts in turn, round after round, so that what
// else happens on the machine hits all alike.
import { commandOf } from './contestants.mjs'
import { startWorker } from './worker.mjs'

/**
 * @typedef {object} Result of one contestant in one row
 * @property {string} name
 * @property {number[]} seconds of all timed calls
 * @property {number} [best] seconds
 * @property {number} [median] seconds
 * @property {number} [compileSeconds]
 * @property {number} [peakBytes]
 * @property {object} [prepared] everything its worker said of itself
 * @property {string} [error] why it dropped out
 */

/** Calls of a burst at most; what more would say the next round says. */
const mostCalls = 100

/**
 * @param {import('./rows.mjs').Row} row
 * @param {readonly import('./contestants.mjs').Contestant[]} entered
 * @param {{ rounds: number, burstSeconds: number, where: object, log: (text: string) => void }} options
 * @returns {Promise<Result[]>}
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
        const { compileSeconds, callSeconds } = prepared
        Object.assign(entry.result, { prepared, compileSeconds })
        entry.count = Math.max(1, Math.min(mostCalls, Math.ceil(burstSeconds / callSeconds)))
      })
    }
    for (let round = 0; round < rounds; round++) {
      // Each round begins with another one: nobody always comes after the same neighbour's cold caches.
      for (let turn = 0; turn < running.length; turn++) {
        const entry = running[(turn + round) % running.length]
        if (entry.result.error !== undefined) continue
        log(`${row.id}: round ${round + 1} of ${rounds}, ${entry.contestant.title}`)
        await attempt(entry, async () => {
          const warmUp = entry.count > 1 ? 1 : 0
          const { seconds } = await entry.worker.ask({ command: 'burst', count: entry.count + warmUp })
          entry.result.seconds.push(...seconds.slice(warmUp))
        })
      }
    }
    for (const { worker, result } of running) {
      if (result.error === undefined)
        Object.assign(result, { peakBytes: worker.peakBytes(), ...summary(result) })
    }
  } finally {
    for (const { worker } of running) worker.stop()
  }
  return results
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
