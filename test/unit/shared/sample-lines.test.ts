// Lines of samples.jsonl as they cross to the window.
import { expect, test } from 'vitest'
import { parseSampleLines } from '../../../src/shared/run/sample-lines'
import { sampleRow } from '../../helpers/sample-row'

const line = (part: object) => `${JSON.stringify({ ...sampleRow({}), ...part })}\n`
const at = { stage: 1, step: 5 }

test('whole lines of the step are rows, with numbers where strings stand for what JSON cannot say', () => {
  const text = line({ logprobs: [-1, '-Infinity', 'NaN'] }) + line({ entropies: [0.5, 0, 0], kls: [0, 1, 2] })
  expect(parseSampleLines(text, at)).toEqual([
    sampleRow({ logprobs: [-1, -Infinity, NaN] }),
    sampleRow({ entropies: [0.5, 0, 0], kls: [0, 1, 2] }),
  ])
})

test('a torn last line, other steps and lines that are no rows are left out', () => {
  const bad = ['not json\n', line({ tokens: [0.5] }), line({ logprobs: ['many'] }), line({ kls: 3 })]
  const text = line({ step: 4 }) + bad.join('') + line({ reward: 0 }) + line({}).slice(0, -1)
  expect(parseSampleLines(text, at)).toEqual([sampleRow({ reward: 0 })])
  expect(parseSampleLines('', at)).toEqual([])
  // With every line JSON, and with one that is not.
  expect(parseSampleLines(text.replace('not json\n', ''), at)).toEqual([sampleRow({ reward: 0 })])
})
