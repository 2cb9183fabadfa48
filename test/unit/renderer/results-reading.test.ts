// When the figures of the results table are read: every metric has its turn, and what is shown is of the settings of now.
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { effectScope, nextTick, shallowRef, type EffectScope } from 'vue'
import { useTable } from '../../../src/renderer/features/compare/use-table'
import type { Comparison } from '../../../src/shared/comparison'
import { comparisonOf } from '../../helpers/compared-run'

const listeners = new Map<string, (payload: unknown) => void>()
let asked: { comparison: Comparison; runIds: string[]; answer: () => Promise<void> }[] = []
let scope: EffectScope
beforeEach(() => {
  vi.useFakeTimers()
  asked = []
  scope = effectScope()
  // The preload script's object: requests are answered when the test says so.
  Object.defineProperty(globalThis, 'window', {
    configurable: true,
    value: {
      afterword: {
        request: (_: string, { comparison, runIds }: { comparison: Comparison; runIds: string[] }) =>
          new Promise((resolve) => {
            const charts = [{ yLabel: String(comparison.group), panels: [] }]
            const answer = () => {
              resolve({ ok: true, result: { charts, ready: 1, total: 1, problems: [] } })
              return settled()
            }
            asked.push({ comparison, runIds, answer })
          }),
        on: (name: string, listener: (payload: unknown) => void) => {
          listeners.set(name, listener)
          return () => undefined
        },
      },
    },
  })
})
afterEach(() => {
  scope.stop()
  vi.useRealTimers()
})

const settled = async () => {
  for (let turn = 0; turn < 20; turn++) await nextTick()
}
const comparison = comparisonOf({ metrics: ['x/a', 'x/b', 'x/c'] })
const logs = () => listeners.get('runs')?.([{ record: { id: 'one' } }])
const metricsAsked = () => asked.map(({ comparison: { metrics } }) => metrics.join())

function reading(first = comparison) {
  const query = shallowRef({ comparison: first, runIds: ['one'] })
  const table = scope.run(() => useTable(() => query.value))
  if (!table) throw new Error('no table')
  const groups = () => [...table.figures.value].map(([metric, { bars }]) => [metric, bars?.yLabel])
  return { query, table, groups }
}

test('a run that logs all the time keeps no metric from being read', async () => {
  const { table } = reading()
  for (let index = 0; index < 3; index++) {
    logs()
    await vi.advanceTimersByTimeAsync(2000)
    await asked[index]?.answer()
  }
  expect(metricsAsked()).toEqual(['x/a', 'x/b', 'x/c'])
  expect([...table.figures.value.keys()]).toEqual(['x/a', 'x/b', 'x/c'])
  await vi.advanceTimersByTimeAsync(2000)
  expect(metricsAsked()).toEqual(['x/a', 'x/b', 'x/c', 'x/a'])
})

test('of other settings no figure stands beside the old ones, and until all are there it is busy', async () => {
  const { query, table, groups } = reading()
  expect(table.isBusy.value).toBe(true)
  for (let index = 0; index < 3; index++) await asked[index]?.answer()
  expect(table.isBusy.value).toBe(false)
  query.value = { comparison: { ...comparison, group: ['arm'] }, runIds: ['one'] }
  await settled()
  expect(table.isBusy.value).toBe(true)
  await asked[3]?.answer()
  expect(groups()).toEqual([['x/a', 'arm']])
  await asked[4]?.answer()
  await asked[5]?.answer()
  expect(table.isBusy.value).toBe(false)
  // The same once more, as after drawing the page again.
  query.value = { comparison: { ...comparison, group: ['arm'], name: 'new' }, runIds: ['one'] }
  await settled()
  expect([asked.length, table.isBusy.value]).toEqual([6, false])
})

test('runs that join wait for the end of the round', async () => {
  const { query, table } = reading()
  query.value = { comparison, runIds: ['one', 'two'] }
  await settled()
  for (let index = 0; index < 3; index++) await asked[index]?.answer()
  expect(metricsAsked()).toEqual(['x/a', 'x/b', 'x/c', 'x/a'])
  expect(asked[3]?.runIds).toEqual(['one', 'two'])
  expect(table.isBusy.value).toBe(true)
  for (let index = 3; index < 6; index++) await asked[index]?.answer()
  expect(table.isBusy.value).toBe(false)
})
