// Writes a chart in a thread of its own: a large picture takes seconds, in which the process that asked goes on.
import { Worker } from 'node:worker_threads'
import type { ExportSource } from '../../shared/chart-export'
import { AfterwordError, messageOf } from '../../shared/errors'
import { chartBytes } from './chart-bytes'

/**
 * As chartBytes; `script` is the built thread.ts. Text needs no thread. Undefined where `signal` ended it before it was done.
 */
export async function chartBytesInThread(
  script: string,
  source: ExportSource,
  signal: AbortSignal,
): Promise<Uint8Array | undefined> {
  if (source.kind === 'text') return chartBytes(source)
  const worker = new Worker(script, { workerData: source })
  try {
    return await new Promise<Uint8Array | undefined>((resolve, reject) => {
      signal.addEventListener('abort', () => resolve(undefined))
      const fail = (reason: string) =>
        reject(new AfterwordError('internal', `the chart could not be written: ${reason}`))
      worker.on('message', resolve)
      worker.on('error', (error) => fail(messageOf(error)))
      worker.on('exit', () => fail('its thread ended'))
    })
  } finally {
    await worker.terminate()
  }
}
