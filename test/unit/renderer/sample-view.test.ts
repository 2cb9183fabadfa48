// Completions as the samples tab shows them.
import { expect, test } from 'vitest'
import { groupSamples, piecesOf, surpriseOf } from '../../../src/renderer/features/run/sample-view'
import type { SampleRow } from '../../../src/shared/run/rows'

function row(part: Partial<SampleRow>): SampleRow {
  return {
    stage: 1,
    step: 5,
    prompt_id: 'a',
    prompt: '01<sep>',
    completion: '01<end>',
    tokens: [0, 1, 3],
    logprobs: [-0.1, -2, 0],
    reward: 1,
    length: 2,
    greedy: false,
    ...part,
  }
}

test('each token has its own probability, the end token is a mark', () => {
  expect(piecesOf(row({}))).toEqual([
    { text: '0', logprob: -0.1, isEnd: false },
    { text: '1', logprob: -2, isEnd: false },
    { text: '\u23ce', logprob: 0, isEnd: true },
  ])
})

test('an answer that was cut off has no end mark', () => {
  const pieces = piecesOf(row({ completion: '01', tokens: [0, 1], logprobs: [-1, -1] }))
  expect(pieces.map((piece) => piece.text)).toEqual(['0', '1'])
})

test('text that is not one character a token is shown whole, without colours', () => {
  expect(piecesOf(row({ completion: 'a long word', tokens: [7, 8] }))).toEqual([
    { text: 'a long word', logprob: undefined, isEnd: false },
  ])
})

test('completions are grouped by prompt and ordered on request', () => {
  const rows = [row({ reward: 0 }), row({ prompt_id: 'b' }), row({ reward: 1 })]
  const [first, second] = groupSamples(rows, 'reward')
  expect([first?.promptId, first?.meanReward, first?.rows.map((each) => each.reward)]).toEqual([
    'a',
    0.5,
    [1, 0],
  ])
  expect(second?.rows).toHaveLength(1)
})

test('a certain token has no colour, one below 5 % the strongest', () => {
  expect([surpriseOf(0), surpriseOf(Math.log(0.05)), surpriseOf(-50), surpriseOf(undefined)]).toEqual([
    0, 1, 1, 0,
  ])
})
