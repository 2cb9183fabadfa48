// What a statement measures and what was measured, in a line each. Pure.
import type { Statement } from '../../../shared/config/schema/statements'
import { metricInfo } from '../../../shared/run/metrics'
import type { Figure } from '../../../statistics/statements'
import { formatPoint, formatValue } from '../../ui/format'

/** `Greedy accuracy, last, stage 2, where arm GRPO`. */
export function measureText(statement: Statement): string {
  const { metric, against, take, reaches, unit, stage, where, minus } = statement
  const title = metricInfo(metric).title
  const distance = against === undefined ? title : `|${title} - ${metricInfo(against).title}|`
  const taken = take === 'first' ? `first ${unit} at ${reaches ?? 'the level'}` : take
  const at = stage === undefined ? [] : [stage < 0 ? 'last stage' : `stage ${stage + 1}`]
  const meant = Object.keys(where).length === 0 ? [] : [`where ${whereText(where)}`]
  return [distance, taken, ...at, ...meant, ...(minus ? [`minus ${minusText(minus)}`] : [])].join(', ')
}

/** `algorithm grpo or reinforce, temperature 1`. */
function whereText(where: Statement['where']): string {
  const said = Object.entries(where).map(([path, value]) => [
    path,
    Array.isArray(value) ? value.map(String).join(' or ') : value,
  ])
  return formatPoint(Object.fromEntries(said) as Record<string, unknown>)
}

function minusText(minus: NonNullable<Statement['minus']>): string {
  const parts = [
    ...(minus.metric === undefined ? [] : [metricInfo(minus.metric).title]),
    ...(minus.stage === undefined ? [] : [minus.stage < 0 ? 'last stage' : `stage ${minus.stage + 1}`]),
    ...(Object.keys(minus.where).length === 0 ? [] : [`that of ${whereText(minus.where)}`]),
  ]
  return parts.join(', ')
}

/** `0.982 [0.961, 1.000], n = 3, longFraction 0.2`. */
export function figureText({ value, bound, low, high, n, point }: Figure): string {
  if (Number.isNaN(value)) return formatPoint(point)
  const sign = bound === 'more' ? '> ' : bound === 'less' ? '< ' : ''
  const interval =
    low === undefined || high === undefined ? '' : ` [${formatValue(low)}, ${formatValue(high)}]`
  const place = formatPoint(point)
  return [
    `${sign}${formatValue(value)}${interval}`,
    ...(n > 1 ? [`n = ${n}`] : []),
    ...(place ? [place] : []),
  ].join(', ')
}
