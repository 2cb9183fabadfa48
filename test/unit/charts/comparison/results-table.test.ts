// The table of results: figures worked out by hand, what is written for papers, notes and sheets.
import { describe, expect, test } from 'vitest'
import { comparisonCharts } from '../../../../src/charts/comparison/comparison-charts'
import {
  resultsTable,
  resultText,
  sharedName,
  tableComparison,
  tableDifference,
  tableText,
} from '../../../../src/charts/comparison/results-table'
import type { ChartSpec } from '../../../../src/shared/chart'
import { comparedRow as row, comparedRun as run, comparisonOf } from '../../../helpers/compared-run'

const metrics = ['eval/accuracy', 'train/loss']
const arm = (name: string, values: readonly number[]) =>
  values.map((value, seed) =>
    run(`${name}-${seed}`, [row(1, 40, { 'eval/accuracy': value, 'train/loss': 2 * value })], {
      config: { seed, evaluate: { samples: name === 'a_b' ? 100 : 200 } },
      point: { arm: name, seed },
    }),
  )
// Means 0.6 and 0.3; the second arm has a single run.
const runs = [...arm('a_b', [0.5, 0.6, 0.7]), ...arm('c & d', [0.3])]
const tableOf = (fields: Record<string, unknown>) => {
  const comparison = comparisonOf({ metrics, ...fields })
  const specs = (difference: Parameters<typeof tableComparison>[1]) =>
    comparisonCharts(runs, tableComparison(comparison, difference)) as ChartSpec[]
  const difference = tableDifference(comparison)
  return resultsTable(comparison, specs('none'), difference === 'none' ? [] : specs(difference))
}

test('names of groups are told without what all have in common', () => {
  const named = sharedName(['RL, temperature 1, bits 8', 'RL, temperature 1.5, bits 8'])
  expect(named.shared).toBe('RL, bits 8')
  expect([...named.ownOf.values()]).toEqual(['temperature 1', 'temperature 1.5'])
  const whole = sharedName(['bits 8', 'bits 8, RL'])
  expect([...whole.ownOf.values()]).toEqual(['bits 8', 'RL'])
  expect(sharedName(['bits 8, RL'])).toEqual({ shared: '', ownOf: new Map([['bits 8, RL', 'bits 8, RL']]) })
  // Panels have groups of one name.
  expect(sharedName(['RL', 'RL']).shared).toBe('')
})

describe('figures', () => {
  test('are mean, ends and n of every group under every metric', () => {
    const { rows } = tableOf({ spread: 'se' })
    expect(rows.map(({ name }) => name)).toEqual(['a_b', 'c & d'])
    const [first, second] = rows
    expect(first?.cells[0]?.centre).toBeCloseTo(0.6, 12)
    // The standard deviation is 0.1.
    expect((first?.cells[0]?.high ?? 0) - 0.6).toBeCloseTo(0.1 / Math.sqrt(3), 12)
    expect(first?.cells[0]?.n).toBe(3)
    expect(second?.cells[1]).toEqual({ centre: 0.6, n: 1 })
    expect(first?.runs).toEqual(['a_b-0', 'a_b-1', 'a_b-2'])
  })
  test('have intervals where the charts draw none', () => {
    expect(tableOf({ spread: 'none' }).rows[0]?.cells[0]?.low).toBeDefined()
  })
  test('have their true half width where the range of the metric cuts both ends off', () => {
    const two = arm('a', [0, 1])
    const comparison = tableComparison(comparisonOf({ metrics, spread: 'sd' }), 'none')
    const table = resultsTable(comparison, comparisonCharts(two, comparison) as ChartSpec[])
    const cell = table.rows[0]?.cells[0]
    expect(cell).toMatchObject({ centre: 0.5, low: 0, high: 1 })
    // The standard deviation of 0 and 1 is the root of a half.
    expect(cell && resultText(cell, table.isSymmetric)).toBe('0.50 ± 0.71')
  })
  test('differ from the baseline in percent where nothing else is asked for', () => {
    const table = tableOf({ baseline: { where: { arm: 'c & d' } } })
    expect(table.difference).toBe('percent')
    expect(table.rows[0]?.cells[0]?.difference?.centre).toBeCloseTo(100, 9)
    expect(table.rows[1]?.cells[0]?.difference).toBeUndefined()
  })
})

describe('a value', () => {
  test.each([
    [{ centre: 0.93123, low: 0.91923, high: 0.94323, n: 5 }, '0.931 ± 0.012'],
    [{ centre: 1234.5, low: 1200.5, high: 1268.5, n: 5 }, '1235 ± 34'],
    [{ centre: 0.5, n: 1 }, '0.5'],
    [{ centre: 1, low: 1, high: 1, n: 3 }, '1 ± 0'],
    // The interval was cut off at 1: its other half tells the width.
    [{ centre: 0.98, low: 0.93, high: 1, n: 3 }, '0.980 ± 0.050'],
  ])('has a half width of two digits', (value, text) => {
    expect(resultText(value, true)).toBe(text)
  })
  test('has its ends where they are not equally far, and a sign where it is a difference', () => {
    const value = { centre: 0.9, low: 0.8, high: 0.95, n: 3 }
    expect(resultText(value, false)).toBe('0.90 [0.80, 0.95]')
    expect(resultText(value, false, { unit: '%', isSigned: true })).toBe('+0.90% [0.80, 0.95]')
    expect(resultText({ centre: -0.001, low: -1, high: 1, n: 3 }, true, { isSigned: true })).toBe('0.0 ± 1.0')
  })
})

describe('text', () => {
  test('LaTeX is a tabular whose names mean nothing to LaTeX', () => {
    const text = tableText(tableOf({ spread: 'sd' }), 'latex')
    expect(text).toContain('\\begin{tabular}{lrrrr}')
    expect(text).toContain('  a\\_b & $0.60 \\pm 0.10$ & 3 & $1.20 \\pm 0.20$ & 3 \\\\')
    expect(text).toContain('  c \\& d & $0.3$ & 1 & $0.6$ & 1 \\\\')
  })
  test('LaTeX writes small and large numbers as formulas, and signs that its fonts lack as words', () => {
    const rows = [
      { facet: '', name: 'a < b', runs: [], cells: [{ centre: 0.0003, n: 1 }] },
      { facet: '', name: 'two\nlines', runs: [], cells: [{ centre: 12345, n: 1 }] },
    ]
    const table = {
      metrics: ['train/loss'],
      rows,
      difference: 'none',
      middle: 'mean',
      isSymmetric: true,
    } as const
    const text = tableText(table, 'latex')
    expect(text).toContain('  a \\textless{} b & $3.00 \\times 10^{-4}$ & 1 \\\\\n')
    expect(text).toContain('  two lines & $12{,}345$ & 1 \\\\\n')
    expect(tableText(table, 'markdown')).toContain('| two lines | 12,345 | 1 |')
  })
  test('Markdown has as many cells in every line', () => {
    const lines = tableText(tableOf({ baseline: { where: { arm: 'c & d' } } }), 'markdown')
      .trimEnd()
      .split('\n')
    expect(new Set(lines.map((line) => line.split(' | ').length))).toEqual(new Set([7]))
    expect(lines[2]).toContain('+100%')
  })
  test('TSV has every number unrounded in a column of its own', () => {
    const [header = '', first = ''] = tableText(tableOf({ spread: 'sd' }), 'tsv').split('\n')
    expect(header.split('\t')).toHaveLength(9)
    expect(header).toContain('mean\t')
    const robust = tableText(tableOf({ spread: 'iqm' }), 'tsv')
    expect(robust).toContain('interquartile mean\t')
    const cells = first.split('\t')
    expect(cells[0]).toBe('a_b')
    expect(Number(cells[3])).toBeCloseTo(0.7, 12)
  })
  test('facets have a column of their own', () => {
    const text = tableText(tableOf({ facet: 'arm', spread: 'sd' }), 'markdown')
    expect(text.split('\n')[2]).toMatch(/^\| a_b \| study \|/)
  })
})
