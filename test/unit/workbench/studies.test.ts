// Studies as files: built-in ones in folders, and what a list says of each.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { Studies } from '../../../src/workbench/studies'

const root = mkdtempSync(join(tmpdir(), 'afterword-studies-'))
afterEach(() => rmSync(root, { recursive: true, force: true }))

const text = (name: string, claim = '') =>
  `name: ${name}\ntask: { kind: parity }\nstages: [{ kind: pretrain }]\n${claim && `about: { claim: ${claim} }\n`}`

test('built-in studies of subfolders have the folder in their id and tell their claim; later edits are seen', async () => {
  const builtIn = join(root, 'built-in')
  mkdirSync(join(builtIn, 'parity'), { recursive: true })
  writeFileSync(join(builtIn, 'tour.yaml'), text('tour'))
  writeFileSync(join(builtIn, 'parity', 'threshold.yaml'), text('parity/threshold', 'One third.'))
  writeFileSync(join(builtIn, 'parity', 'broken.yaml'), 'name: broken\n')
  const studies = new Studies(join(root, 'studies'), builtIn)
  const listed = await studies.list()
  expect(listed.map(({ id, name, claim, problem }) => [id, name, claim, problem !== undefined])).toEqual([
    ['tour', 'tour', '', false],
    ['parity/broken', 'broken', '', true],
    ['parity/threshold', 'parity/threshold', 'One third.', false],
  ])
  writeFileSync(join(builtIn, 'parity', 'broken.yaml'), text('mended'))
  expect((await studies.list())[1]).toMatchObject({ name: 'mended' })
})

test('a study in a .yml file is saved and deleted there', async () => {
  const folder = join(root, 'studies')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'mine.yml'), text('mine'))
  const studies = new Studies(folder, undefined)
  await studies.save({ id: 'mine', text: text('changed') })
  expect((await studies.list()).map(({ id, name }) => [id, name])).toEqual([['mine', 'changed']])
  await studies.delete({ id: 'mine' })
  expect(await studies.list()).toEqual([])
})

test('studies of one name that are saved at once are two, and what cannot be used is told or left out', async () => {
  const folder = join(root, 'studies')
  const studies = new Studies(folder, undefined)
  const saved = await Promise.all([1, 2, 3].map(() => studies.save({ text: text('same') })))
  expect(saved.map(({ id }) => id).sort()).toEqual(['same', 'same-2', 'same-3'])
  writeFileSync(join(folder, 'my own.yaml'), text('own'))
  symlinkSync(join(folder, 'nowhere'), join(folder, 'gone.yaml'))
  const listed = await studies.list()
  expect(listed.map(({ id, name }) => [id, name])).toEqual([
    ['my own', 'own'],
    ['same', 'same'],
    ['same-2', 'same'],
    ['same-3', 'same'],
  ])
  expect(listed[0]?.problem).toContain('Rename the file')
})
