// What leaves the cache by itself, and what never does.
import { existsSync, mkdirSync, renameSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { Context } from '../../../scripts/setup/context.mjs'
import { pruneCache, rememberCheckout } from '../../../scripts/setup/prune.mjs'
import { noteUse, writeStamp } from '../../../scripts/setup/stamp.mjs'
import { temporaryContext, temporaryFolder } from './fixtures'

const DAY_SECONDS = 24 * 3600

/** A stamped folder of the cache that was last used so many days ago. */
async function cached(
  context: Context,
  name: string,
  unusedDays: number,
  needs: string[] = [],
): Promise<string> {
  const folder = join(context.cache, name)
  const file = 'lib/napi-v8/tfjs_binding.node'
  mkdirSync(join(folder, 'lib', 'napi-v8'), { recursive: true })
  writeFileSync(join(folder, file), 'machine code')
  await writeStamp(folder, { version: '1', source: 'test', needs, files: [file] })
  const then = Date.now() / 1000 - unusedDays * DAY_SECONDS
  utimesSync(join(folder, 'afterword-stamp.json'), then, then)
  return folder
}

it('versions that no checkout is linked to go after 30 days without use, and the user is told', async () => {
  const { context, said } = temporaryContext()
  const old = await cached(context, 'tensorflow-1.0-cpu-linux-x64', 31)
  const recent = await cached(context, 'binding-4-tensorflow-2', 29)
  const other = await cached(context, 'electron-fallback-1', 400)
  expect(pruneCache(context)).toEqual(['tensorflow-1.0-cpu-linux-x64'])
  expect([old, recent, other].map((folder) => existsSync(folder))).toEqual([false, true, true])
  expect(said.join('\n')).toContain('unused for 30 days and more: tensorflow-1.0-cpu-linux-x64')
})

it('what a checkout is linked to stays however old it is, with the library and the CUDA that it needs', async () => {
  const { context } = temporaryContext()
  const root = temporaryFolder()
  const binding = await cached(context, 'binding-4-tensorflow-2', 100, ['tensorflow-2-gpu'])
  const library = await cached(context, 'tensorflow-2-gpu', 100)
  const cuda = await cached(context, 'cuda-12', 100)
  mkdirSync(join(cuda, 'nvidia'))
  symlinkSync('../cuda-12/nvidia', join(library, 'nvidia'))
  mkdirSync(join(root, 'node_modules/@tensorflow/tfjs-node-gpu/lib'), { recursive: true })
  symlinkSync(join(binding, 'lib/napi-v8'), join(root, 'node_modules/@tensorflow/tfjs-node-gpu/lib/napi-v8'))
  rememberCheckout({ ...context, root })
  expect(pruneCache(context)).toEqual([])
  // The checkout is set up anew with something else: nothing needs the three any more.
  rememberCheckout({ ...context, root: temporaryFolder() })
  const linked = await cached(context, 'binding-4-tensorflow-3', 0)
  const link = join(root, 'node_modules/@tensorflow/tfjs-node-gpu/lib')
  symlinkSync(join(linked, 'lib/napi-v8'), join(link, 'next'))
  renameSync(join(link, 'next'), join(link, 'napi-v8'))
  expect(pruneCache(context).sort()).toEqual(['binding-4-tensorflow-2', 'cuda-12', 'tensorflow-2-gpu'])
})

it('a use begins the 30 days anew', async () => {
  const { context } = temporaryContext()
  const folder = await cached(context, 'tensorflow-1.0-cpu-linux-x64', 31)
  noteUse(folder)
  expect(pruneCache(context)).toEqual([])
})

it('a download that broke off long ago goes too', () => {
  const { context } = temporaryContext()
  const partial = join(context.cache, 'downloads', 'tensorflow.whl.partial')
  mkdirSync(join(context.cache, 'downloads'))
  writeFileSync(partial, 'half')
  utimesSync(partial, 1, 1)
  expect(pruneCache(context)).toEqual([join('downloads', 'tensorflow.whl.partial')])
  expect(existsSync(partial)).toBe(false)
})
