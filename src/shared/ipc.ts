// The border between window and main process: one typed map of requests and events, derived from WorkbenchApi and
// WorkbenchEvents plus what only a window needs. Every request is parsed with its schema in main; errors cross as
// {code, message}. Nothing here touches Electron.
import { z } from 'zod'
import { comparisonSchema } from './comparison'
import { exportSourceSchema, type ExportSource } from './chart-export'
import type { ErrorCode } from './errors'
import {
  annotationChangeSchema,
  controlSchema,
  deviceRequestSchema,
  engineRequestSchema,
  prioritySchema,
} from './run/record'
import { settingsSchema } from './settings'
import type { WorkbenchApi, WorkbenchEvents } from './workbench-api'

/** Versions and places, for the settings page. */
export interface AboutInfo {
  version: string
  electron: string
  chrome: string
  node: string
  platform: string
}

/** What became of an export: the file written, or nothing because the dialog was cancelled. */
type ExportResult = { path: string } | { cancelled: true }

/** An error that a person may want to look at again. Runs that failed are told by their records. */
export interface RecentError {
  id: number
  /** ISO time. */
  at: string
  source: 'window' | 'main'
  message: string
  /** A stack, where there is one. */
  detail: string
  /** Something that was refused with a reason, such as a value that is wrong: no fault of the program. */
  isExpected: boolean
}

/** Methods that only a window has, beside the workbench's. */
export interface WindowApi {
  /** Asks where to save a chart and writes the file. */
  exportFile(request: { name: string; source: ExportSource }): Promise<ExportResult>
  /** Puts a chart on the clipboard: a PNG as image, an SVG as such. */
  copyChart(request: { source: ExportSource }): Promise<{ isCancelled: boolean }>
  /** Gives up the charts that are being drawn for exportFile and copyChart, which answer that they were cancelled. */
  cancelExport(): Promise<void>
  /** Shows a run's folder, or the workspace's where no run is given, in the file manager. */
  openFolder(request: { runId?: string }): Promise<void>
  about(): Promise<AboutInfo>
  /** Errors of the window and of the main process since it started, newest first. */
  recentErrors(): Promise<RecentError[]>
  /** Adds an error of the page to them. */
  reportError(request: Pick<RecentError, 'message' | 'detail' | 'isExpected'>): Promise<void>
  /**
   * A text to send to somebody who can help, about an error or a run that failed: versions, system, engine, config and the end
   * of the log; folders of the person are left out.
   */
  errorReport(request: { errorId: number } | { runId: string }): Promise<string>
  /** Writes the page's storage to the disk now, not when Chromium finds time for it. */
  writePageStorage(): Promise<void>
}

/** Commands of the application menu, carried out by the page. */
export type MenuCommand =
  | ('studies' | 'new-study' | 'queue' | 'runs' | 'compare' | 'settings')
  | ('palette' | 'shortcuts' | 'errors')
  | ('text-larger' | 'text-smaller' | 'text-normal')

/** Events that only a window has, beside the workbench's. */
interface WindowEvents {
  menu: MenuCommand
  /** A notification was clicked. */
  openRun: { runId: string }
  /** As recentErrors, whenever there is one more. */
  errors: RecentError[]
}

/** Everything the page may ask for, by name. */
export interface Requests extends WorkbenchApi, WindowApi {}
/** Everything the page may hear of, by name. */
export interface Events extends WorkbenchEvents, WindowEvents {}
export type RequestName = keyof Requests
export type EventName = keyof Events
/** The one argument of a request; undefined where it takes none. */
export type RequestOf<Name extends RequestName> =
  Parameters<Requests[Name]> extends [infer Argument] ? Argument : undefined

const none = z.undefined()
const runId = z.string().regex(/^[\w.-]{1,120}$/)
const runIds = z.array(runId).max(100_000)
const side = z.strictObject({ runId, checkpoint: z.string().regex(/^\d+-\d+$/) })
const chartId = z.string().regex(/^[\w.-]{1,120}$/)
const studyId = z.string().regex(/^[\w.-]{1,120}$/)
/** Largest text a study file may have, so that a page cannot fill the disk by accident. */
const studyText = z.string().max(1_000_000)

/** The schema of each request: main parses every payload with it before the workbench sees it. */
export const requestSchemas: { readonly [Name in RequestName]: z.ZodType<RequestOf<Name>> } = {
  workspace: none,
  listStudies: none,
  saveStudy: z.strictObject({ id: studyId.exactOptional(), text: studyText }),
  deleteStudy: z.strictObject({ id: studyId }),
  queueStudy: z.strictObject({
    text: studyText,
    fileName: z.string().max(300),
    engine: engineRequestSchema,
    device: deviceRequestSchema.exactOptional(),
  }),
  listRuns: none,
  readConfig: z.strictObject({ runId }),
  readConfigs: z.strictObject({ runIds }),
  measuredSpeeds: z.strictObject({
    programs: z.array(z.string().max(100_000)).max(1000),
    device: deviceRequestSchema,
  }),
  readStepValues: z.strictObject({
    runIds,
    metric: z.string().min(1).max(200),
    stage: z.int().min(0).exactOptional(),
    step: z.int().min(0),
  }),
  control: z.strictObject({ runId, command: controlSchema.shape.command }),
  resume: z.strictObject({ runId, engine: engineRequestSchema.exactOptional() }),
  runAgain: z.strictObject({ runId }),
  unqueue: z.strictObject({ runId }),
  moveQueued: z.strictObject({ runId, position: z.int().min(0) }),
  prioritise: z.strictObject({ runIds, priority: prioritySchema }),
  annotate: z.strictObject({ runId, change: annotationChangeSchema }),
  annotateAll: z.strictObject({ runs: z.record(runId, annotationChangeSchema) }),
  setSample: z.strictObject({ isThere: z.boolean() }),
  readMetrics: z.strictObject({ runId, offset: z.int().min(0) }),
  drawComparison: z.strictObject({
    comparison: comparisonSchema,
    runIds,
    width: z.int().min(16).max(32_768).exactOptional(),
    ranges: z
      .array(z.tuple([z.number(), z.number()]).nullable())
      .max(256)
      .exactOptional(),
    isComplete: z.boolean().exactOptional(),
  }),
  listCharts: none,
  saveChart: z.strictObject({
    id: chartId.exactOptional(),
    comparison: comparisonSchema,
    modified: z.string().max(40).exactOptional(),
  }),
  deleteChart: z.strictObject({ id: chartId }),
  listSampleSteps: z.strictObject({ runId }),
  readSamples: z.strictObject({ runId, stage: z.int().min(0), step: z.int().min(0) }),
  listCheckpoints: z.strictObject({ runId }),
  sampleSideBySide: z.strictObject({
    sides: z.tuple([side, side]),
    problems: z.int().min(1).max(10_000),
    samples: z.int().min(1).max(1000),
    temperature: z.number().positive().max(10),
  }),
  readFailure: z.strictObject({ runId }),
  readLog: z.strictObject({ runId, maxBytes: z.int().min(1).max(10_000_000) }),
  readSettings: none,
  writeSettings: z.strictObject({ settings: settingsSchema }),
  exportFile: z.strictObject({
    name: z.string().min(1).max(200),
    source: exportSourceSchema,
  }),
  copyChart: z.strictObject({ source: exportSourceSchema }),
  cancelExport: none,
  openFolder: z.strictObject({ runId: runId.exactOptional() }),
  about: none,
  writePageStorage: none,
  recentErrors: none,
  reportError: z.strictObject({
    message: z.string().max(10_000),
    detail: z.string().max(100_000),
    isExpected: z.boolean(),
  }),
  errorReport: z.union([z.strictObject({ errorId: z.int() }), z.strictObject({ runId })]),
}

/** Whether a name that crossed the border is a request's. */
export function isRequestName(name: unknown): name is RequestName {
  return typeof name === 'string' && Object.hasOwn(requestSchemas, name)
}

/** How an answer crosses: Electron would turn a rejection into a bare message. */
export type Answer<Result> =
  { ok: true; result: Result } | { ok: false; error: { code: ErrorCode; message: string } }

/** The object the preload script puts on the page's `window.afterword`. */
export interface Bridge {
  request<Name extends RequestName>(
    name: Name,
    argument: RequestOf<Name>,
  ): Promise<Answer<Awaited<ReturnType<Requests[Name]>>>>
  /** Calls `listener` on every event of that name until the returned function is called. */
  on<Name extends EventName>(name: Name, listener: (payload: Events[Name]) => void): () => void
}
