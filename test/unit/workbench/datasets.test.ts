// A data set's way into a run folder: found beside the study, checked, copied with its hash, read back by the trainer.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readTaskData } from '../../../src/run-folder/dataset'
import { identityOf } from '../../../src/run-folder/process-identity'
import { readConfig } from '../../../src/run-folder/run-folder'
import { parseStudy } from '../../../src/shared/config/parse'
import { dataHash } from '../../../src/trainer/provenance'
import { createRuns } from '../../../src/workbench/create-runs'
import { countSharedStages } from '../../../src/shared/config/leading-stages'
import { prepareWorkspace } from '../../../src/workbench/workspace'
import { tempFolder } from '../../helpers/temp-folder'

const rows = [
  { prompt: '1+1', answer: '2' },
  { prompt: '1+2', answer: '3', split: 'heldout' },
]
const textOf = (lines: readonly object[]) => lines.map((line) => `${JSON.stringify(line)}\n`).join('')

function files(content = textOf(rows)) {
  const [workspace, dataFolder] = [tempFolder(), tempFolder()]
  const file = join(dataFolder, 'sums.jsonl')
  writeFileSync(file, content)
  return { workspace, dataFolder, file }
}

async function create(
  { workspace, dataFolder }: ReturnType<typeof files>,
  task: object = {},
  stage: object = {},
) {
  await prepareWorkspace(workspace)
  const launcher = identityOf(process.pid)
  if (!launcher) throw new Error('an identity')
  const parsed = parseStudy({
    name: 'sums',
    task: { kind: 'dataset', file: 'sums.jsonl', heldOutFraction: 0, ...task },
    stages: [
      { kind: 'pretrain', steps: 1, batch: 2, ...stage },
      { kind: 'rl', algorithm: 'grpo', steps: 1 },
    ],
  })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  const findRun = () => {
    throw new Error('there are no runs')
  }
  const request = { workspace, dataFolder, launcher, findRun, engine: 'auto', device: 'auto' } as const
  const [folder] = await createRuns({ ...request, study: parsed.value })
  if (folder === undefined) throw new Error('a folder')
  return folder
}

test('the file is copied as it is and named with its hash; the run needs the original no more', async () => {
  const made = files(`\uFEFF${textOf(rows)}`)
  const folder = await create(made)
  const content = readFileSync(made.file)
  rmSync(made.file)
  expect(readFileSync(join(folder, 'dataset.jsonl')).equals(content)).toBe(true)
  const { task } = await readConfig(folder)
  expect(task).toMatchObject({ file: made.file, sha256: createHash('sha256').update(content).digest('hex') })
  expect(await readTaskData(folder, task)).toEqual({ rows })
})

test('a copy that was changed afterwards is refused', async () => {
  const folder = await create(files())
  writeFileSync(join(folder, 'dataset.jsonl'), textOf(rows.slice(0, 1)))
  const { task } = await readConfig(folder)
  await expect(readTaskData(folder, task)).rejects.toThrow('is not the data set that the run was made with')
})

test('runs with equal rows share stages and draw equal data, with other rows they do not', async () => {
  const made = files()
  const first = await readConfig(await create(made))
  const again = await readConfig(await create(made))
  writeFileSync(made.file, textOf([...rows, { prompt: '2+2', answer: '4' }]))
  const other = await readConfig(await create(made))
  expect([again, other].map((config) => countSharedStages(config, first))).toEqual([1, 0])
  expect(dataHash(again.task)).toBe(dataHash(first.task))
  expect(dataHash(other.task)).not.toBe(dataHash(first.task))
  const elsewhere = await readConfig(await create(files()))
  expect(dataHash(elsewhere.task)).toBe(dataHash(first.task))
})

test.each<[what: string, content: string | undefined, task: object, stage: object, message: RegExp]>([
  ['no such file', undefined, { file: 'none.jsonl' }, {}, /^task\.file: .*none\.jsonl: no such file$/],
  [
    'a row with a missing field',
    '{"prompt":"1"}',
    {},
    {},
    /^task\.file: .*sums\.jsonl, line 1: field answer is missing$/,
  ],
  [
    'other content than the study says',
    undefined,
    { sha256: '0'.repeat(64) },
    {},
    /^task\.sha256: .*has other content/,
  ],
  [
    'a level that no row has',
    undefined,
    {},
    { mixture: [{ at: 0, levels: [0, 1] }] },
    /^stages\.0\.mixture\.0\.levels: gives weight to level 2, but the data set has training rows of level 1 only$/,
  ],
  ['nothing to train on', textOf(rows.slice(1)), {}, {}, /every row is held out/],
])('%s is refused before a folder is written', async (_, content, task, stage, message) => {
  const made = files(content)
  await expect(create(made, task, stage)).rejects.toThrow(message)
  expect(readdirSync(join(made.workspace, 'runs'))).toEqual([])
})
