// Where a click on a chart leads.
import { expect, test } from 'vitest'
import { rowCurves } from '../../../src/charts/curves'
import { pickPoint } from '../../../src/charts/pick-point'
import { buildRunChart } from '../../../src/charts/run-chart'
import type { ChartPanel } from '../../../src/shared/chart'
import { runConfig } from '../../helpers/run-config'

/** One pixel a unit. */
const toPixel = (x: number, y: number) => [x, y] as const
const metric = 'eval/accuracy'
const config = runConfig()

function chartOf(seeds: readonly (readonly [step: number, value: number][])[], ids = ['a', 'b']): ChartPanel {
  const runs = seeds.map((points, seed) => ({
    ...(ids[seed] === undefined ? {} : { id: ids[seed] }),
    label: 'all',
    config: { ...config, seed },
    curves: rowCurves(
      points.map(([step, value]) => ({
        stage: 0,
        step,
        time: step,
        sequences: 0,
        tokens: 0,
        values: { [metric]: value },
      })),
    ),
  }))
  const [panel] = buildRunChart({ runs, metric, xAxis: 'step', groupSeeds: true }).panels
  if (!panel) throw new Error('a panel')
  return panel
}

test('a click leads to the nearest step of the run', () => {
  const panel = chartOf([
    [
      [0, 5],
      [10, 6],
      [30, 7],
    ],
  ])
  expect(pickPoint(panel, [19, 5], toPixel)).toEqual({ runs: ['a'], stage: 0, step: 10, series: 'all' })
  expect(pickPoint(panel, [21, 5], toPixel)?.step).toBe(30)
})

test('behind a mean stand all its runs', () => {
  const panel = chartOf([
    [
      [0, 5],
      [10, 6],
    ],
    [
      [0, 7],
      [10, 8],
      [20, 9],
    ],
  ])
  expect(pickPoint(panel, [11, 7], toPixel)).toMatchObject({ runs: ['a', 'b'], step: 10 })
})

test('of several lines the nearest along y is meant; one without known runs is none', () => {
  const line = (name: string, y: number, runs?: string[]): ChartPanel['series'][number] => ({
    name,
    points: [
      { x: 0, y },
      { x: 10, y },
    ],
    ...(runs
      ? {
          runs,
          places: [
            [1, 0],
            [1, 10],
          ],
        }
      : {}),
  })
  const panel = {
    ...chartOf([[[0, 5]]]),
    series: [line('low', 0, ['a']), line('high', 8, ['b']), line('bare', 4)],
  }
  expect(pickPoint(panel, [9, 5], toPixel)).toEqual({ runs: ['b'], stage: 1, step: 10, series: 'high' })
  expect(pickPoint({ ...panel, series: [line('bare', 4)] }, [9, 5], toPixel)).toBeUndefined()
})
