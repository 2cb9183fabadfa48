// The queue: runs in state queued, in an order the person may change, started as devices have slots free. Order is kept in
// the history; state lives in the run folders, so a restart or a dead launcher loses nothing.
import { availableParallelism, hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { isAlive } from '../run-folder/process-identity'
import { writeRecord } from '../run-folder/run-folder'
import { assert } from '../shared/assert'
import { AfterwordError, messageOf } from '../shared/errors'
import {
  priorities,
  type Place,
  type Priority,
  type ProcessIdentity,
  type RunRecord,
} from '../shared/run/record'
import type { Slots } from '../shared/settings'
import { placeEnvironment, placesFor, type Gpu, type PlaceRequest } from './devices'
import { prioritise, priorityOf } from './run-actions'
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
  /** How many runs are computed side by side; the threads of those on the CPU are shared out among them. */
  slots: Slots = { cpu: 1, gpu: 1 }
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

  /** Queued runs in the order they will start: by priority, then the kept order, then by time of creation. */
  queued(): RunTail[] {
    const rank = new Map(this.order.map((id, position) => [id, position]))
    const last = this.order.length
    return this.index
      .all()
      .filter((tail) => tail.storedRecord.state === 'queued' && !this.started.has(tail.id))
      .map((tail, age) => ({ tail, rank: rank.get(tail.id) ?? last + age }))
      .sort((a, b) => urgency(a.tail) - urgency(b.tail) || a.rank - b.rank)
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

  /** Moves a queued run to a position from 0; among runs of another priority it takes on theirs. */
  async move(id: string, position: number): Promise<void> {
    const queued = this.queued()
    const from = queued.findIndex((tail) => tail.id === id)
    const tail = queued[from]
    if (!tail) throw new AfterwordError('invalid-input', `run ${id} is not in the queue`)
    const others = queued.filter((other) => other !== tail)
    const passed = others[position <= from ? position : Math.min(position, others.length) - 1]
    if (passed) await this.prioritise(id, priorityOf(passed))
    const ids = others.map((other) => other.id)
    ids.splice(Math.max(0, position), 0, id)
    this.order = ids
  }

  /** Gives a queued run a priority; among those that have it already it keeps its place in the order. */
  async prioritise(id: string, priority: Priority): Promise<void> {
    await prioritise(this.index.get(id), priority, this.started.has(id))
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
    const taken = this.takenSlots()
    const isFree = (place: Place) => (taken.get(place) ?? 0) < this.slotsOf(place)
    return this.queued().find(
      (tail) => this.isMine(tail) && placesFor(requestOf(tail.storedRecord), gpus).some(isFree),
    )
  }

  /** How many runs that ask for the same as this one, or for nothing special, can be computed at one time. */
  async slotsFor(tail?: RunTail): Promise<number> {
    const request =
      tail === undefined ? ({ device: 'auto', engine: 'auto' } as const) : requestOf(tail.storedRecord)
    const places = placesFor(request, await this.gpus)
    return places.reduce((sum, place) => sum + this.slotsOf(place), 0)
  }

  /**
   * Starts a queued run on the device with the fewest runs, and resolves when its trainer has ended and its record
   * says how.
   */
  async run(tail: RunTail): Promise<void> {
    const places = placesFor(requestOf(tail.storedRecord), await this.gpus)
    const taken = this.takenSlots()
    const [place] = [...places].sort((a, b) => (taken.get(a) ?? 0) - (taken.get(b) ?? 0))
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

  private slotsOf(place: Place): number {
    return place === 'cpu' ? this.slots.cpu : this.slots.gpu
  }

  /** How many runs each device has: those that this process has started and those that run on this host. */
  private takenSlots(): Map<Place, number> {
    const active = this.index.all().filter((tail) => tail.isActive && tail.storedRecord.host === hostname())
    const places = new Map<string, Place>([
      ...active.map(({ id, storedRecord }) => [id, storedRecord.place ?? 'cpu'] as const),
      ...[...this.started].map(([id, { place }]) => [id, place] as const),
    ])
    const taken = new Map<Place, number>()
    for (const place of places.values()) taken.set(place, (taken.get(place) ?? 0) + 1)
    return taken
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
        ...this.threadsEnvironment(place),
        ...placeEnvironment(device, place, await this.gpus),
      }
      return await startTrainer(tail.folder, { ...this.trainer, environment }).exited
    } catch (error) {
      return { code: null, signal: null, error: error instanceof Error ? error : new Error(messageOf(error)) }
    }
  }

  /** A run's share of the cores where several are computed on the CPU. AFTERWORD_THREADS of this process stands above it. */
  private threadsEnvironment(place: Place): Readonly<Record<string, string>> {
    const isAsked = (process.env['AFTERWORD_THREADS'] ?? '') !== ''
    if (place !== 'cpu' || this.slots.cpu === 1 || isAsked) return {}
    return { AFTERWORD_THREADS: String(Math.max(1, Math.floor(availableParallelism() / this.slots.cpu))) }
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

const urgency = (tail: RunTail): number => priorities.indexOf(priorityOf(tail))

function requestOf({ deviceRequest = 'auto', engineRequest, engine }: RunRecord): PlaceRequest {
  return { device: deviceRequest, engine: engineRequest === 'auto' ? (engine ?? 'auto') : engineRequest }
}

function isSame(a: ProcessIdentity, b: ProcessIdentity): boolean {
  return a.pid === b.pid && a.start === b.start && a.host === b.host
}
