// Follows one run folder cheaply: run.json and annotations.json when their stamps change, metrics.jsonl by offset.
// The summary never shows a dead process as running. It writes nothing.
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { readRows } from '../run-folder/jsonl'
import { hasLiveTrainer, isRunFolder, readAnnotations, readRecord } from '../run-folder/run-folder'
import { runFiles } from '../shared/run/folder'
import { annotationsSchema, type Annotations, type RunRecord } from '../shared/run/record'
import { metricsRowSchema } from '../shared/run/rows'
import type { RunSummary } from '../shared/workbench-api'
import type { HistoryRun } from './history'
import { emptyValues, foldRows, type RunValues } from './run-values'

/** A run folder being followed. */
export class RunTail {
  private recordStamp = ''
  private annotationsStamp = ''
  private annotations: Annotations = annotationsSchema.parse({})
  private values: RunValues = emptyValues()
  private offset = 0
  private stored: RunRecord
  private seen: RunRecord
  private refreshing: Promise<unknown> = Promise.resolve()

  private constructor(
    readonly folder: string,
    record: RunRecord,
    cached: HistoryRun | undefined,
  ) {
    this.stored = record
    this.seen = record
    if (cached === undefined || !isSameTraining(cached.record, record)) return
    const { last, best, progress, offset } = cached
    this.values = { last: { ...last }, best: { ...best }, ...(progress === undefined ? {} : { progress }) }
    this.offset = offset
  }

  /** Opens a run folder, starting from what the history knew of it. Undefined where it holds no run (yet). */
  static async open(
    folder: string,
    cached: (id: string) => HistoryRun | undefined,
  ): Promise<RunTail | undefined> {
    if (!(await isRunFolder(folder))) return undefined
    const record = await readRecord(folder)
    const tail = new RunTail(folder, record, cached(record.id))
    await tail.refresh()
    return tail
  }

  /** run.json as it stands in the file, whether or not its process lives. */
  get storedRecord(): RunRecord {
    return this.stored
  }

  get id(): string {
    return this.stored.id
  }

  /** Whether a trainer may be adding to the folder. */
  get isActive(): boolean {
    return this.seen.state === 'running' || this.seen.state === 'paused'
  }

  /** Whether run.json says running or paused while its process is gone. */
  get isDead(): boolean {
    return this.seen !== this.stored
  }

  /** Reads what changed since the last call. Returns whether the summary changed. Calls wait for each other. */
  refresh(): Promise<boolean> {
    const next = this.refreshing.then(
      () => this.refreshNow(),
      () => this.refreshNow(),
    )
    this.refreshing = next
    return next
  }

  private async refreshNow(): Promise<boolean> {
    const recordChanged = await this.refreshRecord()
    const annotationsChanged = await this.refreshAnnotations()
    const rowsChanged = await this.refreshRows()
    return recordChanged || annotationsChanged || rowsChanged
  }

  /** The run as faces see it. */
  summary(queuePosition?: number): RunSummary {
    const { last, best, progress } = this.values
    return {
      record: this.seen,
      folder: this.folder,
      annotations: this.annotations,
      last: { ...last },
      best: { ...best },
      ...(progress === undefined ? {} : { progress }),
      ...(queuePosition === undefined ? {} : { queuePosition }),
    }
  }

  /** What the history keeps. */
  historyRun(): HistoryRun {
    const { record, folder, annotations, last, best, progress } = this.summary()
    return { record, folder, annotations, last, best, progress, offset: this.offset }
  }

  /** Whether the history has this record and these annotations: it knows their very objects after saving them. */
  isSavedAs(saved: HistoryRun | undefined): boolean {
    return saved?.record === this.seen && saved.annotations === this.annotations
  }

  private async refreshRecord(): Promise<boolean> {
    const stamp = await stampOf(join(this.folder, runFiles.record))
    const before = { record: this.stored, isDead: this.isDead }
    if (stamp !== undefined && stamp !== this.recordStamp) {
      this.recordStamp = stamp
      this.stored = await readRecord(this.folder)
      // A new process cuts the rows past its checkpoint before it adds any: count them anew.
      if (!isSameTraining(before.record, this.stored)) this.restartRows()
    }
    // The dead stay dead: looking again would only make a new object of the same record.
    if (before.record !== this.stored || !this.isDead) this.seen = recordAsSeen(this.stored)
    return before.record !== this.stored || before.isDead !== this.isDead
  }

  private async refreshAnnotations(): Promise<boolean> {
    const stamp = (await stampOf(join(this.folder, runFiles.annotations))) ?? ''
    if (stamp === this.annotationsStamp) return false
    this.annotationsStamp = stamp
    this.annotations = await readAnnotations(this.folder)
    return true
  }

  private async refreshRows(): Promise<boolean> {
    const path = join(this.folder, runFiles.metrics)
    const size = (await sizeOf(path)) ?? 0
    if (size === this.offset) return false
    if (size < this.offset) this.restartRows()
    const { rows, nextOffset } = await readRows(path, metricsRowSchema, this.offset)
    this.offset = nextOffset
    foldRows(this.values, rows)
    return rows.length > 0
  }

  private restartRows(): void {
    this.values = emptyValues()
    this.offset = 0
  }
}

/** A record as it is to be shown: running or paused with a dead trainer reads as interrupted. */
function recordAsSeen(record: RunRecord): RunRecord {
  if ((record.state !== 'running' && record.state !== 'paused') || hasLiveTrainer(record)) return record
  return { ...record, state: 'interrupted' }
}

function isSameTraining(a: RunRecord, b: RunRecord): boolean {
  return a.pid === b.pid && a.processStart === b.processStart && a.host === b.host
}

/** Changes whenever a file is replaced or written. */
async function stampOf(path: string): Promise<string | undefined> {
  const found = await stat(path).catch(() => undefined)
  return found && `${found.ino}-${found.mtimeMs}-${found.size}`
}

async function sizeOf(path: string): Promise<number | undefined> {
  return (await stat(path).catch(() => undefined))?.size
}
