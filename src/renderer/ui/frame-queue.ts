// Spreads drawing over frames: one task a frame, so that many charts that change together never hold up the page.

/** A queue of drawing tasks; a task that waits already is not added again. */
export class FrameQueue {
  private readonly waiting = new Set<() => void>()
  private frame = 0

  /** Runs `task` in a frame of its own, after those that wait already. */
  add(task: () => void): void {
    this.waiting.add(task)
    this.frame ||= requestAnimationFrame(() => this.next())
  }

  /** Forgets a task that has not run. */
  remove(task: () => void): void {
    this.waiting.delete(task)
  }

  private next(): void {
    this.frame = 0
    const [task] = this.waiting
    if (!task) return
    this.waiting.delete(task)
    task()
    if (this.waiting.size > 0) this.frame = requestAnimationFrame(() => this.next())
  }
}
