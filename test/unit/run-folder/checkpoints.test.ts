// Checkpoints appear whole or not at all; a damaged one is passed over and named when asked for.
import {
  appendFileSync,
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  latestCheckpoint,
  listCheckpoints,
  pruneCheckpoints,
  readCheckpoint,
  writeCheckpoint,
  type Checkpoint,
} from '../../../src/run-folder/checkpoints'
import { tempFolder } from '../../helpers/temp-folder'

test('a checkpoint comes back as it was written, and one of the same name replaces it', async () => {
  const folder = tempFolder()
  const checkpoint = checkpointAt(1, 20)
  await writeCheckpoint(folder, checkpoint)
  expect(await readCheckpoint(folder, '1-20')).toEqual(checkpoint)
  const other = checkpointAt(1, 20, 7)
  await writeCheckpoint(folder, other)
  expect(await readCheckpoint(folder, '1-20')).toEqual(other)
  expect(readdirSync(join(folder, 'checkpoints'))).toEqual(['1-20'])
})

test('the latest checkpoint is the highest by stage and step, as numbers', async () => {
  const folder = tempFolder()
  expect(await latestCheckpoint(folder)).toBeUndefined()
  for (const [stage, step] of [
    [0, 1000],
    [1, 9],
    [1, 10],
    [0, 200],
  ] as const) {
    await writeCheckpoint(folder, checkpointAt(stage, step))
  }
  expect((await listCheckpoints(folder)).map(({ name }) => name)).toEqual(['0-200', '0-1000', '1-9', '1-10'])
  expect((await latestCheckpoint(folder))?.name).toBe('1-10')
})

test.each([
  ['state.json is missing', (path: string) => rmSync(join(path, 'state.json'))],
  ['state.json is torn', (path: string) => truncateSync(join(path, 'state.json'), 20)],
  [
    'state.json is of another step',
    (path: string) => cpSync(join(path, '../0-10/state.json'), join(path, 'state.json')),
  ],
  ['the weights are missing', (path: string) => rmSync(join(path, 'model.safetensors'))],
  ['the weights are empty', (path: string) => truncateSync(join(path, 'model.safetensors'), 0)],
  ['the weights are cut in the header', (path: string) => truncateSync(join(path, 'model.safetensors'), 30)],
  [
    'the optimizer is cut in its data',
    (path: string) => truncateSync(join(path, 'optimizer.safetensors'), 100),
  ],
  [
    'the optimizer has bytes too many',
    (path: string) => appendFileSync(join(path, 'optimizer.safetensors'), 'x'),
  ],
])('%s: the one before it is the latest', async (_name, damage) => {
  const folder = tempFolder()
  await writeCheckpoint(folder, checkpointAt(0, 10))
  await writeCheckpoint(folder, checkpointAt(0, 20))
  damage(join(folder, 'checkpoints', '0-20'))
  expect((await latestCheckpoint(folder))?.name).toBe('0-10')
})

test('half-written and foreign folders are no checkpoints', async () => {
  const folder = tempFolder()
  await writeCheckpoint(folder, checkpointAt(0, 10))
  cpSync(join(folder, 'checkpoints', '0-10'), join(folder, 'checkpoints', '.0-20.17.tmp'), {
    recursive: true,
  })
  mkdirSync(join(folder, 'checkpoints', '0-30'))
  mkdirSync(join(folder, 'checkpoints', 'notes'))
  expect((await listCheckpoints(folder)).map(({ name }) => name)).toEqual(['0-10'])
})

test('reading a damaged or missing checkpoint names the file and what is wrong', async () => {
  const folder = tempFolder()
  await writeCheckpoint(folder, checkpointAt(0, 10))
  const file = join(folder, 'checkpoints', '0-10', 'model.safetensors')
  truncateSync(file, 20)
  await expect(readCheckpoint(folder, '0-10')).rejects.toThrow(`${file}: damaged safetensors file: `)
  await expect(readCheckpoint(folder, '0-11')).rejects.toThrow('state.json: no such file')
})

test('pruning keeps the latest periodic checkpoints and every permanent one', async () => {
  const folder = tempFolder()
  for (const step of [100, 150, 200, 300, 400]) await writeCheckpoint(folder, checkpointAt(0, step))
  await pruneCheckpoints(folder, 2, ({ step }) => step === 150)
  expect((await listCheckpoints(folder)).map(({ name }) => name)).toEqual(['0-150', '0-300', '0-400'])
})

test('a folder that cannot be written is named and left as it was', async () => {
  const folder = tempFolder()
  await writeCheckpoint(folder, checkpointAt(0, 10))
  rmSync(join(folder, 'checkpoints', '0-10', 'state.json'))
  writeFileSync(join(folder, 'file'), '')
  await expect(writeCheckpoint(join(folder, 'file'), checkpointAt(0, 20))).rejects.toThrow(
    `${join(folder, 'file', 'checkpoints', '0-20')}: cannot be written: `,
  )
  if (process.getuid?.() === 0) return
  chmodSync(join(folder, 'checkpoints'), 0o500)
  await expect(writeCheckpoint(folder, checkpointAt(0, 20))).rejects.toThrow('cannot be written')
  chmodSync(join(folder, 'checkpoints'), 0o700)
  expect(existsSync(join(folder, 'checkpoints', '0-20'))).toBe(false)
})

function checkpointAt(stage: number, step: number, weight = 1.5): Checkpoint {
  return {
    state: {
      version: 1,
      stage,
      step,
      sequences: step * 8,
      tokens: step * 80,
      time: 1.25,
      engine: 'js',
      threads: 1,
    },
    model: { 'blocks.0.w': { shape: [2, 2], values: Float32Array.of(weight, -0, Number.MIN_VALUE, 3) } },
    optimizer: {
      'm.blocks.0.w': { shape: [2, 2], values: Float32Array.of(1, 2, 3, 4) },
      steps: { shape: [], values: Int32Array.of(step) },
    },
  }
}
