// What a study will run, run by run and in all, before it is queued: parameters, sequences, tokens, floating-point operations, and
// the time by what was measured on this machine. Stages that runs share are computed once and counted once. Pure.
import { stageCost, stageEvaluations } from '../../../shared/config/describe'
import { leadingStagesKey } from '../../../shared/config/leading-stages'
import type { ParsedStudy } from '../../../shared/config/parse'
import { stageSteps, type RunConfig, type StageConfig } from '../../../shared/config/schema'
import { stagePrograms } from '../../../shared/run/stage-program'
import type { StageSpeed } from '../../../shared/workbench-api'
import { parameterCount, sequenceShape, stageTokens } from '../../../theory/counts'
import { flopsPerParameterToken } from '../../../theory/flops'

/** A number that depends on what a model will sample: at least and at most. */
export interface Range {
  readonly low: number
  readonly high: number
}
interface PlannedStage {
  /** What it computes; stages with equal programs are as fast as each other. */
  readonly program: string
  /** Equal for stages that are computed once; undefined for one that is the run's own. */
  readonly shared: string | undefined
  readonly steps: number
  readonly evaluations: number
  readonly sequences: number
  /** Unknown where a data set's rows are not at hand. */
  readonly tokens: Range | undefined
  readonly flops: Range | undefined
}
/** A run that has not begun. */
interface PlannedRun {
  readonly point: Readonly<Record<string, unknown>>
  readonly parameters: number | undefined
  readonly stages: readonly PlannedStage[]
}
export interface Plan {
  readonly runs: readonly PlannedRun[]
  /** Different programs in the order they are first met. */
  readonly programs: readonly string[]
  /** A config of each different task. */
  readonly tasks: readonly RunConfig[]
}

/** The plan of a valid study, in steps: one a run. */
export function* planSteps({ runs }: Pick<ParsedStudy, 'runs'>): Generator<undefined, Plan> {
  const programs = new Map<string, string>()
  const tasks = new Map<string, RunConfig>()
  const planned: PlannedRun[] = []
  for (const { point, config } of runs) {
    const task = JSON.stringify(config.task)
    if (!tasks.has(task)) tasks.set(task, config)
    planned.push(plannedRun(point, config, programs))
    yield
  }
  return { runs: planned, programs: [...programs.keys()], tasks: [...tasks.values()] }
}

function plannedRun(
  point: PlannedRun['point'],
  config: RunConfig,
  programs: Map<string, string>,
): PlannedRun {
  const shape = sequenceShape(config.task)
  const parameters = shape && parameterCount(config.model, shape)
  const own = stagePrograms(config)
  return {
    point,
    parameters,
    stages: config.stages.map((stage, index) => {
      const text = own[index] ?? ''
      const program = programs.get(text) ?? text
      programs.set(program, program)
      const isLast = index === config.stages.length - 1
      const tokens = shape && tokensOf(config, stage, shape)
      const each = flopsPerParameterToken(stage) * (parameters ?? 0)
      return {
        program,
        shared: isLast ? undefined : leadingStagesKey(config, index + 1),
        steps: stageSteps(stage),
        evaluations: stageEvaluations(stage, config.evaluate),
        sequences: stageCost(stage).sequences,
        tokens,
        flops: tokens && { low: each * tokens.low, high: each * tokens.high },
      }
    }),
  }
}

function tokensOf(
  { task }: RunConfig,
  stage: StageConfig,
  shape: NonNullable<ReturnType<typeof sequenceShape>>,
): Range {
  const { lowest, highest } = stageTokens(task, stage, shape)
  return { low: lowest, high: highest }
}

/** Speeds by program; a program that is not there was not asked about yet. */
export type Speeds = ReadonlyMap<string, StageSpeed | null>

/** Seconds a stage takes; undefined where its program was not measured. */
function stageSeconds({ program, steps, evaluations }: PlannedStage, speeds: Speeds): number | undefined {
  const speed = speeds.get(program)
  if (!speed) return undefined
  return steps * speed.stepSeconds + evaluations * speed.evaluateSeconds + speed.prepareSeconds
}

/** A sum, undefined where a part of it is. */
function total(values: readonly (number | undefined)[]): number | undefined {
  return values.reduce<number | undefined>(
    (sum, value) => (sum === undefined || value === undefined ? undefined : sum + value),
    0,
  )
}

/** Totals of some stages. */
export interface Amount {
  readonly steps: number
  readonly sequences: number
  readonly tokens: Range | undefined
  readonly flops: Range | undefined
  /** Undefined where some of it was not measured. */
  readonly seconds: number | undefined
}

function amountOf(stages: readonly PlannedStage[], speeds: Speeds): Amount {
  const range = (of: (stage: PlannedStage) => Range | undefined): Range | undefined => {
    const low = total(stages.map((stage) => of(stage)?.low))
    const high = total(stages.map((stage) => of(stage)?.high))
    return low === undefined || high === undefined ? undefined : { low, high }
  }
  return {
    steps: total(stages.map(({ steps }) => steps)) ?? 0,
    sequences: total(stages.map(({ sequences }) => sequences)) ?? 0,
    tokens: range(({ tokens }) => tokens),
    flops: range(({ flops }) => flops),
    seconds: total(stages.map((stage) => stageSeconds(stage, speeds))),
  }
}

/** All runs, shared stages once. */
export interface StudyAmount extends Amount {
  /** Stages that are computed once for several runs: how many computations that saves. */
  readonly saved: number
  /** Seconds of what was measured, where that is not all. */
  readonly knownSeconds: number
  /** Runs of which a stage was not measured. */
  readonly unknownRuns: number
  /** From the first run's start to the last one's end, so many at a time; undefined where something was not measured. */
  readonly wallSeconds: number | undefined
}

/** What a plan takes. */
export interface PlanAmounts {
  /** Each run by itself, all its stages computed. */
  readonly runs: readonly Amount[]
  readonly study: StudyAmount
}

/** Every run and the whole study, with as many runs side by side as there are slots. */
export function planAmounts({ runs }: Plan, speeds: Speeds, slots: number): PlanAmounts {
  const seen = new Set<string>()
  let saved = 0
  const stages = runs.flatMap((run) =>
    run.stages.filter(({ shared }) => {
      if (shared === undefined) return true
      const isNew = !seen.has(shared)
      if (isNew) seen.add(shared)
      else saved++
      return isNew
    }),
  )
  const amount = amountOf(stages, speeds)
  const amounts = runs.map((run) => amountOf(run.stages, speeds))
  const longest = amounts.reduce<number>((most, { seconds }) => Math.max(most, seconds ?? 0), 0)
  return {
    runs: amounts,
    study: {
      ...amount,
      saved,
      knownSeconds: stages.reduce((sum, stage) => sum + (stageSeconds(stage, speeds) ?? 0), 0),
      unknownRuns: amounts.filter(({ seconds }) => seconds === undefined).length,
      wallSeconds:
        amount.seconds === undefined ? undefined : Math.max(longest, amount.seconds / Math.max(1, slots)),
    },
  }
}
