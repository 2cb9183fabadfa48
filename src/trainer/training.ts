// One run's way through its stages: evaluations, steps, rows, checkpoints and commands, in the order docs/run-folder.md
// gives. It knows no model: the experiment does the science, this keeps the books.
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import { isOutOfMemory } from '../engine/errors'
import type { Preparation } from '../engine/types'
import type { EvaluationResult, Experiment, StepResult } from '../lab/experiment'
import { latestCheckpoint, pruneCheckpoints, writeCheckpoint } from '../run-folder/checkpoints'
import { assert, assertNever } from '../shared/assert'
import { stageSteps, type RunConfig } from '../shared/config/schema'
import { AfterwordError } from '../shared/errors'
import { runFiles } from '../shared/run/folder'
import type { EngineName } from '../shared/run/record'
import { createTask } from '../shared/tasks/create-task'
import type { TaskData } from '../shared/tasks/task'
import { stagePredictor } from '../theory/predictions'
import type { Commands } from './commands'
import { isAborted, preparationSeconds, type EngineWatch } from './engine-watch'
import { writeFailure } from './failure'
import { memoryUse, outOfMemory } from './out-of-memory'
import { HeapKeeper } from './heap-keeper'
import type { Recorder } from './recorder'
import type { RunClock } from './run-clock'
import type { RunState } from './run-state'
import { isEvaluated, isPermanent, isSaved, stageAt } from './schedule'
import { readStageWeights } from './stage-weights'
import { LONG_FRACTION, type StartingPoint } from './starting-point'
import type { Log } from './trainer-log'

/** What a training needs; all of it belongs to the caller. */
export interface TrainingOptions {
  folder: string
  config: RunConfig
  data: TaskData
  experiment: Experiment
  /** The engine of the experiment. */
  watch: EngineWatch
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

/** How often a paused trainer looks for commands, and one that compiles for a stop. */
const POLL_MS = 100

/** Step of a stage whose evaluation before the first update has not been made. */
const NOT_BEGUN = -1

/** Trains a run from a starting point to its end. */
export class Training {
  private stage = 0
  private readonly heap = new HeapKeeper()
  /** Last step of the stage that is written down. */
  private step = NOT_BEGUN
  private sequences = 0
  private tokens = 0
  /** Whether a checkpoint stands for the present position. */
  private isSafe = true
  /** What the stage's first evaluation measured, for the closed forms that start from it. */
  private startLongFraction: number | undefined
  /** What theory says of the stage's rows. */
  private predict: ReturnType<typeof stagePredictor> = () => ({})
  /** Before the stage's program. */
  private memory = memoryUse()
  /** Compiling that is in the rows. */
  private compileSeconds = 0
  /** What earlier processes of the run spent on getting programs ready. */
  private readonly earlier: Preparation

  constructor(private readonly options: TrainingOptions) {
    this.earlier = options.state.record.preparation ?? { recordSeconds: 0, loadSeconds: 0, compileSeconds: 0 }
  }

  /**
   * Trains. Throws AfterwordError('run-failed') where a loss, gradient or weight is not finite or a batch does not fit into
   * memory; the last checkpoint is then good.
   */
  async run(start: StartingPoint): Promise<TrainingEnd> {
    const { config, watch } = this.options
    this.sequences = start.sequences
    this.tokens = start.tokens
    try {
      return await this.runStages(start)
    } catch (error) {
      throw isOutOfMemory(error) ? outOfMemory(error, config, this.stage, watch.lastCall, this.memory) : error
    }
  }

  private async runStages(start: StartingPoint): Promise<TrainingEnd> {
    const { config } = this.options
    for (let stage = start.stage; stage < config.stages.length; stage++) {
      const end = await this.runStage(stage, stage === start.stage ? start : undefined)
      if (end !== undefined) return end
    }
    return { state: 'finished', reason: 'All stages are done.' }
  }

  private async runStage(stage: number, start: StartingPoint | undefined): Promise<TrainingEnd | undefined> {
    const { config, clock, watch, log } = this.options
    const settings = stageAt(config, stage)
    const { kind } = settings
    const steps = stageSteps(settings)
    this.stage = stage
    this.step = start?.step ?? NOT_BEGUN
    this.startLongFraction = start?.startLongFraction
    this.predict = stagePredictor(config, stage)
    log(`stage ${stage} (${kind}): ${steps} steps, from step ${Math.max(0, this.step)}`)
    // Before it is compiled for: weights of another model are refused at once.
    if (start !== undefined) this.putState(start)
    this.memory = memoryUse()
    const stopped = await this.prepare(stage)
    if (stopped !== undefined) return stopped
    // At a stage's beginning its `from` decides.
    if (start?.step !== undefined) this.putState(start)
    const [begun, called] = [clock.seconds(), watch.callSeconds]
    while (this.step < steps) {
      const end = await this.obey()
      if (end !== undefined) return end
      if (this.step === NOT_BEGUN) {
        const stopped = await this.evaluateFirst()
        if (stopped !== undefined) return stopped
      } else await this.takeStep()
      this.heap.keep()
      if (isSaved(config, stage, this.step)) await this.save()
    }
    const seconds = clock.seconds() - begun
    const share = ((100 * (watch.callSeconds - called)) / seconds).toFixed(1)
    log(`stage ${stage} done: ${seconds.toFixed(1)} s with its programs ready, ${share}% in engine calls`)
    return undefined
  }

  /** Gives the experiment a checkpoint's state. Throws naming file, array and both shapes where it is another model's. */
  private putState({ arrays }: StartingPoint): void {
    if (arrays === undefined) return
    try {
      this.options.experiment.writeState(arrays)
    } catch (error) {
      if (!(error instanceof AfterwordError)) throw error
      throw new AfterwordError(error.code, `${arrays.from}: ${error.message}`, { cause: error })
    }
  }

  /** Loads and compiles the stage's program; a stop ends that between two functions. Returns an end where there was one. */
  private async prepare(stage: number): Promise<TrainingEnd | undefined> {
    const { folder, config, experiment, watch, commands, state, log } = this.options
    const named = await readStageWeights(folder, config, stage)
    const weightsOf = (reference: string) => {
      const weights = named.get(reference)
      assert(weights, `stage ${stage} names ${reference}`)
      return weights
    }
    const watcher = setInterval(() => commands.lookForStop(), POLL_MS)
    try {
      await experiment.beginStage(stage, weightsOf)
    } catch (error) {
      if (!isAborted(error)) throw error
      return (await this.obey()) ?? this.stop('a command')
    } finally {
      clearInterval(watcher)
    }
    const { recordSeconds, loadSeconds, compileSeconds } = watch.preparation
    const preparation = {
      recordSeconds: this.earlier.recordSeconds + recordSeconds,
      loadSeconds: this.earlier.loadSeconds + loadSeconds,
      compileSeconds: this.earlier.compileSeconds + compileSeconds,
    }
    await state.update({ preparation })
    const spent = preparationSeconds(watch.preparation)
    if (spent > 0)
      log(`programs so far: ${spent.toFixed(2)} s, of which compiling ${compileSeconds.toFixed(2)} s`)
    return undefined
  }

  /**
   * The evaluation before the first update, step 0: all that an evaluate stage does. Commands are heard between its parts. A
   * stop gives it up, and a resumed run makes it anew: the last checkpoint is the end of the stage before.
   */
  private async evaluateFirst(): Promise<TrainingEnd | undefined> {
    const parts = this.options.experiment.evaluateInParts(this.stage, 0)
    for (let part = parts.next(); ; part = parts.next()) {
      if (part.done === true) {
        this.startLongFraction = part.value.values[LONG_FRACTION]
        this.write(0, {}, part.value, [])
        return undefined
      }
      const end = await this.obey()
      if (end !== undefined) return end
      this.heap.keep()
    }
  }

  private async takeStep(): Promise<void> {
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
    throw await this.notFinite(`${name} is ${value}`, values)
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
    const all = {
      ...values,
      ...(evaluation === undefined ? {} : this.evaluationValues(step, evaluation)),
      ...this.newCompileSeconds(),
    }
    const row = { stage, step, time: clock.seconds(), sequences, tokens, values: all }
    recorder.write(row, [...completions, ...(evaluation?.completions ?? [])], evaluation?.problems)
    this.step = step
    this.isSafe = false
    if (evaluation !== undefined) log(`stage ${stage} step ${step}: ${describe(evaluation.values)}`)
  }

  /** Compiling since the row before. */
  private newCompileSeconds(): Record<string, number> {
    const { compileSeconds } = this.options.watch.preparation
    const grown = compileSeconds - this.compileSeconds
    this.compileSeconds = compileSeconds
    return grown > 0 ? { 'perf/compile_seconds': grown } : {}
  }

  private evaluationValues(step: number, evaluation: EvaluationResult): Record<string, number> {
    const { startLongFraction } = this
    const point = { step, ...(startLongFraction === undefined ? {} : { startLongFraction }) }
    return {
      ...evaluation.values,
      ...this.predict(point),
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
      throw await this.notFinite(`the update left numbers in ${broken[0]} that are not finite`, {})
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

  /** Writes down the batch that led to numbers that are not finite, and says where it and the last good checkpoint are. */
  private async notFinite(problem: string, values: Record<string, number>): Promise<AfterwordError> {
    const { folder, config, data, watch } = this.options
    const { stage, step } = this
    const lastCheckpoint = (await latestCheckpoint(folder))?.name
    const summary = await writeFailure(folder, {
      ...{ stage, step, problem, values, lastCheckpoint },
      task: createTask(config.task, data),
      call: watch.brokenCall ?? watch.lastCallWith('sequences'),
    })
    const batch =
      summary === '' ? `see ${runFiles.failure}` : `the batch is in ${runFiles.failure}: ${summary}`
    const checkpoint =
      lastCheckpoint === undefined
        ? 'there is no checkpoint yet'
        : `checkpoint ${lastCheckpoint} is the last good one`
    return new AfterwordError(
      'run-failed',
      `stage ${stage}, step ${step}: ${problem}; training cannot go on from it (a lower learning rate or gradient clipping may help); ${batch}; ${checkpoint}`,
    )
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
      await sleep(POLL_MS)
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
