// Numbers of the card "What this will run": sizes over all runs, and what the closed forms expect of each mixture. Pure.
import { describeStudy, describeTask, shareText } from '../../../shared/config/describe'
import type { ParsedStudy } from '../../../shared/config/parse'
import { stageSteps, type RunConfig } from '../../../shared/config/schema'
import { metricInfo, type MetricInfo } from '../../../shared/run/metrics'
import { parameterCount, sequenceShape, stageTokens } from '../../../theory/counts'
import { theoryValues } from '../../../theory/predictions'
import { formatValue } from '../../ui/format'

/** A quantity of a run: one number, or its range over the runs. */
interface PreviewFact {
  term: string
  help: string
  low: number
  high: number
}
interface Prediction {
  /** The mixture it is for; '' where the study has only one. */
  name: string
  verdict: string
  values: readonly { term: string; text: string; help: string }[]
}
export interface Preview {
  facts: readonly PreviewFact[]
  predictions: readonly Prediction[]
  /** Mixtures beyond the ones shown. */
  morePredictions: number
}

/** Mixtures whose prediction is written out; a grid can have dozens. */
const shownPredictions = 3

/** What a valid study amounts to. */
export function previewOf({ runs }: ParsedStudy): Preview {
  const configs = runs.map((run) => run.config)
  const study = describeStudy(runs)
  const mixtures = [...new Map(configs.map((config) => [JSON.stringify(config.task), config])).values()]
  const sizes = sizeFacts(configs)
  return {
    facts: [
      { term: 'Runs', help: 'Points of the grid.', low: runs.length, high: runs.length },
      ...sizes.map(({ parameters }) => parameters),
      range('Steps a run', 'Optimizer steps; STaR: rounds.', configs, (config) =>
        only(sum(config.stages.map(stageSteps))),
      ),
      {
        term: 'Sequences a run',
        help: 'Trained on, or sampled for training.',
        low: study.sequencesPerRun.smallest,
        high: study.sequencesPerRun.largest,
      },
      ...(runs.length > 1
        ? [
            {
              term: 'Sequences in all',
              help:
                study.sharedStages > 0
                  ? `${study.sharedStages} stages are computed once and shared by the runs that begin alike.`
                  : 'Over all runs.',
              low: study.sequences,
              high: study.sequences,
            },
          ]
        : []),
      ...sizes.map(({ tokens }) => tokens),
    ],
    predictions: mixtures
      .slice(0, shownPredictions)
      .map((config) => predictionOf(config, mixtures.length > 1)),
    morePredictions: Math.max(0, mixtures.length - shownPredictions),
  }
}

/** What depends on the lengths of sequences; empty where a data set's rows are not at hand. */
function sizeFacts(configs: readonly RunConfig[]): { parameters: PreviewFact; tokens: PreviewFact }[] {
  const sized = configs.flatMap((config) => {
    const shape = sequenceShape(config.task)
    return shape === undefined ? [] : [{ config, shape }]
  })
  if (sized.length === 0) return []
  const parameters = sized.map(({ config, shape }) => only(parameterCount(config.model, shape)))
  const tokens = sized.map(({ config, shape }) => {
    const counts = config.stages.map((stage) => stageTokens(config.task, stage, shape))
    return { low: sum(counts.map((count) => count.lowest)), high: sum(counts.map((count) => count.highest)) }
  })
  const tokenHelp = 'Prompt, answer and end token; in RL it depends on how long the answers get.'
  return [
    {
      parameters: spread('Parameters', 'Trained numbers of a model.', parameters),
      tokens: spread('Tokens a run', tokenHelp, tokens),
    },
  ]
}

function predictionOf(config: RunConfig, isNamed: boolean): Prediction {
  const values = theoryValues(config)
  const { task } = config
  return {
    name: isNamed ? describeTask(task) : '',
    verdict: verdictOf(config, values),
    values: Object.entries(values).flatMap(([name, value]) => {
      const metric = name.slice('theory/'.length)
      if (attemptsOf(metric) > mostSamples(config)) return []
      const { title, unit, help } = ownTerms[metric] ?? metricInfo(metric)
      return [{ term: title, text: `${formatValue(value)}${unitText(value, unit)}`, help }]
    }),
  }
}

/** The k of pass@k and maj@k; 1 of everything else. */
const attemptsOf = (metric: string): number => Number(/@(\d+)$/.exec(metric)?.[1] ?? 1)

/** Samples a problem that the study draws: it can measure pass@k up to there. */
function mostSamples({ stages }: RunConfig): number {
  return Math.max(1, ...stages.map((stage) => (stage.kind === 'evaluate' ? stage.samples : 1)))
}

const unitText = (value: number, unit: string | undefined): string =>
  unit === undefined ? '' : ` ${value === 1 ? unit.replace(/s$/, '') : unit}`

/** Predictions that are no metric of a run. */
const ownTerms: Readonly<Record<string, Pick<MetricInfo, 'title' | 'unit' | 'help'>>> = {
  'train/loss_per_sequence': {
    title: 'Loss plateau',
    unit: 'nats',
    help: 'Loss per sequence once the chain is learned and the answer is not.',
  },
  'train/loss_floor_per_sequence': {
    title: 'Loss floor',
    unit: 'nats',
    help: 'Loss per sequence of a model that knows the answer too.',
  },
  'star/rounds_to_flip': {
    title: 'STaR rounds to flip',
    help: 'Rounds of STaR until greedy decoding writes the chain.',
  },
  'policy/entropy': {
    title: 'Entropy of the base policy',
    unit: 'nats',
    help: 'Of the method it draws after pretraining.',
  },
  'linear/first_weight': {
    title: 'Weight on the first bit',
    help: 'Of the first head: the others are 0 at the optimum.',
  },
  'linear/first_right': {
    title: 'P(first bit copied)',
    help: 'Probability that the first token equals the first bit of the input.',
  },
  'linear/stop_after_right': {
    title: 'P(end | first bit copied)',
    help: 'Probability of stopping after a first token that equals the first bit. Above 1/2, greedy decoding answers short.',
  },
  'linear/stop_after_wrong': {
    title: 'P(end | not copied)',
    help: 'Probability of stopping after a first token that differs from the first bit: such an answer was short.',
  },
  'linear/long_right': { title: 'P(long, right)', help: 'Share of samples that are the whole right chain.' },
  'linear/short_right': {
    title: 'P(short, right)',
    help: 'Share of samples that are the right bare answer.',
  },
}

function verdictOf({ task, stages }: RunConfig, values: Record<string, number>): string {
  if (Object.keys(values).length === 0) return 'No closed form is known for this task.'
  if (task.kind !== 'parity') return 'Closed forms, computed from the task.'
  const p = shareText(task.longFraction)
  if ((values['theory/eval/greedy_accuracy'] ?? 0) >= 1)
    return `Greedy decoding writes the whole chain after pretraining already: p ${p} is at least 1/3.`
  const plateau = `Greedy decoding answers with one token after pretraining and stays at chance: p ${p} is below 1/3.`
  const hasMore = stages.some((stage) => stage.kind === 'rl' || stage.kind === 'sft')
  return hasMore
    ? `${plateau} The stages behind it have to flip it.`
    : `${plateau} Without an RL stage it stays there.`
}

function range(
  term: string,
  help: string,
  configs: readonly RunConfig[],
  measure: (config: RunConfig) => { low: number; high: number },
): PreviewFact {
  return spread(term, help, configs.map(measure))
}

function spread(term: string, help: string, all: readonly { low: number; high: number }[]): PreviewFact {
  return {
    term,
    help,
    low: Math.min(...all.map((each) => each.low)),
    high: Math.max(...all.map((each) => each.high)),
  }
}

function only(value: number): { low: number; high: number } {
  return { low: value, high: value }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
