// The errors of this start, kept so that a person can look at them again and send them to somebody. The last ones only; runs
// that failed are in the history.
import type { RecentError } from '../shared/ipc'

const MOST_KEPT = 100

/** The errors of the window and of the main process. */
export class RecentErrors {
  private errors: readonly RecentError[] = []
  private count = 0

  /** `tell` hears of the list whenever it has one more. */
  constructor(private readonly tell: (errors: RecentError[]) => void) {}

  /** Newest first. */
  list(): RecentError[] {
    return [...this.errors]
  }

  find(id: number): RecentError | undefined {
    return this.errors.find((error) => error.id === id)
  }

  /** Keeps an error; what is no Error is its own message. */
  add(source: RecentError['source'], error: unknown): void {
    const { message, stack } = error instanceof Error ? error : { message: String(error), stack: '' }
    this.addText(source, message, stack ?? '')
  }

  addText(source: RecentError['source'], message: string, detail: string, isExpected = false): void {
    const error: RecentError = {
      id: ++this.count,
      at: new Date().toISOString(),
      source,
      message,
      detail,
      isExpected,
    }
    this.errors = [error, ...this.errors].slice(0, MOST_KEPT)
    this.tell(this.list())
  }
}
