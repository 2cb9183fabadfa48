// failure.json: what a run was working on when its numbers stopped being finite, for a person to read. It finds the rows,
// not the reason.
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { textOf, type Task } from '../shared/tasks/task'
import { writeJson } from '../run-folder/json-file'
import type { Failure, FailedRow } from '../shared/run/failure'
import { runFiles } from '../shared/run/folder'
import { toLoggedNumber } from '../shared/run/logged-number'
import type { FunctionCall } from './engine-watch'

/** Most rows that are written down: a batch may have thousands. */
const SHOWN_ROWS = 8

/** What happened. */
export interface FailureOptions {
  stage: number
  step: number
  problem: string
  values: Readonly<Record<string, number>>
  task: Task
  /** The update that gave it. */
  call: FunctionCall | undefined
  lastCheckpoint: string | undefined
}

/** The document as it is written: numbers that are not finite are strings. */
type WrittenFailure = Omit<Failure, 'values' | 'batch'> & {
  values: Record<string, number | string>
  batch?: { rows: number; notFinite: number[]; shown: FailedRow[] }
}

/** Writes failure.json and gives its summary of the batch in words. */
export async function writeFailure(folder: string, options: FailureOptions): Promise<string> {
  const { stage, step, problem, values, task, call, lastCheckpoint } = options
  const batch = call === undefined ? undefined : batchOf(call, task)
  const failure: WrittenFailure = {
    version: 1,
    stage,
    step,
    problem,
    values: Object.fromEntries(Object.entries(values).map(([name, value]) => [name, toLoggedNumber(value)])),
    ...(batch === undefined ? {} : { batch }),
    ...(lastCheckpoint === undefined ? {} : { lastCheckpoint }),
  }
  await writeJson(join(folder, runFiles.failure), failure)
  return batch === undefined ? '' : summaryOf(batch)
}

/** Removes the failure of an earlier process: a run that goes on has none. */
export async function removeFailure(folder: string): Promise<void> {
  await rm(join(folder, runFiles.failure), { force: true })
}

/** The rows of an update, where its inputs are sequences with answers. */
function batchOf(call: FunctionCall, task: Task): WrittenFailure['batch'] {
  const sequences = call.inputs['sequences']
  const [rows, length] = call.definition.inputs['sequences']?.shape ?? []
  if (sequences === undefined || rows === undefined || length === undefined) return undefined
  const perToken = perTokenArrays(call, rows)
  const all = Array.from({ length: rows }, (_, row): FailedRow => {
    const sequence = Array.from(sequences.subarray(row * length, (row + 1) * length))
    const answer = rowOf(call.inputs['answers'] ?? [], rows, row)
    const numbers = Object.entries(perToken).map(
      ([name, values]) => [name, rowOf(values, rows, row)] as const,
    )
    return {
      row,
      isFinite: numbers.every(([, values]) => values.every(Number.isFinite)),
      text: textOf(task, sequence.slice(0, task.promptLength)) + textOf(task, answer),
      sequence,
      answer,
      perToken: Object.fromEntries(numbers.map(([name, values]) => [name, values.map(toLoggedNumber)])),
    }
  })
  const bad = all.filter(({ isFinite }) => !isFinite)
  const good = all.filter(({ isFinite }) => isFinite)
  return { rows, notFinite: bad.map(({ row }) => row), shown: [...bad, ...good].slice(0, SHOWN_ROWS) }
}

/** Float inputs and outputs with as many rows as there are sequences: weights, advantages, log-probabilities. */
function perTokenArrays({ definition, inputs, outputs = {} }: FunctionCall, rows: number) {
  const arrays: Record<string, ArrayLike<number>> = {}
  for (const [name, spec] of Object.entries(definition.inputs)) {
    const values = inputs[name]
    const isPerToken = spec.dtype === 'float32' && spec.shape.length === 2 && spec.shape[0] === rows
    if (values !== undefined && isPerToken) arrays[name] = values
  }
  for (const [name, { dtype, values }] of Object.entries(outputs)) {
    if (dtype === 'float32' && values.length > 1 && values.length % rows === 0) arrays[name] = values
  }
  return arrays
}

function rowOf(values: ArrayLike<number>, rows: number, row: number): number[] {
  const length = values.length / rows
  return Array.from({ length }, (_, index) => values[row * length + index] ?? NaN)
}

function summaryOf({ rows, notFinite }: NonNullable<WrittenFailure['batch']>): string {
  if (notFinite.length === 0) return `its ${rows} sequences have finite numbers each`
  if (notFinite.length === rows) return `all ${rows} sequences have numbers that are not finite`
  const shown = notFinite.slice(0, SHOWN_ROWS).join(', ')
  const more = notFinite.length > SHOWN_ROWS ? ', …' : ''
  return `${notFinite.length} of ${rows} sequences have numbers that are not finite (rows ${shown}${more})`
}
