// Comparisons drawn in the built thread: from growing files, cold and from the cache, with errors that say what is wrong.
import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createRun } from '../../src/run-folder/run-folder'
import { comparisonSchema } from '../../src/shared/comparison'
import type { ChartSpec } from '../../src/shared/chart'
import type { DrawnComparison } from '../../src/shared/workbench-api'
import { runConfig } from '../helpers/run-config'
import { tempFolder } from '../helpers/temp-folder'
import { waitFor } from '../helpers/trainer'
import { opened } from '../helpers/workbench'

const metric = 'train/loss'
const rows = (from: number, to: number): string =>
  Array.from(
    { length: to - from },
    (_, index) =>
      `${JSON.stringify({ stage: 0, step: from + index, time: from + index, sequences: 1, tokens: 1, values: { [metric]: 1 / (from + index) } })}\n`,
  ).join('')

/** A workspace with runs that differ in their seed and have so many rows. */
async function workspaceOf(count: number, length: number) {
  const folder = tempFolder()
  const ids = Array.from({ length: count }, (_, seed) => `run-${seed}`)
  mkdirSync(join(folder, 'runs'))
  for (const [seed, id] of ids.entries()) {
    await createRun(join(folder, 'runs', id), {
      config: runConfig({ seed }),
      record: {
        version: 1,
        id,
        study: 'study',
        point: { seed },
        state: 'finished',
        created: new Date().toISOString(),
        engineRequest: 'auto',
      },
    })
    writeFileSync(metricsOf(folder, id), rows(1, length + 1))
  }
  const drawingThread = resolve('out/main/drawing-thread.js')
  const workbench = await opened(folder, { drawingThread })
  return { folder, ids, workbench }
}

const metricsOf = (folder: string, id: string) => join(folder, 'runs', id, 'metrics.jsonl')
const comparison = (fields: Record<string, unknown> = {}) =>
  comparisonSchema.parse({ metrics: [metric], ...fields })
const mean = ({ charts }: DrawnComparison) =>
  (charts[0] as ChartSpec).panels[0]?.series.find(({ ghost }) => ghost !== true)

test('a run that grows is drawn with what it has appended; nothing is lost with the cache', async () => {
  const { folder, ids, workbench } = await workspaceOf(3, 200)
  const draw = () => workbench.drawComparison({ comparison: comparison(), runIds: ids, isComplete: true })
  const first = await draw()
  expect(first).toMatchObject({ ready: 3, total: 3, problems: [] })
  expect(mean(first)?.points).toHaveLength(200)
  for (const id of ids) appendFileSync(metricsOf(folder, id), rows(201, 301))
  appendFileSync(metricsOf(folder, 'run-0'), rows(301, 302).slice(0, -5))
  expect(mean(await draw())?.points.at(-1)).toEqual({ x: 300, y: 1 / 300 })
  // A resumed run has cut its rows.
  writeFileSync(metricsOf(folder, 'run-0'), rows(1, 101))
  const cut = mean(await draw())
  expect(cut?.band?.map(({ n }) => n).filter((n, index, all) => n !== all[index - 1])).toEqual([3, 2])
  rmSync(join(folder, 'cache'), { recursive: true })
  expect(mean(await draw())).toEqual(cut)
})

test('what is cold is drawn as it is read, and progress says when to ask again', async () => {
  const { ids, workbench } = await workspaceOf(12, 20_000)
  const progress: { ready: number; total: number }[] = []
  onTestFinished(workbench.on('columns', (told) => progress.push(told)))
  const draw = () => workbench.drawComparison({ comparison: comparison(), runIds: ids, width: 400 })
  const first = await draw()
  expect(first.total).toBe(12)
  if (first.ready < 12) {
    await waitFor('the last of the runs', () => Promise.resolve(progress.at(-1)?.ready === 12))
  }
  const all = await draw()
  expect(all.ready).toBe(12)
  const line = mean(all)
  expect(line?.points.length).toBeLessThanOrEqual(400)
  expect(line?.band?.every(({ n }) => n === 12)).toBe(true)
  const part = await workbench.drawComparison({
    comparison: comparison(),
    runIds: ids,
    width: 400,
    ranges: [[100, 150]],
  })
  // The part that is seen, whole, with a neighbour on either side.
  expect(mean(part)?.points.map(({ x }) => x)).toEqual(Array.from({ length: 53 }, (_, index) => 99 + index))
})

test('errors and problems come through with their words', async () => {
  const { folder, ids, workbench } = await workspaceOf(2, 5)
  writeFileSync(join(folder, 'runs', 'run-1', 'config.json'), '{')
  const { ready, problems } = await workbench.drawComparison({
    comparison: comparison(),
    runIds: ids,
    isComplete: true,
  })
  expect(ready).toBe(1)
  expect(problems.join()).toMatch(/config\.json.*not valid JSON/)
  const wrong = comparison({ baseline: { run: 'other' }, difference: 'percent' })
  await expect(workbench.drawComparison({ comparison: wrong, runIds: ids })).rejects.toMatchObject({
    code: 'invalid-input',
    message: 'baseline: run other is none of the runs compared',
  })
})

test('charts that are asked for at once all come to be complete: who drew too early is told', async () => {
  const { ids, workbench } = await workspaceOf(12, 20_000)
  const told: number[] = []
  onTestFinished(workbench.on('columns', ({ ready }) => told.push(ready)))
  const draw = () => workbench.drawComparison({ comparison: comparison(), runIds: ids, width: 400 })
  const first = await Promise.all([draw(), draw(), draw()])
  expect(first.some(({ ready }) => ready < 12)).toBe(true)
  await waitFor('the last of the runs', () => Promise.resolve(told.at(-1) === 12))
  expect((await draw()).ready).toBe(12)
})
