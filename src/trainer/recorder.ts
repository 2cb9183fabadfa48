// Writes what a run measures: metrics.jsonl, samples.jsonl and its index of byte offsets. A step's samples stand before
// its metrics row, so that a reader who sees the row finds the samples.
import { join } from 'node:path'
import type { Completion } from '../lab/experiment'
import { cutRows, JsonlWriter } from '../run-folder/jsonl'
import { runFiles } from '../shared/run/folder'
import {
  metricsRowSchema,
  sampleIndexRowSchema,
  sampleRowSchema,
  type MetricsRow,
  type SampleIndexRow,
  type SampleRow,
} from '../shared/run/rows'

/** A step of a stage. */
export interface Position {
  stage: number
  step: number
}

/** Cuts torn lines and every row after a last position (all rows where there is none), so that each (stage, step) stands once. */
export async function cutRecords(folder: string, last: Position | undefined): Promise<void> {
  const keep = (row: Position): boolean =>
    last !== undefined && (row.stage < last.stage || (row.stage === last.stage && row.step <= last.step))
  await cutRows(join(folder, runFiles.metrics), metricsRowSchema, keep)
  await cutRows(join(folder, runFiles.samples), sampleRowSchema, keep)
  await cutRows(join(folder, runFiles.samplesIndex), sampleIndexRowSchema, keep)
}

/** Appends to the row files of a run folder, which must end in whole lines. */
export class Recorder {
  private readonly metrics: JsonlWriter
  private readonly samples: JsonlWriter
  private readonly samplesIndex: JsonlWriter

  constructor(folder: string) {
    this.metrics = new JsonlWriter(join(folder, runFiles.metrics))
    this.samples = new JsonlWriter(join(folder, runFiles.samples))
    this.samplesIndex = new JsonlWriter(join(folder, runFiles.samplesIndex))
  }

  /** Writes a step's row and its completions; both can be read by others when this returns. */
  write(row: MetricsRow, completions: readonly Completion[]): void {
    const { stage, step } = row
    if (completions.length > 0) {
      const { offset } = this.samples
      const greedy = completions.some((completion) => completion.greedy)
      this.samples.append(completions.map((completion) => sampleRow(stage, step, completion)))
      this.samplesIndex.append([{ stage, step, offset, greedy } satisfies SampleIndexRow])
    }
    this.metrics.append([row])
  }

  /** Makes all rows durable: before a checkpoint that stands for them. */
  sync(): void {
    for (const writer of [this.samples, this.samplesIndex, this.metrics]) writer.sync()
  }

  close(): void {
    for (const writer of [this.samples, this.samplesIndex, this.metrics]) writer.close()
  }
}

function sampleRow(stage: number, step: number, completion: Completion): SampleRow {
  const { promptId, prompt, tokens, logprobs, reward, advantage, length, greedy } = completion
  return {
    stage,
    step,
    prompt_id: promptId,
    prompt,
    completion: completion.completion,
    tokens,
    logprobs,
    reward,
    ...(advantage === undefined ? {} : { advantage }),
    length,
    greedy,
  }
}
