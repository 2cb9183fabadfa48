// What theorem 2 of arXiv 2510.11495 says of each STaR round from the share of long answers measured just before it, so that
// errors of earlier rounds do not add up as they do along the recursion from the start.
import { isRejection, type RunConfig } from '../shared/config/schema'
import type { MetricsRow } from '../shared/run/rows'
import { starKeptFraction, starLongFraction } from './parity'
import { startsTrained } from './trained-mixture'

const MEASURED = 'eval/long_fraction'

/**
 * The rows of a run with `theory/star/long_fraction`, 2q/(1+q), and `theory/star/kept_fraction`, (1+q)/2, at every round of a STaR
 * stage on parity that the theorem speaks of; q is `eval/long_fraction` one round earlier. Other rows, and rounds after one
 * without a measurement, stay.
 */
export function withStarRounds(config: RunConfig, rows: readonly MetricsRow[]): MetricsRow[] {
  const measured = new Map(rows.map(({ stage, step, values }) => [`${stage}-${step}`, values[MEASURED]]))
  return rows.map((row) => {
    const { stage, step } = row
    const share = measured.get(`${stage}-${step - 1}`)
    if (share === undefined || !followsTheorem(config, stage)) return row
    const values = {
      ...row.values,
      'theory/star/long_fraction': starLongFraction(share, 1),
      'theory/star/kept_fraction': starKeptFraction(share),
    }
    return { ...row, values }
  })
}

/** Whether every round samples from the present weights at temperature 1, keeps all right answers, and began with a trained model. */
function followsTheorem(config: RunConfig, stage: number): boolean {
  const { task, stages } = config
  const settings = stages[stage]
  if (task.kind !== 'parity' || task.bits === 1 || task.partialFraction > 0) return false
  if (settings === undefined || !isRejection(settings) || !startsTrained(config, stage)) return false
  const { sampler, refreshEvery, temperature, distinct, group } = settings
  const countsOnce = distinct && group > 1
  return sampler === 'policy' && refreshEvery === 1 && temperature === 1 && !countsOnce
}
