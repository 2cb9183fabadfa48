// A point of the grid in words: the arm's name, the last part of each path and its value.
import { ARM_KEY } from '../shared/config/sweep'

/** `GRPO` (an arm), `longFraction 0.2`: one entry an axis. */
export function pointParts(point: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(point).map(([path, value]) => {
    const text = typeof value === 'string' ? value : JSON.stringify(value)
    return path === ARM_KEY ? text : `${path.slice(path.lastIndexOf('.') + 1)} ${text}`
  })
}
