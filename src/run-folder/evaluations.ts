// evaluations/<stage>-<step>.jsonl: one line a problem. A file appears whole or not at all. What is in a line is
// shared/run/rows.ts.
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { AfterwordError, messageOf } from '../shared/errors'
import { evaluationFile, parseCheckpointName, runFiles } from '../shared/run/folder'
import type { EvaluationRow } from '../shared/run/rows'

/** Lines handed to the system at once: a thousand problems with a thousand lengths each are some megabytes. */
const BATCH_ROWS = 256

/** Writes the problems of an evaluation; a file of that name is replaced. Synchronous. Throws AfterwordError('workspace'). */
export function writeEvaluation(
  runFolder: string,
  stage: number,
  step: number,
  rows: readonly EvaluationRow[],
): void {
  const folder = join(runFolder, runFiles.evaluations)
  const name = evaluationFile(stage, step)
  const temporary = join(folder, `.${name}.tmp`)
  try {
    mkdirSync(folder, { recursive: true })
    const file = openSync(temporary, 'w')
    try {
      for (let start = 0; start < rows.length; start += BATCH_ROWS) {
        const lines = rows.slice(start, start + BATCH_ROWS).map((row) => `${JSON.stringify(row)}\n`)
        writeSync(file, lines.join(''))
      }
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    renameSync(temporary, join(folder, name))
  } catch (cause) {
    throw new AfterwordError('workspace', `${join(folder, name)}: cannot be written: ${messageOf(cause)}`, {
      cause,
    })
  }
}

/** Removes the evaluations of positions for which `keep` does not hold, and what a killed process left half written. */
export async function cutEvaluations(
  runFolder: string,
  keep: (position: { stage: number; step: number }) => boolean,
): Promise<void> {
  const folder = join(runFolder, runFiles.evaluations)
  const names = await readdir(folder).catch(() => [])
  const gone = names.filter((name) => {
    if (name.endsWith('.tmp')) return true
    const position = name.endsWith('.jsonl')
      ? parseCheckpointName(name.slice(0, -'.jsonl'.length))
      : undefined
    return position !== undefined && !keep(position)
  })
  await Promise.all(gone.map((name) => rm(join(folder, name), { force: true })))
}
