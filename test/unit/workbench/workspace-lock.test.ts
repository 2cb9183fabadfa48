// workbench.lock among real processes.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { identityOf } from '../../../src/run-folder/process-identity'
import type { ProcessIdentity } from '../../../src/shared/run/record'
import { WorkspaceLock } from '../../../src/workbench/workspace-lock'
import { tempFolder } from '../../helpers/temp-folder'

function self(): ProcessIdentity {
  const identity = identityOf(process.pid)
  if (identity === undefined) throw new Error('no identity')
  return identity
}

/** Another living process. */
async function neighbour(): Promise<{ identity: ProcessIdentity; end: () => Promise<void> }> {
  const child = spawn(process.execPath, ['-e', 'console.log(1); setInterval(() => {}, 1000)'])
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child.stdout, 'data')
  const identity = identityOf(child.pid ?? 0)
  if (identity === undefined) throw new Error('no identity')
  const end = async () => {
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  return { identity, end }
}

test('the first to ask holds the lock, and gives it back', () => {
  const folder = tempFolder()
  const lock = new WorkspaceLock(folder, self())
  expect(lock.tryAcquire()).toBe(true)
  expect(lock.holder()).toEqual(self())
  lock.release()
  expect(lock.isHolder).toBe(false)
  expect(readdirSync(folder)).toEqual([])
})

test('a lock held by a living process is left to it; once that is dead the lock is taken over', async () => {
  const folder = tempFolder()
  const other = await neighbour()
  expect(new WorkspaceLock(folder, other.identity).tryAcquire()).toBe(true)

  const lock = new WorkspaceLock(folder, self())
  expect(lock.tryAcquire()).toBe(false)
  expect(lock.holder()).toEqual(other.identity)

  await other.end()
  expect(lock.holder()).toBeUndefined()
  expect(lock.tryAcquire()).toBe(true)
  expect(lock.holder()).toEqual(self())
})

test('a later process with the pid of a dead holder does not count as the holder', () => {
  const folder = tempFolder()
  const path = join(folder, 'workbench.lock')
  writeFileSync(path, JSON.stringify({ ...self(), start: '1' }))
  expect(new WorkspaceLock(folder, self()).tryAcquire()).toBe(true)
})

test("a damaged lock is nobody's", () => {
  const folder = tempFolder()
  writeFileSync(join(folder, 'workbench.lock'), '{"pid": 1')
  const lock = new WorkspaceLock(folder, self())
  expect(lock.holder()).toBeUndefined()
  expect(lock.tryAcquire()).toBe(true)
  expect(JSON.parse(readFileSync(join(folder, 'workbench.lock'), 'utf8'))).toEqual(self())
})

test('a takeover that died half way holds nobody up for long', () => {
  const folder = tempFolder()
  writeFileSync(join(folder, 'workbench.lock'), JSON.stringify({ ...self(), start: '1' }))
  const guard = join(folder, 'workbench.lock.takeover')
  writeFileSync(guard, '')
  const lock = new WorkspaceLock(folder, self())
  expect(lock.tryAcquire()).toBe(false)
  const longAgo = Date.now() / 1000 - 60
  utimesSync(guard, longAgo, longAgo)
  expect(lock.tryAcquire()).toBe(false)
  expect(lock.tryAcquire()).toBe(true)
  expect(existsSync(guard)).toBe(false)
})
