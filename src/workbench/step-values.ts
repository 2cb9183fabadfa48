// A metric's value at one step of a run, read from metrics.jsonl: only the rows of that step are parsed.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isMissing, parseJson } from '../run-folder/json-file'
import { AfterwordError, messageOf } from '../shared/errors'
import { runFiles } from '../shared/run/folder'
import { metricsRowSchema } from '../shared/run/rows'
import type { StepOfRun } from '../shared/run-filter/run-values'

/**
 * The value of `metric` at a step; without a stage, of the last stage that has it there. Undefined where it was not logged. Throws
 * AfterwordError: 'workspace' where the file cannot be read, 'invalid-input' where a row of the step is none.
 */
export async function readStepValue(
  folder: string,
  metric: string,
  { stage, step }: StepOfRun,
): Promise<number | undefined> {
  const path = join(folder, runFiles.metrics)
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (cause) {
    if (isMissing(cause)) return undefined
    throw new AfterwordError('workspace', `${path}: cannot be read: ${messageOf(cause)}`, { cause })
  }
  // The last line of a run that trains may be cut short.
  const whole = text.slice(0, text.lastIndexOf('\n') + 1)
  let found: number | undefined
  for (const match of whole.matchAll(new RegExp(`^.*"step":\\s*${step}\\b.*$`, 'gm'))) {
    const row = parseJson(match[0], metricsRowSchema, `${path}: a row of step ${step}`)
    if (row.step === step && (stage === undefined || row.stage === stage)) found = row.values[metric] ?? found
  }
  return found
}
