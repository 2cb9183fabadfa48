// Points drawn at random: their distribution, that they are always the same, and that they stay within their bounds.
import { expect, test } from 'vitest'
import { parseStudyText } from '../../../../src/shared/config/parse'
import { drawn, randomPoints, type RandomAxis } from '../../../../src/shared/config/random-points'
import { toYaml } from '../../../../src/shared/config/text'

const range = (min: number, max: number, more: object = {}) =>
  ({ min, max, scale: 'linear', integer: false, ...more }) as RandomAxis
const values = (axis: RandomAxis, count: number, seed = 0) =>
  randomPoints({ count, seed, axes: { x: axis } }).map((point) => point['x'] as number)

/** Largest distance between the empirical distribution of shares and the uniform one (Kolmogorov and Smirnov). */
function distanceFromUniform(shares: readonly number[]): number {
  const sorted = [...shares].sort((a, b) => a - b)
  return Math.max(
    ...sorted.map((share, index) =>
      Math.max(Math.abs(share - index / sorted.length), Math.abs((index + 1) / sorted.length - share)),
    ),
  )
}
/** At 2,000 draws a uniform generator is further off once in 1,000 times: 1.95 / sqrt(n). */
const furthest = 1.95 / Math.sqrt(2000)

test('a linear range is drawn uniformly, a logarithmic one uniformly in the logarithm', () => {
  for (const seed of [0, 1, 2]) {
    const linear = values(range(-3, 5), 2000, seed).map((value) => (value + 3) / 8)
    expect(distanceFromUniform(linear)).toBeLessThan(furthest)
    const log = values(range(1e-5, 1e-1, { scale: 'log' }), 2000, seed).map((x) => (Math.log10(x) + 5) / 4)
    expect(distanceFromUniform(log)).toBeLessThan(furthest)
  }
})

test('a point is independent of the one before it, and its axes of each other', () => {
  const points = randomPoints({ count: 2000, seed: 3, axes: { x: range(0, 1), y: range(0, 1) } })
  const xs = points.map(({ x }) => x as number)
  const ys = points.map(({ y }) => y as number)
  const correlation = (a: readonly number[], b: readonly number[]) =>
    a.reduce((sum, value, index) => sum + (value - 0.5) * ((b[index] ?? 0.5) - 0.5), 0) / a.length / (1 / 12)
  // Three standard errors.
  expect(Math.abs(correlation(xs, ys))).toBeLessThan(3 / Math.sqrt(2000))
  expect(Math.abs(correlation(xs.slice(1), xs.slice(0, -1)))).toBeLessThan(3 / Math.sqrt(2000))
})

test('whole numbers come as often as their scale says, both ends included', () => {
  const counts = (axis: RandomAxis) => {
    const found = new Map<number, number>()
    // Shares at the middle of equal parts: the exact distribution.
    for (let part = 0; part < 60_000; part++) {
      const value = drawn(axis, (part + 0.5) / 60_000) as number
      found.set(value, (found.get(value) ?? 0) + 1)
    }
    return Object.fromEntries(found)
  }
  expect(counts(range(2, 7, { integer: true }))).toEqual({
    2: 10_000,
    3: 10_000,
    4: 10_000,
    5: 10_000,
    6: 10_000,
    7: 10_000,
  })
  const log = counts(range(1, 3, { integer: true, scale: 'log' }))
  // P(n) = ln((n + 1) / n) / ln 4.
  for (const n of [1, 2, 3])
    expect((log[n] ?? 0) / 60_000).toBeCloseTo(Math.log((n + 1) / n) / Math.log(4), 4)
})

test('values stay within their bounds and are short enough to read', () => {
  const axes = [range(0.1, 0.7), range(1e-7, 3e-7, { scale: 'log' }), range(12_345, 98_765_432)]
  for (const axis of axes) {
    const { min, max } = axis as { min: number; max: number }
    for (const share of [0, 1e-9, 0.1, 0.5, 0.9999999, 1 - 2 ** -53]) {
      const value = drawn(axis, share) as number
      expect(value).toBeGreaterThanOrEqual(min)
      expect(value).toBeLessThanOrEqual(max)
      expect(
        String(value)
          .replace(/e.*|\D/g, '')
          .replace(/^0+/, '').length,
      ).toBeLessThanOrEqual(8)
    }
  }
})

test('the same study draws the same points; more of them begin alike; another axis changes none of the others', () => {
  const axes = { 'model.layers': range(1, 4, { integer: true }), rate: range(1e-4, 1e-2, { scale: 'log' }) }
  const ten = randomPoints({ count: 10, seed: 7, axes })
  expect(randomPoints({ count: 10, seed: 7, axes })).toEqual(ten)
  expect(randomPoints({ count: 30, seed: 7, axes }).slice(0, 10)).toEqual(ten)
  const wider = randomPoints({ count: 10, seed: 7, axes: { ...axes, width: [16, 32] } })
  expect(wider.map(({ rate, ...rest }) => ({ 'model.layers': rest['model.layers'], rate }))).toEqual(ten)
  expect(randomPoints({ count: 10, seed: 8, axes })).not.toEqual(ten)
  expect(ten.slice(0, 3)).toMatchInlineSnapshot(`
    [
      {
        "model.layers": 4,
        "rate": 0.00011338,
      },
      {
        "model.layers": 3,
        "rate": 0.0011779,
      },
      {
        "model.layers": 4,
        "rate": 0.00036511,
      },
    ]
  `)
})

test('no point is drawn twice: all of a small space are drawn in the end', () => {
  const axes = { a: ['x', 'y', 'z'], b: range(1, 4, { integer: true }) }
  const points = randomPoints({ count: 12, seed: 0, axes })
  expect(new Set(points.map((point) => JSON.stringify(point))).size).toBe(12)
  expect(values(range(0, 1), 10_000)).toHaveLength(10_000)
})

const study = (random: string, rest = '') => `name: drawn
task: { kind: parity, bits: 6, longFraction: 0.2 }
stages:
  - { kind: pretrain, steps: 10 }
random: ${random}
${rest}`

function problemsOf(text: string) {
  const parsed = parseStudyText(text)
  return parsed.ok ? [] : parsed.problems.map(({ path, message, line }) => `${line} ${path} ${message}`)
}

test('draws come inside arms and around the sweep, so that every draw has all seeds', () => {
  const parsed = parseStudyText(
    study(
      '{ count: 2, axes: { stages.0.optimizer.learningRate: { min: 1.0e-4, max: 1.0e-2, scale: log } } }',
      'arms: { A: {}, B: { task.bits: 5 } }\nsweep: { seed: [0, 1] }',
    ),
  )
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  const points = parsed.value.runs.map(({ point }) => point)
  const rates = [...new Set(points.map((point) => point['stages.0.optimizer.learningRate']))]
  expect(rates).toHaveLength(2)
  expect(
    points.map(({ arm, seed, ...rest }) => [arm, rates.indexOf(Object.values(rest)[0] as never), seed]),
  ).toEqual(['A', 'B'].flatMap((arm) => [0, 1].flatMap((draw) => [0, 1].map((seed) => [arm, draw, seed]))))
  expect(
    parsed.value.runs.every(({ config, point }) => {
      const [stage] = config.stages
      return (
        stage?.kind === 'pretrain' &&
        stage.optimizer.learningRate === point['stages.0.optimizer.learningRate']
      )
    }),
  ).toBe(true)
  expect(parsed.value.runs[0]?.config).not.toHaveProperty('random')
})

test('a bad draw is refused with its line, its field and the rule', () => {
  expect(problemsOf(study('{ count: 3, axes: {} }'))).toEqual([
    '5 random.axes must have at least 1 axis (a dotted path with a range or values); leave random out for none',
  ])
  expect(problemsOf(study('{ count: 3, axes: { task.bits: { min: 9, max: 4 } } }'))).toEqual([
    '5 random.axes.task.bits min must be below max, got min 9 and max 4',
  ])
  expect(
    problemsOf(study('{ count: 3, axes: { task.longFraction: { min: 0, max: 1, scale: log } } }')),
  ).toEqual(['5 random.axes.task.longFraction min must be above 0 with scale log, got 0'])
  expect(problemsOf(study('{ count: 3, axes: { task.bitz: [4, 5, 6] } }'))).toEqual([
    '5 random.axes.task.bitz is no path of the config; did you mean task.bits?',
  ])
  expect(problemsOf(study('{ count: 7, axes: { task.bits: { min: 4, max: 9, integer: true } } }'))).toEqual([
    '5 random.count must be at most 6: random.axes has no more different points, got 7',
  ])
  expect(problemsOf(study('{ count: 2, axes: { task.bits: 4 } }'))).toEqual([
    '5 random.axes.task.bits must be a range { min, max } with scale linear or log and integer true or false where needed, or a list of values, got 4',
  ])
  expect(problemsOf(study('{ count: 2, axes: { task.bits: [4, 5] } }', 'sweep: { task.bits: [6] }'))).toEqual(
    ['5 random.axes.task.bits is an axis of the sweep too, which would overwrite it'],
  )
  expect(
    problemsOf(study('{ count: 2, axes: { task.bits: [4, 5] } }', 'arms: { A: { task.bits: 3 } }')),
  ).toEqual(['6 arms.A.task.bits overlaps with the axis random.axes.task.bits, which would overwrite it'])
  expect(
    problemsOf(
      study('{ count: 5000, axes: { task.longFraction: { min: 0, max: 1 } } }', 'sweep: { seed: [0, 1, 2] }'),
    ),
  ).toEqual(['6 sweep must have at most 10000 points, got 15000'])
})

test('a range that a whole-number field cannot take is refused at the point that shows it', () => {
  const [problem] = problemsOf(study('{ count: 3, axes: { task.bits: { min: 4, max: 9 } } }'))
  expect(problem).toMatch(/^5 task\.bits must be a whole number .* got \d+\.\d+ \(at sweep point task\.bits=/)
})

test('random draws survive being written as YAML', () => {
  const parsed = parseStudyText(study('{ count: 2, axes: { task.bits: { min: 4, max: 9, integer: true } } }'))
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  const again = parseStudyText(toYaml(parsed.value.study))
  expect(again.ok && again.value.runs.map(({ point }) => point)).toEqual(
    parsed.value.runs.map(({ point }) => point),
  )
})
