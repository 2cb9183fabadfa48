// The judge of the parity study on figures that lie in their bands, and just outside.
import { describe, expect, it } from 'vitest'
import { judgeStudy, type Row, type Run } from '../../../scripts/study/judge.mjs'

/** A run that shows what the study must show; `change` spoils one value. */
function run(algorithm: string, seed: number, change: (row: Row) => Row = (row) => row): Run {
  const evaluation = { 'eval/median_length': 1, 'eval/long_accuracy': 0.99, 'eval/long_fraction': 0.2 }
  const rows: Row[] = []
  for (let step = 1; step <= 400; step++) {
    // Before the last 200 steps the model is anywhere: that must not count.
    const greedy = step <= 200 ? 0.9 : 0.5
    const isEvaluated = step % 10 === 0
    const values = { 'train/loss_per_sequence': step <= 300 ? 9 : 1.05 }
    rows.push({
      stage: 0,
      step,
      values: isEvaluated ? { ...values, ...evaluation, 'eval/greedy_accuracy': greedy } : values,
    })
  }
  const solvedAt = algorithm === 'star' ? 4 : 30
  rows.push({ stage: 1, step: solvedAt, values: { 'eval/greedy_accuracy': 0.98, 'eval/median_length': 20 } })
  const stages = [
    { kind: 'pretrain', steps: 400 },
    { kind: 'rl', algorithm, steps: 40 },
  ]
  const config = { seed, task: { bits: 20, longFraction: 0.2 }, stages }
  return { id: `${algorithm}-${seed}`, state: 'finished', config, rows: rows.map(change) }
}

const study = () => ['grpo', 'reinforce', 'star'].flatMap((name) => [0, 1, 2].map((seed) => run(name, seed)))
const replace = (runs: Run[], at: number, by: Run) => runs.map((one, index) => (index === at ? by : one))
const failures = (runs: Run[]) => judgeStudy(runs).filter((finding) => !finding.isGood)

describe('the judge of the parity study', () => {
  it('passes a study that shows it, with seven figures a run', () => {
    expect(failures(study())).toEqual([])
    expect(judgeStudy(study())).toHaveLength(9 * 7 + 3)
  })

  it('fails one figure outside its band, and names run and band', () => {
    const runs = replace(
      study(),
      0,
      run('grpo', 0, (row) => ({ ...row, values: spoil(row, 'eval/long_accuracy', 0.965) })),
    )
    expect(failures(runs)).toEqual([
      {
        isGood: false,
        run: 'grpo seed 0',
        figure: 'eval/long_accuracy, median of the last 200 steps',
        value: '0.9650',
        band: 'above 0.965',
      },
    ])
  })

  it('fails a flip that comes a step too late, and one that never comes', () => {
    const late = run('star', 1, (row) => (row.stage === 1 ? { ...row, step: 5 } : row))
    const never = run('grpo', 2, (row) =>
      row.stage === 1 ? { ...row, values: spoil(row, 'eval/median_length', 19) } : row,
    )
    const runs = replace(replace(study(), 7, late), 2, never)
    expect(failures(runs).map(({ run: name, value, band }) => [name, value, band])).toEqual([
      ['grpo seed 2', 'never', 'by step 30'],
      ['star seed 1', 'at step 5', 'by step 4'],
    ])
  })

  it('fails where a figure is missing, a run did not finish, or a seed is', () => {
    const empty = { ...run('grpo', 0), rows: [] }
    expect(failures([empty, ...study().slice(1)])).toHaveLength(6)
    expect(failures([{ ...run('grpo', 0), state: 'stopped' }, ...study().slice(1)])).toHaveLength(1)
    expect(failures(study().slice(1)).map((finding) => finding.figure)).toEqual(['seeds'])
  })
})

function spoil(row: Row, metric: string, value: number): Row['values'] {
  return row.values[metric] === undefined ? row.values : { ...row.values, [metric]: value }
}
