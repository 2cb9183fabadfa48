// The run folder's small JSON documents: run.json, control.json, annotations.json. A public format (docs/run-folder.md).
// metrics.jsonl and samples.jsonl rows are in rows.ts.
import { z } from 'zod'

/** States of a run. A record `running` or `paused` whose process is dead is shown as `interrupted`. */
export const runStates = [
  'queued',
  'running',
  'paused',
  'finished',
  'failed',
  'stopped',
  'interrupted',
] as const
const runStateSchema = z.enum(runStates)
export type RunState = z.output<typeof runStateSchema>

/** Whether a run in this state has a trainer. */
export const isActiveState = (state: RunState): boolean => state === 'running' || state === 'paused'

/** Whether a run in this state can be put back in the queue, to go on from its last checkpoint. */
export const isResumableState = (state: RunState): boolean =>
  state === 'stopped' || state === 'interrupted' || state === 'failed'

/** Engines a program can run on; `auto` is a request, never a result. */
export const engineNames = ['js', 'eager', 'graph', 'xla'] as const
export const engineRequestSchema = z.enum(['auto', ...engineNames])
export type EngineName = (typeof engineNames)[number]
export type EngineRequest = z.output<typeof engineRequestSchema>

const gpuSchema = z.custom<`gpu:${number}`>(
  (value) => typeof value === 'string' && /^gpu:\d{1,3}$/.test(value),
  'must be gpu:N with N from 0',
)
/** Where a run asked to be computed; `gpu` is any GPU that is free, `gpu:1` the second. */
export const deviceRequestSchema = z.union([z.enum(['auto', 'cpu', 'gpu']), gpuSchema])
export type DeviceRequest = z.output<typeof deviceRequestSchema>

/** A slot of the queue: each takes one run at a time. */
const placeSchema = z.union([z.literal('cpu'), gpuSchema])
export type Place = z.output<typeof placeSchema>

/** Which queued runs start before others; those of one priority have an order of their own. */
export const priorities = ['high', 'normal', 'low'] as const
export const prioritySchema = z.enum(priorities)
export type Priority = z.output<typeof prioritySchema>

/** A process that can be told from a later one with the same pid. */
export const processIdentitySchema = z.object({
  pid: z.int(),
  /** Start time as the system tells it (Linux: clock ticks after boot, from /proc/<pid>/stat). */
  start: z.string(),
  host: z.string(),
})
export type ProcessIdentity = z.output<typeof processIdentitySchema>

/** A checkpoint of a run: `checkpoint` is `<stage>-<step>`. */
const checkpointReferenceSchema = z.object({ run: z.string(), checkpoint: z.string() })

/** Seconds that programs took before they could be called: recorded, loaded, compiled. Zeros where nothing is compiled. */
export const preparationSchema = z.object({
  recordSeconds: z.number(),
  loadSeconds: z.number(),
  compileSeconds: z.number(),
})

/** What a run's steps were computed on, from the first of them. */
const engineSegmentSchema = z.object({
  /** First step that was computed on it. */
  stage: z.int(),
  step: z.int(),
  engine: z.enum(engineNames),
  threads: z.int(),
  device: z.string(),
})
export type EngineSegment = z.output<typeof engineSegmentSchema>

/** run.json: everything about a run but its config and rows. Times are ISO 8601, UTC. */
export const runRecordSchema = z.object({
  version: z.literal(1),
  id: z.string(),
  study: z.string(),
  /** This run's point of the grid: dotted path -> value, and the arm's name under `arm`. */
  point: z.record(z.string(), z.json()),
  state: runStateSchema,
  created: z.string(),
  started: z.string().optional(),
  ended: z.string().optional(),
  /** Seconds of training so far, pauses and interruptions out; written when the state changes. */
  seconds: z.number().optional(),
  pid: z.int().optional(),
  processStart: z.string().optional(),
  host: z.string().optional(),
  /** The process that queued the run and will start it; a dead one's queued runs are taken over by the lock's holder. */
  launcher: processIdentitySchema.optional(),
  engineRequest: engineRequestSchema,
  /** Missing in records of earlier versions: auto. */
  deviceRequest: deviceRequestSchema.optional(),
  /** Missing: normal. */
  priority: prioritySchema.optional(),
  /** The slot the queue of its launcher put it in last; device says what it was computed on. */
  place: placeSchema.optional(),
  engine: z.enum(engineNames).optional(),
  /** Why this engine: a sentence. */
  engineReason: z.string().optional(),
  /** An entry wherever engine, threads or device changed: the numbers from there on may differ in the last bits. */
  engineHistory: z.array(engineSegmentSchema).optional(),
  /** Sums over all processes of the run. */
  preparation: preparationSchema.optional(),
  device: z.string().optional(),
  /** Why the CPU where a GPU might be expected: a sentence. */
  deviceNote: z.string().optional(),
  threads: z.int().optional(),
  versions: z.record(z.string(), z.string()).optional(),
  gitCommit: z.string().optional(),
  /** SHA-256 of the task's config and generator version: two runs with equal hashes draw the same data for equal seeds. */
  dataHash: z.string().optional(),
  parameters: z.int().optional(),
  workspace: z.string().optional(),
  /** Set when the run's leading stages were taken from another run of the same study. */
  forkedFrom: checkpointReferenceSchema.optional(),
  /** What its study was made from, where the study says so: a run or another study. */
  origin: z.object({ run: z.string().optional(), study: z.string().optional() }).optional(),
  /** One sentence: why it ended as it did. */
  exitReason: z.string().optional(),
  /** `at` of the last command in control.json that the trainer obeyed. */
  obeyed: z.string().optional(),
})
export type RunRecord = z.output<typeof runRecordSchema>

/** control.json: the last command to the trainer, replaced atomically, read between steps. */
export const controlSchema = z.object({
  command: z.enum(['stop', 'pause', 'resume', 'checkpoint']),
  /** ISO time; a trainer obeys a command once. */
  at: z.string(),
})
export type Control = z.output<typeof controlSchema>

/** annotations.json: what a person says of a run. */
export const annotationsSchema = z.object({
  tags: z.array(z.string()).default([]),
  notes: z.string().default(''),
  star: z.boolean().default(false),
  archived: z.boolean().default(false),
  trashed: z.boolean().default(false),
})
export type Annotations = z.output<typeof annotationsSchema>

/** Some of the annotations, without defaults: what is not named stays as it is. */
export const annotationChangeSchema = z.strictObject({
  tags: z.array(z.string()).exactOptional(),
  notes: z.string().exactOptional(),
  star: z.boolean().exactOptional(),
  archived: z.boolean().exactOptional(),
  trashed: z.boolean().exactOptional(),
})
export type AnnotationChange = Readonly<z.output<typeof annotationChangeSchema>>

/** First line on: what state.json of a checkpoint holds beside the two safetensors files. */
export const checkpointStateSchema = z.object({
  version: z.literal(1),
  stage: z.int(),
  step: z.int(),
  /** Totals over the run so far. */
  sequences: z.number(),
  tokens: z.number(),
  /** Seconds since the run began, pauses out. */
  time: z.number(),
  engine: z.enum(engineNames),
  threads: z.int(),
})
export type CheckpointState = z.output<typeof checkpointStateSchema>
