// What is typed into a field becomes the value it looks like, and what does not read as one stays text for the parser to name.
import { expect, test } from 'vitest'
import { fromText, toText } from '../../../src/renderer/features/editor/field-text'
import { fieldAt } from '../../../src/shared/config/form'

const study = { stages: [{ kind: 'pretrain' }], task: { kind: 'parity' } }
function field(path: string) {
  const found = fieldAt(path.split('.'), study)
  if (!found) throw new Error(`no field ${path}`)
  return found
}

test('numbers are read as numbers, half-typed ones stay text', () => {
  const rate = field('stages.0.optimizer.learningRate')
  expect(['1e-3', '0.5', '.5', '1e', '-', 'abc'].map((text) => fromText(rate, text))).toEqual([
    0.001,
    0.5,
    0.5,
    '1e',
    '-',
    'abc',
  ])
})

test('an emptied field goes back to its default; an emptied list field too', () => {
  expect(fromText(field('task.bits'), ' ')).toBeUndefined()
  expect(fromText(field('stages.0.optimizer.clipNorm'), '')).toBeUndefined()
  expect(fromText(field('checkpoint.at'), '')).toBeUndefined()
})

test('lists are read item by item and shown with commas', () => {
  expect(fromText(field('checkpoint.at'), '10, 20,, x')).toEqual([10, 20, 'x'])
  expect(toText([0.9, 0.999])).toBe('0.9, 0.999')
  expect(toText(1e-8)).toBe('1e-8')
})
