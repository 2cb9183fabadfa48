// Lines of samples.jsonl to rows. The lines of a step cross to the window as one text, which takes a small part of what rows take,
// and are parsed and checked there at once where they are as they should be: a step may have 10,000.
import { sampleRowSchema, type SampleRow } from './rows'

/** The completions of a step among whole lines; a torn last line and lines that are no rows are left out. */
export function parseSampleLines(
  text: string,
  { stage, step }: { stage: number; step: number },
): SampleRow[] {
  const whole = text.slice(0, text.lastIndexOf('\n') + 1).trimEnd()
  return valuesOf(whole).flatMap((value): SampleRow[] => {
    const row = isPlainRow(value) ? value : sampleRowSchema.safeParse(value).data
    return row?.stage === stage && row.step === step ? [row] : []
  })
}

/** The value of every line; those that are no JSON are left out. In a line of JSON there is no newline. */
function valuesOf(lines: string): unknown[] {
  try {
    return JSON.parse(`[${lines.replaceAll('\n', ',')}]`) as unknown[]
  } catch {
    return lines.split('\n').flatMap((line) => {
      try {
        return [JSON.parse(line) as unknown]
      } catch {
        return []
      }
    })
  }
}

/** Whether a value is a row as it stands: what the schema says, but for numbers that are written as strings. */
function isPlainRow(value: unknown): value is SampleRow {
  if (typeof value !== 'object' || value === null) return false
  const row = value as Record<keyof SampleRow, unknown>
  return (
    [row.stage, row.step, row.length].every(Number.isInteger) &&
    [row.prompt_id, row.prompt, row.completion].every((text) => typeof text === 'string') &&
    typeof row.reward === 'number' &&
    typeof row.greedy === 'boolean' &&
    (row.advantage === undefined || typeof row.advantage === 'number') &&
    isListOf(row.tokens, Number.isInteger) &&
    isListOf(row.logprobs, isNumber) &&
    (row.entropies === undefined || isListOf(row.entropies, isNumber)) &&
    (row.kls === undefined || isListOf(row.kls, isNumber))
  )
}

const isNumber = (value: unknown): boolean => typeof value === 'number'
const isListOf = (value: unknown, isOne: (each: unknown) => boolean): boolean =>
  Array.isArray(value) && value.every(isOne)
