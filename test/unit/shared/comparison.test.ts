// A saved chart: its defaults, and what it refuses in which words.
import { describe, expect, test } from 'vitest'
import { comparisonSchema } from '../../../src/shared/comparison'

const problems = (value: unknown) => {
  const parsed = comparisonSchema.safeParse(value)
  return parsed.success ? [] : parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
}

test('nothing said is the picture that needs no hand', () => {
  expect(comparisonSchema.parse({})).toEqual({
    version: 1,
    name: '',
    runs: { filter: '' },
    kind: 'lines',
    metrics: ['eval/greedy_accuracy'],
    x: 'step',
    stages: { layout: 'panels', only: null },
    group: 'seed',
    colour: null,
    dash: null,
    facet: null,
    spread: 'interval',
    smoothing: { kind: 'none', amount: 0 },
    xScale: 'linear',
    yScale: 'linear',
    clipOutliers: false,
    baseline: null,
    difference: 'none',
    theory: true,
    figure: 'last',
    axes: [],
    across: null,
    down: null,
  })
})

test('what was parsed is parsed to the same', () => {
  const chart = comparisonSchema.parse({
    runs: { ids: ['a'] },
    x: 'eval/mean_length',
    group: ['task.longFraction'],
    baseline: { where: { 'stages.1.algorithm': ['grpo', 'rloo'] } },
    difference: 'paired',
  })
  expect(comparisonSchema.parse(JSON.parse(JSON.stringify(chart)))).toEqual(chart)
})

describe('refused', () => {
  test.each([
    [
      { difference: 'paired' },
      'baseline: difference paired needs a baseline: a run, or the values of config fields',
    ],
    [
      { difference: 'percent', baseline: { run: 'a' }, yScale: 'log' },
      'yScale: must be linear for differences: they may be 0 or negative',
    ],
    [
      { difference: 'percent', baseline: { run: 'a' }, kind: 'heat', across: 'seed', down: 'task.bits' },
      'difference: is for lines, attempts, bars, boxes; heat shows values themselves',
    ],
    [
      { x: 'task.bits' },
      'x: must be step, time, sequences, tokens, samples, flops or a metric for lines; config fields are for scatter',
    ],
    [{ kind: 'heat', across: 'seed' }, 'down: must name a config field: a heat map has two swept axes'],
    [{ kind: 'heat', across: 'seed', down: 'seed' }, 'down: must not be the field across'],
    [
      { kind: 'parallel' },
      'axes: parallel coordinates need two axes: name a config field or a second metric',
    ],
    [
      { smoothing: { kind: 'ema', amount: 1 } },
      'smoothing.amount: must be below 1 for an exponential moving average: it is what remains of the past',
    ],
    [{ metrics: ['accuracy'] }, 'metrics.0: must be the name of a metric such as eval/greedy_accuracy'],
    [{ runs: { all: true } }, 'runs: must have either filter (a text) or ids (a list of run ids)'],
    [{ baseline: {} }, 'baseline: must have either run (an id) or where (config fields and their values)'],
    [{ group: ['task longFraction'] }, /^group/],
    [
      { colour: '/etc' },
      'colour: must be a dotted path into a config such as task.longFraction, or study or arm',
    ],
    [{ kinds: 'lines' }, /Unrecognized key.*kinds/],
  ])('%j', (value, message) => {
    expect(problems(value)).toEqual([
      expect.stringMatching(
        message instanceof RegExp ? message : `^${message.replaceAll(/[()[\].]/g, '\\$&')}$`,
      ),
    ])
  })
})
