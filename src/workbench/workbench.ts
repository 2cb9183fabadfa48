// One opened workspace: composes history, run index, queue and studies behind WorkbenchApi, and tells what changes. The
// window and the command line use the same object. No Electron and no TensorFlow here: every path is passed in.
import { join, resolve } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { listCheckpoints } from '../run-folder/checkpoints'
import { identityOf } from '../run-folder/process-identity'
import { changeAnnotations } from '../run-folder/change-annotations'
import { readConfig, readFailure } from '../run-folder/run-folder'
import { sweepTemporary } from '../run-folder/replace-file'
import { assert } from '../shared/assert'
import type { Comparison } from '../shared/comparison'
import { formatProblems, parseStudyText, type ParsedStudy } from '../shared/config/parse'
import type { RunConfig } from '../shared/config/schema'
import { AfterwordError, messageOf } from '../shared/errors'
import type { Failure } from '../shared/run/failure'
import { workspaceFiles } from '../shared/run/folder'
import type {
  AnnotationChange,
  Control,
  DeviceRequest,
  EngineRequest,
  Priority,
  ProcessIdentity,
} from '../shared/run/record'
import type { Settings, Slots } from '../shared/settings'
import type {
  ConfigTable,
  DrawnComparison,
  MetricsChunk,
  RunSummary,
  SavedChart,
  SideBySideChoices,
  StageSpeed,
  StudySummary,
  WorkbenchApi,
  WorkbenchEvents,
  WorkspaceInfo,
} from '../shared/workbench-api'
import { ConfigReader } from './config-table'
import { LocalDrawer, type ComparisonDrawer } from './columns/comparison-drawer'
import { sweepColumns } from './columns/sweep-columns'
import { ThreadDrawer } from './columns/thread-drawer'
import { createRuns } from './create-runs'
import { checkDevice, findGpus, type Gpu } from './devices'
import { History } from './history'
import { readLogTail } from './log-tail'
import { repeat, type Repetition } from './repeat'
import { createRunAgain } from './run-again'
import { commandTrainer, requeue, takeOutOfQueue } from './run-actions'
import { RunIndex } from './run-index'
import { RunQueue } from './run-queue'
import { listSampleSteps, readMetricsChunk, readSampleLines, type SampleStep } from './run-rows'
import type { RunTail } from './run-tail'
import { addSample, isNewWorkspace, removeSample } from './sample-study'
import { readSettings, writeSettings } from './settings'
import { SavedCharts } from './saved-charts'
import { settleRun } from './settle-run'
import { sideBySideStudy, type Side } from './side-by-side'
import type { TrainerCommand } from './start-trainer'
import { readStepValue } from './step-values'
import { Studies } from './studies'
import { UsageMeter } from './usage'
import { MeasuredSpeeds } from './measured-speeds'
import { prepareWorkspace } from './workspace'
import { WorkspaceLock } from './workspace-lock'

/** Time between two looks at the active runs: events come at most this often. */
const LOOK_MS = 250
/** Every how many looks all runs, the studies and the lock are looked at too. */
const FULL_LOOK = 8
/** The look at which cache and temporary files are swept, 20 s after the workspace was opened: nobody waits for anything then. */
const SWEEP_LOOK = 10 * FULL_LOOK

/** Who opens a workspace. */
export type WorkbenchRole = 'window' | 'command' | 'reader'

/** How to open a workspace. */
export interface OpenOptions {
  folder: string
  /**
   * window (the default): takes the lock where it is free, runs the queue, watches. command: watches and starts what it is
   * told to; lock and queue are left alone. reader: reads once and writes nothing but the column cache.
   */
  role?: WorkbenchRole
  /** Folder of the read-only studies that come with the program. */
  builtInStudies?: string
  /** Folder of the finished runs and charts that a window copies into a new workspace. */
  sample?: string
  /** The built columns/worker.ts, which comparisons are drawn in; without it they are drawn in this thread. */
  drawingThread?: string
  /** How many runs are computed side by side (default: as the settings say). */
  slots?: Partial<Slots>
  trainer: TrainerCommand
}

/** Opens a workspace. Throws workspace where it cannot be written. Close it when done. */
export async function openWorkbench(options: OpenOptions): Promise<Workbench> {
  const folder = resolve(options.folder)
  const role = options.role ?? 'window'
  const self = identityOf(process.pid)
  assert(self, 'this process has no identity')
  const isNew = role === 'window' && (await isNewWorkspace(folder))
  if (role !== 'reader') await prepareWorkspace(folder)
  const lock = new WorkspaceLock(folder, self)
  if (role === 'window') lock.tryAcquire()
  if (isNew && lock.isHolder && options.sample !== undefined) await addSample(options.sample, folder)
  const { history, notices } = await History.open(folder, lock.isHolder)
  const workbench = new Workbench({ ...options, folder, role }, self, lock, history)
  notices.forEach((notice) => workbench.notice(notice))
  await workbench.start()
  return workbench
}

type Listener<Name extends keyof WorkbenchEvents> = (payload: WorkbenchEvents[Name]) => void

/** An opened workspace. */
export class Workbench implements WorkbenchApi {
  private readonly folder: string
  private readonly role: WorkbenchRole
  private readonly slots: Partial<Slots>
  private readonly sample: string | undefined
  private readonly index: RunIndex
  private readonly queue: RunQueue
  private readonly gpus: Promise<readonly Gpu[]>
  private readonly studies: Studies
  private readonly charts: SavedCharts
  private readonly drawer: ComparisonDrawer
  private readonly configs = new ConfigReader()
  private readonly speeds = new MeasuredSpeeds(this.configs)
  private readonly listeners: { [Name in keyof WorkbenchEvents]: Set<Listener<Name>> } = {
    runs: new Set(),
    usage: new Set(),
    studies: new Set(),
    charts: new Set(),
    columns: new Set(),
  }
  private readonly notices = new Set<string>()
  private readonly changed = new Set<string>()
  private studiesSeen = ''
  private chartsSeen = ''
  private positionsTold = new Map<string, number>()
  private readonly usage = new UsageMeter(async () => (await this.gpus).length > 0)
  /** Whether it was told that nothing is in use. */
  private isUsageTold = false
  private readonly columnCache: string
  private repetition: Repetition | undefined

  /** Use openWorkbench. */
  constructor(
    options: OpenOptions & { role: WorkbenchRole },
    private readonly self: ProcessIdentity,
    private readonly lock: WorkspaceLock,
    private history: History,
  ) {
    this.folder = options.folder
    this.role = options.role
    this.slots = options.slots ?? {}
    this.sample = options.sample
    this.index = new RunIndex(this.folder, history)
    this.gpus = options.role === 'reader' ? Promise.resolve([]) : findGpus()
    this.queue = new RunQueue(this.index, self, options.trainer, history.queue, this.gpus)
    const cache = join(this.folder, workspaceFiles.cache, 'columns')
    this.columnCache = cache
    const tellProgress = (progress: WorkbenchEvents['columns']) =>
      this.listeners.columns.forEach((listener) => listener(progress))
    this.drawer =
      options.drawingThread === undefined
        ? new LocalDrawer(cache, tellProgress)
        : new ThreadDrawer(options.drawingThread, cache, tellProgress)
    this.charts = new SavedCharts(join(this.folder, workspaceFiles.charts))
    this.studies = new Studies(join(this.folder, workspaceFiles.studies), options.builtInStudies)
  }

  /** Reads the workspace and begins to watch it. Called once, by openWorkbench. */
  async start(): Promise<void> {
    await this.index.refresh(false)
    if (this.role === 'reader') return
    if (this.role === 'window') this.drawer.prepare()
    this.useSlots(await readSettings(this.folder))
    this.studiesSeen = JSON.stringify(await this.studies.list())
    this.chartsSeen = JSON.stringify(await this.charts.list())
    await this.work(0, { changed: [], removed: false })
    this.repetition = repeat(LOOK_MS, (count) => this.work(count))
  }

  /** Hears of changes until the returned function is called. */
  on<Name extends keyof WorkbenchEvents>(name: Name, listener: Listener<Name>): () => void {
    this.listeners[name].add(listener)
    return () => this.listeners[name].delete(listener)
  }

  /** Stops watching, saves the history where no other process holds it, and gives the lock back. Trainers go on. */
  async close(): Promise<void> {
    await this.repetition?.stop()
    this.usage.close()
    await this.queue.close()
    await this.drawer.close()
    try {
      // Another process may have kept the history since this one read it.
      if (this.role === 'command' && this.lock.tryAcquire()) await this.takeOver()
      if (this.lock.isHolder) await this.saveHistory()
    } finally {
      this.lock.release()
    }
  }

  /** Adds something a person should know. */
  notice(text: string): void {
    this.notices.add(text)
  }

  /** A run by its id or an unambiguous beginning. Throws not-found or invalid-input. */
  async findRun(idOrBeginning: string): Promise<RunSummary> {
    const tail = this.index.find(idOrBeginning)
    await tail.refresh()
    return this.summaryOf(tail)
  }

  /**
   * Writes one run folder a point of the study, in state queued. `out`: folder of a single run outside the workspace;
   * `dataFolder`: where relative paths of data sets start.
   */
  async queueRuns(request: {
    study: ParsedStudy
    engine: EngineRequest
    device?: DeviceRequest
    out?: string
    dataFolder: string
  }): Promise<RunSummary[]> {
    this.assertWritable()
    const { device = 'auto' } = request
    checkDevice(device, await this.gpus)
    const folders = await createRuns({
      ...request,
      device,
      workspace: this.folder,
      launcher: this.launcher(),
      findRun: (id) => this.index.find(id),
    })
    await this.index.refresh(false)
    const created = new Set(folders)
    const tails = this.index.all().filter(({ folder }) => created.has(folder))
    tails.forEach(({ id }) => this.changed.add(id))
    return tails.map((tail) => this.summaryOf(tail))
  }

  /** How many runs that ask for the same device and engine as this one, or for any, can be computed at one time. */
  slotsFor(runId?: string): Promise<number> {
    return this.queue.slotsFor(runId === undefined ? undefined : this.index.get(runId))
  }

  /** Starts a queued run now, whoever holds the lock, and resolves when it is over. */
  async runToEnd(runId: string): Promise<RunSummary> {
    const tail = this.index.get(runId)
    await this.queue.run(tail)
    return this.refreshed(tail)
  }

  async workspace(): Promise<WorkspaceInfo> {
    const holder = this.lock.isHolder ? undefined : this.lock.holder()
    return {
      folder: this.folder,
      isHolder: this.lock.isHolder,
      ...(holder === undefined ? {} : { holder: { pid: holder.pid, host: holder.host } }),
      gpus: (await this.gpus).map(({ name }) => name),
      notices: [...this.notices, ...this.index.problems],
    }
  }

  listStudies(): Promise<StudySummary[]> {
    return this.studies.list()
  }

  saveStudy(request: { id?: string; text: string }): Promise<StudySummary> {
    return this.studies.save(request)
  }

  deleteStudy(request: { id: string }): Promise<void> {
    return this.studies.delete(request)
  }

  async queueStudy(request: {
    text: string
    fileName: string
    engine: EngineRequest
    device?: DeviceRequest
  }): Promise<RunSummary[]> {
    const parsed = parseStudyText(request.text)
    if (!parsed.ok)
      throw new AfterwordError('invalid-input', formatProblems(request.fileName, parsed.problems))
    const { engine, device = 'auto' } = request
    const dataFolder = join(this.folder, workspaceFiles.studies)
    return this.queueRuns({ study: parsed.value, engine, device, dataFolder })
  }

  listRuns(): Promise<RunSummary[]> {
    const positions = this.positions()
    return Promise.resolve(this.index.all().map((tail) => tail.summary(positions.get(tail.id))))
  }

  readConfig(request: { runId: string }): Promise<RunConfig> {
    return readConfig(this.index.get(request.runId).folder)
  }

  readConfigs(request: { runIds: readonly string[] }): Promise<ConfigTable> {
    return this.configs.read(request.runIds.map((id) => this.index.get(id)))
  }

  async measuredSpeeds(request: {
    programs: readonly string[]
    device: DeviceRequest
  }): Promise<(StageSpeed | null)[]> {
    const isOnGpu = request.device !== 'cpu' && (await this.gpus).length > 0
    return this.speeds.find(request.programs, { runs: this.index.all(), isOnGpu })
  }

  async readStepValues(request: {
    runIds: readonly string[]
    metric: string
    stage?: number
    step: number
  }): Promise<Record<string, number>> {
    const { runIds, metric, ...at } = request
    const values: Record<string, number> = {}
    for (const id of runIds) {
      const value = await readStepValue(this.index.get(id).folder, metric, at)
      if (value !== undefined) values[id] = value
    }
    return values
  }

  control(request: { runId: string; command: Control['command'] }): Promise<void> {
    return commandTrainer(this.index.get(request.runId), request.command)
  }

  async resume(request: {
    runId: string
    engine?: EngineRequest
    device?: DeviceRequest
  }): Promise<RunSummary> {
    this.assertWritable()
    const { engine, device } = request
    if (device !== undefined) checkDevice(device, await this.gpus)
    const tail = this.index.get(request.runId)
    await requeue(tail, this.launcher(), { engine, device })
    this.queue.append(tail.id)
    return this.refreshed(tail)
  }

  async runAgain(request: { runId: string }): Promise<RunSummary> {
    this.assertWritable()
    const from = this.index.get(request.runId)
    const id = await createRunAgain(from, { workspace: this.folder, launcher: this.launcher() })
    await this.index.refresh(false)
    return this.refreshed(this.index.get(id))
  }

  async unqueue(request: { runId: string }): Promise<void> {
    const tail = this.index.get(request.runId)
    await takeOutOfQueue(tail, this.queue.isStarted(tail.id))
    await this.refreshed(tail)
  }

  async moveQueued(request: { runId: string; position: number }): Promise<void> {
    this.assertHolder('The order of the queue')
    await this.queue.move(request.runId, request.position)
    await this.queueMoved()
  }

  async prioritise(request: { runIds: readonly string[]; priority: Priority }): Promise<void> {
    this.assertHolder('The order of the queue')
    for (const runId of request.runIds) await this.queue.prioritise(runId, request.priority)
    await this.queueMoved()
  }

  private async queueMoved(): Promise<void> {
    this.queue.ids().forEach((id) => this.changed.add(id))
    await this.saveHistory()
  }

  async annotate(request: { runId: string; change: AnnotationChange }): Promise<RunSummary> {
    const tail = this.index.get(request.runId)
    await changeAnnotations(tail.folder, request.change)
    return this.refreshed(tail)
  }

  async annotateAll(request: { runs: Readonly<Record<string, AnnotationChange>> }): Promise<void> {
    const failures: Error[] = []
    for (const [runId, change] of Object.entries(request.runs))
      await this.annotate({ runId, change }).catch((error: unknown) =>
        failures.push(error instanceof Error ? error : new Error(messageOf(error))),
      )
    const [first] = failures
    if (first !== undefined) throw first
  }

  async setSample({ isThere }: { isThere: boolean }): Promise<void> {
    if (this.sample === undefined) throw new AfterwordError('not-found', 'there is no sample study here')
    await (isThere ? addSample : removeSample)(this.sample, this.folder)
    const { changed } = await this.index.refresh(false)
    changed.forEach((id) => this.changed.add(id))
    this.tell()
  }

  readMetrics(request: { runId: string; offset: number }): Promise<MetricsChunk> {
    return readMetricsChunk(this.index.get(request.runId).folder, request.offset)
  }

  drawComparison(request: {
    comparison: Comparison
    runIds: readonly string[]
    width?: number
    ranges?: readonly (readonly [number, number] | null)[]
    isComplete?: boolean
  }): Promise<DrawnComparison> {
    const { runIds, ...rest } = request
    const runs = runIds.map((runId) => {
      const { folder, storedRecord } = this.index.get(runId)
      const { id, study, point, parameters } = storedRecord
      return { id, folder, study, point, ...(parameters === undefined ? {} : { parameters }) }
    })
    return this.drawer.draw({ ...rest, runs })
  }

  listCharts(): Promise<SavedChart[]> {
    return this.charts.list()
  }

  saveChart(request: { id?: string; comparison: Comparison; modified?: string }): Promise<SavedChart> {
    return this.charts.save(request)
  }

  deleteChart(request: { id: string }): Promise<void> {
    return this.charts.delete(request)
  }

  listSampleSteps(request: { runId: string }): Promise<SampleStep[]> {
    return listSampleSteps(this.index.get(request.runId).folder)
  }

  readSamples(request: { runId: string; stage: number; step: number }): Promise<string> {
    const { runId, stage, step } = request
    return readSampleLines(this.index.get(runId).folder, stage, step)
  }

  async listCheckpoints(request: { runId: string }): Promise<{ stage: number; step: number }[]> {
    const entries = await listCheckpoints(this.index.get(request.runId).folder)
    return entries.map(({ state: { stage, step } }) => ({ stage, step }))
  }

  async sampleSideBySide(
    request: SideBySideChoices & {
      sides: readonly [{ runId: string; checkpoint: string }, { runId: string; checkpoint: string }]
    },
  ): Promise<RunSummary[]> {
    const sideOf = async ({ runId, checkpoint }: { runId: string; checkpoint: string }): Promise<Side> => {
      const { folder, storedRecord } = this.index.get(runId)
      return { record: storedRecord, config: await readConfig(folder), checkpoint }
    }
    const sides = [await sideOf(request.sides[0]), await sideOf(request.sides[1])] as const
    const study = sideBySideStudy(sides, request)
    const dataFolder = join(this.folder, workspaceFiles.studies)
    const runs = await this.queueRuns({ study, engine: 'auto', dataFolder })
    // A person waits for them: they go before what is queued.
    if (this.lock.isHolder)
      for (const [place, { record }] of runs.entries()) await this.queue.move(record.id, place)
    return runs
  }

  readFailure(request: { runId: string }): Promise<Failure | undefined> {
    return readFailure(this.index.get(request.runId).folder)
  }

  readLog(request: { runId: string; maxBytes: number }): Promise<string> {
    return readLogTail(this.index.get(request.runId).folder, request.maxBytes)
  }

  readSettings(): Promise<Settings> {
    return readSettings(this.folder)
  }

  async writeSettings(request: { settings: Settings }): Promise<void> {
    this.assertHolder('The settings')
    await writeSettings(this.folder, request.settings)
    this.useSlots(request.settings)
  }

  /** One look at the workspace (`seen`: the runs were looked at just now): what changed is read, settled, started, saved and told. Errors become notices. */
  private async work(count: number, seen?: { changed: string[]; removed: boolean }): Promise<void> {
    const isFull = count % FULL_LOOK === 0
    try {
      if (isFull && this.role === 'window' && !this.lock.isHolder && this.lock.tryAcquire())
        await this.takeOver()
      const { changed, removed } = seen ?? (await this.index.refresh(!isFull))
      changed.forEach((id) => this.changed.add(id))
      if (this.lock.isHolder) {
        await this.settleDead()
        await this.startNext()
        if (removed || this.isHistoryStale()) await this.saveHistory()
      }
      if (isFull) {
        await this.lookAtStudies()
        await this.lookAtCharts()
        await this.measureUsage()
        if (count === SWEEP_LOOK && this.role === 'window') await this.sweep()
      }
    } catch (error) {
      this.notice(messageOf(error))
    }
    this.tell()
  }

  private async takeOver(): Promise<void> {
    const { history, notices } = await History.open(this.folder, true)
    this.history = history
    this.queue.restoreOrder(history.queue)
    this.useSlots(await readSettings(this.folder))
    notices.forEach((notice) => this.notice(notice))
  }

  /** Saves the state of runs whose trainer died unseen; a living launcher sees to its own. */
  private async settleDead(): Promise<void> {
    for (const tail of this.index.all()) {
      if (!tail.isDead || this.queue.isStarted(tail.id) || !this.queue.isMine(tail)) continue
      try {
        await settleRun(tail.folder)
        await this.refreshed(tail)
      } catch (error) {
        // A folder that cannot be written (a disk that is full or gone) does not keep the queue from going on.
        this.notice(messageOf(error))
      }
    }
  }

  private useSlots({ slots }: Settings): void {
    this.queue.slots = { ...slots, ...this.slots }
  }

  private async startNext(): Promise<void> {
    const next = await this.queue.next()
    if (next === undefined || !(await readSettings(this.folder)).queueRunning) return
    this.queue
      .run(next)
      .then(() => this.changed.add(next.id))
      .catch((error: unknown) => this.notice(messageOf(error)))
  }

  private async measureUsage(): Promise<void> {
    if (this.listeners.usage.size === 0) return
    const active = this.index.all().filter(({ isActive }) => isActive)
    if (active.length === 0 && this.isUsageTold) return
    this.isUsageTold = active.length === 0
    const usage = await this.usage.read(active)
    this.listeners.usage.forEach((listener) => listener(usage))
  }

  /** Removes what nobody reads any more, and what writers that were killed left. */
  private async sweep(): Promise<void> {
    await sweepColumns(this.columnCache, new Set(this.index.all().map(({ id }) => id)))
    for (const name of ['', workspaceFiles.charts, workspaceFiles.studies])
      await sweepTemporary(join(this.folder, name))
  }

  private async lookAtStudies(): Promise<void> {
    const studies = await this.studies.list()
    const seen = JSON.stringify(studies)
    if (seen === this.studiesSeen) return
    this.studiesSeen = seen
    this.listeners.studies.forEach((listener) => listener(studies))
  }

  private async lookAtCharts(): Promise<void> {
    const charts = await this.charts.list()
    const seen = JSON.stringify(charts)
    if (seen === this.chartsSeen) return
    this.chartsSeen = seen
    this.listeners.charts.forEach((listener) => listener(charts))
  }

  /** Tells of the runs that changed since the last time; a queue that moved changes every run in it. */
  private tell(): void {
    const positions = this.positions()
    if (!isDeepStrictEqual(positions, this.positionsTold)) {
      for (const id of [...positions.keys(), ...this.positionsTold.keys()]) this.changed.add(id)
    }
    this.positionsTold = positions
    if (this.changed.size === 0) return
    const runs = this.index
      .all()
      .filter(({ id }) => this.changed.has(id))
      .map((tail) => tail.summary(positions.get(tail.id)))
    this.changed.clear()
    if (runs.length > 0) this.listeners.runs.forEach((listener) => listener(runs))
  }

  private positions(): Map<string, number> {
    return new Map(this.queue.queued().map(({ id }, position) => [id, position]))
  }

  private summaryOf(tail: RunTail): RunSummary {
    return tail.summary(this.positions().get(tail.id))
  }

  private async refreshed(tail: RunTail): Promise<RunSummary> {
    await tail.refresh()
    this.changed.add(tail.id)
    return this.summaryOf(tail)
  }

  /** Whether a record or an annotation differs from what the history file says. Values alone do not make it stale. */
  private isHistoryStale(): boolean {
    const runs = this.index.all()
    return (
      !isDeepStrictEqual(this.queue.ids(), this.history.queue) ||
      runs.some((tail) => !tail.isSavedAs(this.history.run(tail.id)))
    )
  }

  private async saveHistory(): Promise<void> {
    const runs = this.index.all().map((tail) => tail.historyRun())
    await this.history.save(runs, this.queue.ids())
  }

  /** Who will start what this process queues: itself, or for a window that does not hold the lock the holder. */
  private launcher(): ProcessIdentity {
    if (this.role === 'window' && !this.lock.isHolder) return this.lock.holder() ?? this.self
    return this.self
  }

  private assertWritable(): void {
    if (this.role === 'reader') throw new AfterwordError('internal', 'this workspace was opened for reading')
  }

  private assertHolder(what: string): void {
    if (this.lock.isHolder) return
    const holder = this.lock.holder()
    const who = holder === undefined ? 'no process' : `process ${holder.pid} on ${holder.host}`
    throw new AfterwordError(
      'busy',
      `${what} can be changed only where the workspace is held: ${who} holds ${this.folder}`,
    )
  }
}
