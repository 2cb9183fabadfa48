// Calls a piece of work again and again, one call after the other, until it is stopped. It does not catch: work handles its
// own errors.

/** A running repetition. */
export interface Repetition {
  /** Ends it; resolves when the call in progress is over. */
  stop(): Promise<void>
}

/** Calls `work` with 1, 2, 3, …, `pauseMs` after the end of the call before. */
export function repeat(pauseMs: number, work: (count: number) => Promise<void>): Repetition {
  let count = 0
  let isStopped = false
  let timer: NodeJS.Timeout | undefined
  let current = Promise.resolve()
  const schedule = () => {
    timer = setTimeout(() => {
      current = work(++count).finally(() => {
        if (!isStopped) schedule()
      })
    }, pauseMs)
  }
  schedule()
  return {
    async stop() {
      isStopped = true
      clearTimeout(timer)
      await current
    },
  }
}
