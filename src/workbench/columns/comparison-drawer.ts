// Draws comparisons from the column cache: at once what is up to date, the rest when it has been read, run by run, most of a
// file at a time, so that a new request is heard in between. Who asks again after a `progress` gets more.
import { setImmediate as nextTurn } from 'node:timers/promises'
import { comparisonCharts } from '../../charts/comparison/comparison-charts'
import type { ComparedRun } from '../../charts/comparison/compared-groups'
import { readConfig } from '../../run-folder/run-folder'
import type { Comparison } from '../../shared/comparison'
import type { RunConfig } from '../../shared/config/schema'
import { AfterwordError, messageOf } from '../../shared/errors'
import type { DrawnComparison } from '../../shared/workbench-api'
import { ColumnStore, type RunPlace } from './column-store'

/** A run to draw; its config is read from its folder. */
export interface DrawnRun extends RunPlace {
  readonly study: string
  readonly point: Readonly<Record<string, unknown>>
  readonly parameters?: number
}

/** What is to be drawn. */
export interface DrawRequest {
  readonly comparison: Comparison
  readonly runs: readonly DrawnRun[]
  /** Pixels of a chart: lines get no more points than these show. Without it they are complete. */
  readonly width?: number
  /** Per panel the part of its x axis that is seen; null: all of it. */
  readonly ranges?: readonly (readonly [number, number] | null)[]
  /** Waits until every run is read. */
  readonly isComplete?: boolean
}

/** How far the reading has come. */
export interface DrawProgress {
  ready: number
  total: number
}

/** Draws, here or in a thread. */
export interface ComparisonDrawer {
  /** Gets ready for the first drawing. */
  prepare(): void
  draw(request: DrawRequest): Promise<DrawnComparison>
  close(): Promise<void>
}

/** A request waits this long for runs that are not up to date before it draws the others. */
const PATIENCE_MS = 250
/** Time between two progress reports. */
const REPORT_MS = 500

/** Draws in this thread. */
export class LocalDrawer implements ComparisonDrawer {
  private readonly store: ColumnStore
  private readonly configs = new Map<string, Promise<RunConfig>>()
  /** Runs that are still to be read; those of the last request. */
  private waiting: DrawnRun[] = []
  private wanted = 0
  private reading: Promise<void> | undefined
  /** Runs that are being read right now. */
  private readonly underway = new Map<string, Promise<void>>()

  constructor(
    cacheFolder: string,
    private readonly onProgress: (progress: DrawProgress) => void = () => undefined,
  ) {
    this.store = new ColumnStore(cacheFolder)
  }

  prepare(): void {
    // A thread that is running is ready.
  }

  async draw(request: DrawRequest): Promise<DrawnComparison> {
    const { runs, isComplete = false } = request
    // The shortest first: what runs have appended since the last time, and small runs.
    const own = runs
      .map((run) => ({ run, bytes: this.store.missingBytes(run) }))
      .filter(({ bytes }) => bytes > 0)
      .sort((a, b) => a.bytes - b.bytes)
      .map(({ run }) => run)
    this.waiting = own
    this.wanted = runs.length
    const end = performance.now() + PATIENCE_MS
    const problems: string[] = []
    // A later request has other runs to read first; one that waits for all of its own goes on.
    const mayRead = () => isComplete || (this.waiting === own && performance.now() < end)
    while (own.length > 0 && mayRead()) await this.readNext(own, problems)
    const drawn = await this.drawReady(request).catch((error: unknown) => {
      if (error instanceof AfterwordError) throw error
      // Another process has written a column file anew while it was read here.
      this.store.reopen()
      return this.drawReady(request)
    })
    if (own.length > 0) {
      // What a later request put aside is read after its own runs: whoever asked for it is told then.
      const known = new Set(this.waiting.map(({ id }) => id))
      if (this.waiting !== own) this.waiting.push(...own.filter(({ id }) => !known.has(id)))
      this.readRest()
    }
    return { ...drawn, total: runs.length, problems: [...drawn.problems, ...problems] }
  }

  async close(): Promise<void> {
    this.waiting = []
    await this.reading
  }

  /** Goes on reading until nothing waits, also for requests that come meanwhile. */
  private readRest(): void {
    this.reading ??= (async () => {
      let reported = performance.now()
      while (this.waiting.length > 0) {
        await this.readNext(this.waiting, [])
        if (performance.now() - reported >= REPORT_MS) {
          reported = performance.now()
          this.onProgress({ ready: this.wanted - this.waiting.length, total: this.wanted })
        }
        await nextTurn()
      }
      // A request that waits for its runs may be reading the last of them.
      await Promise.allSettled(this.underway.values())
      this.onProgress({ ready: this.wanted, total: this.wanted })
    })().finally(() => {
      this.reading = undefined
    })
  }

  private async readNext(waiting: DrawnRun[], problems: string[]): Promise<void> {
    const run = waiting.shift()
    if (run === undefined) return
    try {
      const reading = this.underway.get(run.id) ?? this.store.update(run)
      this.underway.set(run.id, reading)
      await reading.finally(() => this.underway.delete(run.id))
    } catch (error) {
      problems.push(`run ${run.id}: ${messageOf(error)}`)
    }
  }

  private async drawReady(request: DrawRequest): Promise<Omit<DrawnComparison, 'total'>> {
    const problems: string[] = []
    const found = await Promise.all(
      request.runs.map(async (run): Promise<ComparedRun[]> => {
        try {
          const { id, study, point, parameters } = run
          const curves = this.store.curves(run)
          if (curves === undefined) return []
          const config = await this.configOf(run)
          return [{ id, study, point, config, curves, ...(parameters === undefined ? {} : { parameters }) }]
        } catch (error) {
          problems.push(messageOf(error))
          return []
        }
      }),
    )
    const runs = found.flat()
    const { width, ranges } = request
    const thinning = width === undefined ? undefined : { limit: width, ...(ranges ? { ranges } : {}) }
    try {
      const charts = runs.length === 0 ? [] : comparisonCharts(runs, request.comparison, thinning)
      return { charts, ready: runs.length, problems }
    } finally {
      this.store.trim()
    }
  }

  private configOf(run: DrawnRun): Promise<RunConfig> {
    const known = this.configs.get(run.id)
    if (known) return known
    const reading = readConfig(run.folder)
    this.configs.set(run.id, reading)
    reading.catch(() => this.configs.delete(run.id))
    return reading
  }
}
