// Every kind of comparison as SVG and CSV: what is drawn is what the data say.
import { describe, expect, test } from 'vitest'
import { chartCsv } from '../../../../src/charts/chart-csv'
import { comparisonCharts } from '../../../../src/charts/comparison/comparison-charts'
import { renderSvg } from '../../../../src/charts/render-svg'
import { comparedRow, comparedRun, comparisonOf } from '../../../helpers/compared-run'

const runs = ['grpo', 'rloo'].flatMap((algorithm, place) =>
  [0, 1, 2].map((seed) =>
    comparedRun(
      `${algorithm}-${seed}`,
      [0, 20, 40].map((step) =>
        comparedRow(1, step, {
          'eval/accuracy': step / 100 + place / 10 + seed / 50,
          'eval/mean_length': step,
        }),
      ),
      {
        config: {
          seed,
          stages: [
            { kind: 'pretrain', steps: 100 },
            { kind: 'rl', algorithm, steps: 40 },
          ],
        },
        point: { 'stages.1.algorithm': algorithm, seed },
      },
    ),
  ),
)
const drawn = (fields: Record<string, unknown>) => {
  const chart = comparisonCharts(runs, comparisonOf({ metrics: ['eval/accuracy'], ...fields }))[0]
  if (!chart) throw new Error('no chart')
  return { svg: renderSvg(chart, { width: 900, height: 400 }), csv: chartCsv(chart).split('\r\n') }
}
const texts = (svg: string) => [...svg.matchAll(/<text[^>]*>([^<]*)/g)].map(([, text]) => text)

describe('every kind', () => {
  test('bars are as high as their values, named below, with whiskers', () => {
    const { svg, csv } = drawn({ kind: 'bars', spread: 'min-max' })
    expect(texts(svg)).toEqual(expect.arrayContaining(['algorithm', 'grpo', 'n = 3', '0.2', '0.4']))
    expect(csv[1]).toBe(',algorithm,algorithm grpo,bar,,0.42,0.4,0.44,3')
    // Bars are the only filled shapes in these colours: from 0 up to their means.
    const heights = [...svg.matchAll(/<path d="([^"]*)" fill="#(?:0072b2|d55e00)"/g)].map(([, path]) => {
      const numbers = [...(path ?? '').matchAll(/-?\d+(?:\.\d+)?/g)].map(([text]) => Number(text))
      // M x y l width 0 l 0 height …
      return Math.abs(numbers[5] ?? 0)
    })
    expect(heights).toHaveLength(2)
    expect((heights[1] ?? 0) / (heights[0] ?? 1)).toBeCloseTo(0.52 / 0.42, 2)
  })
  test('boxes list the runs behind them', () => {
    const { csv } = drawn({ kind: 'boxes' })
    expect(
      csv
        .slice(1, -1)
        .map((line) => line.split(',').slice(2, 6).join())
        .map((line) => line.replace('0.42000000000000004', '0.42')),
    ).toEqual([
      'algorithm grpo,point,,0.4',
      'algorithm grpo,point,,0.42',
      'algorithm grpo,point,,0.44',
      'algorithm rloo,point,,0.5',
      'algorithm rloo,point,,0.52',
      'algorithm rloo,point,,0.54',
    ])
  })
  test('a heat map has the number of every cell', () => {
    const { svg, csv } = drawn({ kind: 'heat', across: 'seed', down: 'stages.1.algorithm' })
    expect(texts(svg)).toEqual(expect.arrayContaining(['0.4', '0.54', 'seed', 'algorithm', 'rloo']))
    expect(csv[0]).toBe('seed,algorithm,Sampled accuracy,n')
    expect(csv).toContain('2,rloo,0.54,1')
  })
  test('parallel coordinates name their axes', () => {
    const { svg, csv } = drawn({ kind: 'parallel', axes: ['stages.1.algorithm'] })
    expect(texts(svg)).toEqual(expect.arrayContaining(['algorithm', 'Sampled accuracy', 'grpo']))
    expect(csv.slice(0, 2)).toEqual(['series,algorithm,Sampled accuracy', 'algorithm grpo,grpo,0.4'])
  })
  test('parallel coordinates coloured by a field name its values, not the groups', () => {
    const named = (fields: object) =>
      texts(drawn({ kind: 'parallel', axes: ['stages.1.algorithm'], ...fields }).svg).filter((text) =>
        /^(seed|algorithm) ./.test(text ?? ''),
      )
    expect(named({})).toEqual(['algorithm grpo', 'algorithm rloo'])
    expect(named({ colour: 'seed', group: ['seed', 'stages.1.algorithm'] })).toEqual([
      'seed 0',
      'seed 1',
      'seed 2',
    ])
  })
  test('a scatter plot has a dot a run', () => {
    const { csv } = drawn({ kind: 'scatter', x: 'eval/mean_length' })
    expect(csv.slice(1, -1)).toHaveLength(6)
    expect(csv[1]).toBe(',Mean length (tokens),algorithm grpo,point,40,0.4,,,')
  })
  test('a log axis to base 2 has ticks at its powers', () => {
    const { svg } = drawn({ kind: 'scatter', x: 'seed', xScale: 'log2' })
    expect(texts(svg)).toEqual(expect.arrayContaining(['1', '2']))
    expect(texts(svg)).not.toContain('1.5')
  })
})
