// Study files with --set.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readStudyFile } from '../../../src/cli/study-file'
import { tempFolder } from '../../helpers/temp-folder'

function studyFile(text: string): string {
  const path = join(tempFolder(), 'study.yaml')
  writeFileSync(path, text)
  return path
}
const text =
  'name: s\ntask: { kind: parity, bits: 24 }\nstages:\n  - { kind: pretrain, steps: 5 }\nsweep: { seed: [0, 1] }\n'

test('--set changes any field, items of lists and axes of the sweep included; values are YAML', async () => {
  const { study } = await readStudyFile(studyFile(text), [
    'task.longFraction=0.4',
    'stages.0.steps=7',
    'stages.0.optimizer={ learningRate: 1e-2 }',
    'sweep.task.bits=[22, 23]',
    'sweep.seed=[5]',
  ])
  expect(study.runs.map(({ point }) => point)).toEqual([
    { seed: 5, 'task.bits': 22 },
    { seed: 5, 'task.bits': 23 },
  ])
  expect(study.study).toMatchObject({
    task: { longFraction: 0.4 },
    stages: [{ steps: 7, optimizer: { learningRate: 0.01 } }],
  })
})

test('--set changes random draws too: their number, and an axis as a whole', async () => {
  const path = studyFile(`${text}\nrandom: { count: 2, axes: { task.longFraction: { min: 0.1, max: 0.4 } } }`)
  const two = (await readStudyFile(path, [])).study.runs
  const { study } = await readStudyFile(path, [
    'random.count=3',
    'random.axes.stages.0.optimizer.learningRate={ min: 1e-4, max: 1e-2, scale: log }',
  ])
  const shares = (runs: typeof study.runs) => [
    ...new Set(runs.map(({ point }) => point['task.longFraction'])),
  ]
  expect(shares(study.runs)).toHaveLength(3)
  expect(shares(study.runs).slice(0, 2)).toEqual(shares(two))
  expect(study.runs[0]?.point).toHaveProperty(['stages.0.optimizer.learningRate'])
})

test('--set can repair a file', async () => {
  const path = studyFile(text.replace('bits: 24', 'bits: 0'))
  await expect(readStudyFile(path, [])).rejects.toThrow(/study\.yaml:2: task\.bits/)
  expect((await readStudyFile(path, ['task.bits=4'])).study.study.task).toMatchObject({ bits: 4 })
})

test.each([
  ['seed', /--set seed: expected KEY\.PATH=VALUE/],
  ['seed=[1', /--set seed=\[1: the value is not YAML/],
  ['stages.3.steps=1', /--set stages\.3\.steps: there is no stages\.3/],
  ['task.bitz=4', /task\.bitz.*bits/],
])('--set %s is refused with the reason', async (set, message) => {
  await expect(readStudyFile(studyFile(text), [set])).rejects.toThrow(message)
})

test('a problem that a flag made is not blamed on a line of the file', async () => {
  await expect(readStudyFile(studyFile(text), ['task.bits=0'])).rejects.toThrow(/study\.yaml: task\.bits/)
})

test('a missing file is named', async () => {
  await expect(readStudyFile('/there/is/none.yaml', [])).rejects.toThrow('/there/is/none.yaml: no such file')
})
