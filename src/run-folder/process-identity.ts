// Tells a living process from a later one with the same pid: by the start time the system gives. A process on another
// host cannot be looked at from here and counts as alive.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import type { ProcessIdentity } from '../shared/run/record'

/** Identity of a living process on this host; undefined where there is none (a zombie is none). */
export function identityOf(pid: number): ProcessIdentity | undefined {
  const start = process.platform === 'linux' ? startFromProc(pid) : startFromPs(pid)
  return start === undefined ? undefined : { pid, start, host: hostname() }
}

/** Whether the very process is alive. */
export function isAlive(identity: ProcessIdentity): boolean {
  if (identity.host !== hostname()) return true
  return identityOf(identity.pid)?.start === identity.start
}

/** State (field 3) and start in clock ticks after boot (field 22) of /proc/<pid>/stat; the name before them may hold spaces. */
function startFromProc(pid: number): string | undefined {
  let text: string
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8')
  } catch {
    return undefined
  }
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const state = fields[0]
  return state === 'Z' || state === 'X' ? undefined : fields[19]
}

function startFromPs(pid: number): string | undefined {
  try {
    const text = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim()
    const [state = '', ...start] = text.split(/\s+/)
    return state === '' || state.startsWith('Z') ? undefined : start.join(' ')
  } catch {
    return undefined
  }
}
