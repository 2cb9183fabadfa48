// What an evaluation says of its answers, and that how it asks changes nothing.
import { beforeAll, describe, expect, it } from 'vitest'
import { createStream } from '../../../src/engine/random'
import type { Engine, Program } from '../../../src/engine/types'
import { evaluationValues, problemResult, summarise } from '../../../src/lab/evaluation-values'
import { createExperiment } from '../../../src/lab/experiment'
import { createLanguageModel } from '../../../src/lab/model/language-model'
import { timedParts, wholeOf, type Parts } from '../../../src/lab/parts'
import { createSurvey, keepWithin, type Tally } from '../../../src/lab/problems'
import { createSampler } from '../../../src/lab/sampler'
import { createTask } from '../../../src/shared/tasks/create-task'
import { answerLengthOf, type Task } from '../../../src/shared/tasks/task'
import { configOf, openQuick } from './small'

const config = configOf({})
const parity = createTask(config.task)
let engine: Engine
beforeAll(async () => {
  engine = await openQuick()
})

/** A problem of `long` long samples and `short` short ones, so many of them right, and a greedy answer. */
function counts(options: {
  long?: [count: number, right: number]
  short?: [count: number, right: number]
  empty?: number
  greedy?: [length: number, isRight: boolean]
}) {
  const { long = [0, 0], short = [0, 0], empty = 0, greedy = [1, false] } = options
  return {
    n: long[0] + short[0] + empty,
    c: long[1] + short[1],
    lengths: [
      ...Array<number>(long[0]).fill(20),
      ...Array<number>(short[0]).fill(1),
      ...Array<number>(empty).fill(0),
    ],
    long: long[0],
    longRight: long[1],
    short: short[0],
    shortRight: short[1],
    greedy: { length: greedy[0], isRight: greedy[1] },
  }
}

describe('the values of an evaluation', () => {
  it('judge greedy and sampled answers, long and short ones apart', () => {
    const problems = [
      counts({ long: [60, 54], greedy: [1, true] }),
      counts({ short: [140, 70], greedy: [20, true] }),
      counts({ greedy: [1, false] }),
      counts({ greedy: [1, false] }),
    ]
    expect(summarise(problems)).toEqual({
      'eval/greedy_accuracy': 0.5,
      'eval/median_length': 1,
      'eval/accuracy': 0.62,
      'eval/mean_length': 6.7,
      'eval/long_fraction': 0.3,
      'eval/long_accuracy': 0.9,
      'eval/short_accuracy': 0.5,
    })
  })

  it('leave out an accuracy over fewer than 50 answers, and count empty answers as neither long nor short', () => {
    const values = summarise([counts({ long: [50, 50], short: [49, 49], empty: 1 })])
    expect(values['eval/long_accuracy']).toBe(1)
    expect(values).not.toHaveProperty('eval/short_accuracy')
    expect(values['eval/long_fraction']).toBe(0.5)
  })

  it('take the mean of the two middle lengths as the median of an even number', () => {
    const lengths = [1, 4, 9, 9].map((length) => counts({ short: [1, 0], greedy: [length, false] }))
    expect(summarise(lengths)['eval/median_length']).toBe(6.5)
    expect(summarise(lengths.slice(1))['eval/median_length']).toBe(9)
  })

  /** A problem whose right answer is 1, with these votes. */
  const voted = (votes: Record<string, number>, cell?: Tally['cell']): Tally => {
    const n = Object.values(votes).reduce((sum, count) => sum + count, 0)
    return {
      ...counts({ short: [n, votes['1'] ?? 0] }),
      prompt: Int32Array.of(1, 0, 0, 0, 0, 0, 2),
      ...(cell === undefined ? {} : { cell }),
      votes,
      kept: [],
    }
  }

  it('have pass@k and maj@k at each k, as means over problems of what k of the samples are worth', () => {
    const values = evaluationValues(
      parity,
      [voted({ '1': 1, '0': 3 }), voted({ '1': 3, '': 1 })],
      [],
      [1, 2, 4],
    )
    expect(values['eval/pass@1']).toBeCloseTo((1 / 4 + 3 / 4) / 2, 12)
    // Of 4 samples with 1 right, 3 of the 6 pairs have it; with 3 right, all.
    expect(values['eval/pass@2']).toBeCloseTo((3 / 6 + 1) / 2, 12)
    expect(values['eval/pass@4']).toBe(1)
    // A pair with one right and one wrong answer is a tie; no answer votes too.
    expect(values['eval/maj@2']).toBeCloseTo(((3 / 6) * 0.5 + 3 / 6 + (3 / 6) * 0.5) / 2, 12)
    expect(values['eval/maj@4']).toBe(0.5)
    expect(values['eval/maj@1']).toBeCloseTo(values['eval/accuracy'] ?? NaN, 12)
  })

  it('are named by split and level for a task that has them', () => {
    const cells = [
      { split: 'train', level: 1 },
      { split: 'heldout', level: 2 },
    ] as const
    const task: Task = { ...parity, cells }
    const tallies = [voted({ '1': 4 }, cells[0]), voted({ '1': 1, '0': 3 }, cells[1])]
    const values = evaluationValues(task, tallies, tallies, [2])
    expect(values['eval/accuracy']).toBe(5 / 8)
    expect(values['eval/train/level-1/accuracy']).toBe(1)
    expect(values['eval/heldout/level-2/accuracy']).toBe(1 / 4)
    expect(values['eval/heldout/level-2/pass@2']).toBeCloseTo(1 / 2, 12)
    expect(values).not.toHaveProperty('eval/heldout/level-1/accuracy')
    expect(problemResult(task, tallies[1] as Tally, 'x')).toMatchObject({
      problemId: 'x',
      split: 'heldout',
      level: 2,
      prompt: '100000<sep>',
      n: 4,
      c: 1,
      votes: { '0': 3, '1': 1 },
      answer: '1',
    })
  })
})

const model = createLanguageModel(config.model as Parameters<typeof createLanguageModel>[0], parity)
const optionsOf = (samples: number, problems: number) =>
  ({ name: 'ask', task: parity, model, problems, samples, temperature: 1, reward: 'answer' }) as const
async function open(functions: Parameters<Engine['program']>[0]['functions']): Promise<Program> {
  const program = await engine.program({
    state: { parameters: { shape: [model.size], dtype: 'float32' } },
    functions,
  })
  program.writeState({ parameters: model.initialise(0) })
  return program
}
const noise = () => createStream({ seed: 1, purpose: 'noise', stage: 0, step: 0 })

describe('asking problems', () => {
  it('counts what the sampler gives: one greedy answer, then the samples', async () => {
    const survey = createSurvey(optionsOf(3, 20))
    const sampler = createSampler({
      name: 'plain',
      task: parity,
      model,
      prompts: 20,
      group: 4,
      temperature: 1,
    })
    const program = await open({ ...survey.functions, ...sampler.functions })
    const prompts = parity.drawPrompts(createStream({ seed: 2, purpose: 'p', stage: 0, step: 0 }), 20)
    const tallies = wholeOf(
      survey.ask(program, [{ prompts, noise: noise(), keep: { problems: 2, each: 2 } }]),
    )
    const answers = sampler.sample(program, prompts, noise(), (index) => index % 4 === 0)
    tallies.forEach((tally, index) => {
      const [greedy, ...samples] = answers.slice(4 * index, 4 * index + 4)
      const right = samples.filter(({ prompt, output }) => parity.isRight(prompt, output, 'answer'))
      expect(tally).toMatchObject({ n: 3, c: right.length })
      expect(tally.lengths).toEqual(samples.map(({ output }) => answerLengthOf(parity, output)))
      expect(tally.greedy.length).toBe(answerLengthOf(parity, greedy?.output ?? []))
      expect(Object.values(tally.votes).reduce((sum, count) => sum + count, 0)).toBe(3)
      expect(tally.kept.map(({ sampled }) => sampled.output)).toEqual(
        index < 2 ? [greedy?.output, samples[0]?.output] : [],
      )
    })
    program.dispose()
  })

  it('gives a problem with more samples than one call takes all of them, in bounded calls', async () => {
    const samples = 2500
    const survey = createSurvey(optionsOf(samples, 2))
    for (const { inputs } of Object.values(survey.functions))
      expect(inputs['greedy']?.shape[0]).toBeLessThanOrEqual(1024)
    const program = await open(survey.functions)
    const prompts = parity.drawPrompts(noise(), 2)
    const tallies = wholeOf(
      survey.ask(program, [{ prompts, noise: noise(), keep: { problems: 0, each: 0 } }]),
    )
    expect(tallies.map(({ n, lengths }) => [n, lengths.length])).toEqual([
      [samples, samples],
      [samples, samples],
    ])
    expect(tallies[1]?.prompt).toEqual(prompts.slice(parity.promptLength))
    expect(tallies[0]?.lengths).not.toEqual(tallies[1]?.lengths)
    program.dispose()
  })

  it('gives the same answers in chunks as at once', async () => {
    const whole = createSurvey(optionsOf(2, 64))
    const parts = createSurvey({ ...optionsOf(2, 5), name: 'parts' })
    const program = await open({ ...whole.functions, ...parts.functions })
    const prompts = parity.drawPrompts(noise(), 12)
    const lengths = (tallies: readonly Tally[]) => tallies.map((tally) => tally.lengths)
    expect(
      lengths(wholeOf(parts.ask(program, [{ prompts, noise: noise(), keep: { problems: 0, each: 0 } }]))),
    ).toEqual(
      lengths(wholeOf(whole.ask(program, [{ prompts, noise: noise(), keep: { problems: 0, each: 0 } }]))),
    )
    program.dispose()
  })
})

describe('parts', () => {
  it('say which share of the problems is answered, over all questions', async () => {
    const survey = createSurvey({ ...optionsOf(2, 5), name: 'parts' })
    const program = await open(survey.functions)
    const questions = [12, 4].map((count) => ({
      ...{ prompts: parity.drawPrompts(noise(), count), noise: noise(), keep: { problems: 0, each: 0 } },
    }))
    const parts = survey.ask(program, questions)
    const shares: number[] = []
    let next = parts.next()
    for (; next.done !== true; next = parts.next()) shares.push(next.value)
    expect(shares).toEqual([5 / 16, 10 / 16, 12 / 16])
    expect(next.value).toHaveLength(16)
    program.dispose()
  })

  it('take the time of their work, not of what is done between them', () => {
    let seconds = 0
    const work = function* (): Parts<{ found: number }> {
      seconds += 1
      yield 0.5
      seconds += 2
      return { found: 7 }
    }
    const parts = timedParts(work(), () => seconds)
    expect(parts.next()).toEqual({ done: false, value: 0.5 })
    seconds += 100
    expect(parts.next()).toEqual({ done: true, value: { found: 7, seconds: 3 } })
    expect(wholeOf(timedParts(work(), () => seconds))).toEqual({ found: 7, seconds: 3 })
  })
})

describe('an experiment', () => {
  const stages = [
    { kind: 'pretrain', steps: 2, batch: 8 },
    { kind: 'evaluate', problems: 10, samples: 8, k: [1, 3, 8] },
    { kind: 'evaluate', problems: 10, samples: 4, reward: 'chain' },
  ]
  const make = (fields: Record<string, unknown> = {}) =>
    createExperiment({ engine, config: configOf({ stages, ...fields }), clock: () => 0, sampleLimit: 6 })

  it('makes an evaluate stage of one evaluation: its k, a row a problem, state as it was', async () => {
    const experiment = make()
    await experiment.beginStage(0)
    experiment.step(0, 1)
    await experiment.beginStage(1)
    const before = experiment.readState()
    const { values, problems = [], completions } = experiment.evaluate(1, 0)
    expect(experiment.readState()).toEqual(before)
    expect(Object.keys(values).filter((name) => /@/.test(name))).toEqual([
      ...['eval/pass@1', 'eval/maj@1', 'eval/pass@3', 'eval/maj@3', 'eval/pass@8', 'eval/maj@8'],
    ])
    expect(problems.map(({ problemId }) => problemId)).toEqual(Array.from({ length: 10 }, (_, i) => `${i}`))
    const right = problems.reduce((sum, { c }) => sum + c, 0)
    expect(values['eval/accuracy']).toBeCloseTo(right / 80, 12)
    expect(values['eval/pass@8']).toBeCloseTo(problems.filter(({ c }) => c > 0).length / 10, 12)
    expect(completions.map(({ greedy }) => greedy)).toEqual([true, false, true, false, true, false])

    await experiment.beginStage(2)
    const chain = experiment.evaluate(2, 0)
    expect(Object.keys(chain.values).filter((name) => /pass@/.test(name))).toEqual([
      ...['eval/pass@1', 'eval/pass@2', 'eval/pass@4'],
    ])
    // Every evaluate stage meets the same problems.
    expect(chain.problems?.map(({ prompt }) => prompt)).toEqual(problems.map(({ prompt }) => prompt))
    experiment.dispose()
  })

  it('logs pass@k within a run where it samples several times, and the rest as with one sample', async () => {
    const one = make()
    const several = make({ evaluate: { samples: 32, completions: 4 } })
    for (const experiment of [one, several]) await experiment.beginStage(0)
    const plain = one.evaluate(0, 1)
    const { values, problems = [] } = several.evaluate(0, 1)
    expect(plain.problems).toBeUndefined()
    expect(Object.keys(plain.values).some((name) => name.includes('@'))).toBe(false)
    expect(problems).toHaveLength(32)
    expect(problems[0]?.problemId).toBe('0-1-evaluation-0')
    expect(values['eval/greedy_accuracy']).toBe(plain.values['eval/greedy_accuracy'])
    expect(values['eval/pass@4']).toBeGreaterThanOrEqual(values['eval/pass@2'] ?? NaN)
    for (const experiment of [one, several]) experiment.dispose()
  })

  it('evaluates every split and level apart where the config asks for it', async () => {
    const task = { kind: 'compose', length: 2, symbols: 3, trainFunctions: 2, heldOutFunctions: 2, depth: 2 }
    const fields = { task, evaluate: { samples: 8, cells: 5 } }
    const experiment = make(fields)
    await experiment.beginStage(0)
    const { values } = experiment.evaluate(0, 0)
    const { cells } = createTask(configOf(fields).task)
    for (const { split, level } of cells)
      expect(values[`eval/${split}/level-${level}/accuracy`]).toBeGreaterThanOrEqual(0)
    expect(cells.length).toBeGreaterThan(1)
    experiment.dispose()
  })
})

it.each([
  // 64 of 1024 inputs with a sample each: 32 pairs; of 16 problems with 16 samples four each; room for all: all.
  [64, 1024, 1, { problems: 32, each: 2 }],
  [64, 16, 16, { problems: 16, each: 4 }],
  [1000, 16, 4, { problems: 200, each: 5 }],
  [1, 4, 4, { problems: 0, each: 2 }],
])(
  'of at most %d completions of %d problems with %d samples it keeps %o',
  (limit, problems, samples, kept) => {
    expect(keepWithin(limit, problems, samples)).toEqual(kept)
  },
)
