// Seconds since a run began: the time its processes have lived, with pauses, interruptions and lost work left out.

/** Counts a run's seconds on from what a checkpoint says. */
export class RunClock {
  private pausedAt: number | undefined

  /** `base`: the run's seconds before this process; `now`: seconds since this process began. */
  constructor(
    private base: number,
    private readonly now: () => number,
  ) {}

  /** The run's seconds, to the microsecond. */
  seconds(): number {
    return Math.round((this.base + (this.pausedAt ?? this.now())) * 1e6) / 1e6
  }

  get isPaused(): boolean {
    return this.pausedAt !== undefined
  }

  pause(): void {
    this.pausedAt ??= this.now()
  }

  resume(): void {
    if (this.pausedAt === undefined) return
    this.base -= this.now() - this.pausedAt
    this.pausedAt = undefined
  }
}
