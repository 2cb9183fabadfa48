// The order studies are listed in. Pure.
import { describeStudy } from '../../shared/config/describe'
import { parseStudyText } from '../../shared/config/parse'
import type { StudySummary } from '../../shared/workbench-api'

/**
 * Built-in studies before the person's own, smallest training first, so that the best one to begin with leads; the others as
 * they come.
 */
export function byCost(studies: readonly StudySummary[]): StudySummary[] {
  const builtIn = studies.filter((study) => study.source === 'built-in')
  const costs = new Map(builtIn.map((study) => [study, sequencesOf(study.text)]))
  const cost = (study: StudySummary) => costs.get(study) ?? Infinity
  const sorted = builtIn.sort((a, b) => (cost(a) < cost(b) ? -1 : cost(a) > cost(b) ? 1 : 0))
  return [...sorted, ...studies.filter((study) => study.source !== 'built-in')]
}

/** Sequences of all runs; of a text that does not parse: more than any. */
function sequencesOf(text: string): number {
  const parsed = parseStudyText(text)
  return parsed.ok ? describeStudy(parsed.value.runs).sequences : Infinity
}
