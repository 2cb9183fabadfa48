// The ends of numbers, as Math.min and Math.max have them, of more numbers than these can take.
import { expect, test } from 'vitest'
import { extent } from '../../../src/statistics/extent'
import { judge } from '../../../src/statistics/statements'
import { statementSchema } from '../../../src/shared/config/schema/statements'
import { runConfig } from '../../helpers/run-config'

test.each([[[3, -1, 2]], [[5]], [[]], [[1, NaN, 2]], [[-0, 0]], [[Infinity, 1]]])('%j', (values) => {
  expect(extent(values)).toEqual([Math.min(...values), Math.max(...values)])
})

test('a run of 300,000 rows is judged', () => {
  const rows = Array.from({ length: 300_000 }, (_, step) => ({
    ...{ stage: 0, step, sequences: step },
    values: { 'rl/reward': step === 123_456 ? 2 : step / 300_000 },
  }))
  const run = { point: {}, config: runConfig(), state: 'finished', rows }
  const found = (settings: object) =>
    judge(statementSchema.parse({ claim: 'a', stage: -1, metric: 'rl/reward', ...settings }), [run]).figures
  expect(found({ take: 'max', atLeast: 0 })).toMatchObject([{ value: 2 }])
  expect(found({ take: 'min', lastSteps: 10, atLeast: 0 })).toMatchObject([{ value: 299_990 / 300_000 }])
})
