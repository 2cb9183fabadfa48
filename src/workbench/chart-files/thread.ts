// Entry of the thread that writes one chart: takes what it is made from, answers with the bytes, and ends.
import { parentPort, workerData } from 'node:worker_threads'
import type { ExportSource } from '../../shared/chart-export'
import { chartBytes } from './chart-bytes'

void chartBytes(workerData as ExportSource).then((bytes) => {
  parentPort?.postMessage(bytes)
})
