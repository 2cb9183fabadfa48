// The pure parts of the history page: groups of seeds, order, config diff as a table, lineage, the run before.
import { describe, expect, test } from 'vitest'
import { diffTable } from '../../../src/renderer/features/runs/diff-table'
import { lineageOf } from '../../../src/renderer/features/runs/lineage'
import { previousRuns } from '../../../src/renderer/features/runs/previous-runs'
import { runColumns } from '../../../src/renderer/features/runs/run-columns'
import { groupBySeed, groupCell } from '../../../src/renderer/features/runs/run-groups'
import { tableRows } from '../../../src/renderer/features/runs/table-rows'
import { stepLook } from '../../../src/renderer/features/runs/step-look'
import { fieldCatalog } from '../../../src/shared/run-filter/fields'
import type { FilterRun } from '../../../src/shared/run-filter/run-values'
import type { RunState } from '../../../src/shared/run/record'
import { described, type Described } from '../shared/run-filter/runs'

const catalog = fieldCatalog(['eval/accuracy'])
const columnsOf = (...ids: string[]) => runColumns(ids, { catalog, now: 0, changeOf: () => '' })
const idOf = ({ summary }: FilterRun) => summary.record.id

/** Runs whose equal configs are one object, as the page makes them. */
function runs(...list: readonly (Described & { id: string; seed: number; arm?: string })[]): FilterRun[] {
  const configs = new Map<string, FilterRun['config']>()
  return list.map(({ id, seed, arm = 'a', ...rest }) => {
    const run = described({ ...rest, record: { id, point: { arm, seed }, ...rest.record } })
    const config = configs.get(arm) ?? run.config
    configs.set(arm, config)
    return { ...run, config, seed }
  })
}

describe('groups of seeds', () => {
  const all = runs(
    { id: 'a0', seed: 0, last: { 'eval/accuracy': 0.5 } },
    { id: 'b0', seed: 0, arm: 'b', last: { 'eval/accuracy': 0.9 } },
    { id: 'a1', seed: 1, last: { 'eval/accuracy': 0.7 }, record: { state: 'failed' } },
    { id: 'a2', seed: 2, last: { 'eval/accuracy': NaN } },
  )

  test('mean and standard error over the finite values, with their number where some are missing', () => {
    const [group] = groupBySeed(all)
    expect(group?.runs.map(idOf)).toEqual(['a0', 'a1', 'a2'])
    const cells = columnsOf('eval/accuracy.last', 'state', 'point', 'created').map((column) =>
      group ? groupCell(group, column).text : '',
    )
    // Of 0.5 and 0.7: deviation 0.1414, over the root of 2.
    expect(cells).toEqual(['0.60 ± 0.10 (n 2)', '2 finished, 1 failed', 'a', 'just now'])
  })

  test('are sorted by their means, open to their runs in the same order; one run is no group', () => {
    const [column] = columnsOf('eval/accuracy.last')
    const rows = (openGroups: readonly string[]) =>
      tableRows(all, {
        sort: column && { column, isDescending: true },
        isGrouped: true,
        openGroups: new Set(openGroups),
      })
    const closed = rows([])
    expect(closed.map(({ kind }) => kind)).toEqual(['run', 'group'])
    const ids = rows([closed[1]?.id ?? '']).map((row) => (row.kind === 'run' ? row.id : 'group'))
    expect(ids).toEqual(['b0', 'group', 'a1', 'a0', 'a2'])
  })

  test('runs without a value come last in both directions', () => {
    const [column] = columnsOf('eval/accuracy.last')
    const order = (isDescending: boolean) =>
      tableRows(all, {
        sort: column && { column, isDescending },
        isGrouped: false,
        openGroups: new Set(),
      }).map(({ id }) => id)
    expect(order(true)).toEqual(['b0', 'a1', 'a0', 'a2'])
    expect(order(false)).toEqual(['a0', 'a1', 'b0', 'a2'])
  })
})

describe('config diff', () => {
  const config = (bits: number, rate: number) => ({
    name: 'toy',
    task: { bits },
    stages: [{ kind: 'pretrain', optimizer: { rate, betas: [0.9, 0.99] } }],
  })
  const all = runs({ id: 'a0', seed: 0 }, { id: 'a1', seed: 1 }, { id: 'b0', seed: 0, arm: 'b' })
  const summaries = all.map(({ summary }) => summary)

  test('seeds share a column, groups are named once, cells say whether they are like the first', () => {
    const configs = new Map<string, Record<string, unknown>>([
      ['a0', { ...config(4, 0.1), seed: 0 }],
      ['a1', { ...config(4, 0.1), seed: 1 }],
      ['b0', { ...config(5, 0.2), seed: 0 }],
    ])
    const { columns, rows } = diffTable(summaries, (id) => configs.get(id))
    expect(columns.map(({ detail, runIds }) => [detail, ...runIds])).toEqual([
      ['a, n 2', 'a0', 'a1'],
      ['b, seed 0', 'b0'],
    ])
    expect(rows.map(({ depth, label, cells }) => [depth, label, ...cells.map(({ text }) => text)])).toEqual([
      [0, 'task'],
      [1, 'bits', '4', '5'],
      [0, 'stages'],
      [1, '0'],
      [2, 'optimizer'],
      [3, 'rate', '0.1', '0.2'],
    ])
    expect(rows[1]?.cells.map(({ isLikeFirst }) => isLikeFirst)).toEqual([true, false])
  })

  test('where the seed alone differs, runs are told apart by it', () => {
    const { columns, rows } = diffTable(summaries.slice(0, 2), (id) => ({
      ...config(4, 0.1),
      seed: Number(id.slice(1)),
    }))
    expect(columns).toHaveLength(2)
    expect(rows.map(({ key }) => key)).toEqual(['seed'])
  })
})

test('lineage: ancestors and all that was forked from them, a column a generation', () => {
  const from = (run: string) => ({ forkedFrom: { run, checkpoint: '0-60' } })
  const all = runs(
    { id: 'base', seed: 0 },
    { id: 'left', seed: 0, record: from('base') },
    { id: 'right', seed: 0, record: from('base') },
    { id: 'leaf', seed: 0, record: from('right') },
    { id: 'stranger', seed: 0 },
    { id: 'orphan', seed: 0, record: from('gone') },
  )
  const byId = new Map(all.map(({ summary }) => [summary.record.id, summary]))
  const shape = (id: string) =>
    lineageOf([id], byId).nodes.map(({ id: node, column, row }) => `${node} ${column},${row}`)
  expect(shape('leaf')).toEqual(['base 0,0', 'left 1,0', 'right 1,1', 'leaf 2,1'])
  expect(shape('base')).toEqual(shape('leaf'))
  expect(shape('stranger')).toEqual(['stranger 0,0'])
  expect(lineageOf(['orphan'], byId)).toMatchObject({
    nodes: [{ id: 'gone', run: undefined }, { id: 'orphan' }],
    edges: [{ from: 'gone', to: 'orphan', checkpoint: '0-60' }],
    hidden: 0,
  })
})

test('the run before is that of the same study', () => {
  const all = runs(
    { id: 'c', seed: 2 },
    { id: 'x', seed: 0, record: { study: 'other' } },
    { id: 'b', seed: 1 },
    { id: 'a', seed: 0 },
  ).map(({ summary }) => summary)
  const before = previousRuns(all)
  expect([...before].map(([id, run]) => [id, run.record.id])).toEqual([
    ['c', 'b'],
    ['b', 'a'],
  ])
})

test('a value at a step is looked for when the run is past the step, and again where it ended before and went on', () => {
  const at = (stage: number, step: number, state: RunState) => ({
    ...described({ record: { state } }).summary,
    progress: { stage, step, time: 0, sequences: 0, tokens: 0 },
  })
  const wanted = { stage: 1, step: 40 }
  const looks = [
    at(0, 100, 'running'),
    at(1, 40, 'running'),
    at(1, 20, 'interrupted'),
    at(1, 30, 'running'),
    at(1, 41, 'running'),
    at(2, 0, 'finished'),
  ].map((run) => stepLook(run, wanted))
  expect(looks).toEqual([undefined, undefined, 'ended at 1-20', undefined, 'past', 'past'])
  // Without a stage that of the last one counts: each stage may have another value.
  const anywhere = [at(0, 9, 'running'), at(0, 41, 'running'), at(1, 3, 'running'), at(1, 41, 'running')]
  const marks = anywhere.map((run) => stepLook(run, { step: 40 }))
  expect(marks).toEqual([undefined, '1 stages', '1 stages', '2 stages'])
})
