// Which line of whose function an error belongs to: read from a stack, the first frame outside tfjs and outside the engine. In a
// built file the line is that of the source; nothing of this runs before there is an error.
import { existsSync, readFileSync } from 'node:fs'
import { SourceMap } from 'node:module'
import type { SourceMapPayload } from 'node:module'
import { dirname, relative, resolve } from 'node:path'

const framePattern =
  /^\s+at (?:(?<caller>.+?) \()?(?:file:\/\/)?(?<file>[^()]+?):(?<line>\d+):(?<column>\d+)\)?$/

/** Folders whose frames are never the user's. */
const inner = /[\\/]node_modules[\\/]@tensorflow[\\/]|[\\/]src[\\/]engine[\\/]|^node:|^native /

/** Name of the function that calls the user's: frames below it called the engine. */
const boundary = /\brunFunction\b/

/** Source maps of built files, by file; null for one without. */
const maps = new Map<string, SourceMap | null>()

function sourceMapOf(file: string): SourceMap | null {
  const known = maps.get(file)
  if (known !== undefined) return known
  const path = `${file}.map`
  const map = existsSync(path)
    ? new SourceMap(JSON.parse(readFileSync(path, 'utf8')) as SourceMapPayload)
    : null
  maps.set(file, map)
  return map
}

/** A place of a built file as the place of its source, where the build left a map. */
function sourcePlace(
  file: string,
  line: number,
  column: number,
): { file: string; line: number; column: number } {
  const entry = sourceMapOf(file)?.findEntry(line - 1, column - 1)
  if (entry === undefined || !('originalSource' in entry)) return { file, line, column }
  const { originalSource, originalLine, originalColumn } = entry
  return { file: resolve(dirname(file), originalSource), line: originalLine + 1, column: originalColumn + 1 }
}

/** `lossOf (src/lab/updates.ts:41:12)`, with the file relative to the working folder; undefined where no frame fits. */
export function userPosition(stack: string | undefined): string | undefined {
  for (const text of stack?.split('\n') ?? []) {
    const frame = framePattern.exec(text)?.groups
    const caller = frame?.['caller']
    if (caller !== undefined && boundary.test(caller)) return undefined
    if (frame?.['file'] === undefined || inner.test(frame['file'])) continue
    const { file, line, column } = sourcePlace(frame['file'], Number(frame['line']), Number(frame['column']))
    if (inner.test(file)) continue
    const path = relative(process.cwd(), file)
    const place = `${path.startsWith('..') ? file : path}:${line}:${column}`
    return caller === undefined ? place : `${caller.replace(/^Object\./, '')} (${place})`
  }
  return undefined
}
