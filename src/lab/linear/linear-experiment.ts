// The experiment of a linear autoregressive model (arXiv 2510.11495, section 4): plain numbers on the host, no program of the
// engine. Its optimizer is SGD with step size 1/(lambda t) and averaged iterates; a stage's own optimizer block means nothing.
import { assert } from '../../shared/assert'
import { isRejection, type LinearConfig, type StageConfig } from '../../shared/config/schema'
import { AfterwordError } from '../../shared/errors'
import type { Task } from '../../shared/tasks/task'
import type { EvaluationResult, Experiment, ExperimentOptions, NamedArrays } from '../experiment'
import { countParameters, packArrays, unpackArrays } from '../model/parameters'
import { timedParts, wholeOf, type Parts } from '../parts'
import { AveragedSgd } from './averaged-sgd'
import { evaluateLinear, evaluateProblems } from './evaluate-linear'
import { headSizes, headSpecs, LinearSequence } from './heads'
import { averagesOf, type LinearRun } from './linear-run'
import { pretrainStep } from './pretrain-linear'
import { starRound } from './star-linear'

/** Name of the optimizer array that counts each head's updates: multiples of 2^24 and the rest. */
const countsName = 'updates'
/** Prefix of the iterates in the optimizer's arrays. */
const iteratePrefix = 'iterate.'

/** The experiment of a linear autoregressive model: weights are zero until the first stage that trains. */
export function createLinearExperiment(
  { engine, config, clock, sampleLimit = config.log.samples }: ExperimentOptions,
  model: LinearConfig,
  task: Task,
): Experiment {
  assert(config.task.kind === 'parity', 'a linear model is for parity')
  const { bits } = config.task
  const specs = headSpecs(bits)
  const sizes = headSizes(bits)
  const trained = sizes.map((size) => new AveragedSgd(size, model.regularization))
  const run: LinearRun = { task, config, trained, sequence: new LinearSequence(bits), clock, sampleLimit }
  const split = (flat: Float32Array): Float32Array[] => {
    let end = 0
    return sizes.map((size) => flat.subarray(end, (end += size)))
  }
  const setWeights = (arrays: NamedArrays) => {
    split(packArrays(specs, arrays)).forEach((values, head) => trained[head]?.average.set(values))
  }
  const stageOf = (stage: number): StageConfig => {
    const found = config.stages[stage]
    if (!found) throw new AfterwordError('internal', `no stage ${stage}`)
    return found
  }
  const evaluateInParts = (stage: number, step: number): Parts<EvaluationResult> => {
    const settings = stageOf(stage)
    const parts =
      settings.kind === 'evaluate'
        ? evaluateProblems(run, settings, stage)
        : evaluateLinear(run, config.evaluate, { stage, step })
    return timedParts(parts, clock)
  }

  return {
    parameters: countParameters(specs),
    beginStage(stage, weightsOf) {
      const { from } = stageOf(stage)
      if (from !== 'previous') {
        for (const { average } of trained) average.fill(0)
        if (from !== 'fresh' && weightsOf) setWeights(weightsOf(from))
      }
      for (const one of trained) one.restart()
      return Promise.resolve()
    },
    step(stage, step) {
      const settings = stageOf(stage)
      if (settings.kind === 'pretrain') return pretrainStep(run, settings, { stage, step })
      if (isRejection(settings)) return starRound(run, settings, { stage, step })
      throw new AfterwordError('internal', `stage ${stage}: ${settings.kind} is not for a linear model`)
    },
    evaluate: (stage, step) => wholeOf(evaluateInParts(stage, step)),
    evaluateInParts,
    readState() {
      const saved = trained.map((one) => one.save())
      return {
        model: unpackArrays(specs, joined(averagesOf(run))),
        optimizer: {
          ...unpackArrays(specs, joined(saved.map(({ iterate }) => iterate)), iteratePrefix),
          [countsName]: {
            shape: [trained.length, 2],
            values: Float32Array.from(saved.flatMap(({ count }) => count)),
          },
        },
      }
    },
    writeState({ model: weights, optimizer }) {
      setWeights(weights)
      if (!optimizer) return
      const counts = optimizer[countsName]?.values
      if (counts?.length !== 2 * trained.length)
        throw new AfterwordError(
          'invalid-input',
          `optimizer state lacks ${countsName} of ${trained.length} heads`,
        )
      split(packArrays(specs, optimizer, iteratePrefix)).forEach((iterate, head) => {
        trained[head]?.restore(iterate, [counts[2 * head] as number, counts[2 * head + 1] as number])
      })
    },
    liveTensors: () => engine.liveTensors(),
    dispose: () => undefined,
  }
}

function joined(parts: readonly ArrayLike<number>[]): Float32Array {
  return Float32Array.from(parts.flatMap((part) => Array.from(part)))
}
