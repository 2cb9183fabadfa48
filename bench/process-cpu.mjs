// Processor time of a process: what it computed, however busy the machine is with other things.
import { existsSync, readFileSync } from 'node:fs'

/**
 * Milliseconds of processor time so far, to the hundredth of a second; NaN where there is no /proc (only Linux has it).
 * @param {number | undefined} pid
 */
export function processCpuMs(pid) {
  const file = `/proc/${pid}/stat`
  if (!existsSync(file)) return NaN
  const fields = readFileSync(file, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')
  return 10 * (Number(fields[11]) + Number(fields[12]))
}
