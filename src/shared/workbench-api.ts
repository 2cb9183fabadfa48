// What the workbench offers to its faces: the window reaches it through IPC (ipc.ts), the command line directly.
// Types only; every method may reject with an AfterwordError.
import type { Chart } from './chart'
import type { Comparison } from './comparison'
import {
  isActiveState,
  type AnnotationChange,
  type Annotations,
  type Control,
  type DeviceRequest,
  type EngineName,
  type EngineRequest,
  type Priority,
  type RunRecord,
} from './run/record'
import type { Failure } from './run/failure'
import type { MetricsRow } from './run/rows'
import type { Settings } from './settings'

/** State of the opened workspace. */
export interface WorkspaceInfo {
  folder: string
  /** Whether this process holds the workspace's lock: only the holder writes the history and runs the queue. */
  isHolder: boolean
  /** Who holds it, where another process does. */
  holder?: { pid: number; host: string }
  /** Names of the GPUs that runs are placed on, gpu:0 first; empty where runs are computed on the CPU. */
  gpus: readonly string[]
  /** Things a person should know, e.g. that a damaged history was rebuilt and where the old file is. */
  notices: readonly string[]
}

/** A study in the list: built-in (read-only) or the workspace's own. */
export interface StudySummary {
  /** File name without extension, of a built-in study with its folder (`parity/threshold`); unique together with `source`. */
  id: string
  source: 'built-in' | 'workspace'
  name: string
  description: string
  /** What the work claims that it is built around; '' where it says nothing of that. */
  claim: string
  /** The YAML text as it stands in the file. */
  text: string
  modified: string
  /** Why the file cannot be run, where it cannot. */
  problem?: string
}

/** A run as the history shows it: its record plus what was read from its rows. */
export interface RunSummary {
  record: RunRecord
  folder: string
  annotations: Annotations
  /** Last and best logged value of each metric, evaluation and theory included (best: by the metric's direction). */
  last: Readonly<Record<string, number>>
  best: Readonly<Record<string, number>>
  /** Where training stands. */
  progress?: { stage: number; step: number; time: number; sequences: number; tokens: number }
  /** Position in the queue from 0, for queued runs. */
  queuePosition?: number
}

/** Seconds of training so far: what the record says of a run that is over, what its rows say of one that is not. */
export function runSeconds({ record, progress }: RunSummary): number | undefined {
  return isActiveState(record.state) ? progress?.time : (record.seconds ?? progress?.time)
}

/** Configs of many runs as they stand in config.json, unchecked: what runs have in common but the seed stands once. */
export interface ConfigTable {
  /** Configs without their seeds, no two equal. */
  configs: readonly unknown[]
  /** By run id: which of the configs, and the seed. */
  runs: Record<string, { config: number; seed?: number }>
  /** Why the others are not there. */
  problems: readonly string[]
}

/** How fast a stage of a run was on this machine, and where that is known from. */
export interface StageSpeed {
  /** One step with its batch making, without evaluations; 0 for a stage without steps. */
  stepSeconds: number
  evaluateSeconds: number
  /** Recording, loading and compiling its programs, once a run. */
  prepareSeconds: number
  /** A run of the workspace, by its rows; or a measurement of engines that is remembered. */
  source: { kind: 'run'; runId: string } | { kind: 'measurement' }
  /** ISO time of the run or measurement. */
  measured: string
  engine: EngineName
  device: string
  threads: number
}

/** Rows read from `offset` bytes on; call again with `nextOffset` for what was appended since. */
export interface MetricsChunk {
  rows: readonly MetricsRow[]
  nextOffset: number
  /** The file became shorter than `offset` (resume cut it): rows start from its beginning again. */
  restarted: boolean
}

/** A chart that was saved in the workspace: what it compares, or why its file says nothing of that. */
export interface SavedChart {
  id: string
  modified: string
  comparison?: Comparison
  problem?: string
}

/** A comparison as it is to be drawn. */
export interface DrawnComparison {
  /** One a metric; parallel coordinates are one. None while no run is ready. */
  charts: readonly Chart[]
  /** Runs that are drawn, of those asked for: the others are still being read, or cannot be. */
  ready: number
  total: number
  /** Why runs are missing that will not come. */
  problems: readonly string[]
}

/** How two checkpoints are sampled on the same prompts. */
export interface SideBySideChoices {
  problems: number
  /** Samples a problem, beside the greedy answer. */
  samples: number
  temperature: number
}

/** The workbench's methods, by name. Arguments and results are plain, structured-clone safe data. */
export interface WorkbenchApi {
  workspace(): Promise<WorkspaceInfo>
  listStudies(): Promise<StudySummary[]>
  /** Writes studies/<id>.yaml; a new id is made from the name where none is given. */
  saveStudy(request: { id?: string; text: string }): Promise<StudySummary>
  deleteStudy(request: { id: string }): Promise<void>
  /** Parses, expands the sweep, writes one run folder a point and puts them at the end of the queue. */
  queueStudy(request: {
    text: string
    fileName: string
    engine: EngineRequest
    device?: DeviceRequest
  }): Promise<RunSummary[]>
  listRuns(): Promise<RunSummary[]>
  /** The run's own complete config (config.json), never an edited form. */
  readConfig(request: { runId: string }): Promise<unknown>
  /** The configs of many runs, for filters and tables. */
  readConfigs(request: { runIds: readonly string[] }): Promise<ConfigTable>
  /**
   * How fast stages with these programs (run/stage-program.ts) were on this machine and kind of device, the newest of what is
   * known; null where nothing was measured yet.
   */
  measuredSpeeds(request: {
    programs: readonly string[]
    device: DeviceRequest
  }): Promise<(StageSpeed | null)[]>
  /** By run id: a metric's value at a step; without a stage, of the last stage that has it there. */
  readStepValues(request: {
    runIds: readonly string[]
    metric: string
    stage?: number
    step: number
  }): Promise<Record<string, number>>
  /** Writes control.json of a running or paused run. */
  control(request: { runId: string; command: Control['command'] }): Promise<void>
  /**
   * Puts a stopped, interrupted or failed run back in the queue; it continues from its last checkpoint, on its own engine
   * where no other is asked for.
   */
  resume(request: { runId: string; engine?: EngineRequest }): Promise<RunSummary>
  /**
   * Queues a new run with the config, data and borrowed weights of another, on the engine that one was computed on: it begins
   * at its first step. The other stays as it is.
   */
  runAgain(request: { runId: string }): Promise<RunSummary>
  /** Takes a queued run out of the queue (state stopped). */
  unqueue(request: { runId: string }): Promise<void>
  /** Moves a queued run to a position in the queue; among runs of another priority it takes on theirs. */
  moveQueued(request: { runId: string; position: number }): Promise<void>
  /** Gives queued runs a priority: those of a higher one start before all of a lower one. */
  prioritise(request: { runIds: readonly string[]; priority: Priority }): Promise<void>
  /** Changes some of a run's annotations; the others stay as they are in its folder. */
  annotate(request: { runId: string; change: AnnotationChange }): Promise<RunSummary>
  /** Annotates many runs as one thing: what cannot be written is thrown after all others were. */
  annotateAll(request: { runs: Readonly<Record<string, AnnotationChange>> }): Promise<void>
  /** Copies the sample study's runs and charts into the workspace, or moves its runs to the trash and deletes its charts. */
  setSample(request: { isThere: boolean }): Promise<void>
  readMetrics(request: { runId: string; offset: number }): Promise<MetricsChunk>
  /**
   * Draws some runs as the comparison says; which they are (`comparison.runs`) its faces find out. What is up to date is drawn
   * at once; while the rest is read `columns` tells that asking again gives more. `width`: pixels of a chart, lines get no
   * more points than those show, without it they are complete; `ranges`: per panel the part of its x axis that is seen;
   * `isComplete`: waits until every run is read. Throws invalid-input where the baseline is none of the runs.
   */
  drawComparison(request: {
    comparison: Comparison
    runIds: readonly string[]
    width?: number
    ranges?: readonly (readonly [number, number] | null)[]
    isComplete?: boolean
  }): Promise<DrawnComparison>
  /** The saved charts by name. */
  listCharts(): Promise<SavedChart[]>
  /**
   * Writes charts/<id>.json; a new id is made from the name where none is given. `modified`: of the file that the caller has read;
   * throws changed where it is another one now.
   */
  saveChart(request: { id?: string; comparison: Comparison; modified?: string }): Promise<SavedChart>
  deleteChart(request: { id: string }): Promise<void>
  /** Steps that have samples, in file order. */
  listSampleSteps(request: { runId: string }): Promise<{ stage: number; step: number; greedy: boolean }[]>
  /** The lines of samples.jsonl at a step as one text, for parseSampleLines (run/sample-lines.ts); '' where it has none. */
  readSamples(request: { runId: string; stage: number; step: number }): Promise<string>
  /** Whole checkpoints of a run, in order. */
  listCheckpoints(request: { runId: string }): Promise<{ stage: number; step: number }[]>
  /**
   * Queues two runs, first in the queue where this process holds it, that sample two checkpoints (`<stage>-<step>`) on the same
   * fresh prompts: their samples at stage 0, step 0 pair by prompt_id. Throws not-found, and invalid-input where the weights of
   * one do not fit the task of the other.
   */
  sampleSideBySide(
    request: SideBySideChoices & {
      sides: readonly [{ runId: string; checkpoint: string }, { runId: string; checkpoint: string }]
    },
  ): Promise<RunSummary[]>
  /** failure.json: the batch a run failed on; undefined where there is none. */
  readFailure(request: { runId: string }): Promise<Failure | undefined>
  /** The last `maxBytes` bytes of trainer.log as text. */
  readLog(request: { runId: string; maxBytes: number }): Promise<string>
  readSettings(): Promise<Settings>
  writeSettings(request: { settings: Settings }): Promise<void>
}

/** What a run's trainer uses now; what the system does not tell is left out. */
export interface RunUsage {
  runId: string
  /** Processor cores kept busy since the last look. */
  cores?: number
  /** Resident memory in bytes. */
  memory?: number
  /** The whole GPU it was placed on. */
  gpu?: GpuUsage
}
export interface GpuUsage {
  /** Share of the time in which a kernel ran. */
  utilization: number
  /** Bytes. */
  memory: number
  memoryTotal: number
}

/** What the workbench tells its faces as it happens. */
export interface WorkbenchEvents {
  /** Runs whose summary changed (state, progress, last values); at most a few times a second. */
  runs: RunSummary[]
  /** What active runs use, every two seconds while there are some. */
  usage: RunUsage[]
  /** The list of studies changed. */
  studies: StudySummary[]
  /** The list of saved charts changed. */
  charts: SavedChart[]
  /** Runs of the last comparison that have been read so far: drawing it again shows them. */
  columns: { ready: number; total: number }
}
