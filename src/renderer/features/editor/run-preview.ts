// Numbers of the card "What this will run": sizes and times over all runs, and what the closed forms expect of each mixture. Pure.
import { describeTask, shareText } from '../../../shared/config/describe'
import type { RunConfig } from '../../../shared/config/schema'
import { metricInfo, type MetricInfo } from '../../../shared/run/metrics'
import type { StageSpeed } from '../../../shared/workbench-api'
import { theoryValues } from '../../../theory/predictions'
import { formatValue } from '../../ui/format'
import {
  planAmounts,
  type Amount,
  type Plan,
  type PlanAmounts,
  type Range,
  type Speeds,
  type StudyAmount,
} from './run-plan'

/** A quantity of a run: one number, or its range over the runs. */
interface PreviewFact extends Range {
  term: string
  help: string
  /** Whether it counts floating-point operations, which have prefixes of their own. */
  isFlops?: boolean
}
interface Prediction {
  /** The mixture it is for; '' where the study has only one. */
  name: string
  verdict: string
  values: readonly { term: string; text: string; help: string }[]
}
/** What the time is known to be, in seconds. */
interface PreviewTimes {
  /** Whether anything was looked up yet. */
  isAsked: boolean
  /** Of the runs whose stages were all measured; undefined where there is none. */
  run: Range | undefined
  /** From the first start to the last end; undefined where something was not measured. */
  all: number | undefined
  /** Seconds of computing that are known. */
  known: number
  unknownRuns: number
  slots: number
  /** Where the times are from, in a sentence. */
  source: string
  runIds: readonly string[]
}
export interface Preview {
  facts: readonly PreviewFact[]
  times: PreviewTimes
  predictions: readonly Prediction[]
  /** Mixtures beyond the ones shown. */
  morePredictions: number
}

/** Mixtures whose prediction is written out; a grid can have dozens. */
const shownPredictions = 3

/** What a planned study amounts to; times by the speeds that are known. */
export function previewOf(
  plan: Plan,
  speeds: Speeds = new Map(),
  slots = 1,
  { runs: amounts, study }: PlanAmounts = planAmounts(plan, speeds, slots),
): Preview {
  const isOne = plan.runs.length === 1
  const once =
    study.saved > 0 ? ` ${study.saved} stages are computed once and shared by the runs that begin alike.` : ''
  const counts = (term: string, help: string, of: (amount: Amount) => Range | undefined) => [
    ...fact(isOne ? term : `${term} a run`, help, amounts.map(of)),
    ...(isOne ? [] : fact(`${term} in all`, `Over all runs.${once}`, [of(study)])),
  ]
  return {
    facts: [
      ...fact('Runs', 'Points of arms, draws and sweep.', [only(plan.runs.length)]),
      ...fact(
        'Parameters',
        'Trained numbers of a model.',
        plan.runs.map(({ parameters }) => (parameters === undefined ? undefined : only(parameters))),
      ),
      ...fact(
        'Steps a run',
        'Optimizer steps; STaR: rounds.',
        amounts.map(({ steps }) => only(steps)),
      ),
      ...counts('Sequences', 'Trained on, or sampled for training.', ({ sequences }) => only(sequences)),
      ...counts(
        'Tokens',
        'Prompt, answer and end token; in RL it depends on how long the answers get.',
        ({ tokens }) => tokens,
      ),
      ...counts(
        'FLOPs',
        'Floating-point operations of training: 6 a parameter and token, 2 for one that is sampled. Attention scores and evaluations are left out.',
        ({ flops }) => flops,
      ).map((each) => ({ ...each, isFlops: true })),
    ],
    times: timesOf(plan, amounts, study, speeds, slots),
    predictions: plan.tasks
      .slice(0, shownPredictions)
      .map((config) => predictionOf(config, plan.tasks.length > 1)),
    morePredictions: Math.max(0, plan.tasks.length - shownPredictions),
  }
}

/** The fact, with its range over the runs; nothing where it is known of none. */
function fact(term: string, help: string, all: readonly (Range | undefined)[]): PreviewFact[] {
  const known = all.filter((each) => each !== undefined)
  if (known.length === 0) return []
  const low = known.reduce((least, each) => Math.min(least, each.low), Infinity)
  const high = known.reduce((most, each) => Math.max(most, each.high), -Infinity)
  return [{ term, help, low, high }]
}

function timesOf(
  plan: Plan,
  amounts: readonly Amount[],
  study: StudyAmount,
  speeds: Speeds,
  slots: number,
): PreviewTimes {
  const isAsked = plan.programs.some((program) => speeds.has(program))
  const seconds = amounts.flatMap((amount) => amount.seconds ?? [])
  const ofRun =
    seconds.length === 0
      ? undefined
      : {
          low: seconds.reduce((least, each) => Math.min(least, each), Infinity),
          high: seconds.reduce((most, each) => Math.max(most, each), 0),
        }
  const known = plan.programs.flatMap((program) => speeds.get(program) ?? [])
  return {
    isAsked,
    run: ofRun,
    all: study.wallSeconds,
    known: study.knownSeconds,
    unknownRuns: study.unknownRuns,
    slots,
    source: sourceText(known),
    runIds: [...new Set(known.flatMap(({ source }) => (source.kind === 'run' ? [source.runId] : [])))],
  }
}

/** Where measured times are from, in a sentence; '' where nothing was measured. */
function sourceText(speeds: readonly StageSpeed[]): string {
  if (speeds.length === 0) return ''
  const runs = new Set(speeds.flatMap(({ source }) => (source.kind === 'run' ? [source.runId] : [])))
  const hasMeasurement = speeds.some(({ source }) => source.kind === 'measurement')
  const from = [
    ...(runs.size > 0
      ? [`the steps of ${runs.size === 1 ? 'a run' : `${runs.size} runs`} of this workspace`]
      : []),
    ...(hasMeasurement ? ['a remembered measurement of engines'] : []),
  ]
  const on = new Set(
    speeds.map(
      ({ engine, device, threads }) =>
        `${device}, ${engine}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`,
    ),
  )
  return `By ${from.join(' and ')}, on ${[...on].slice(0, 2).join('; ')}${on.size > 2 ? ' and others' : ''}.`
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

function only(value: number): Range {
  return { low: value, high: value }
}
