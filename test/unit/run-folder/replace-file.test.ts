// What a killed writer leaves beside a file is removed; what may still be written stays.
import { spawnSync } from 'node:child_process'
import { readdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { replaceFile, sweepTemporary } from '../../../src/run-folder/replace-file'
import { tempFolder } from '../../helpers/temp-folder'

test('temporary files whose writer is dead go, all others stay', async () => {
  const folder = tempFolder()
  const dead = spawnSync(process.execPath, ['--version']).pid
  const write = (name: string, minutesAgo: number) => {
    writeFileSync(join(folder, name), '')
    const at = new Date(Date.now() - minutesAgo * 60_000)
    utimesSync(join(folder, name), at, at)
  }
  await replaceFile(join(folder, 'chart.json'), '{}')
  write(`.chart.json.${dead}-0123abcd.tmp`, 60)
  const kept = [`.chart.json.${process.pid}-0123abcd.tmp`, '.notes.tmp', `chart.json.${dead}-0123abcd.tmp`]
  kept.forEach((name) => write(name, 60))
  const young = `.other.json.${dead}-0123abcd.tmp`
  write(young, 1)
  await sweepTemporary(folder)
  expect(readdirSync(folder).sort()).toEqual([...kept, young, 'chart.json'].sort())
  await sweepTemporary(join(folder, 'none'))
})
