// Parity with and without its chain (Tsilivis et al. 2025, arXiv 2510.11495, section 3): the answer to d random bits is
// all d prefix parities, every leap-th of them, or the parity alone; the prompt does not say which. Bits stand for the
// paper's +1/-1.
import type { TaskConfig } from '../config/schema'
import { hasSteps, lastBefore } from './outputs'
import type { Examples, RandomStream, RewardKind, Task } from './task'

const vocabulary = ['0', '1', '<sep>', '<end>', '<pad>'] as const
const separator = 2
const end = 3
const pad = 4

/** The task for a config: prompt = d bits and the separator; long answers have d tokens, short ones one. */
export function createParityTask(config: Extract<TaskConfig, { kind: 'parity' }>): Task {
  const { bits, partialFraction, leap } = config
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
    cells: [],
    inputs: 2 ** bits,
    drawPrompts,
    drawExamples(stream, count, { longFraction = config.longFraction } = {}): Examples {
      const prompts = drawPrompts(stream, count)
      const answers = new Int32Array(count * answerLength).fill(pad)
      for (let row = 0; row < count; row++) {
        const chain = prefixParities(prompts.subarray(row * promptLength, row * promptLength + bits))
        const draw = stream.uniform()
        const shown =
          draw < longFraction
            ? chain
            : draw < longFraction + partialFraction
              ? partialChain(chain, leap)
              : chain.slice(-1)
        answers.set([...shown, end], row * answerLength)
      }
      return { count, prompts, answers }
    },
    rightOutputs(prompt) {
      const chain = prefixParities(prompt.subarray(0, bits))
      return { short: [...chain.slice(-1), end], long: [...chain, end] }
    },
    isRight: (prompt, output, kind) =>
      isRight(config, prefixParities(prompt.subarray(0, bits)), output, kind),
    isLong: (output) => hasSteps(output, end),
    finalAnswer: (output) => vocabulary[lastBefore(output, end) ?? -1] ?? '',
    enumerate(limit) {
      if (2 ** bits > limit) return undefined
      const prompts = new Int32Array(2 ** bits * promptLength).fill(separator)
      for (let row = 0; row < 2 ** bits; row++) {
        for (let bit = 0; bit < bits; bit++)
          prompts[row * promptLength + bit] = Math.floor(row / 2 ** bit) % 2
      }
      return prompts
    },
  }
}

function prefixParities(bits: Int32Array): number[] {
  // A loop: ten times as fast as mapping over a typed array's iterator.
  const chain: number[] = []
  let parity = 0
  for (let index = 0; index < bits.length; index++) chain.push((parity ^= bits[index] as number))
  return chain
}

/** Every leap-th prefix parity, and the last. */
function partialChain(chain: readonly number[], leap: number): number[] {
  return chain.filter((_, index) => (index + 1) % leap === 0 || index === chain.length - 1)
}

/** Reward `answer` is the paper's r_e2e, `chain` its r_cot; an output without end token earns neither. */
function isRight(
  { partialFraction, leap }: Extract<TaskConfig, { kind: 'parity' }>,
  chain: readonly number[],
  output: readonly number[],
  kind: RewardKind,
): boolean {
  if (output.at(-1) !== end) return false
  const answer = output.slice(0, -1)
  if (answer.at(-1) !== chain.at(-1)) return false
  if (kind === 'answer' || answer.length === 1) return true
  const equals = (right: readonly number[]) =>
    answer.length === right.length && answer.every((token, index) => token === right[index])
  return equals(chain) || (partialFraction > 0 && equals(partialChain(chain, leap)))
}
