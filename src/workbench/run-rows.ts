// Reads what a run wrote, for a page that shows it: metrics from an offset, samples of one step, steps that have samples.
// Through the byte-offset index no whole file is read for one step.
import { open, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { readRows } from '../run-folder/jsonl'
import { runFiles } from '../shared/run/folder'
import { metricsRowSchema, sampleIndexRowSchema } from '../shared/run/rows'
import type { MetricsChunk } from '../shared/workbench-api'

const NEWLINE = 0x0a

/** A step that has samples; `greedy`: completions of an evaluation's greedy decoding are among them. */
export interface SampleStep {
  stage: number
  step: number
  greedy: boolean
}

/** Metrics rows from a byte offset on. A file that became shorter, or in which no row ends at the offset, starts anew. */
export async function readMetricsChunk(folder: string, offset: number): Promise<MetricsChunk> {
  const path = join(folder, runFiles.metrics)
  const restarted = offset > 0 && !(await endsRowAt(path, offset))
  const { rows, nextOffset } = await readRows(path, metricsRowSchema, restarted ? 0 : offset)
  return { rows, nextOffset, restarted }
}

/** Steps that have samples, in file order. */
export async function listSampleSteps(folder: string): Promise<SampleStep[]> {
  const { rows } = await readRows(join(folder, runFiles.samplesIndex), sampleIndexRowSchema)
  return rows.map(({ stage, step, greedy }) => ({ stage, step, greedy }))
}

/** The lines of samples.jsonl at a step, found through the index; '' for a step that it does not name. */
export async function readSampleLines(folder: string, stage: number, step: number): Promise<string> {
  const index = await readRows(join(folder, runFiles.samplesIndex), sampleIndexRowSchema)
  const here = index.rows.findIndex((row) => row.stage === stage && row.step === step)
  const entry = index.rows[here]
  if (entry === undefined) return ''
  const path = join(folder, runFiles.samples)
  const end = index.rows[here + 1]?.offset ?? (await stat(path)).size
  const file = await open(path)
  try {
    const length = Math.max(0, end - entry.offset)
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, entry.offset)
    return buffer.toString('utf8', 0, bytesRead)
  } finally {
    await file.close()
  }
}

/** Whether the byte before `offset` ends a line. */
async function endsRowAt(path: string, offset: number): Promise<boolean> {
  if (((await stat(path).catch(() => undefined))?.size ?? 0) < offset) return false
  const file = await open(path)
  try {
    const { buffer } = await file.read(Buffer.alloc(1), 0, 1, offset - 1)
    return buffer[0] === NEWLINE
  } finally {
    await file.close()
  }
}
