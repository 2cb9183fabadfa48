// Lines of samples.jsonl to rows. The lines of a step cross to the window as one text, which takes a small part of what rows take.
import { sampleRowSchema, type SampleRow } from './rows'

/** The completions of a step among whole lines; a torn last line and lines that are no rows are left out. */
export function parseSampleLines(
  text: string,
  { stage, step }: { stage: number; step: number },
): SampleRow[] {
  const whole = text.slice(0, text.lastIndexOf('\n') + 1)
  return whole.split('\n').flatMap((line): SampleRow[] => {
    const row = line === '' ? undefined : parseLine(line)
    return row?.stage === stage && row.step === step ? [row] : []
  })
}

function parseLine(line: string): SampleRow | undefined {
  try {
    return sampleRowSchema.safeParse(JSON.parse(line)).data
  } catch {
    return undefined
  }
}
