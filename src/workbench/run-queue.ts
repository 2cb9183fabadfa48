// The queue: runs in state queued, in an order the person may change, started one at a time on each device. Order is kept in
// the history; state lives in the run folders, so a restart or a dead launcher loses nothing.
import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { isAlive } from '../run-folder/process-identity'
import { writeRecord } from '../run-folder/run-folder'
import { assert } from '../shared/assert'
import { AfterwordError, messageOf } from '../shared/errors'
import type { Place, ProcessIdentity, RunRecord } from '../shared/run/record'
import { placeEnvironment, placesFor, type Gpu, type PlaceRequest } from './devices'
import type { RunIndex } from './run-index'
import type { RunTail } from './run-tail'
import { settleRun } from './settle-run'
import { isComputingFor, shareStages } from './stage-sharing'
import { startTrainer, type TrainerCommand, type TrainerExit } from './start-trainer'

/** Longest wait for a started trainer to claim its run, and the time between two looks. */
const CLAIM_MS = 5000
const CLAIM_POLL_MS = 50
/** Time between two looks at a run that computes stages another one waits for. */
const SHARED_POLL_MS = 500

interface Started {
  tail: RunTail
  place: Place
  end: Promise<void>
}

/** The queue of one workspace as one process sees it. */
export class RunQueue {
  private order: string[]
  private isClosed = false
  /** Runs this process is starting or has started, until they are settled. */
  private readonly started = new Map<string, Started>()

  constructor(
    private readonly index: RunIndex,
    private readonly self: ProcessIdentity,
    private readonly trainer: TrainerCommand,
    order: readonly string[],
    private readonly gpus: Promise<readonly Gpu[]>,
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
   * The next run for the lock's holder, where its device is free: its own and those whose launcher is dead. Runs of a
   * living launcher (a command line) are that one's to start.
   */
  async next(): Promise<RunTail | undefined> {
    const gpus = await this.gpus
    const taken = this.takenPlaces()
    return this.queued().find(
      (tail) =>
        this.isMine(tail) && placesFor(requestOf(tail.storedRecord), gpus).some((place) => !taken.has(place)),
    )
  }

  /** How many runs that ask for the same as this one can be computed at one time. */
  async slotsFor(tail: RunTail): Promise<number> {
    return placesFor(requestOf(tail.storedRecord), await this.gpus).length
  }

  /**
   * Starts a queued run, on a device that is free where there is one, and resolves when its trainer has ended and its record
   * says how.
   */
  async run(tail: RunTail): Promise<void> {
    const places = placesFor(requestOf(tail.storedRecord), await this.gpus)
    const taken = this.takenPlaces()
    const place = places.find((one) => !taken.has(one)) ?? places[0]
    assert(place, 'every run has a place')
    const started = this.started.get(tail.id) ?? {
      tail,
      place,
      end: this.startAndSettle(tail, place).finally(() => this.started.delete(tail.id)),
    }
    this.started.set(tail.id, started)
    await started.end
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

  /** Slots of the runs that this process has started and of those that run on this host. */
  private takenPlaces(): Set<Place> {
    const active = this.index.all().filter((tail) => tail.isActive && tail.storedRecord.host === hostname())
    return new Set([
      ...[...this.started.values()].map(({ place }) => place),
      ...active.map(({ storedRecord }) => storedRecord.place ?? 'cpu'),
    ])
  }

  private async startAndSettle(tail: RunTail, place: Place): Promise<void> {
    await tail.refresh()
    if (tail.storedRecord.state !== 'queued') return
    const exit = await this.train(tail, place)
    if (this.isClosed) return
    await settleRun(tail.folder, exit)
    await tail.refresh()
  }

  private async train(tail: RunTail, place: Place): Promise<TrainerExit> {
    try {
      await this.waitForSharedStages(tail)
      await shareStages(tail, this.index.all())
      await tail.refresh()
      await writeRecord(tail.folder, { ...tail.storedRecord, place })
      const { device } = requestOf(tail.storedRecord)
      const environment = {
        ...this.trainer.environment,
        ...placeEnvironment(device, place, await this.gpus),
      }
      return await startTrainer(tail.folder, { ...this.trainer, environment }).exited
    } catch (error) {
      return { code: null, signal: null, error: error instanceof Error ? error : new Error(messageOf(error)) }
    }
  }

  /**
   * Waits while a run that this process started before computes stages that this one can take over, so that arms that start
   * side by side on several devices have one base.
   */
  private async waitForSharedStages(tail: RunTail): Promise<void> {
    const earlier = (): RunTail[] => {
      const started = [...this.started.values()].map((one) => one.tail)
      const before = started.slice(0, started.indexOf(tail))
      return before.filter(({ storedRecord }) => storedRecord.state !== 'paused')
    }
    while (!this.isClosed && (await isComputingFor(tail, earlier()))) await sleep(SHARED_POLL_MS)
  }
}

function requestOf({ deviceRequest = 'auto', engineRequest, engine }: RunRecord): PlaceRequest {
  return { device: deviceRequest, engine: engineRequest === 'auto' ? (engine ?? 'auto') : engineRequest }
}

function isSame(a: ProcessIdentity, b: ProcessIdentity): boolean {
  return a.pid === b.pid && a.start === b.start && a.host === b.host
}
