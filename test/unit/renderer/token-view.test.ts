// Tokens of a completion and the colours of what is known of them.
import { expect, test } from 'vitest'
import {
  backgroundOf,
  firstDifference,
  piecesOf,
  scaleOf,
  strengthOf,
  textColourOn,
  tokenText,
} from '../../../src/renderer/features/samples/token-view'
import { sampleRow } from '../../helpers/sample-row'

test('each token has its own numbers, the end token is a mark', () => {
  expect(piecesOf(sampleRow({ entropies: [0.5, 0.25, 0], kls: [0, -0.1, 0.2] }))).toEqual([
    { text: '0', isEnd: false, token: 0, logprob: -0.1, entropy: 0.5, kl: 0 },
    { text: '1', isEnd: false, token: 1, logprob: -2, entropy: 0.25, kl: -0.1 },
    { text: '\u23ce', isEnd: true, token: 3, logprob: 0, entropy: 0, kl: 0.2 },
  ])
})

test.each([
  ['an answer that was cut off', '01', [0, 1], ['0', '1']],
  ['words', 'a long word', [7, 8, 9], ['a', ' long', ' word']],
  ['words with an end token', 'a long', [7, 8, 3], ['a', ' long', '\u23ce']],
  ['text that cannot be cut', 'a long word', [7, 8], ['a long word']],
])('%s', (_name, completion, tokens, texts) => {
  const row = sampleRow({ completion, tokens, logprobs: tokens.map(() => -1) })
  expect(piecesOf(row).map(({ text }) => text)).toEqual(texts)
})

test('log-probabilities: a certain token has no colour, one below 5 % the strongest', () => {
  const scale = scaleOf([], 'logprob')
  const strengths = [0, Math.log(0.05) / 2, Math.log(0.05), -50, undefined]
  expect(strengths.map((value) => strengthOf(value, scale))).toEqual([0, 0.5, 1, 1, 0])
})

test('entropies end at the largest shown; divergences below 0 have a colour of their own', () => {
  const rows = [sampleRow({ entropies: [0.2, 0.8], kls: [-0.2, 0.1] })]
  const entropy = scaleOf(rows, 'entropy')
  expect(entropy).toEqual({ measure: 'entropy', end: 0.2, isSigned: false })
  const kl = scaleOf([...rows, sampleRow({ kls: [0.4, 0.4] })], 'kl')
  expect([kl.end, kl.isSigned]).toEqual([0.4, true])
  expect([strengthOf(-0.2, kl), strengthOf(0.4, kl), strengthOf(NaN, kl)]).toEqual([-0.5, 1, 0])
  expect(backgroundOf(-0.5, 'kl')).not.toBe(backgroundOf(0.5, 'kl'))
  expect(backgroundOf(0, 'kl')).toBe('transparent')
})

test('text is black or white, whichever is read better; on faint colours it is the page’s', () => {
  expect(textColourOn(0.1, 'entropy', true)).toBeUndefined()
  expect([0.5, 1].map((strength) => textColourOn(strength, 'logprob', false))).toEqual(['#000', '#000'])
  expect([0.4, 1].map((strength) => textColourOn(strength, 'entropy', true))).toEqual(['#fff', '#000'])
})

test('the readout names what is known', () => {
  expect(tokenText({ text: '0', isEnd: false, logprob: Math.log(0.25), entropy: 0.5 })).toBe(
    'p 0.250, log p -1.386, entropy 0.500 nats',
  )
})

test('completions part at the first token that differs, or where one ends', () => {
  const pieces = (text: string) => [...text].map((piece) => ({ text: piece, isEnd: false }))
  expect(firstDifference(pieces('0110'), pieces('0100'))).toBe(2)
  expect(firstDifference(pieces('01'), pieces('010'))).toBe(2)
  expect(firstDifference(pieces('01'), pieces('01'))).toBeUndefined()
})
