// Statements judged on rows whose figures can be computed by hand.
import { describe, expect, test } from 'vitest'
import { statementSchema, type Statement } from '../../../src/shared/config/schema/statements'
import { describeBand, judge, type JudgedRun } from '../../../src/statistics/statements'

type Written = Partial<Omit<Statement, 'minus'>> & { minus?: Partial<Statement['minus'] & object> }
const statement = (fields: Written): Statement =>
  statementSchema.parse({ claim: 'It does.', metric: 'm', stage: 0, ...fields })

/** A run that logged `m` at steps 10, 20, … of stage 0, 128 sequences a step. */
function run(point: Record<string, unknown>, m: readonly number[], more: Partial<JudgedRun> = {}): JudgedRun {
  const rows = m.map((value, index) => {
    const step = (index + 1) * 10
    return { stage: 0, step, sequences: step * 128, values: { m: value } }
  })
  return { point, config: { seed: 0, task: { bits: 20 }, ...point }, state: 'finished', rows, ...more }
}
const seeds = (...figures: number[]) => figures.map((value, seed) => run({ seed }, [value]))
const figures = (fields: Written, runs: readonly JudgedRun[]) =>
  judge(statement(fields), runs).figures.map(({ value }) => value)

describe('the values that count, and what is made of them', () => {
  const one = [run({}, [5, 1, 3, 8, 4])]
  test.each<[Written, number]>([
    [{ take: 'last' }, 4],
    [{ take: 'mean' }, 4.2],
    [{ take: 'median' }, 4],
    [{ take: 'max' }, 8],
    [{ take: 'min' }, 1],
    [{ take: 'mean', lastValues: 2 }, 6],
    // Of 50 steps the last 20 are 31 to 50: those at 40 and 50.
    [{ take: 'mean', lastSteps: 20 }, 6],
    [{ take: 'median', lastSteps: 30 }, 4],
    [{ take: 'max', steps: [10, 30] }, 5],
    [{ steps: [20, 20] }, 1],
    [{ take: 'first', reaches: 5 }, 10],
    [{ take: 'first', reaches: 6 }, 40],
    [{ take: 'first', reaches: 6, unit: 'sequences' }, 40 * 128],
    // From step 20 on.
    [{ take: 'first', reaches: 3, steps: [20, 100] }, 30],
  ])('%o gives %d', (fields, expected) => {
    expect(figures({ ...fields, atLeast: 0 }, one)[0]).toBeCloseTo(expected, 12)
  })

  test('a distance to another metric is taken at every row that has both', () => {
    const rows = [
      { stage: 0, step: 0, sequences: 0, values: { m: 1 } },
      { stage: 0, step: 1, sequences: 1, values: { m: 0.5, theory: 0.75 } },
      { stage: 0, step: 2, sequences: 2, values: { m: 0.9, theory: 0.75 } },
      { stage: 0, step: 3, sequences: 3, values: { theory: 7 } },
    ]
    const runs = [run({}, [], { rows })]
    expect(figures({ against: 'theory', take: 'max', atMost: 1 }, runs)[0]).toBeCloseTo(0.25, 12)
    expect(figures({ against: 'theory', take: 'mean', atMost: 1 }, runs)[0]).toBeCloseTo(0.2, 12)
  })

  test('stages are told apart, counted from the end too, or taken together', () => {
    const at = (stage: number, step: number, sequences: number, m: number) => ({
      stage,
      step,
      sequences,
      values: { m },
    })
    const runs = [run({}, [], { rows: [at(0, 10, 100, 0.1), at(0, 20, 200, 0.2), at(1, 5, 250, 0.9)] })]
    expect(figures({ stage: 0, atLeast: 0 }, runs)).toEqual([0.2])
    expect(figures({ stage: -1, atLeast: 0 }, runs)).toEqual([0.9])
    expect(figures({ stage: -2, atLeast: 0 }, runs)).toEqual([0.2])
    const whole = statementSchema.parse({
      claim: 'Soon.',
      metric: 'm',
      take: 'first',
      reaches: 0.5,
      unit: 'sequences',
      atMost: 300,
    })
    expect(judge(whole, runs).figures).toMatchObject([{ value: 250, verdict: 'pass' }])
  })
})

describe('which runs', () => {
  const grid = [
    run({ arm: 'GRPO', seed: 0, 'task.bits': 20 }, [1], { config: { task: { bits: 20 } } }),
    run({ arm: 'GRPO', seed: 0, 'task.bits': 16 }, [2], { config: { task: { bits: 16 } } }),
    run({ arm: 'STaR', seed: 0, 'task.bits': 20 }, [3], { config: { task: { bits: 20 } } }),
  ]
  test('by arm, by a path of the config, by any of several values', () => {
    expect(figures({ atLeast: 0 }, grid)).toEqual([1, 2, 3])
    expect(figures({ where: { arm: 'GRPO' }, atLeast: 0 }, grid)).toEqual([1, 2])
    expect(figures({ where: { 'task.bits': 20 }, atLeast: 0 }, grid)).toEqual([1, 3])
    expect(figures({ where: { arm: 'GRPO', 'task.bits': [8, 16] }, atLeast: 0 }, grid)).toEqual([2])
  })
  test('a figure is named by what tells it from the others', () => {
    const found = judge(statement({ where: { arm: 'GRPO' }, atLeast: 0 }), grid)
    expect(found.figures.map(({ point }) => point)).toEqual([{ 'task.bits': 20 }, { 'task.bits': 16 }])
  })
  test('without any run nothing can be told', () => {
    expect(judge(statement({ where: { arm: 'RLOO' }, atLeast: 0 }), grid)).toMatchObject({
      verdict: 'cannot-tell',
      figures: [],
    })
  })
})

describe('over seeds', () => {
  test('each: one run outside the band fails the statement', () => {
    expect(judge(statement({ atMost: 0.5 }), seeds(0.4, 0.5))).toMatchObject({ verdict: 'pass' })
    expect(judge(statement({ atMost: 0.5 }), seeds(0.4, 0.51))).toMatchObject({
      verdict: 'fail',
      figures: [{ verdict: 'pass' }, { verdict: 'fail' }],
    })
  })
  test('mean: of the runs that differ in their seed only', () => {
    const runs = [
      ...seeds(0.4, 0.6).map((one) => ({ ...one, point: { ...one.point, arm: 'A' } })),
      ...seeds(0.1, 0.2).map((one) => ({ ...one, point: { ...one.point, arm: 'B' } })),
    ]
    const found = judge(statement({ over: 'mean', atLeast: 0.3 }), runs)
    expect(found.verdict).toBe('fail')
    expect(found.figures).toMatchObject([
      { point: { arm: 'A' }, value: 0.5, n: 2, verdict: 'pass' },
      { point: { arm: 'B' }, n: 2, verdict: 'fail' },
    ])
    expect(found.figures[1]?.value).toBeCloseTo(0.15, 12)
  })
  test('interval: the whole Student-t interval must lie in the band', () => {
    // Mean 2, standard deviation 1, standard error 1/sqrt 3, t(.975, 2) = 4.302653: 2 -+ 2.484138.
    const above = judge(statement({ over: 'interval', atLeast: 0 }), seeds(1, 2, 3))
    expect(above.figures[0]).toMatchObject({ value: 2, n: 3, verdict: 'fail' })
    expect(above.figures[0]?.low).toBeCloseTo(2 - 2.484138, 5)
    expect(above.figures[0]?.high).toBeCloseTo(2 + 2.484138, 5)
    expect(judge(statement({ over: 'interval', atLeast: 0 }), seeds(1.9, 2, 2.1)).verdict).toBe('pass')
    expect(judge(statement({ over: 'interval', atMost: 0 }), seeds(-1.9, -2, -2.1)).verdict).toBe('pass')
    expect(judge(statement({ over: 'interval', contains: 0 }), seeds(1, 2, 3)).verdict).toBe('pass')
    expect(judge(statement({ over: 'interval', contains: 0 }), seeds(1.9, 2, 2.1)).verdict).toBe('fail')
  })
  test('one seed has no interval: nothing can be told', () => {
    const found = judge(statement({ over: 'interval', atLeast: 0 }), seeds(1))
    expect(found).toMatchObject({ verdict: 'cannot-tell', figures: [{ value: 1, n: 1 }] })
  })
})

describe('differences', () => {
  const arms = [
    ...[0.9, 0.8, 0.7].map((m, seed) => run({ arm: 'RL', seed }, [m])),
    ...[0.5, 0.6, 0.3].map((m, seed) => run({ arm: 'SFT', seed }, [m])),
  ]
  const difference = { where: { arm: 'RL' }, minus: { where: { arm: 'SFT' } } }
  test('pairs are of one seed', () => {
    const found = judge(statement({ ...difference, over: 'interval', atLeast: -1 }), arms)
    // Differences .4, .2, .4: mean 1/3, standard deviation .11547, t 4.302653, half width .286844.
    expect(found.figures).toMatchObject([{ n: 3, verdict: 'pass' }])
    expect(found.figures[0]?.value).toBeCloseTo(1 / 3, 12)
    expect(found.figures[0]?.low).toBeCloseTo(1 / 3 - 0.286844, 5)
  })
  test('a seed without its counterpart leaves the matter open; two counterparts are a mistake', () => {
    expect(judge(statement({ ...difference, atLeast: 0 }), arms.slice(0, 5))).toMatchObject({
      verdict: 'cannot-tell',
      figures: [
        { verdict: 'pass' },
        { verdict: 'pass' },
        { verdict: 'cannot-tell', note: 'no run to compare with' },
      ],
    })
    const twice = [...arms, run({ arm: 'SFT', seed: 0 }, [0])]
    expect(judge(statement({ ...difference, atLeast: 0 }), twice).verdict).toBe('fail')
  })
  test('runs are compared within what the statement itself is about: only axes of minus.where may differ', () => {
    const grid = [
      ['One', 'psr', 0.9],
      ['One', 'nsr', 0.8],
      ['Many', 'psr', 0.5],
      ['Many', 'nsr', 0.1],
    ].map(([arm, algorithm, m]) => run({ arm, algorithm, seed: 0 }, [m as number]))
    const where = { arm: ['One', 'Many'], algorithm: 'psr' }
    const found = judge(statement({ where, minus: { where: { algorithm: 'nsr' } }, atLeast: 0 }), grid)
    expect(found.figures.map(({ value }) => value)).toEqual([
      expect.closeTo(0.1, 12) as number,
      expect.closeTo(0.4, 12) as number,
    ])
  })
  test('without other runs: two stages or two metrics of the same run', () => {
    const rows = [
      { stage: 0, step: 0, sequences: 0, values: { m: 0.25, 'pass@8': 0.9 } },
      { stage: 2, step: 0, sequences: 0, values: { m: 0.75, 'pass@8': 0.8 } },
    ]
    const runs = [run({}, [], { rows })]
    expect(figures({ stage: 2, minus: { stage: 0 }, atLeast: 0 }, runs)).toEqual([0.5])
    expect(figures({ stage: 0, metric: 'pass@8', minus: { metric: 'm' }, atLeast: 0 }, runs)[0]).toBeCloseTo(
      0.65,
    )
  })
})

describe('what is missing or broken', () => {
  test('no rows, no such metric, not a number and an unfinished run fail, and say why', () => {
    const notes = [
      run({}, []),
      run({}, [1], { rows: [{ stage: 0, step: 1, sequences: 1, values: { other: 1 } }] }),
      run({}, [1, NaN]),
      run({}, [1], { state: 'failed' }),
    ].map((one) => judge(statement({ atLeast: 0 }), [one]).figures[0])
    expect(notes.map((figure) => figure?.verdict)).toEqual(['fail', 'fail', 'fail', 'fail'])
    expect(notes.map((figure) => figure?.note)).toEqual([
      'no values of m',
      'no values of m',
      'a value of m is NaN',
      'a run is failed',
    ])
  })
  test.each(['mean', 'median', 'max', 'min'] as const)('one NaN makes the %s NaN', (take) => {
    expect(judge(statement({ take, atLeast: 0 }), [run({}, [1, NaN, 3])]).verdict).toBe('fail')
  })
  test('infinite values are numbers', () => {
    expect(judge(statement({ atMost: 5 }), [run({}, [Infinity])]).verdict).toBe('fail')
    expect(judge(statement({ atLeast: 5 }), [run({}, [Infinity])]).verdict).toBe('pass')
  })
})

describe('a level that is never reached is a bound, not a number', () => {
  const never = run({ arm: 'NTP', seed: 0 }, [0.5, 0.5, 0.5, 0.5])
  const soon = run({ arm: 'RL', seed: 0 }, [0.5, 1])
  const first = { take: 'first', reaches: 0.9 } as const
  test('the end of the run is at least as much', () => {
    const at = (fields: Written) => judge(statement({ ...first, ...fields }), [never])
    expect(at({ atMost: 30 }).figures).toMatchObject([{ value: 40, bound: 'more', verdict: 'fail' }])
    expect(at({ atMost: 40 }).verdict).toBe('fail')
    expect(at({ atMost: 50 }).verdict).toBe('cannot-tell')
    expect(at({ atLeast: 40 }).verdict).toBe('pass')
    expect(at({ atLeast: 41 }).verdict).toBe('cannot-tell')
  })
  test('a difference with it is a bound on the side it is on', () => {
    const runs = [never, soon]
    const later = { where: { arm: 'NTP' }, minus: { where: { arm: 'RL' } } }
    const sooner = { where: { arm: 'RL' }, minus: { where: { arm: 'NTP' } } }
    expect(judge(statement({ ...first, ...later, atLeast: 20 }), runs).figures).toMatchObject([
      { value: 20, bound: 'more', verdict: 'pass' },
    ])
    expect(judge(statement({ ...first, ...later, atLeast: 21 }), runs).verdict).toBe('cannot-tell')
    expect(judge(statement({ ...first, ...sooner, atMost: 0 }), runs).figures).toMatchObject([
      { value: -20, bound: 'less', verdict: 'pass' },
    ])
    expect(judge(statement({ ...first, ...sooner, atLeast: -20 }), runs).verdict).toBe('fail')
  })
  test('two that never arrive cannot be compared, and there is no interval', () => {
    const other = run({ arm: 'RL', seed: 0 }, [0, 0])
    const later = { where: { arm: 'NTP' }, minus: { where: { arm: 'RL' } } }
    expect(judge(statement({ ...first, ...later, atLeast: 0 }), [never, other]).verdict).toBe('cannot-tell')
    const two = [never, run({ arm: 'NTP', seed: 1 }, [1])]
    expect(judge(statement({ ...first, over: 'interval', atLeast: 0 }), two)).toMatchObject({
      verdict: 'cannot-tell',
      figures: [{ value: 25, bound: 'more', n: 2 }],
    })
    expect(judge(statement({ ...first, over: 'mean', atMost: 20 }), two).verdict).toBe('fail')
  })
})

test('bands in words', () => {
  const words = (fields: Written) => describeBand(statement(fields))
  expect(words({ atLeast: 0.45, atMost: 0.57 })).toBe('0.45 to 0.57')
  expect(words({ atLeast: 1, atMost: 1 })).toBe('1')
  expect(words({ atLeast: 0.97 })).toBe('at least 0.97')
  expect(words({ atMost: 30, over: 'mean' })).toBe('mean at most 30')
  expect(words({ contains: 0, over: 'interval' })).toBe('interval contains 0')
})
