// Completions as the samples page filters, orders and groups them, and two sides of them as pairs.
import { expect, test } from 'vitest'
import { pairSamples } from '../../../src/renderer/features/samples/pair-samples'
import {
  besideLast,
  filterSamples,
  groupSamples,
  nearestStep,
  noFilter,
  samplesOf,
  sortSamples,
  type SampleFilter,
} from '../../../src/renderer/features/samples/sample-view'
import { sampleRow } from '../../helpers/sample-row'

const rows = [
  sampleRow({ reward: 0, advantage: -1, length: 1, logprobs: [-3], completion: '1', tokens: [1] }),
  sampleRow({ prompt_id: 'b', prompt: '11<sep>', reward: 1, advantage: 0, length: 5, logprobs: [-1] }),
  sampleRow({ reward: 1, advantage: 1, length: 2, logprobs: [-2], greedy: true }),
]
const samples = samplesOf(rows)
const kept = (part: Partial<SampleFilter>) =>
  filterSamples(samples, { ...noFilter, ...part }).map(({ index }) => index)

test.each<[Partial<SampleFilter>, number[]]>([
  [{}, [0, 1, 2]],
  [{ outcome: 'right' }, [1, 2]],
  [{ outcome: 'wrong' }, [0]],
  [{ chain: 'long' }, [1, 2]],
  [{ chain: 'short' }, [0]],
  [{ kind: 'greedy' }, [2]],
  [{ kind: 'sampled', outcome: 'right' }, [1]],
  [{ text: '11<SEP>' }, [1]],
  [{ text: '01 sep' }, [0, 1, 2]],
  [{ length: { low: 2 } }, [1, 2]],
  [{ length: { low: 2, high: 2 } }, [2]],
  [{ advantage: { low: 0 } }, [1, 2]],
  [{ reward: { high: 0.5 } }, [0]],
])('%o keeps %o', (filter, indices) => {
  expect(kept(filter)).toEqual(indices)
})

test('a completion without an advantage lies in no range of advantages', () => {
  const [bare] = samplesOf([sampleRow({})])
  expect(filterSamples(bare ? [bare] : [], { ...noFilter, advantage: { low: -9 } })).toEqual([])
})

test('orders go both ways and leave equal ones as drawn', () => {
  const ordered = (order: Parameters<typeof sortSamples>[1], isDescending: boolean) =>
    sortSamples(samples, order, isDescending).map(({ index }) => index)
  expect(ordered('as drawn', true)).toEqual([0, 1, 2])
  expect(ordered('reward', true)).toEqual([1, 2, 0])
  expect(ordered('advantage', false)).toEqual([0, 1, 2])
  expect(ordered('length', true)).toEqual([1, 2, 0])
  expect(ordered('log-probability', false)).toEqual([0, 2, 1])
})

test('groups have accuracy, mean and spread, and are ordered by them', () => {
  const groups = groupSamples(samples, 'as drawn', true)
  expect(
    groups.map(({ promptId, right, meanReward, rewardSpread, meanLength }) => [
      promptId,
      right,
      meanReward,
      rewardSpread,
      meanLength,
    ]),
  ).toEqual([
    ['a', 1, 0.5, 0.5, 1.5],
    ['b', 1, 1, 0, 5],
  ])
  const names = (order: Parameters<typeof groupSamples>[1]) =>
    groupSamples(samples, order, true).map(({ promptId }) => promptId)
  expect([names('accuracy'), names('spread'), names('length')]).toEqual([
    ['b', 'a'],
    ['a', 'b'],
    ['b', 'a'],
  ])
})

test('the nearest step is of the same stage where that has one', () => {
  const steps = [
    { stage: 0, step: 0 },
    { stage: 0, step: 100 },
    { stage: 1, step: 0 },
    { stage: 1, step: 10 },
  ]
  expect(nearestStep(steps, { stage: 1, step: 7 })).toBe(3)
  expect(nearestStep(steps, { stage: 0, step: 49 })).toBe(0)
  expect(nearestStep(steps, { stage: 2, step: 0 })).toBe(2)
  expect(nearestStep([], { stage: 0, step: 0 })).toBe(-1)
})

test('beside the last step stands the one looked at, else the end of the stage before, else the first', () => {
  const [first, middle] = [
    { stage: 0, step: 0 },
    { stage: 0, step: 100 },
  ]
  const last = { stage: 1, step: 10 }
  const steps = [first, middle, { stage: 1, step: 0 }, last]
  expect(besideLast(steps, { stage: 1, step: 0 })).toEqual({ stage: 1, step: 0 })
  expect(besideLast(steps, first)).toEqual(first)
  expect(besideLast(steps, last)).toEqual(middle)
  expect(besideLast([first, middle], middle)).toEqual(first)
  expect(besideLast([last], last)).toEqual(last)
})

test('prompts of both sides are paired, greedy beside greedy, and judged by the greedy answers', () => {
  const left = samplesOf([
    sampleRow({ prompt: 'p', reward: 1 }),
    sampleRow({ prompt: 'p', reward: 0, greedy: true }),
    sampleRow({ prompt: 'only left' }),
    sampleRow({ prompt: 'q', reward: 1, completion: '1', tokens: [1] }),
  ])
  const right = samplesOf([
    sampleRow({ prompt: 'q', reward: 0, completion: '0', tokens: [0] }),
    sampleRow({ prompt: 'p', reward: 1, greedy: true }),
    sampleRow({ prompt: 'p', reward: 0 }),
    sampleRow({ prompt: 'p', reward: 0 }),
  ])
  const pairs = pairSamples(left, right)
  expect(pairs.map(({ prompt, change, isDifferent }) => [prompt, change, isDifferent])).toEqual([
    ['p', 'fixed', true],
    ['q', 'broken', true],
  ])
  expect(pairs[0]?.rows.map(([a, b]) => [a?.index, b?.index])).toEqual([
    [1, 1],
    [0, 2],
    [undefined, 3],
  ])
})

test('equal answers are no difference', () => {
  const side = samplesOf([sampleRow({ prompt: 'p', greedy: true })])
  expect(pairSamples(side, side)).toMatchObject([{ change: 'same', isDifferent: false }])
})
