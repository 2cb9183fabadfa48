// Parity with and without its chain (Tsilivis et al. 2025, arXiv 2510.11495, section 3): the answer to d random bits is
// either all d prefix parities or the parity alone; the prompt does not say which. Bits stand for the paper's +1/-1.
import type { RandomStream } from '../../engine/random'
import type { TaskConfig } from '../../shared/config/schema'
import type { Examples, RewardKind, Task } from './task'

const vocabulary = ['0', '1', '<sep>', '<end>', '<pad>'] as const
const separator = 2
const end = 3
const pad = 4

/** The task for a config: prompt = d bits and the separator; long answers have d tokens, short ones one. */
export function createParityTask({ bits, longFraction }: Extract<TaskConfig, { kind: 'parity' }>): Task {
  const promptLength = bits + 1
  const answerLength = bits + 1
  const drawPrompts = (stream: RandomStream, count: number): Int32Array => {
    const prompts = new Int32Array(count * promptLength).fill(separator)
    for (let row = 0; row < count; row++) {
      for (let bit = 0; bit < bits; bit++) prompts[row * promptLength + bit] = stream.integer() >>> 31
    }
    return prompts
  }
  return {
    vocabulary,
    endToken: end,
    padToken: pad,
    promptLength,
    hasPaddedPrompts: false,
    answerLength,
    drawPrompts,
    drawExamples(stream, count): Examples {
      const prompts = drawPrompts(stream, count)
      const answers = new Int32Array(count * answerLength).fill(pad)
      for (let row = 0; row < count; row++) {
        const chain = prefixParities(prompts.subarray(row * promptLength, row * promptLength + bits))
        const isLong = stream.uniform() < longFraction
        answers.set([...(isLong ? chain : chain.slice(-1)), end], row * answerLength)
      }
      return { count, prompts, answers }
    },
    isRight: (prompt, output, kind) => isRight(prefixParities(prompt.subarray(0, bits)), output, kind),
  }
}

function prefixParities(bits: Int32Array): number[] {
  let parity = 0
  return Array.from(bits, (bit) => (parity ^= bit))
}

/** Reward `answer` is the paper's r_e2e, `chain` its r_cot; an output without end token earns neither. */
function isRight(chain: readonly number[], output: readonly number[], kind: RewardKind): boolean {
  if (output.at(-1) !== end) return false
  const answer = output.slice(0, -1)
  if (answer.at(-1) !== chain.at(-1)) return false
  if (kind === 'answer' || answer.length === 1) return true
  return answer.length === chain.length && answer.every((token, index) => token === chain[index])
}
