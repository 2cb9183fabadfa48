// What is swept from the column cache, and what is left.
import { readdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { sweepColumns } from '../../../../src/workbench/columns/sweep-columns'
import { tempFolder } from '../../../helpers/temp-folder'

test('columns of runs that are gone go, and files of writers that were killed; others stay', async () => {
  const folder = tempFolder()
  const write = (name: string, minutesAgo: number) => {
    writeFileSync(join(folder, name), '')
    const at = new Date(Date.now() - minutesAgo * 60_000)
    utimesSync(join(folder, name), at, at)
  }
  for (const name of ['here.bin', 'gone.bin', 'here.bin.4711', 'gone.bin.4711', 'notes.txt']) write(name, 60)
  for (const name of ['new.bin', 'here.bin.4712']) write(name, 1)
  await sweepColumns(folder, new Set(['here']))
  expect(readdirSync(folder).sort()).toEqual(['here.bin', 'here.bin.4712', 'new.bin', 'notes.txt'])
  await sweepColumns(join(folder, 'none'), new Set())
})
