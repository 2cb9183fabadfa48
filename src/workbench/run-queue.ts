// The queue: runs in state queued, in an order the person may change, started one at a time. Order is kept in the history;
// state lives in the run folders, so a restart or a dead launcher loses nothing.
import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { isAlive } from '../run-folder/process-identity'
import { AfterwordError, messageOf } from '../shared/errors'
import type { ProcessIdentity } from '../shared/run/record'
import type { RunIndex } from './run-index'
import type { RunTail } from './run-tail'
import { settleRun } from './settle-run'
import { shareStages } from './stage-sharing'
import { startTrainer, type TrainerCommand, type TrainerExit } from './start-trainer'

/** Longest wait for a started trainer to claim its run, and the time between two looks. */
const CLAIM_MS = 5000
const CLAIM_POLL_MS = 50

/** The queue of one workspace as one process sees it. */
export class RunQueue {
  private order: string[]
  private isClosed = false
  /** Runs this process is starting or has started, until they are settled. */
  private readonly started = new Map<string, Promise<void>>()

  constructor(
    private readonly index: RunIndex,
    private readonly self: ProcessIdentity,
    private readonly trainer: TrainerCommand,
    order: readonly string[],
  ) {
    this.order = [...order]
  }

  /** Queued runs in the order they will start: the kept order first, then by time of creation. */
  queued(): RunTail[] {
    const rank = new Map(this.order.map((id, position) => [id, position]))
    const last = this.order.length
    return this.index
      .all()
      .filter((tail) => tail.storedRecord.state === 'queued' && !this.started.has(tail.id))
      .map((tail, age) => ({ tail, rank: rank.get(tail.id) ?? last + age }))
      .sort((a, b) => a.rank - b.rank)
      .map(({ tail }) => tail)
  }

  /** Ids in queue order, for the history. */
  ids(): string[] {
    return this.queued().map(({ id }) => id)
  }

  /** Whether this process is starting the run or waits for its end. */
  isStarted(id: string): boolean {
    return this.started.has(id)
  }

  /** Moves a queued run to a position from 0. */
  move(id: string, position: number): void {
    const ids = this.ids()
    if (!ids.includes(id)) throw new AfterwordError('invalid-input', `run ${id} is not in the queue`)
    const others = ids.filter((other) => other !== id)
    others.splice(Math.max(0, position), 0, id)
    this.order = others
  }

  /** Puts a run at the end, also where it had a place before. */
  append(id: string): void {
    this.order = [...this.ids().filter((other) => other !== id), id]
  }

  /**
   * The next run for the lock's holder, where nothing is running here: its own and those whose launcher is dead. Runs of a
   * living launcher (a command line) are that one's to start.
   */
  next(): RunTail | undefined {
    if (this.started.size > 0) return undefined
    const isBusy = this.index.all().some((tail) => tail.isActive && tail.storedRecord.host === hostname())
    if (isBusy) return undefined
    return this.queued().find((tail) => this.isMine(tail))
  }

  /** Starts a queued run and resolves when its trainer has ended and its record says how. */
  async run(tail: RunTail): Promise<void> {
    const running =
      this.started.get(tail.id) ?? this.startAndSettle(tail).finally(() => this.started.delete(tail.id))
    this.started.set(tail.id, running)
    await running
  }

  /** Takes over the order that another process kept. */
  restoreOrder(order: readonly string[]): void {
    this.order = [...order]
  }

  /**
   * Stops caring for the runs that were started: they go on, and whoever opens the workspace next sees how they end. Waits
   * for a trainer that has not written down yet that the run is its own: the next process would start a second one.
   */
  async close(): Promise<void> {
    this.isClosed = true
    const isUnclaimed = async (id: string) => {
      const tail = this.index.get(id)
      await tail.refresh()
      return tail.storedRecord.state === 'queued'
    }
    for (const id of this.started.keys()) {
      const end = Date.now() + CLAIM_MS
      while (this.started.has(id) && Date.now() < end && (await isUnclaimed(id))) await sleep(CLAIM_POLL_MS)
    }
  }

  /** Whether this process is the one to start and settle a run: its own, nobody's, or that of a dead launcher. */
  isMine(tail: RunTail): boolean {
    const { launcher } = tail.storedRecord
    if (launcher === undefined) return true
    return isSame(launcher, this.self) || !isAlive(launcher)
  }

  private async startAndSettle(tail: RunTail): Promise<void> {
    await tail.refresh()
    if (tail.storedRecord.state !== 'queued') return
    const exit = await this.train(tail)
    if (this.isClosed) return
    await settleRun(tail.folder, exit)
    await tail.refresh()
  }

  private async train(tail: RunTail): Promise<TrainerExit> {
    try {
      await shareStages(tail, this.index.all())
      return await startTrainer(tail.folder, this.trainer).exited
    } catch (error) {
      return { code: null, signal: null, error: error instanceof Error ? error : new Error(messageOf(error)) }
    }
  }
}

function isSame(a: ProcessIdentity, b: ProcessIdentity): boolean {
  return a.pid === b.pid && a.start === b.start && a.host === b.host
}
