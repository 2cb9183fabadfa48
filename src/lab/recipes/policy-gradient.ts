// Policy gradient: sample, judge, turn rewards into advantages, update. Every algorithm of the family is a setting of the same
// choices (config/schema/presets.ts); what each choice computes is in advantages.ts, objectives.ts, kl.ts and weights.ts.
import { createStream } from '../../engine/random'
import type { PolicyGradientStage } from '../../shared/config/schema'
import { mean } from '../../statistics/summary'
import type { Valued } from '../critic'
import { createCritic, explainedVariance } from '../critic'
import { adamValues, learningRateAt } from '../optimizer'
import { createReference } from '../reference'
import type { Scores } from '../scoring'
import { createScoring } from '../scoring'
import { policyUpdate } from '../updates'
import { groupsOf, sumOf } from '../weights'
import type { DrawnBatch } from './drawn-batch'
import { drawBatch, membersOf } from './drawn-batch'
import type { Weighed } from './policy-minibatch'
import { updatePolicy, updateValues } from './policy-minibatch'
import type { Recipe, RecipeOptions } from './recipe'
import type { ScoredRollouts } from './rollouts'
import { recordedCompletions, rolloutCounts, rolloutValues } from './rollouts'
import { createSampleSource } from './sample-source'
import { tokenAdvantages } from './token-advantages'

/** Sequences a scoring call takes at most: their activations fill the memory. */
const SCORED_ROWS = 1024

/** The recipe of a policy-gradient stage. */
export function createPolicyGradient(stage: PolicyGradientStage, options: RecipeOptions): Recipe {
  const { task, model, clock } = options
  const { group, optimizer, kl, temperature, refreshEvery } = stage
  // Sequences of a minibatch: the rollouts of a step split evenly.
  const rows = Math.ceil((stage.prompts * group) / stage.updatesPerBatch)
  const source = createSampleSource(stage, options, { withGreedy: stage.baseline === 'greedy' })
  const reference = createReference(stage, options)
  const critic = stage.baseline === 'critic' ? createCritic(stage, options, rows) : undefined
  const penalised = kl.coefficient > 0 ? kl.in : undefined
  const isOwnData = stage.sampler === 'data'
  const scoring = createScoring({
    task,
    model,
    rows: Math.min(stage.prompts * group, SCORED_ROWS),
    temperature,
    own: isOwnData,
    divergence: penalised === 'reward' ? kl.estimator : undefined,
    critic: critic?.model,
  })
  const divergence = penalised === 'loss' ? kl.estimator : undefined
  return {
    state: { ...source.state, ...reference.state, ...critic?.state },
    functions: {
      ...source.functions,
      ...reference.functions,
      ...scoring.functions,
      ...critic?.functions,
      train: policyUpdate({ ...stage, task, model, rows, divergence }),
    },
    step({ program, step, countUpdate }) {
      const begin = clock()
      const drawn = drawBatch(stage, source.open(program, step), task)
      const scores = scoring.score(program, drawn.all.sampled)
      const all = isOwnData ? withOwnNumbers(drawn.all, scores) : drawn.all
      const coefficient = reference.coefficient(program)
      const sequences = weigh(stage, all, scores, drawn, penalised === 'reward' ? coefficient : 0)
      const rolled = clock()

      const rate = learningRateAt(optimizer, step, stage.steps)
      const valueLosses: number[] = []
      const klsOf = new Map<number, ArrayLike<number>>()
      if (penalised === 'reward') scores.forEach((one, index) => klsOf.set(index, one.divergences))
      const updates = minibatchesOf(sequences, stage, options, step).map((minibatch) => {
        const update = countUpdate()
        if (critic) valueLosses.push(critic.learn(program, minibatch, step, update))
        const numbers = updatePolicy(program, stage, task, minibatch, rows, {
          klCoefficient: divergence && coefficient,
          adam: adamValues(optimizer, rate, update),
        })
        // Of a sequence that several updates see, as the first saw it.
        numbers.divergences.forEach((kls, row) => {
          const { index } = minibatch[row] as Sequence
          if (!klsOf.has(index)) klsOf.set(index, kls)
        })
        return numbers
      })
      const divergences =
        penalised === 'reward'
          ? sequences.map((one) => one.divergence)
          : updates.flatMap((one) => one.divergences.map(sumOf))
      if (divergences.length > 0) reference.adapt(program, mean(divergences), sequences.length)
      const updated = clock()

      const advantageOf = new Map(sequences.map(({ index, advantages }) => [index, mean(advantages)]))
      const staleness = refreshEvery === 1 ? undefined : source.staleness(step)
      return {
        values: {
          ...updateValues(updates, stage),
          'train/learning_rate': rate,
          ...rolloutValues(all, group, task),
          ...drawnValues(stage, sequences.length, all.sampled.length),
          ...(penalised && { 'rl/kl_coefficient': coefficient }),
          ...(divergences.length > 0 && { 'rl/kl_reference': mean(divergences) }),
          ...(valueLosses.length > 0 && { 'rl/value_loss': mean(valueLosses), ...explained(sequences) }),
          ...(staleness !== undefined && { 'rl/staleness': staleness }),
        },
        ...rolloutCounts([...all.sampled, ...drawn.greedy], task),
        completions: recordedCompletions(all, group, step, options, {
          advantage: (index) => advantageOf.get(index),
          kls: (index) => klsOf.get(index),
        }),
        seconds: { rollout: rolled - begin, update: updated - rolled },
      }
    },
  }
}

/** The task's own answers with the model's own log-probabilities: who wrote them has none. */
function withOwnNumbers(all: ScoredRollouts, scores: readonly Scores[]): ScoredRollouts {
  return {
    ...all,
    sampled: all.sampled.map((one, index) => ({
      ...one,
      logprobs: Array.from(scores[index]?.logprobs ?? []),
      entropies: Array.from(scores[index]?.entropies ?? []),
    })),
  }
}

/** A sequence that is trained on; divergence from the reference in nats, where it is part of the reward. */
interface Sequence extends Weighed, Valued {
  /** Among all that was sampled. */
  readonly index: number
  readonly divergence: number
}

/** The sequences that are trained on, with their advantages. */
function weigh(
  stage: PolicyGradientStage,
  all: ScoredRollouts,
  allScores: readonly Scores[],
  { groups, greedyRewards }: DrawnBatch,
  klCoefficient: number,
): Sequence[] {
  const members = membersOf(groups, stage.group)
  const pick = <T>(values: readonly T[]): T[] => members.map((member) => values[member] as T)
  const scores = pick(allScores)
  const sampled = pick(all.sampled)
  const { advantages, returns } = tokenAdvantages(stage, {
    sampled,
    right: pick(all.right),
    rewards: pick(all.rewards),
    scores,
    greedyRewards: groups.flatMap((index) => greedyRewards[index] ?? []),
    klCoefficient,
  })
  return sampled.map((one, index) => ({
    index: members[index] as number,
    sampled: one,
    advantages: advantages[index] ?? [],
    returns: returns[index] ?? [],
    values: scores[index]?.values ?? [],
    divergence: sumOf(scores[index]?.divergences ?? []),
  }))
}

/** Minibatches of every epoch: shuffled where an epoch has several, and as they were drawn where it has one. */
function minibatchesOf<T>(
  sequences: readonly T[],
  { updatesPerBatch, epochs }: PolicyGradientStage,
  { seed, stage }: RecipeOptions,
  step: number,
): T[][] {
  const stream = createStream({ seed, purpose: 'shuffle', stage, step })
  const size = Math.max(1, Math.ceil(sequences.length / updatesPerBatch))
  return Array.from({ length: epochs }, () => {
    const order =
      updatesPerBatch === 1
        ? sequences
        : Array.from(stream.permutation(sequences.length), (index) => sequences[index] as T)
    return groupsOf(order, size)
  }).flat()
}

/** How much of what was sampled is trained on, where that is not all. */
function drawnValues(
  { groupsWithoutSignal, group }: PolicyGradientStage,
  trained: number,
  sampled: number,
): Record<string, number> {
  if (groupsWithoutSignal === 'keep') return {}
  const kept = { 'rl/kept_fraction': trained / sampled }
  return groupsWithoutSignal === 'drop' ? kept : { ...kept, 'rl/groups_drawn': sampled / group }
}

/** Left out where all returns are equal. */
function explained(sequences: readonly Valued[]): Record<string, number> {
  const value = explainedVariance(sequences)
  return Number.isFinite(value) ? { 'rl/explained_variance': value } : {}
}
