// All runs of a workspace, followed through their folders: opened from the history's cache, kept current by refresh().
// It reads only; what has to be written about a run is queue.ts's and settle-run.ts's business.
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { AfterwordError, messageOf } from '../shared/errors'
import { workspaceFiles } from '../shared/run/folder'
import type { History } from './history'
import { listRunFolders } from './run-pointer'
import { RunTail } from './run-tail'

/** Folders opened at the same time. */
const OPEN_TOGETHER = 32
/** Runs that are over which one look goes through: of thousands each is looked at every few looks. */
const OVER_PER_LOOK = 1000

/** The runs of a workspace. */
export class RunIndex {
  private readonly tails = new Map<string, RunTail>()
  /** By run folder. */
  private readonly unreadable = new Map<string, string>()
  private pointerProblems: string[] = []
  private runsStamp = 0
  /** The runs in order, until some come or go. */
  private sorted: readonly RunTail[] | undefined
  private overSeen = 0

  constructor(
    private readonly workspace: string,
    private readonly history: History,
  ) {}

  /** Run folders whose run.json cannot be read, and pointers to runs elsewhere that lead nowhere, with the reason. */
  get problems(): string[] {
    return [...this.unreadable.values(), ...this.pointerProblems]
  }

  /** All runs, oldest first. */
  all(): readonly RunTail[] {
    this.sorted ??= [...this.tails.values()].sort(
      (a, b) => compare(a.storedRecord.created, b.storedRecord.created) || compare(a.id, b.id),
    )
    return this.sorted
  }

  /** A run by its id. Throws not-found. */
  get(id: string): RunTail {
    const tail = this.tails.get(id)
    if (tail === undefined) throw new AfterwordError('not-found', `no run "${id}" in ${this.workspace}`)
    return tail
  }

  /** A run by its id or a beginning that only one id has. Throws not-found or invalid-input. */
  find(prefix: string): RunTail {
    const exact = this.tails.get(prefix)
    if (exact !== undefined) return exact
    const matches = this.all().filter(({ id }) => id.startsWith(prefix))
    const [first, second] = matches
    if (first === undefined || prefix === '') return this.get(prefix)
    if (second === undefined) return first
    throw new AfterwordError(
      'invalid-input',
      `"${prefix}" begins ${matches.length} run ids: ${matches.map(({ id }) => id).join(', ')}`,
    )
  }

  /**
   * Looks for new and removed run folders and reads what changed. `onlyOpen`: skip runs that are over; of these a look goes
   * through some, the next through the next. Returns the ids of changed runs; `removed` tells whether some are gone.
   */
  async refresh(onlyOpen: boolean): Promise<{ changed: string[]; removed: boolean }> {
    const open = [...this.tails.values()].filter((tail) => tail.isOpen)
    const before = onlyOpen ? open : [...open, ...this.someOver()]
    const changed: string[] = []
    for (const group of chunks(before, OPEN_TOGETHER)) {
      const results = await Promise.all(group.map((tail) => this.refreshOne(tail)))
      group.forEach((tail, i) => results[i] && changed.push(tail.id))
    }
    const { added, removed } = await this.rescan(onlyOpen)
    return { changed: [...changed, ...added], removed }
  }

  private someOver(): RunTail[] {
    const over = [...this.tails.values()].filter((tail) => !tail.isOpen)
    const start = this.overSeen < over.length ? this.overSeen : 0
    this.overSeen = start + OVER_PER_LOOK
    return over.slice(start, this.overSeen)
  }

  private async refreshOne(tail: RunTail): Promise<boolean> {
    try {
      const hasChanged = await tail.refresh()
      this.unreadable.delete(tail.folder)
      return hasChanged
    } catch (error) {
      this.unreadable.set(tail.folder, messageOf(error))
      return false
    }
  }

  private async rescan(onlyIfTouched: boolean): Promise<{ added: string[]; removed: boolean }> {
    const runs = join(this.workspace, workspaceFiles.runs)
    const touched = (await stat(runs).catch(() => undefined))?.mtimeMs ?? 0
    if (onlyIfTouched && touched === this.runsStamp) return { added: [], removed: false }
    this.runsStamp = touched
    const listed = await listRunFolders(this.workspace)
    this.pointerProblems = listed.problems
    const folders = new Set(listed.folders)
    for (const folder of this.unreadable.keys()) if (!folders.has(folder)) this.unreadable.delete(folder)
    const known = new Map([...this.tails.values()].map((tail) => [tail.folder, tail]))
    const added: string[] = []
    for (const group of chunks(
      [...folders].filter((folder) => !known.has(folder)),
      OPEN_TOGETHER,
    )) {
      const opened = await Promise.all(group.map((folder) => this.open(folder)))
      for (const tail of opened) {
        if (tail === undefined) continue
        const twin = this.tails.get(tail.id)
        if (twin !== undefined) {
          this.unreadable.set(tail.folder, `${tail.folder}: left out, its run id is that of ${twin.folder}`)
          continue
        }
        this.tails.set(tail.id, tail)
        this.sorted = undefined
        added.push(tail.id)
      }
    }
    const gone = [...known].filter(([folder]) => !folders.has(folder))
    for (const [, tail] of gone) this.tails.delete(tail.id)
    if (gone.length > 0) this.sorted = undefined
    return { added, removed: gone.length > 0 }
  }

  private async open(folder: string): Promise<RunTail | undefined> {
    try {
      const tail = await RunTail.open(folder, this.history)
      this.unreadable.delete(folder)
      // A folder whose run.json is still to come makes the next look necessary.
      if (tail === undefined) this.runsStamp = 0
      return tail
    } catch (error) {
      this.unreadable.set(folder, messageOf(error))
      return undefined
    }
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  const groups: T[][] = []
  for (let start = 0; start < items.length; start += size) groups.push(items.slice(start, start + size))
  return groups
}
