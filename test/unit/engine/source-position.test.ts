// Which line an engine's error names: the user's, in the source.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { userPosition } from '../../../src/engine/source-position'
import { tempFolder } from '../../helpers/temp-folder'

const stackOf = (...frames: string[]) =>
  ['Error: text', ...frames.map((frame) => `    at ${frame}`)].join('\n')

it('takes the first frame outside tfjs and the engine', () => {
  const stack = stackOf(
    'Recording.readSync (/app/src/engine/compiled/recording-backend.ts:1:2)',
    'Tensor.dataSync (/app/node_modules/@tensorflow/tfjs-core/dist/tensor.js:3:4)',
    'Array.map (<anonymous>)',
    `Object.lossOf (file://${process.cwd()}/src/lab/updates.ts:41:12)`,
    'run (/elsewhere/main.ts:1:1)',
  )
  expect(userPosition(stack)).toBe('lossOf (src/lab/updates.ts:41:12)')
})

it('does not blame who called the engine', () => {
  const stack = stackOf(
    'check (/app/src/engine/check-arrays.ts:1:2)',
    'runFunction (/app/out/main.js:1:1)',
    'main (/app/main.ts:9:9)',
  )
  expect(userPosition(stack)).toBeUndefined()
  expect(userPosition(undefined)).toBeUndefined()
})

it('gives the line of the source for a built file with a map', () => {
  const folder = tempFolder()
  // Generated line 1, column 0 is line 5 of the first source, then line 2 of the second.
  const map = {
    version: 3,
    sources: ['src/engine/inner.ts', 'src/model.ts'],
    names: [],
    mappings: 'AAIA;ACHA',
  }
  writeFileSync(join(folder, 'built.js.map'), JSON.stringify(map))
  const stack = stackOf(`check (${join(folder, 'built.js')}:1:1)`, `${join(folder, 'built.js')}:2:1`)
  expect(userPosition(stack)).toBe(`${join(folder, 'src/model.ts')}:2:1`)
})
