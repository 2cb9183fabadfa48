// Spreads drawing over time: one task a frame and frames for the person between them, so that many charts that change
// together never hold up the page.

/** Time left to the page between two drawings. */
const pauseMs = 40

/** A queue of drawing tasks; a task that waits already is not added again. */
export class FrameQueue {
  private readonly waiting = new Set<() => void>()
  private isScheduled = false

  /** Runs `task` in a frame of its own, after those that wait already. */
  add(task: () => void): void {
    this.waiting.add(task)
    if (this.isScheduled) return
    this.isScheduled = true
    requestAnimationFrame(() => this.next())
  }

  /** Forgets a task that has not run. */
  remove(task: () => void): void {
    this.waiting.delete(task)
  }

  private next(): void {
    this.isScheduled = false
    const [task] = this.waiting
    if (!task) return
    this.waiting.delete(task)
    task()
    if (this.waiting.size === 0) return
    this.isScheduled = true
    setTimeout(() => requestAnimationFrame(() => this.next()), pauseMs)
  }
}
