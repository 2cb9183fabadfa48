// The drawing thread as its process sees it: one that dies takes its own requests with it, and no others.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ThreadDrawer } from '../../../../src/workbench/columns/thread-drawer'
import { comparisonOf } from '../../../helpers/compared-run'
import { tempFolder } from '../../../helpers/temp-folder'

test('what is asked right after a thread died is answered by the next one', async () => {
  const script = join(tempFolder(), 'thread.mjs')
  writeFileSync(
    script,
    `import { parentPort } from 'node:worker_threads'
    parentPort.on('message', ({ id }) => {
      if (id === 0) throw new Error('out of memory')
      setTimeout(() => parentPort.postMessage({ type: 'drawn', id, result: { charts: [], ready: id } }), 200)
    })`,
  )
  const drawer = new ThreadDrawer(script, 'nowhere', () => undefined)
  const request = { comparison: comparisonOf(), runs: [] }
  await expect(drawer.draw(request)).rejects.toThrow('out of memory')
  expect(await drawer.draw(request)).toMatchObject({ ready: 1 })
  await drawer.close()
})
