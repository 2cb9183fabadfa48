// What theorem 2 of arXiv 2510.11495 says of each STaR round from the share of long answers measured just before it, so that
// errors of earlier rounds do not add up as they do along the recursion from the start.
import { isRejection, type RunConfig } from '../shared/config/schema'
import type { MetricsRow } from '../shared/run/rows'
import { starKeptFraction, starLongFraction } from './parity'

const MEASURED = 'eval/long_fraction'

/**
 * The rows of a run with `theory/star/long_fraction`, 2q/(1+q), and `theory/star/kept_fraction`, (1+q)/2, at every round of a STaR
 * stage on parity; q is `eval/long_fraction` one round earlier. Other rows, and rounds after one without a measurement, stay.
 */
export function withStarRounds({ task, stages }: RunConfig, rows: readonly MetricsRow[]): MetricsRow[] {
  const measured = new Map(rows.map(({ stage, step, values }) => [`${stage}-${step}`, values[MEASURED]]))
  return rows.map((row) => {
    const { stage, step } = row
    const settings = stages[stage]
    const share = measured.get(`${stage}-${step - 1}`)
    if (task.kind !== 'parity' || settings === undefined || !isRejection(settings) || share === undefined)
      return row
    const values = {
      ...row.values,
      'theory/star/long_fraction': starLongFraction(share, 1),
      'theory/star/kept_fraction': starKeptFraction(share),
    }
    return { ...row, values }
  })
}
