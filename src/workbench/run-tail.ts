// Follows one run folder cheaply: run.json and annotations.json when their stamps change, metrics.jsonl by offset.
// The summary never shows a dead process as running. It writes nothing.
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { readRows } from '../run-folder/jsonl'
import { hasLiveTrainer, isRunFolder, readAnnotations, readRecord } from '../run-folder/run-folder'
import { runFiles } from '../shared/run/folder'
import { annotationsSchema, isActiveState, type Annotations, type RunRecord } from '../shared/run/record'
import { metricsRowSchema, type MetricsRow } from '../shared/run/rows'
import type { RunSummary } from '../shared/workbench-api'
import type { History, HistoryRun } from './history'
import { emptyValues, foldRows, type RunValues } from './run-values'

/** A run folder being followed. */
export class RunTail {
  private recordStamp = ''
  private annotationsStamp = ''
  private annotations: Annotations = annotationsSchema.parse({})
  private values: RunValues = emptyValues()
  private offset = 0
  private hasRead = false
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
  static async open(folder: string, history: History): Promise<RunTail | undefined> {
    const known = history.runIn(folder)
    if (known !== undefined && (await isUnchanged(folder, known))) return RunTail.unchanged(folder, known)
    if (!(await isRunFolder(folder))) return undefined
    const record = await readRecord(folder)
    const tail = new RunTail(folder, record, history.run(record.id))
    await tail.refresh()
    return tail
  }

  /** A run that is over and whose files are as the history knew them: nothing has to be read. */
  private static unchanged(folder: string, known: HistoryRun): RunTail {
    const tail = new RunTail(folder, known.record, known)
    tail.annotations = known.annotations
    tail.recordStamp = known.stamps?.record ?? ''
    tail.annotationsStamp = known.stamps?.annotations ?? ''
    tail.hasRead = true
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
    return isActiveState(this.seen.state)
  }

  /** Whether the run may change without a person: it waits for a trainer or has one. */
  get isOpen(): boolean {
    return this.seen.state === 'queued' || this.isActive
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
    const { stamp, stored, seen } = await this.nextRecord()
    const { annotationsStamp, annotations } = await this.nextAnnotations()
    // A new process cuts the rows past its checkpoint before it adds any: they are counted anew.
    const isSame = isSameTraining(stored, this.stored)
    const rows = await this.nextRows(isSame ? this.offset : 0, stored === this.stored && !this.isActive)
    const hasChanged =
      seen !== this.seen ||
      stored !== this.stored ||
      annotations !== this.annotations ||
      rows.nextOffset !== this.offset
    // In one go from here: no summary is half old and half new.
    this.recordStamp = stamp
    this.stored = stored
    this.seen = seen
    this.annotationsStamp = annotationsStamp
    this.annotations = annotations
    if (rows.from !== this.offset) this.values = emptyValues()
    this.offset = rows.nextOffset
    this.hasRead = true
    foldRows(this.values, rows.rows)
    return hasChanged
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
    const stamps = { record: this.recordStamp, annotations: this.annotationsStamp }
    return { record, folder, annotations, last, best, progress, offset: this.offset, stamps }
  }

  /** Whether the history has this record and these annotations: it knows their very objects after saving them. */
  isSavedAs(saved: HistoryRun | undefined): boolean {
    return saved?.record === this.seen && saved.annotations === this.annotations
  }

  private async nextRecord(): Promise<{ stamp: string; stored: RunRecord; seen: RunRecord }> {
    const path = join(this.folder, runFiles.record)
    const stamp = (await stampOf(path)) ?? this.recordStamp
    const stored = stamp === this.recordStamp ? this.stored : await readRecord(this.folder)
    // The dead stay dead: looking again would only make a new object of the same record.
    if (stored === this.stored && this.isDead) return { stamp, stored, seen: this.seen }
    const seen = recordAsSeen(stored)
    const isLate = seen !== stored && (await stampOf(path)) !== stamp
    // A trainer may have written its end and gone between the two looks.
    return isLate ? this.nextRecord() : { stamp, stored, seen }
  }

  private async nextAnnotations(): Promise<{ annotationsStamp: string; annotations: Annotations }> {
    const annotationsStamp = (await stampOf(join(this.folder, runFiles.annotations))) ?? ''
    if (annotationsStamp === this.annotationsStamp) return { annotationsStamp, annotations: this.annotations }
    return { annotationsStamp, annotations: await readAnnotations(this.folder) }
  }

  /**
   * Rows from an offset on, from the beginning where the file became shorter; `from`: where they begin. A run without a
   * trainer (`isSettled`) gets no rows: its file is looked at once.
   */
  private async nextRows(
    offset: number,
    isSettled: boolean,
  ): Promise<{ from: number; rows: MetricsRow[]; nextOffset: number }> {
    if (isSettled && this.hasRead) return { from: offset, rows: [], nextOffset: offset }
    const path = join(this.folder, runFiles.metrics)
    const size = (await stat(path).catch(() => undefined))?.size ?? 0
    const from = size < offset ? 0 : offset
    if (size === from) return { from, rows: [], nextOffset: from }
    return { from, ...(await readRows(path, metricsRowSchema, from)) }
  }
}

/** A record as it is to be shown: running or paused with a dead trainer reads as interrupted. */
function recordAsSeen(record: RunRecord): RunRecord {
  if (!isActiveState(record.state) || hasLiveTrainer(record)) return record
  return { ...record, state: 'interrupted' }
}

/** States that only a new process changes, and a new process writes run.json first. */
const endedStates: readonly string[] = ['finished', 'failed', 'stopped']

async function isUnchanged(folder: string, { record, stamps }: HistoryRun): Promise<boolean> {
  if (stamps === undefined || !endedStates.includes(record.state)) return false
  const [ofRecord, ofAnnotations = ''] = await Promise.all([
    stampOf(join(folder, runFiles.record)),
    stampOf(join(folder, runFiles.annotations)),
  ])
  return ofRecord === stamps.record && ofAnnotations === stamps.annotations
}

function isSameTraining(a: RunRecord, b: RunRecord): boolean {
  return a.pid === b.pid && a.processStart === b.processStart && a.host === b.host
}

/** Changes whenever a file is replaced or written. */
async function stampOf(path: string): Promise<string | undefined> {
  const found = await stat(path).catch(() => undefined)
  return found && `${found.ino}-${found.mtimeMs}-${found.size}`
}
