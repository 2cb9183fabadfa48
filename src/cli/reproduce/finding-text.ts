// Statements with their figures as text, for a terminal and for a table: figures of one group of seeds stand side by side.
import type { Figure, Finding, Verdict } from '../../statistics/statements'
import { shortNumber } from '../output'
import { pointParts } from '../point'

/** What a verdict is called. */
export const verdictWords: Readonly<Record<Verdict, string>> = {
  pass: 'pass',
  fail: 'FAIL',
  'cannot-tell': 'open',
}

/** `GRPO: 10, 20, 10; STaR: 2, 2, 2`: figures that differ in their seed only stand together. */
export function figuresText(figures: readonly Figure[]): string {
  const groups = new Map<string, Figure[]>()
  for (const figure of figures) {
    const label = pointParts(
      Object.fromEntries(Object.entries(figure.point).filter(([axis]) => axis !== 'seed')),
    ).join(', ')
    groups.set(label, [...(groups.get(label) ?? []), figure])
  }
  const parts = [...groups].map(([label, group]) => {
    const values = group.map(figureText).join(', ')
    return label === '' ? values : `${label}: ${values}`
  })
  return parts.length === 0 ? 'no such runs' : parts.join('; ')
}

/** `0.502`, `0.31 [0.12, 0.5]`, `> 1500`, or why there is none. */
function figureText({ value, low, high, bound, note }: Figure): string {
  if (Number.isNaN(value)) return note ?? 'none'
  const sign = bound === undefined ? '' : bound === 'more' ? '> ' : bound === 'less' ? '< ' : '? '
  const interval = low === undefined || high === undefined ? '' : ` [${short(low)}, ${short(high)}]`
  return `${sign}${short(value)}${interval}`
}

/** Three significant digits; whole numbers whole. */
const short = (value: number): string =>
  shortNumber(Number.isInteger(value) ? value : Number(value.toPrecision(3)))

/** How many statements have each verdict. */
export function countVerdicts(findings: readonly Finding[]): Record<Verdict, number> {
  const count = (verdict: Verdict) => findings.filter((finding) => finding.verdict === verdict).length
  return { pass: count('pass'), fail: count('fail'), 'cannot-tell': count('cannot-tell') }
}
