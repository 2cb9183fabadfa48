// Tasks for tests from a few fields, and what they draw as separate rows.
import { createStream } from '../../src/engine/random'
import { taskSchema } from '../../src/shared/config/schema/tasks'
import { createTask } from '../../src/shared/tasks/create-task'
import type { Mixture, RandomStream, Task, TaskData } from '../../src/shared/tasks/task'

/** The task of a config whose other fields have their defaults. */
export function taskOf(fields: { kind: string; [field: string]: unknown }, data?: TaskData): Task {
  return createTask(taskSchema.parse(fields), data)
}

/** A stream of random numbers. */
export const streamOf = (seed: number): RandomStream =>
  createStream({ seed, purpose: 'test', stage: 0, step: 1 })

/** Rows of a flat array. */
export function rowsOf(values: Int32Array, length: number): Int32Array[] {
  return Array.from({ length: values.length / length }, (_, row) =>
    values.slice(row * length, (row + 1) * length),
  )
}

/** Drawn examples, each with its answer up to the end token. */
export function examplesOf(task: Task, seed: number, count: number, mixture?: Mixture) {
  const { prompts, answers } = task.drawExamples(streamOf(seed), count, mixture)
  const padded = rowsOf(answers, task.answerLength)
  return rowsOf(prompts, task.promptLength).map((prompt, row) => {
    const answer = [...(padded[row] ?? [])]
    return { prompt, padded: answer, output: answer.slice(0, answer.indexOf(task.endToken) + 1) }
  })
}
