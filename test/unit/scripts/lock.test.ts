// The set-up's lock, held by real processes.
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { withLock } from '../../../scripts/setup/lock.mjs'
import { temporaryFolder } from './fixtures'

const module = pathToFileURL(join(import.meta.dirname, '../../../scripts/setup/lock.mjs')).href
const quiet = { note: () => undefined, warn: () => undefined, progress: () => undefined }

/** Adds one to a file the slow way, under the lock. */
const increment = `
  import { readFileSync, writeFileSync } from 'node:fs'
  import { setTimeout as sleep } from 'node:timers/promises'
  import { withLock } from ${JSON.stringify(module)}
  const [folder] = process.argv.slice(-1)
  const log = { note() {}, warn() {}, progress() {} }
  await withLock(folder, 'setup', log, async () => {
    const count = Number(readFileSync(folder + '/count', 'utf8'))
    await sleep(150)
    writeFileSync(folder + '/count', String(count + 1))
  })`

describe('the lock of the set-up', () => {
  it('lets several processes work one after the other', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'count'), '0')
    const one = () =>
      new Promise((resolve) =>
        spawn(process.execPath, ['--input-type=module', '-e', increment, folder]).on('close', resolve),
      )
    expect(await Promise.all([one(), one(), one(), one()])).toEqual([0, 0, 0, 0])
    expect(readFileSync(join(folder, 'count'), 'utf8')).toBe('4')
    expect(existsSync(join(folder, 'setup.lock'))).toBe(false)
  })

  it('is taken over from a process that was killed', async () => {
    const folder = temporaryFolder()
    const pid = Number(execFileSync(process.execPath, ['-p', 'process.pid'], { encoding: 'utf8' }))
    writeFileSync(join(folder, 'setup.lock'), JSON.stringify({ pid, start: '1', host: hostname() }))
    expect(await withLock(folder, 'setup', quiet, () => Promise.resolve('done'))).toBe('done')
  })

  it('is taken over where the pid belongs to a later process', async () => {
    const folder = temporaryFolder()
    writeFileSync(
      join(folder, 'setup.lock'),
      JSON.stringify({ pid: process.pid, start: '1', host: hostname() }),
    )
    expect(await withLock(folder, 'setup', quiet, () => Promise.resolve('done'))).toBe('done')
  })

  it('is given back when the work fails', async () => {
    const folder = temporaryFolder()
    const work = () => Promise.reject(new Error('no disk'))
    await expect(withLock(folder, 'setup', quiet, work)).rejects.toThrow('no disk')
    expect(existsSync(join(folder, 'setup.lock'))).toBe(false)
  })
})
