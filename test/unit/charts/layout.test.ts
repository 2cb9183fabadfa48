import { describe, expect, test } from 'vitest'
import { chartLayout } from '../../../src/charts/layout'
import type { ChartSpec } from '../../../src/shared/chart'
import { chartStyle } from '../../../src/charts/style'

function yAxis(ys: number[], yRange?: ChartSpec['yRange']) {
  const points = ys.map((y, x) => ({ x, y }))
  const spec: ChartSpec = {
    yLabel: '',
    ...(yRange ? { yRange } : {}),
    panels: [{ title: '', xLabel: 'Step', xScale: 'linear', weight: 1, series: [{ name: 'a', points }] }],
  }
  const { min, max } = chartLayout(spec, chartStyle({ theme: 'light', width: 800, height: 400 }), []).y
  return { min, max }
}

describe('the y axis', () => {
  test('without a range encloses what is drawn', () => {
    expect(yAxis([4, 7])).toEqual({ min: 4, max: 7 })
  })
  test('with both ends given keeps to them', () => {
    expect(yAxis([0.4, 0.6], [0, 1])).toEqual({ min: 0, max: 1 })
  })
  test('with one end given starts there and leaves the other to what is drawn', () => {
    expect(yAxis([4, 7], [0, Infinity])).toEqual({ min: 0, max: 8 })
    expect(yAxis([-7, -4], [-Infinity, 0])).toEqual({ min: -8, max: 0 })
  })
  test('shows something where all values lie on its end', () => {
    expect(yAxis([0, 0], [0, Infinity])).toEqual({ min: 0, max: 1 })
    // A reward that never comes is no dip below zero.
    expect(yAxis([0, 0])).toEqual({ min: 0, max: 1 })
    expect(yAxis([20, 20])).toEqual({ min: 10, max: 30 })
  })
})
