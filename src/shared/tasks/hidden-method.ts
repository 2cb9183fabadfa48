// Problems of which each needs one of a few methods, and which one is a hash of the prompt: the smallest task on which RL
// raises pass@1 and lowers pass@k (Yue et al. 2025, arXiv 2504.13837; closed form in docs/science.md). Short answers show methods
// in fixed shares whatever the prompt; long ones work the hash out, so a model that has seen enough of them can be right always.
import type { TaskConfig } from '../config/schema'
import { drawBelow, drawWeighted } from './draw'
import { hashMachine, STATES, statesOf } from './hash-states'
import { areEqual, hasSteps, lastBefore } from './outputs'
import type { Examples, RandomStream, Task } from './task'

type HiddenMethodConfig = Extract<TaskConfig, { kind: 'hidden-method' }>

/**
 * The task for a config. Prompt = key and separator. Short answer = a method; long answer = the state after each symbol of the
 * key, then the method. The prior only says which short answers training shows: right is the method that the key needs.
 */
export function createHiddenMethodTask(config: HiddenMethodConfig): Task {
  const { keyLength, symbols, prior } = config
  const machine = hashMachine(keyLength, symbols)
  const methodOf = methodsOfStates(config)
  const firstState = symbols
  const firstMethod = firstState + STATES
  const [separator, end, pad] = [0, 1, 2].map((index) => firstMethod + prior.length + index) as [
    number,
    number,
    number,
  ]
  const vocabulary = [
    ...Array.from({ length: symbols }, (_, index) => String.fromCharCode(97 + index)),
    ...Array.from({ length: STATES }, (_, state) => String(state)),
    ...prior.map((_, method) => String.fromCharCode(65 + method)),
    ...['<sep>', '<end>', '<pad>'],
  ]
  const promptLength = keyLength + 1
  const answerLength = keyLength + 2
  const drawPrompts = (stream: RandomStream, count: number): Int32Array =>
    Int32Array.from({ length: count * promptLength }, (_, at) =>
      at % promptLength === keyLength ? separator : drawBelow(stream, symbols),
    )
  const solve = (prompt: Int32Array) => {
    const states = statesOf(machine, prompt.subarray(0, keyLength))
    const method = firstMethod + (methodOf[states.at(-1) ?? 0] ?? 0)
    return { method, short: [method, end], long: [...states.map((state) => firstState + state), method, end] }
  }
  return {
    vocabulary,
    endToken: end,
    padToken: pad,
    promptLength,
    hasPaddedPrompts: false,
    answerLength,
    cells: [],
    inputs: symbols ** keyLength,
    drawPrompts,
    drawExamples(stream, count, { longFraction = config.longFraction } = {}): Examples {
      const prompts = drawPrompts(stream, count)
      const answers = new Int32Array(count * answerLength).fill(pad)
      for (let row = 0; row < count; row++) {
        const { long } = solve(prompts.subarray(row * promptLength, (row + 1) * promptLength))
        const isLong = stream.uniform() < longFraction
        answers.set(isLong ? long : [firstMethod + drawWeighted(stream, prior), end], row * answerLength)
      }
      return { count, prompts, answers }
    },
    rightOutputs: (prompt) => solve(prompt),
    isRight(prompt, output, kind) {
      const { method, short, long } = solve(prompt)
      if (kind === 'chain') return areEqual(output, short) || areEqual(output, long)
      return lastBefore(output, end) === method
    },
    isLong: (output) => hasSteps(output, end),
    finalAnswer: (output) => vocabulary[lastBefore(output, end) ?? -1] ?? '',
    enumerate(limit) {
      const count = symbols ** keyLength
      if (count > limit) return undefined
      return Int32Array.from({ length: count * promptLength }, (_, at) => {
        const place = at % promptLength
        return place === keyLength
          ? separator
          : Math.floor(Math.floor(at / promptLength) / symbols ** place) % symbols
      })
    },
  }
}

/**
 * Exact share of the problems that each method solves: of all keys, those that the hash sends to one of the method's states.
 * Within 1e-3 of `shares` but for the shortest keys.
 */
export function exactMethodShares(config: HiddenMethodConfig): number[] {
  const { shares } = hashMachine(config.keyLength, config.symbols)
  const methodOf = methodsOfStates(config)
  return config.shares.map((_, method) =>
    shares.reduce((sum, share, state) => sum + (methodOf[state] === method ? share : 0), 0),
  )
}

/** The method of each end state: every method has as many of the states as its share has tenths. */
function methodsOfStates({ shares }: HiddenMethodConfig): number[] {
  return shares.flatMap((share, method) => new Array<number>(Math.round(share * STATES)).fill(method))
}
