// Draws comparisons in a thread of their own (worker.ts), started with the first of them or before. A thread that died is
// started again with the next request; those it was working on are rejected.
import { Worker } from 'node:worker_threads'
import { AfterwordError, messageOf } from '../../shared/errors'
import type { DrawnComparison } from '../../shared/workbench-api'
import type { ComparisonDrawer, DrawProgress, DrawRequest } from './comparison-drawer'
import type { DrawerData, DrawerMessage, DrawMessage } from './drawer-messages'

interface Waiting {
  /** Who is to answer. */
  worker: Worker
  resolve(result: DrawnComparison): void
  reject(error: Error): void
}

/** `script`: the built worker.ts. */
export class ThreadDrawer implements ComparisonDrawer {
  private worker: Worker | undefined
  private readonly waiting = new Map<number, Waiting>()
  private count = 0

  constructor(
    private readonly script: string,
    private readonly cacheFolder: string,
    private readonly onProgress: (progress: DrawProgress) => void,
  ) {}

  /** Starts the thread, so that the first drawing need not wait for it: it takes a third of a second. */
  prepare(): void {
    this.worker ??= this.start()
  }

  draw(request: DrawRequest): Promise<DrawnComparison> {
    const worker = (this.worker ??= this.start())
    const id = this.count++
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { worker, resolve, reject })
      worker.postMessage({ id, request } satisfies DrawMessage)
    })
  }

  async close(): Promise<void> {
    const { worker } = this
    this.worker = undefined
    await worker?.terminate()
  }

  private start(): Worker {
    const worker = new Worker(this.script, {
      workerData: { cacheFolder: this.cacheFolder } satisfies DrawerData,
    })
    // A process that has nothing else to do may end.
    worker.unref()
    worker.on('message', (message: DrawerMessage) => this.hear(message))
    worker.on('error', (error) => this.end(worker, messageOf(error)))
    worker.on('exit', () => this.end(worker, 'it ended'))
    return worker
  }

  private hear(message: DrawerMessage): void {
    if (message.type === 'progress') return this.onProgress(message.progress)
    const waiting = this.waiting.get(message.id)
    this.waiting.delete(message.id)
    if (message.type === 'drawn') waiting?.resolve(message.result)
    else waiting?.reject(new AfterwordError(message.error.code, message.error.message))
  }

  private end(worker: Worker, reason: string): void {
    if (this.worker === worker) this.worker = undefined
    for (const [id, waiting] of this.waiting) {
      if (waiting.worker !== worker) continue
      this.waiting.delete(id)
      waiting.reject(new AfterwordError('internal', `the drawing thread: ${reason}`))
    }
  }
}
