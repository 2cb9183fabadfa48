// Work in many small requests: how far it is, and a way to end it between two of them. The busy line shows it.
import { shallowReactive } from 'vue'

/** Work in progress. */
export interface LongTask {
  readonly title: string
  readonly total: number
  done: number
  isCancelled: boolean
  readonly since: number
}

/** What is being worked on, oldest first. */
export const longTasks: ReadonlySet<LongTask> = shallowReactive(new Set())
const open = longTasks as Set<LongTask>

/** Does `work` for some items at a time. Returns how many were done before it was cancelled: all of them as a rule. */
export async function inSteps<Item>(
  title: string,
  items: readonly Item[],
  size: number,
  work: (some: readonly Item[]) => Promise<void>,
): Promise<number> {
  const task: LongTask = shallowReactive({
    title,
    total: items.length,
    done: 0,
    isCancelled: false,
    since: performance.now(),
  })
  open.add(task)
  try {
    while (task.done < items.length && !task.isCancelled) {
      const some = items.slice(task.done, task.done + size)
      await work(some)
      task.done += some.length
    }
    return task.done
  } finally {
    open.delete(task)
  }
}
