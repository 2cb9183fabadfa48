// Compositions of functions on strings (after Yuan et al. 2025, arXiv 2509.25123, in tokens): the prompt names functions and
// a string, the answer is the string after all of them, with or without the strings in between. The level of a problem is its
// number of functions. Held-out functions are trained on alone only: their compositions are the held-out split.
import type { TaskConfig } from '../config/schema'
import { AfterwordError } from '../errors'
import { answerAfterMark, areEqual, startsWithSteps } from './outputs'
import { drawBelow, drawWeighted, levelWeights } from './draw'
import { stringFunctions } from './string-functions'
import type { Cell, Examples, PromptChoice, RandomStream, Split, Task } from './task'

type ComposeConfig = Extract<TaskConfig, { kind: 'compose' }>

/** Which functions of the list are held out: spread evenly, so that both splits have functions of every kind. */
function splitFunctions({
  trainFunctions,
  heldOutFunctions,
}: ComposeConfig): Record<Split | 'all', number[]> {
  const count = trainFunctions + heldOutFunctions
  const heldOutBefore = (index: number): number => Math.floor((index * heldOutFunctions) / count)
  const all = Array.from({ length: count }, (_, index) => index)
  const isHeldOut = (index: number): boolean => heldOutBefore(index + 1) > heldOutBefore(index)
  return { all, train: all.filter((index) => !isHeldOut(index)), heldout: all.filter(isHeldOut) }
}

/**
 * The task for a config. Prompt = `depth` slots, each with a function or empty, the string, the separator; functions apply
 * from left to right. Long answer = per function (with emptySteps: per slot) its token and the string after it, then the answer
 * mark and the result; short answer = the mark and the result. Throws AfterwordError where the list has too few functions for such strings.
 */
export function createComposeTask(config: ComposeConfig): Task {
  const { length, symbols, depth } = config
  const indexes = splitFunctions(config)
  const functions = stringFunctions(length, symbols, indexes.all.length)
  if (functions.length < indexes.all.length)
    throw new AfterwordError('invalid-input', `task.trainFunctions ${tooFewFunctions(config)}`)
  const letters = Array.from({ length: symbols }, (_, index) => String.fromCharCode(97 + index))
  const marks = ['_', '<sep>', '<ans>', '<end>', '<pad>']
  const vocabulary = [...letters, ...functions.map(({ name }) => `<${name}>`), ...marks]
  const empty = symbols + functions.length
  const [separator, mark, end, pad] = [empty + 1, empty + 2, empty + 3, empty + 4]
  const promptLength = depth + length + 1
  const answerLength = depth * (1 + length) + 1 + length + 1

  /** Functions that a problem of a split and level is made of: alone, training shows all of them. */
  const choosable = (split: Split, level: number): readonly number[] =>
    split === 'train' && level === 1 ? indexes.all : indexes[split]
  const choiceOf = ({ split = 'train', levels = config.levels }: PromptChoice) => {
    if (indexes[split].length === 0)
      throw new AfterwordError('invalid-input', 'task.heldOutFunctions is 0: there is no held-out split')
    return { split, weights: levelWeights(levels, depth) }
  }
  const drawPrompts = (stream: RandomStream, count: number, choice: PromptChoice = {}): Int32Array => {
    const { split, weights } = choiceOf(choice)
    const prompts = new Int32Array(count * promptLength)
    for (let at = 0; at < prompts.length; at += promptLength) {
      const level = drawWeighted(stream, weights) + 1
      const names = choosable(split, level)
      let left = level
      for (let slot = 0; slot < depth; slot++) {
        const isFilled = drawBelow(stream, depth - slot) < left
        prompts[at + slot] = isFilled ? symbols + (names[drawBelow(stream, names.length)] as number) : empty
        if (isFilled) left--
      }
      for (let place = 0; place < length; place++) prompts[at + depth + place] = drawBelow(stream, symbols)
      prompts[at + promptLength - 1] = separator
    }
    return prompts
  }
  const solve = (prompt: Int32Array) => {
    let string: readonly number[] = Array.from(prompt.subarray(depth, depth + length))
    const steps: number[] = []
    for (const token of prompt.subarray(0, depth)) {
      const rule = functions[token - symbols]
      if (!rule && !config.emptySteps) continue
      string = rule?.apply(string) ?? string
      steps.push(token, ...string)
    }
    const short = [mark, ...string, end]
    return { result: string, short, long: [...steps, ...short] }
  }
  const levelsOf = (split: Split): Cell[] =>
    Array.from({ length: depth }, (_, index) => ({ split, level: index + 1 }))
  const countPrompts = (split: Split, level: number): number =>
    slotChoices(depth, level).length * choosable(split, level).length ** level * symbols ** length

  return {
    vocabulary,
    endToken: end,
    padToken: pad,
    promptLength,
    hasPaddedPrompts: false,
    answerLength,
    cells: [...levelsOf('train'), ...(indexes.heldout.length > 0 ? levelsOf('heldout') : [])],
    inputs: sumLevels(levelWeights(config.levels, depth), (level) => countPrompts('train', level)),
    drawPrompts,
    drawExamples(
      stream,
      count,
      { longFraction = config.longFraction, levels = config.levels } = {},
    ): Examples {
      const prompts = drawPrompts(stream, count, { levels })
      const answers = new Int32Array(count * answerLength).fill(pad)
      for (let row = 0; row < count; row++) {
        const { short, long } = solve(prompts.subarray(row * promptLength, (row + 1) * promptLength))
        answers.set(stream.uniform() < longFraction ? long : short, row * answerLength)
      }
      return { count, prompts, answers }
    },
    rightOutputs: (prompt) => solve(prompt),
    isRight(prompt, output, kind) {
      const { result, short, long } = solve(prompt)
      if (kind === 'chain') return areEqual(output, short) || areEqual(output, long)
      return areEqual(answerAfterMark(output, mark, end) ?? [], result)
    },
    isLong: (output) => startsWithSteps(output, mark, end),
    finalAnswer: (output) =>
      (answerAfterMark(output, mark, end) ?? []).map((token) => vocabulary[token] ?? '').join(''),
    enumerate(limit, choice = {}) {
      const { split, weights } = choiceOf(choice)
      const count = sumLevels(weights, (level) => countPrompts(split, level))
      if (count > limit) return undefined
      const prompts = new Int32Array(count * promptLength)
      let at = 0
      for (const level of weights.keys()) {
        if (weights[level] === 0) continue
        const names = choosable(split, level + 1)
        for (const slots of slotChoices(depth, level + 1)) {
          for (const chosen of tuples(names.length, level + 1)) {
            for (const string of tuples(symbols, length)) {
              prompts.fill(empty, at, at + depth)
              slots.forEach(
                (slot, index) => (prompts[at + slot] = symbols + (names[chosen[index] as number] as number)),
              )
              prompts.set([...string, separator], at + depth)
              at += promptLength
            }
          }
        }
      }
      return prompts
    },
  }
}

/** Names of functions whose compositions a config holds out and another one, with the same list, trains on. */
export function functionsTrainedBy(other: ComposeConfig, holding: ComposeConfig): string[] {
  const { length, symbols } = holding
  const { all, heldout } = splitFunctions(holding)
  const trained = new Set(splitFunctions(other).train)
  const functions = stringFunctions(length, symbols, all.length)
  return heldout.filter((index) => trained.has(index)).flatMap((index) => functions[index]?.name ?? [])
}

/** What is wrong with task.trainFunctions for strings of such length and alphabet; undefined where nothing is. */
export function tooFewFunctions(config: ComposeConfig): string | undefined {
  const { length, symbols, trainFunctions, heldOutFunctions } = config
  const wanted = trainFunctions + heldOutFunctions
  const found = stringFunctions(length, symbols, wanted).length
  if (found === wanted) return undefined
  const why = `for strings of task.length ${length} over task.symbols ${symbols} the list has no more different functions`
  return `must be at most ${found} together with task.heldOutFunctions (${why}), got ${trainFunctions} + ${heldOutFunctions}`
}

const sumLevels = (weights: readonly number[], count: (level: number) => number): number =>
  weights.reduce((sum, weight, index) => sum + (weight > 0 ? count(index + 1) : 0), 0)

/** All ways to choose `level` of `depth` slots, each in ascending order. */
function slotChoices(depth: number, level: number): number[][] {
  return Array.from({ length: 2 ** depth }, (_, set) =>
    Array.from({ length: depth }, (_, slot) => slot).filter((slot) => (set >> slot) & 1),
  ).filter(({ length }) => length === level)
}

/** All rows of `length` numbers below `count`. */
function* tuples(count: number, length: number): Generator<number[]> {
  for (let index = 0; index < count ** length; index++)
    yield Array.from({ length }, (_, place) => Math.floor(index / count ** place) % count)
}
