// Our contestants, one engine a process: the lab's own functions on a plain task of 16 tokens, driven by the same
// commands as the peers. Built by bench/compare/build.mjs; no work is written here a second time.
import { createReadStream, writeSync } from 'node:fs'
import { createInterface } from 'node:readline'
import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { openEngine } from '../../src/engine/open-engine'
import { createStream } from '../../src/engine/random'
import type { ArrayValues, EngineRequest, FunctionDefinition, Program } from '../../src/engine/types'
import { createLanguageModel, joinSequences } from '../../src/lab/model/language-model'
import type { LanguageModel } from '../../src/lab/model/language-model'
import { rolloutFunction } from '../../src/lab/model/rollout'
import { adamValues, optimizerState } from '../../src/lab/optimizer'
import { createPolicyGradient } from '../../src/lab/recipes/policy-gradient'
import { nextTokenUpdate } from '../../src/lab/updates'
import { sequenceWeights } from '../../src/lab/weights'
import { stageSchema } from '../../src/shared/config/schema'
import { pretrainStage } from '../../src/shared/config/schema/stages'
import type { Task } from '../../src/shared/tasks/task'

/** What a row of bench/compare/rows.mjs says. */
interface Row {
  readonly kind: 'gemm' | 'train' | 'rollout' | 'grpo'
  readonly size?: number
  readonly layers: number
  readonly width: number
  readonly heads: number
  readonly vocabulary: number
  readonly prompts: number
  readonly group: number
  readonly promptLength: number
  readonly answerLength: number
}

/** A program and one whole call of it, which gives a number to check. */
interface Work {
  readonly parameters: number
  readonly functions: Readonly<Record<string, FunctionDefinition>>
  readonly state: Readonly<Record<string, { shape: readonly number[]; dtype: 'float32' }>>
  readonly initial: Readonly<Record<string, ArrayValues>>
  readonly step: (program: Program, step: number) => number
}

const seconds = (): number => performance.now() / 1000

/** A task of random tokens. Nothing ends an answer, so that every contestant samples as many tokens. */
function plainTask({ vocabulary, promptLength, answerLength }: Row): Task {
  const draw = (stream: { integer(): number }, count: number) =>
    Int32Array.from({ length: count }, () => stream.integer() % vocabulary)
  return {
    vocabulary: Array.from({ length: vocabulary }, (_, token) => String.fromCharCode(97 + token)),
    endToken: -1,
    padToken: 0,
    hasPaddedPrompts: false,
    promptLength,
    answerLength,
    cells: [],
    inputs: Infinity,
    drawPrompts: (stream, count) => draw(stream, count * promptLength),
    drawExamples: (stream, count) => ({
      count,
      prompts: draw(stream, count * promptLength),
      answers: draw(stream, count * answerLength),
    }),
    rightOutputs: () => ({ short: [] }),
    isRight: (_prompt, output) => (output.at(-1) ?? vocabulary) < vocabulary / 2,
    isLong: () => true,
    finalAnswer: () => '',
  }
}

function modelWork(model: LanguageModel): Pick<Work, 'parameters' | 'state' | 'initial'> {
  return {
    parameters: model.size,
    state: optimizerState(model.size) as Work['state'],
    initial: { parameters: model.initialise(0) },
  }
}

const streamOf = (purpose: string, step: number) => createStream({ seed: 0, purpose, stage: 0, step })

function trainWork(row: Row, task: Task, model: LanguageModel): Work {
  const { optimizer } = pretrainStage.parse({ kind: 'pretrain' })
  const rows = row.prompts * row.group
  const lengths = Array.from({ length: rows }, () => row.answerLength)
  return {
    ...modelWork(model),
    functions: { train: nextTokenUpdate({ task, model, optimizer, rows }) },
    step(program, step) {
      const { prompts, answers } = task.drawExamples(streamOf('examples', step), rows)
      const outputs = program.call('train', {
        sequences: joinSequences(task, prompts, answers, rows),
        answers,
        weights: sequenceWeights(lengths, rows, row.answerLength, 'token-mean'),
        adam: adamValues(optimizer, optimizer.learningRate, step),
      })
      return outputs['loss']?.values[0] ?? NaN
    },
  }
}

function rolloutWork(row: Row, task: Task, model: LanguageModel): Work {
  const { prompts, group, promptLength, answerLength } = row
  const { endToken, padToken } = task
  const options = { prompts, group, promptLength, answerLength, temperature: 1, endToken, padToken }
  const greedy = new Int32Array(prompts * group)
  return {
    ...modelWork(model),
    functions: { rollout: rolloutFunction(options, model.networkOf) },
    step(program, step) {
      const outputs = program.call('rollout', {
        prompts: task.drawPrompts(streamOf('prompts', step), prompts),
        uniforms: streamOf('rollout', step).uniforms(prompts * group * answerLength),
        greedy,
      })
      const logprobs = Array.from(outputs['logprobs']?.values ?? [])
      return -logprobs.reduce((sum, value) => sum + value, 0) / logprobs.length
    },
  }
}

function grpoWork(row: Row, task: Task, model: LanguageModel): Work {
  const { prompts, group } = row
  const stage = stageSchema.parse({ kind: 'rl', algorithm: 'grpo', prompts, group, steps: 1_000_000 })
  if (stage.kind !== 'rl' || stage.algorithm !== 'grpo') throw new Error('the stage is a grpo stage')
  const start = model.initialise(0)
  const weights = { start, of: () => start }
  const options = { task, model, seed: 0, stage: 0, clock: seconds, sampleLimit: 0, weights }
  const recipe = createPolicyGradient(stage, options)
  let updates = 0
  return {
    ...modelWork(model),
    functions: recipe.functions,
    step(program, step) {
      const { values } = recipe.step({ program, step, countUpdate: () => ++updates })
      return values['rl/entropy'] ?? NaN
    },
  }
}

/** A large square product in float32: what the machine can do at most. */
function gemmWork({ size = 0 }: Row): Work {
  const factor = { shape: [size, size], dtype: 'float32' } as const
  return {
    parameters: 0,
    state: { a: factor, b: factor },
    initial: {
      a: streamOf('a', 0).uniforms(size * size),
      b: streamOf('b', 0).uniforms(size * size),
    },
    functions: {
      multiply: {
        inputs: {},
        run: (state) => {
          const product = tf.matMul(state['a'] as Tensor, state['b'] as Tensor)
          return { outputs: { corner: tf.slice(product, [0, 0], [1, 1]) } }
        },
      },
    },
    step: (program) => 0 * (program.call('multiply', {})['corner']?.values[0] ?? NaN),
  }
}

function workOf(row: Row): Work {
  if (row.kind === 'gemm') return gemmWork(row)
  const task = plainTask(row)
  const { layers, width, heads } = row
  const model = createLanguageModel({ kind: 'transformer', layers, width, heads }, task)
  if (row.kind === 'train') return trainWork(row, task, model)
  return row.kind === 'rollout' ? rolloutWork(row, task, model) : grpoWork(row, task, model)
}

let call: (() => number) | undefined

/** Seconds of each call: calls for about `duration` seconds, one at least and `mostCalls` at most. */
function burst(duration: number, mostCalls: number): number[] {
  const times: number[] = []
  const end = seconds() + duration
  do {
    const begin = seconds()
    call?.()
    times.push(seconds() - begin)
  } while (times.length < mostCalls && seconds() < end)
  return times
}

interface PrepareCommand {
  readonly command: 'prepare'
  readonly row: Row
  readonly threads: number
  readonly device: 'cpu' | 'gpu'
}

/** Loads the program and makes the calls that compile; what they took above warm calls is the compile time. */
async function prepare(engineName: EngineRequest, { row, threads, device }: PrepareCommand) {
  const opened = await openEngine(engineName, { threads, device })
  const work = workOf(row)
  const begin = seconds()
  const program = await opened.engine.program({ state: work.state, functions: work.functions })
  program.writeState(work.initial)
  let step = 0
  call = () => work.step(program, ++step)
  const value = call()
  call()
  const cold = seconds() - begin
  const warm = Math.min(...burst(Infinity, 2))
  return {
    compileSeconds: Math.max(0, cold - 2 * warm),
    value,
    parameters: work.parameters,
    preparation: program.preparation,
    versions: opened.versions,
    device: opened.device,
  }
}

type Command = PrepareCommand | { command: 'burst'; seconds: number; mostCalls: number }

async function answer(command: Command): Promise<object> {
  try {
    if (command.command === 'prepare') return await prepare(process.argv[2] as EngineRequest, command)
    return { seconds: burst(command.seconds, command.mostCalls) }
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
    return { error: error instanceof Error ? error.message : String(error) }
  }
}

const lines = createInterface({ input: createReadStream('', { fd: 0 }) })
void (async () => {
  for await (const line of lines) {
    writeSync(3, `${JSON.stringify(await answer(JSON.parse(line) as Command))}\n`)
  }
})()
