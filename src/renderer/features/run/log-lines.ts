// What the lines of a trainer's log are, and where a text stands in them. Pure.

/** evaluation: what was measured at a step; problem: warnings, failures and their stacks; library: TensorFlow's own words. */
export type LogKind = 'evaluation' | 'problem' | 'library' | 'event'

/** What of a log is shown. */
export type LogFilter = 'all' | 'events' | 'evaluations' | 'problems'

/** A line of ours begins with its time. */
const own = /^\d{4}-\d\d-\d\dT[\d:.]+Z /
const evaluation = /^stage \d+ step \d+: /
const problem = /\b(failed|cannot|could not|error|warning|ignored|not finite|out of memory|lacks)\b/i
/** TensorFlow's lines: severity, date, time; W, E and F are warnings, errors and what ended the process. */
const severity = /^([IWEF])\d{4} |^\d{4}-\d\d-\d\d [\d:.]+: ([IWEF]) /

/** The kind of each line. What follows a problem without a time of its own, such as a stack, belongs to it. */
export function logKinds(lines: readonly string[]): LogKind[] {
  let before: LogKind = 'event'
  return lines.map((line) => {
    before = kindOf(line, before)
    return before
  })
}

function kindOf(line: string, before: LogKind): LogKind {
  if (own.test(line)) {
    const text = line.replace(own, '')
    return evaluation.test(text) ? 'evaluation' : problem.test(text) ? 'problem' : 'event'
  }
  const found = severity.exec(line)
  if (found) return (found[1] ?? found[2]) === 'I' ? 'library' : 'problem'
  // What absl says of itself before every first line.
  if (/^WARNING: All log messages before/.test(line)) return 'library'
  if (before === 'problem') return 'problem'
  return /^(WARNING|ERROR|FATAL)|Error\b/.test(line) ? 'problem' : 'library'
}

/** The lines a filter lets through. */
export function filterLog(lines: readonly string[], filter: LogFilter): readonly string[] {
  if (filter === 'all') return lines
  const kinds = logKinds(lines)
  const wanted: readonly LogKind[] =
    filter === 'problems'
      ? ['problem']
      : filter === 'evaluations'
        ? ['evaluation']
        : ['event', 'evaluation', 'problem']
  return lines.filter((_, index) => wanted.includes(kinds[index] ?? 'event'))
}

/** Where a text begins in another, whatever its case; at most `most` places. */
export function findAll(text: string, wanted: string, most: number): number[] {
  const places: number[] = []
  if (wanted === '') return places
  const [hay, needle] = [text.toLowerCase(), wanted.toLowerCase()]
  for (
    let at = hay.indexOf(needle);
    at >= 0 && places.length < most;
    at = hay.indexOf(needle, at + needle.length)
  )
    places.push(at)
  return places
}
