// Completions of two sides on the prompts they have in common, put beside each other. Pure.
import { sumOf, type Sample } from './sample-view'

/** What became of a prompt from left to right. */
export type PairChange = 'fixed' | 'broken' | 'same'

/** A prompt that both sides answered. */
export interface SamplePair {
  readonly prompt: string
  /** Greedy beside greedy, then samples in the order they were drawn; one of them may be missing. */
  readonly rows: readonly (readonly [left: Sample | undefined, right: Sample | undefined])[]
  readonly change: PairChange
  /** Whether any completion has another text than the one beside it. */
  readonly isDifferent: boolean
}

/** Prompts that both sides have, in the left side's order. */
export function pairSamples(left: readonly Sample[], right: readonly Sample[]): SamplePair[] {
  const [ofLeft, ofRight] = [byPrompt(left), byPrompt(right)]
  return [...ofLeft].flatMap(([prompt, own]): SamplePair[] => {
    const other = ofRight.get(prompt)
    if (other === undefined) return []
    const rows = [
      ...zipped(own.filter(isGreedy), other.filter(isGreedy)),
      ...zipped(
        own.filter((sample) => !isGreedy(sample)),
        other.filter((sample) => !isGreedy(sample)),
      ),
    ]
    const isDifferent = rows.some(([a, b]) => a?.row.completion !== b?.row.completion)
    return [{ prompt, rows, change: changeOf(own, other), isDifferent }]
  })
}

const isGreedy = ({ row }: Sample): boolean => row.greedy

function byPrompt(samples: readonly Sample[]): Map<string, Sample[]> {
  const found = new Map<string, Sample[]>()
  for (const sample of samples) {
    const own = found.get(sample.row.prompt)
    if (own) own.push(sample)
    else found.set(sample.row.prompt, [sample])
  }
  return found
}

function zipped<T>(a: readonly T[], b: readonly T[]): [T | undefined, T | undefined][] {
  return Array.from({ length: Math.max(a.length, b.length) }, (_, index) => [a[index], b[index]])
}

/** Judged by the greedy answers where both sides have them, else by the mean reward. */
function changeOf(left: readonly Sample[], right: readonly Sample[]): PairChange {
  const [a, b] = [left, right].map((samples) => {
    const greedy = samples.find(isGreedy)
    return { greedy, reward: sumOf(samples.map(({ row }) => row.reward)) / samples.length }
  })
  const difference =
    a?.greedy && b?.greedy
      ? Number(b.greedy.isRight) - Number(a.greedy.isRight)
      : (b?.reward ?? 0) - (a?.reward ?? 0)
  return difference === 0 ? 'same' : difference > 0 ? 'fixed' : 'broken'
}
