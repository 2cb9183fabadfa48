// The configs of many runs at once, and values at a step, from real run folders.
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ConfigReader } from '../../../src/workbench/config-table'
import { readStepValue } from '../../../src/workbench/step-values'
import { tempFolder } from '../../helpers/temp-folder'

function runWith(root: string, id: string, config: unknown): { id: string; folder: string } {
  const folder = join(root, id)
  mkdirSync(folder)
  writeFileSync(join(folder, 'config.json'), typeof config === 'string' ? config : JSON.stringify(config))
  return { id, folder }
}

test('what seeds have in common stands once; a config that cannot be read says so and hides no other', async () => {
  const root = tempFolder()
  const task = { kind: 'parity', bits: 4 }
  const runs = [
    runWith(root, 'a', { task, seed: 0, fromTheFuture: true }),
    runWith(root, 'b', { seed: 1, task, fromTheFuture: true }),
    runWith(root, 'c', { task: { ...task, bits: 5 }, seed: 0 }),
    runWith(root, 'd', '{"task":'),
  ]
  const reader = new ConfigReader()
  const table = await reader.read(runs)
  expect(table.configs).toEqual([{ task, fromTheFuture: true }, { task: { kind: 'parity', bits: 5 } }])
  expect(table.runs).toEqual({
    a: { config: 0, seed: 0 },
    b: { config: 0, seed: 1 },
    c: { config: 1, seed: 0 },
  })
  expect(table.problems).toEqual([expect.stringMatching(/d.config\.json: not valid JSON/)])
  // Of a part of them the places are their own.
  expect(await reader.read(runs.slice(2, 3))).toMatchObject({ runs: { c: { config: 0, seed: 0 } } })
})

test('the value at a step is that of its row, of the last stage that has it, and none of a torn line', async () => {
  const folder = tempFolder()
  const path = join(folder, 'metrics.jsonl')
  const row = (stage: number, step: number, values: Record<string, unknown>) =>
    `${JSON.stringify({ stage, step, time: 1, sequences: 40, tokens: 40, values })}\n`
  writeFileSync(
    path,
    row(0, 4, { x: 1 }) + row(0, 40, { x: 2, y: 7 }) + row(1, 40, { x: 'NaN' }) + row(1, 400, { x: 4 }),
  )
  appendFileSync(path, '{"stage":2,"step":40,"time":1,"seq')
  expect(await readStepValue(folder, 'x', { step: 40 })).toBeNaN()
  expect(await readStepValue(folder, 'x', { stage: 0, step: 40 })).toBe(2)
  expect(await readStepValue(folder, 'y', { step: 40 })).toBe(7)
  expect(await readStepValue(folder, 'x', { step: 41 })).toBeUndefined()
  expect(await readStepValue(join(folder, 'nowhere'), 'x', { step: 40 })).toBeUndefined()
})
