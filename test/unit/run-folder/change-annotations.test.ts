// Changes of annotations by several who do not know of each other.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { changeAnnotations } from '../../../src/run-folder/change-annotations'
import { readAnnotations } from '../../../src/run-folder/run-folder'
import { requestSchemas } from '../../../src/shared/ipc'
import { tempFolder } from '../../helpers/temp-folder'

test('changes of one run at the same time all stay', async () => {
  const folder = tempFolder()
  await Promise.all([
    changeAnnotations(folder, { star: true }),
    changeAnnotations(folder, { archived: true }),
    changeAnnotations(folder, { tags: ['slides'] }),
    changeAnnotations(folder, { notes: 'odd' }),
  ])
  const all = { tags: ['slides'], notes: 'odd', star: true, archived: true, trashed: false }
  expect(await readAnnotations(folder)).toEqual(all)
  expect(await changeAnnotations(folder, { star: false })).toEqual({ ...all, star: false })
})

test('a damaged file is named and left as it is, and mended it can be changed', async () => {
  const folder = tempFolder()
  const path = join(folder, 'annotations.json')
  writeFileSync(path, '{"star": ')
  await expect(changeAnnotations(folder, { archived: true })).rejects.toThrow(path)
  expect(readFileSync(path, 'utf8')).toBe('{"star": ')
  writeFileSync(path, '{"star": true}')
  expect(await changeAnnotations(folder, { archived: true })).toMatchObject({ star: true, archived: true })
})

test('a request to change some says nothing of the others', () => {
  const asked = { runId: 'a-run', change: { archived: true } }
  expect(requestSchemas.annotate.parse(asked)).toEqual(asked)
  const many = { runs: { 'a-run': { star: false }, 'b-run': { notes: '' } } }
  expect(requestSchemas.annotateAll.parse(many)).toEqual(many)
})
