// The mends of tfjs-node's C++ must find their place in the package that is installed, or the faults are back unseen.
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { mends, mendSource } from '../../../scripts/setup/binding-mends.mjs'

const folder = resolve(import.meta.dirname, '../../../node_modules/@tensorflow/tfjs-node-gpu/binding')

test.each([...mends])('what a mend replaces stands exactly once in $file', ({ file, find, replace }) => {
  const text = readFileSync(resolve(folder, file), 'utf8')
  expect(text.split(find)).toHaveLength(2)
  expect(mendSource(file, text)).toContain(replace)
})

test('a source without the place stays as it is', () => {
  expect(mendSource('tfjs_backend.cc', 'int main() {}')).toBe('int main() {}')
})
