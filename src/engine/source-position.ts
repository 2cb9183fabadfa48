// Which line of whose function an error belongs to: read from a stack, the first frame outside tfjs and outside the engine.
import { relative } from 'node:path'

const framePattern =
  /^\s+at (?:(?<caller>.+?) \()?(?:file:\/\/)?(?<file>[^()]+?):(?<line>\d+):(?<column>\d+)\)?$/

/** Folders whose frames are never the user's. */
const inner = /[\\/]node_modules[\\/]@tensorflow[\\/]|[\\/]src[\\/]engine[\\/]|^node:|^native /

/** Name of the function that calls the user's: frames below it called the engine. */
const boundary = /\brunFunction\b/

/** `lossOf (src/lab/updates.ts:41:12)`, with the file relative to the working folder; undefined where no frame fits. */
export function userPosition(stack: string | undefined): string | undefined {
  for (const text of stack?.split('\n') ?? []) {
    const { caller, file, line, column } = framePattern.exec(text)?.groups ?? {}
    if (caller !== undefined && boundary.test(caller)) return undefined
    if (file === undefined || inner.test(file)) continue
    const path = relative(process.cwd(), file)
    const place = `${path.startsWith('..') ? file : path}:${line}:${column}`
    return caller === undefined ? place : `${caller.replace(/^Object\./, '')} (${place})`
  }
  return undefined
}
