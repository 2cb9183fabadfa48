// Writes what a run measures: metrics.jsonl, samples.jsonl with its index of byte offsets, and the problems of evaluations.
// A step's samples and problems stand before its metrics row, so that a reader who sees the row finds them.
import { join } from 'node:path'
import type { Completion, ProblemResult } from '../lab/experiment'
import { cutEvaluations, writeEvaluation } from '../run-folder/evaluations'
import { cutRows, JsonlWriter } from '../run-folder/jsonl'
import { runFiles } from '../shared/run/folder'
import {
  metricsRowSchema,
  type EvaluationRow,
  sampleIndexRowSchema,
  sampleRowSchema,
  type MetricsRow,
  type SampleIndexRow,
  type SampleRow,
} from '../shared/run/rows'
import { comparePositions, type Position } from './schedule'

/** Cuts torn lines and every row after a last position (all rows where there is none), so that each (stage, step) stands once. */
export async function cutRecords(folder: string, last: Position | undefined): Promise<void> {
  const keep = (row: Position): boolean => last !== undefined && comparePositions(row, last) <= 0
  await cutRows(join(folder, runFiles.metrics), metricsRowSchema, keep)
  await cutRows(join(folder, runFiles.samples), sampleRowSchema, keep)
  await cutRows(join(folder, runFiles.samplesIndex), sampleIndexRowSchema, keep)
  await cutEvaluations(folder, keep)
}

/** Appends to the row files of a run folder, which must end in whole lines. */
export class Recorder {
  private readonly metrics: JsonlWriter
  private readonly samples: JsonlWriter
  private readonly samplesIndex: JsonlWriter

  constructor(private readonly folder: string) {
    this.metrics = new JsonlWriter(join(folder, runFiles.metrics))
    this.samples = new JsonlWriter(join(folder, runFiles.samples))
    this.samplesIndex = new JsonlWriter(join(folder, runFiles.samplesIndex))
  }

  /** Writes a step's row, its completions and problems; all can be read by others when this returns. */
  write(row: MetricsRow, completions: readonly Completion[], problems: readonly ProblemResult[] = []): void {
    const { stage, step } = row
    if (problems.length > 0) writeEvaluation(this.folder, stage, step, problems.map(evaluationRow))
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

function evaluationRow({ problemId, split, level, ...rest }: ProblemResult): EvaluationRow {
  return {
    problem_id: problemId,
    ...(split === undefined ? {} : { split }),
    ...(level === undefined ? {} : { level }),
    ...rest,
  }
}

function sampleRow(stage: number, step: number, completion: Completion): SampleRow {
  const { promptId, prompt, tokens, logprobs, entropies, kls, reward, advantage, length, greedy } = completion
  return {
    stage,
    step,
    prompt_id: promptId,
    prompt,
    completion: completion.completion,
    tokens,
    logprobs,
    ...(entropies === undefined ? {} : { entropies }),
    ...(kls === undefined ? {} : { kls }),
    reward,
    ...(advantage === undefined ? {} : { advantage }),
    length,
    greedy,
  }
}
