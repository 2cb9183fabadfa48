// The cache: where it is, how damage in it is noticed, and what is said where it is empty and nothing may be fetched.
import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { cacheFolder } from '../../../scripts/setup/context.mjs'
import { findElectron, prepareElectron } from '../../../scripts/setup/electron.mjs'
import { forgetRefusals, recallRefusal, rememberRefusal } from '../../../scripts/setup/refusals.mjs'
import { readStamp, writeStamp } from '../../../scripts/setup/stamp.mjs'
import { fetchTensorflow, findTensorflow, tensorflowFolder } from '../../../scripts/setup/tensorflow.mjs'
import { temporaryContext, temporaryFolder } from './fixtures'

describe('the cache folder', () => {
  it('is AFTERWORD_CACHE, else below XDG_CACHE_HOME, else below the home folder', () => {
    expect([
      cacheFolder({ AFTERWORD_CACHE: '/a', XDG_CACHE_HOME: '/b' }),
      cacheFolder({ XDG_CACHE_HOME: '/b' }),
      cacheFolder({}),
    ]).toEqual(['/a', '/b/afterword', join(homedir(), '.cache', 'afterword')])
  })
})

describe('a stamp', () => {
  it('holds as long as size and time do, and survives a touched file', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'library'), 'machine code')
    await writeStamp(folder, { version: '1', source: 'test', files: ['library'] })
    expect(await readStamp(folder)).toMatchObject({ version: '1', source: 'test' })
    utimesSync(join(folder, 'library'), 1, 1)
    expect(await readStamp(folder)).toMatchObject({ files: { library: { mtimeMs: 1000 } } })
  })

  it('is void when a file is cut short, changed or gone', async () => {
    const folder = temporaryFolder()
    const path = join(folder, 'library')
    writeFileSync(path, 'machine code')
    await writeStamp(folder, { version: '1', source: 'test', files: ['library'] })
    writeFileSync(path, 'machine')
    expect(await readStamp(folder)).toBeUndefined()
    writeFileSync(path, 'machine cod3')
    expect(await readStamp(folder)).toBeUndefined()
  })

  it('is void for bytes that changed behind an unchanged size and time, where every byte is hashed', async () => {
    const folder = temporaryFolder()
    const path = join(folder, 'library')
    writeFileSync(path, 'machine code')
    utimesSync(path, 1, 1)
    await writeStamp(folder, { version: '1', source: 'test', files: ['library'] })
    writeFileSync(path, 'machine cod3')
    utimesSync(path, 1, 1)
    expect(await readStamp(folder)).toBeDefined()
    expect(await readStamp(folder, { isThorough: true })).toBeUndefined()
  })
})

describe('TensorFlow in the cache', () => {
  it('counts only with its stamp: a folder that an interrupted set-up left is no TensorFlow', async () => {
    const { context } = temporaryContext()
    mkdirSync(join(tensorflowFolder(context, 'cpu'), 'lib'), { recursive: true })
    expect(await findTensorflow(context, 'cpu')).toBeUndefined()
  })

  it('is not fetched under AFTERWORD_OFFLINE, and the message says how to go on', async () => {
    const { context } = temporaryContext({ AFTERWORD_OFFLINE: '1' })
    const outcome = await fetchTensorflow(context, 'cpu')
    expect(outcome).toMatchObject({
      ok: false,
      reason: expect.stringContaining('AFTERWORD_OFFLINE') as string,
    })
    expect(outcome).toMatchObject({ advice: expect.stringContaining('AFTERWORD_PIP_INDEX') as string })
    expect(readdirSync(context.cache)).toEqual([])
  })

  it('is refused where AFTERWORD_LIBTENSORFLOW names a folder without one', async () => {
    const { context } = temporaryContext({ AFTERWORD_LIBTENSORFLOW: temporaryFolder() })
    expect(await fetchTensorflow(context, 'cpu')).toMatchObject({
      ok: false,
      advice: 'correct or unset AFTERWORD_LIBTENSORFLOW',
    })
  })

  it('is not asked for again on the day it was refused, until doctor --fix', async () => {
    const { context } = temporaryContext({ AFTERWORD_PIP_INDEX: 'http://127.0.0.1:9/simple' })
    rememberRefusal(context, 'tensorflow-2.21.0-cpu http://127.0.0.1:9/simple', 'the firewall said no')
    expect(await fetchTensorflow(context, 'cpu')).toMatchObject({
      reason: 'the firewall said no (asked less than a day ago)',
    })
    forgetRefusals(context)
    expect(recallRefusal(context, 'tensorflow-2.21.0-cpu http://127.0.0.1:9/simple')).toBeUndefined()
  })
})

describe('Electron', () => {
  it('is the program that AFTERWORD_ELECTRON names', async () => {
    const { context } = temporaryContext({ AFTERWORD_ELECTRON: process.execPath })
    expect(await prepareElectron(context)).toMatchObject({
      path: process.execPath,
      source: 'AFTERWORD_ELECTRON',
    })
  })

  it('is not replaced by another where AFTERWORD_ELECTRON is wrong', async () => {
    const { context } = temporaryContext({ AFTERWORD_ELECTRON: '/no/such/electron' })
    expect(await findElectron(context)).toEqual({
      ok: false,
      reason: 'AFTERWORD_ELECTRON=/no/such/electron is not a program',
      advice: 'correct or unset AFTERWORD_ELECTRON',
    })
    expect(existsSync(join(context.cache, 'electron'))).toBe(false)
  })
})
