// How busy others kept the machine while something was measured: a comparison counts only where that is little, because
// PyTorch's threads wait for each other at barriers and suffer most. Linux only; elsewhere nothing is known.
import { readFileSync } from 'node:fs'
import { cpus } from 'node:os'

/** The kernel's clock ticks a second, as /proc gives times. */
const ticks = 100

/**
 * Starts watching; the returned function gives the share of all CPUs' time that went to processes other than this one
 * and `pids`, hypervisor's steal included; undefined where the system does not say.
 * @param {readonly number[]} pids
 * @returns {() => number | undefined}
 */
export function watchOthers(pids) {
  const before = sample(pids)
  return () => {
    const after = sample(pids)
    if (!before || !after) return undefined
    const wall = after.wall - before.wall
    const others = after.busy - before.busy - (after.own - before.own)
    return Math.max(0, others / (wall * cpus().length))
  }
}

function sample(pids) {
  try {
    const [, user, nice, system, , , irq, softirq, steal] = readFileSync('/proc/stat', 'utf8')
      .split('\n')[0]
      .split(/\s+/)
      .map(Number)
    const own = [process.pid, ...pids].reduce((sum, pid) => sum + processSeconds(pid), 0)
    return {
      wall: performance.now() / 1000,
      busy: (user + nice + system + irq + softirq + steal) / ticks,
      own,
    }
  } catch {
    return undefined
  }
}

/** CPU seconds of a process so far. */
function processSeconds(pid) {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // The name in parentheses may hold spaces; user and system time are the 12th and 13th fields behind it.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / ticks
}
