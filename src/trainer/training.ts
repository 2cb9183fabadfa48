// One run's way through its stages: evaluations, steps, rows, checkpoints and commands, in the order docs/run-folder.md
// gives. It knows no model: the experiment does the science, this keeps the books.
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import type { EvaluationResult, Experiment, StepResult } from '../lab/experiment'
import { pruneCheckpoints, writeCheckpoint } from '../run-folder/checkpoints'
import { assertNever } from '../shared/assert'
import type { RunConfig } from '../shared/config/schema'
import { AfterwordError } from '../shared/errors'
import type { EngineName } from '../shared/run/record'
import { predictions } from '../theory/predictions'
import type { Commands } from './commands'
import type { Recorder } from './recorder'
import type { RunClock } from './run-clock'
import type { RunState } from './run-state'
import { isEvaluated, isPermanent, isSaved, stageAt } from './schedule'
import { LONG_FRACTION, type StartingPoint } from './starting-point'
import type { Log } from './trainer-log'

/** What a training needs; all of it belongs to the caller. */
export interface TrainingOptions {
  folder: string
  config: RunConfig
  experiment: Experiment
  state: RunState
  commands: Commands
  recorder: Recorder
  clock: RunClock
  log: Log
  /** Seconds, from any start. */
  now: () => number
  engine: EngineName
  threads: number
}

/** How a training ended without an error. */
export interface TrainingEnd {
  state: 'finished' | 'stopped'
  reason: string
}

/** How often a paused trainer looks for commands. */
const PAUSE_POLL_MS = 100

/** Step of a stage whose evaluation before the first update has not been made. */
const NOT_BEGUN = -1

/** Trains a run from a starting point to its end. */
export class Training {
  private stage = 0
  /** Last step of the stage that is written down. */
  private step = NOT_BEGUN
  private sequences = 0
  private tokens = 0
  /** Whether a checkpoint stands for the present position. */
  private isSafe = true
  /** What the stage's first evaluation measured, for the closed forms that start from it. */
  private startLongFraction: number | undefined

  constructor(private readonly options: TrainingOptions) {}

  /** Trains. Throws AfterwordError('run-failed') where a loss, gradient or weight is not finite; the last checkpoint is then good. */
  async run(start: StartingPoint): Promise<TrainingEnd> {
    const { config, log } = this.options
    this.sequences = start.sequences
    this.tokens = start.tokens
    for (let stage = start.stage; stage < config.stages.length; stage++) {
      const end = await this.runStage(stage, stage === start.stage ? start : undefined)
      if (end !== undefined) return end
      log(`stage ${stage} done`)
    }
    return { state: 'finished', reason: 'All stages are done.' }
  }

  private async runStage(stage: number, start: StartingPoint | undefined): Promise<TrainingEnd | undefined> {
    const { config, experiment, log } = this.options
    const { steps, kind } = stageAt(config, stage)
    await experiment.beginStage(stage)
    if (start?.arrays !== undefined) experiment.writeState(start.arrays)
    this.stage = stage
    this.step = start?.step ?? NOT_BEGUN
    this.startLongFraction = start?.startLongFraction
    log(`stage ${stage} (${kind}): ${steps} steps, from step ${Math.max(0, this.step)}`)
    while (this.step < steps) {
      const end = await this.obey()
      if (end !== undefined) return end
      if (this.step === NOT_BEGUN) this.evaluateFirst()
      else this.takeStep()
      if (isSaved(config, stage, this.step)) await this.save()
    }
    return undefined
  }

  /** The evaluation before the first update: step 0. */
  private evaluateFirst(): void {
    const evaluation = this.options.experiment.evaluate(this.stage, 0)
    this.startLongFraction = evaluation.values[LONG_FRACTION]
    this.write(0, {}, evaluation, [])
  }

  private takeStep(): void {
    const { config, experiment, now } = this.options
    const step = this.step + 1
    const before = now()
    const result = experiment.step(this.stage, step)
    const seconds = now() - before
    this.sequences += result.sequences
    this.tokens += result.tokens
    const values = { ...result.values, ...performanceValues(result, seconds) }
    const broken = Object.entries(result.values).find(
      ([name, value]) => name.startsWith('train/') && !Number.isFinite(value),
    )
    const isDue = broken === undefined && isEvaluated(config, this.stage, step)
    const evaluation = isDue ? experiment.evaluate(this.stage, step) : undefined
    this.write(step, values, evaluation, result.completions)
    if (broken === undefined) return
    const [name, value] = broken
    throw notFinite(this.stage, step, `${name} is ${value}`)
  }

  /** Writes the row of a step, and takes the step as done. */
  private write(
    step: number,
    values: Record<string, number>,
    evaluation: EvaluationResult | undefined,
    completions: StepResult['completions'],
  ): void {
    const { recorder, clock, log } = this.options
    const { stage, sequences, tokens } = this
    const all = evaluation === undefined ? values : { ...values, ...this.evaluationValues(step, evaluation) }
    const row = { stage, step, time: clock.seconds(), sequences, tokens, values: all }
    recorder.write(row, [...completions, ...(evaluation?.completions ?? [])])
    this.step = step
    this.isSafe = false
    if (evaluation !== undefined) log(`stage ${stage} step ${step}: ${describe(evaluation.values)}`)
  }

  private evaluationValues(step: number, evaluation: EvaluationResult): Record<string, number> {
    const { startLongFraction } = this
    const point = { step, ...(startLongFraction === undefined ? {} : { startLongFraction }) }
    return {
      ...evaluation.values,
      ...predictions(this.options.config, this.stage, point),
      'perf/evaluate_seconds': evaluation.seconds,
      'system/memory_bytes': process.memoryUsage.rss(),
      'system/tensors': this.options.experiment.liveTensors(),
    }
  }

  private async save(): Promise<void> {
    const { folder, config, experiment, recorder, clock, engine, threads } = this.options
    const { stage, step, sequences, tokens } = this
    const arrays = experiment.readState()
    const broken = Object.entries({ ...arrays.model, ...arrays.optimizer }).find(
      ([, { values }]) => !values.every(Number.isFinite),
    )
    if (broken !== undefined) {
      throw notFinite(stage, step, `the update left numbers in ${broken[0]} that are not finite`)
    }
    recorder.sync()
    const state = {
      version: 1,
      stage,
      step,
      sequences,
      tokens,
      time: clock.seconds(),
      engine,
      threads,
    } as const
    await writeCheckpoint(folder, { state, ...arrays })
    await pruneCheckpoints(folder, config.checkpoint.keep, (kept) =>
      isPermanent(config, kept.stage, kept.step),
    )
    this.isSafe = true
  }

  /** Carries out new commands. Returns an end where the run is to stop. */
  private async obey(): Promise<TrainingEnd | undefined> {
    const { commands, state, clock, log } = this.options
    // Native calls are synchronous: signals are seen in this turn of the event loop only.
    await nextTurn()
    for (;;) {
      if (commands.stopSignal !== undefined) return this.stop(commands.stopSignal)
      const control = await commands.next()
      if (control !== undefined) {
        const { command, at: obeyed } = control
        log(`command: ${command}`)
        if (command === 'stop') {
          await state.update({ obeyed })
          return this.stop('a command')
        }
        if (command === 'checkpoint' && !this.isSafe) await this.save()
        if (command === 'pause') clock.pause()
        if (command === 'resume') clock.resume()
        await state.update({ obeyed, ...this.stateAfter(command) })
      }
      if (!clock.isPaused) return undefined
      await sleep(PAUSE_POLL_MS)
    }
  }

  private stateAfter(command: 'pause' | 'resume' | 'checkpoint'): {
    state?: 'running' | 'paused'
    seconds?: number
  } {
    switch (command) {
      case 'pause':
        return { state: 'paused', seconds: this.options.clock.seconds() }
      case 'resume':
        return { state: 'running' }
      case 'checkpoint':
        return {}
      default:
        return assertNever(command)
    }
  }

  private async stop(by: string): Promise<TrainingEnd> {
    if (!this.isSafe) await this.save()
    const place =
      this.step === NOT_BEGUN ? `before stage ${this.stage}` : `after stage ${this.stage}, step ${this.step}`
    return { state: 'stopped', reason: `Stopped by ${by} ${place}.` }
  }
}

function notFinite(stage: number, step: number, what: string): AfterwordError {
  return new AfterwordError(
    'run-failed',
    `stage ${stage}, step ${step}: ${what}; training cannot go on from it (a lower learning rate or gradient clipping may help)`,
  )
}

function performanceValues({ tokens, seconds: parts }: StepResult, seconds: number): Record<string, number> {
  const named = Object.entries(parts).map(([part, value]) => [`perf/${part}_seconds`, value] as const)
  return {
    'perf/step_seconds': seconds,
    ...(seconds > 0 ? { 'perf/tokens_per_second': tokens / seconds } : {}),
    ...Object.fromEntries(named),
  }
}

function describe(values: Record<string, number>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name} ${Number(value.toPrecision(4))}`)
    .join(', ')
}
