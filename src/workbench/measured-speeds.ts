// How fast stages were on this machine: what trainers remembered of engines (`afterword measure`), and the rows of the runs of
// the workspace. The newest of both counts, because a new run will be trained as the last one was. It measures nothing itself.
import { readdir } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { readJsonIfPresent } from '../run-folder/json-file'
import { readRows } from '../run-folder/jsonl'
import { measurementsFolder, userCache } from '../run-folder/measurements-folder'
import { runConfigSchema } from '../shared/config/schema'
import { runFiles } from '../shared/run/folder'
import { measuredEngines, measurementSchema, type Measurement } from '../shared/run/measurement'
import type { RunRecord } from '../shared/run/record'
import { metricsRowSchema, type MetricsRow } from '../shared/run/rows'
import { stagePrograms } from '../shared/run/stage-program'
import type { StageSpeed } from '../shared/workbench-api'
import { mean } from '../statistics/summary'
import type { ConfigReader } from './config-table'

/** A run that may have been measured. */
interface MeasuredRun {
  readonly id: string
  readonly folder: string
  readonly storedRecord: RunRecord
}

/** Runs whose rows are read for one question at most: the newest of those that fit. */
const MOST_RUNS_READ = 32
/** Steps of a stage below which its mean says little: the first ones warm up. */
const FEWEST_STEPS = 3

/** Speeds by the program of a stage. */
export class MeasuredSpeeds {
  /** Programs of a run's stages; a config never changes. */
  private readonly programs = new Map<string, readonly string[]>()
  /** Speeds of runs that are over. */
  private readonly known = new Map<string, readonly (StageSpeed | undefined)[]>()

  /** `cache`: the user's, where measurements are. */
  constructor(
    private readonly configs: ConfigReader,
    private readonly cache = userCache(),
    private readonly host = hostname(),
  ) {}

  /** The newest speed of each program; null where there is none. Damaged files count as not there. */
  async find(
    programs: readonly string[],
    { runs, isOnGpu }: { runs: readonly MeasuredRun[]; isOnGpu: boolean },
  ): Promise<(StageSpeed | null)[]> {
    const wanted = new Set(programs)
    const found = new Map<string, StageSpeed>()
    const offer = (program: string, speed: StageSpeed) => {
      const other = found.get(program)
      if (wanted.has(program) && (!other || other.measured < speed.measured)) found.set(program, speed)
    }
    const isMeant = (device: string | undefined) => device !== undefined && isGpu(device) === isOnGpu
    for (const measurement of await this.measurements()) {
      if (!isMeant(measurement.device)) continue
      measurement.stages?.forEach((program, stage) => {
        const speed = speedOf(measurement, stage)
        if (speed) offer(program, speed)
      })
    }
    const candidates = runs
      .filter(
        ({ storedRecord: { host, device, started } }) =>
          started !== undefined && host === this.host && isMeant(device),
      )
      .sort((a, b) => (a.storedRecord.created < b.storedRecord.created ? 1 : -1))
    await this.learnPrograms(candidates)
    const missing = new Set(wanted)
    let read = 0
    for (const run of candidates) {
      if (missing.size === 0 || read === MOST_RUNS_READ) break
      const own = this.programs.get(run.id) ?? []
      if (!own.some((program) => missing.has(program))) continue
      read++
      for (const [stage, speed] of (await this.speedsOf(run, own.length)).entries()) {
        const program = own[stage]
        if (program === undefined || speed === undefined) continue
        offer(program, speed)
        missing.delete(program)
      }
    }
    return programs.map((program) => found.get(program) ?? null)
  }

  private async measurements(): Promise<Measurement[]> {
    const folder = measurementsFolder(this.cache)
    const names = await readdir(folder).catch(() => [])
    const read = await Promise.all(
      names
        .filter((name) => name.endsWith('.json'))
        .map((name) => readJsonIfPresent(join(folder, name), measurementSchema).catch(() => undefined)),
    )
    return read.flatMap((each) => (each?.host === this.host ? [each] : []))
  }

  /** Configs that differ in their seed alone are looked at once. */
  private async learnPrograms(runs: readonly MeasuredRun[]): Promise<void> {
    const unknown = runs.filter(({ id }) => !this.programs.has(id))
    if (unknown.length === 0) return
    const { configs, runs: places } = await this.configs.read(unknown)
    const programs = configs.map((config) => {
      const parsed = runConfigSchema.safeParse(config)
      return parsed.success ? stagePrograms(parsed.data) : []
    })
    for (const { id } of unknown) this.programs.set(id, programs[places[id]?.config ?? -1] ?? [])
  }

  private async speedsOf(
    { id, folder, storedRecord }: MeasuredRun,
    stages: number,
  ): Promise<readonly (StageSpeed | undefined)[]> {
    const known = this.known.get(id)
    if (known) return known
    const { rows } = await readRows(join(folder, runFiles.metrics), metricsRowSchema).catch(() => ({
      rows: [],
    }))
    const speeds = Array.from({ length: stages }, (_, stage) =>
      speedByRows(
        storedRecord,
        rows.filter((row) => row.stage === stage),
        stages,
      ),
    )
    if (storedRecord.state === 'finished') this.known.set(id, speeds)
    return speeds
  }
}

const isGpu = (device: string): boolean => device.startsWith('GPU')

/** Of the engine that costs least a step, as a run on `auto` would take it. */
function speedOf({ engines, measured, device, threads }: Measurement, stage: number): StageSpeed | undefined {
  const [best] = measuredEngines
    .flatMap((engine) => {
      const times = engines[engine]?.[stage]
      return times === undefined ? [] : [{ engine, times }]
    })
    .sort((a, b) => a.times.stepSeconds - b.times.stepSeconds)
  if (!best) return undefined
  const { preparation, stepSeconds, evaluateSeconds } = best.times
  const prepareSeconds = preparation.recordSeconds + preparation.loadSeconds + preparation.compileSeconds
  const source = { kind: 'measurement' } as const
  return {
    stepSeconds,
    evaluateSeconds,
    prepareSeconds,
    source,
    measured,
    engine: best.engine,
    device,
    threads,
  }
}

/** Means over the rows of a stage: what its steps cost as it learned, evaluations too. */
function speedByRows(
  { id, created, engine, device, threads, preparation }: RunRecord,
  rows: readonly MetricsRow[],
  stages: number,
): StageSpeed | undefined {
  if (engine === undefined || device === undefined || threads === undefined) return undefined
  const of = (metric: string) => rows.flatMap(({ values }) => values[metric] ?? []).filter(Number.isFinite)
  const steps = of('perf/step_seconds')
  const evaluations = of('perf/evaluate_seconds')
  const hasSteps = rows.some(({ step }) => step > 0)
  if (hasSteps ? steps.length < FEWEST_STEPS : evaluations.length === 0) return undefined
  const { recordSeconds = 0, loadSeconds = 0, compileSeconds = 0 } = preparation ?? {}
  return {
    stepSeconds: steps.length === 0 ? 0 : mean(steps),
    evaluateSeconds: evaluations.length === 0 ? 0 : mean(evaluations),
    prepareSeconds: (recordSeconds + loadSeconds + compileSeconds) / stages,
    source: { kind: 'run', runId: id },
    measured: created,
    engine,
    device,
    threads,
  }
}
