// When the app is built: a small project with a builder of its own stands in for this one.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { isBuilt, prepareBuild } from '../../../scripts/setup/build.mjs'
import type { Context } from '../../../scripts/setup/context.mjs'
import { temporaryContext, temporaryFolder } from './fixtures'

/** Counts its calls and writes what electron-vite would. */
const builder = `
  const fs = require('node:fs')
  const count = Number(fs.existsSync('builds') ? fs.readFileSync('builds', 'utf8') : 0)
  fs.writeFileSync('builds', String(count + 1))
  if (fs.readFileSync('src/main.ts', 'utf8').includes('syntax error')) { console.error('main.ts:1 is wrong'); process.exit(1) }
  for (const file of ['main/index.js', 'main/trainer.js', 'main/cli.js', 'main/drawing-thread.js', 'main/chart-file-thread.js', 'preload/index.js', 'renderer/index.html']) {
    fs.mkdirSync('out/' + file.split('/')[0], { recursive: true })
    fs.writeFileSync('out/' + file, '')
  }`

function project(): { context: Context; builds: () => number; write: (name: string, text: string) => void } {
  const root = temporaryFolder()
  const write = (name: string, text: string) => {
    mkdirSync(dirname(join(root, name)), { recursive: true })
    writeFileSync(join(root, name), text)
  }
  write('node_modules/electron-vite/bin/electron-vite.js', builder)
  write('src/main.ts', 'one')
  const { context } = temporaryContext()
  return {
    context: { ...context, root },
    builds: () => Number(readFileSync(join(root, 'builds'), 'utf8')),
    write,
  }
}

describe('the build', () => {
  it('happens once for one state of the sources, and again when they change', async () => {
    const { context, builds, write } = project()
    expect(isBuilt(context)).toBe(false)
    await prepareBuild(context)
    await prepareBuild(context)
    expect(builds()).toBe(1)
    write('src/main.ts', 'one')
    expect(isBuilt(context)).toBe(true)
    write('src/main.ts', 'two')
    await prepareBuild(context)
    write('src/added.ts', 'three')
    await prepareBuild(context)
    expect(builds()).toBe(3)
  })

  it('happens once when two commands start together', async () => {
    const { context, builds } = project()
    await Promise.all([prepareBuild(context), prepareBuild(context)])
    expect(builds()).toBe(1)
  })

  it('shows what the builder said when it fails, and is not taken for done', async () => {
    const { context, write } = project()
    write('src/main.ts', 'syntax error')
    await expect(prepareBuild(context)).rejects.toThrow('main.ts:1 is wrong')
    expect(isBuilt(context)).toBe(false)
  })
})
