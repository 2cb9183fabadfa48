// The table: what was measured, beside the best peer, the machine's peak and the goals. It knows no processes.

/**
 * The fastest product of two large matrices that any contestant did, in operations a second; undefined without that row.
 * @param {readonly { row: import('./rows.mjs').Row, results: import('./measure.mjs').Result[] }[]} measured
 */
export function peakRate(measured) {
  const rates = measured
    .filter(({ row }) => row.kind === 'gemm')
    .flatMap(({ row, results }) => results.filter(isTimed).map(({ best }) => row.flops / best))
  return rates.length === 0 ? undefined : Math.max(...rates)
}

/**
 * Each goal of a row against what was measured: the best of our engines counts.
 * @returns {{ text: string, isMet: boolean, ours: string }[]}
 */
export function goalsOf({ row, results }, peak, contestants) {
  const timed = results.filter(isTimed)
  const ours = best(timed.filter(({ name }) => isOurs(name, contestants)))
  if (!ours) return []
  const share = peak === undefined ? undefined : row.flops / ours.best / peak
  return row.goals.flatMap(({ over, ratio, peak: wanted }) => {
    const peers = timed.filter(
      ({ name }) => !isOurs(name, contestants) && (over.length === 0 || over.includes(name)),
    )
    const peer = best(peers)
    const parts = []
    const checks = []
    if (ratio !== undefined && peer) {
      const found = peer.best / ours.best
      parts.push(`>= ${ratio}x ${over.join(', ') || 'best peer'} (${found.toFixed(2)}x)`)
      checks.push(found >= ratio)
    }
    if (wanted !== undefined && share !== undefined) {
      parts.push(`>= ${percent(wanted)} of peak (${percent(share)})`)
      checks.push(share >= wanted)
    }
    if (checks.length === 0) return []
    return [{ text: parts.join(' or '), isMet: checks.some(Boolean), ours: ours.name }]
  })
}

/** The whole comparison as markdown. */
export function toMarkdown({ measured, contestants, machine, command, skipped }) {
  const peak = peakRate(measured)
  const lines = [
    `Machine: ${machine.cpu}, ${machine.threads} threads, ${machine.memoryGigabytes} GB, ${machine.system}; ${machine.device}.`,
    `Versions: ${Object.entries(machine.versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', ')}.`,
    `Command: \`${command}\`. Load of the machine before it: ${machine.loadBefore}.`,
    peak === undefined ? '' : `GEMM peak: ${(peak / 1e9).toFixed(0)} GFLOP/s.`,
    '',
    '| work | contestant | best ms | median ms | speed, best peer = 1 | GEMM peak | compile s | memory MB | goals |',
    '|---|---|--:|--:|--:|--:|--:|--:|---|',
  ]
  for (const { row, results } of measured) {
    const timed = results.filter(isTimed)
    const peer = best(timed.filter(({ name }) => !isOurs(name, contestants)))
    const goals = goalsOf({ row, results }, peak, contestants)
    results.forEach((result, index) => {
      const title = contestants.find(({ name }) => name === result.name).title
      const first = index === 0 ? row.title : ''
      if (!isTimed(result)) {
        lines.push(`| ${first} | ${title} | did not run | | | | | | ${result.error ?? ''} |`)
        return
      }
      const verdicts = goals
        .filter(({ ours }) => ours === result.name)
        .map(({ text, isMet }) => `${isMet ? 'met' : 'MISSED'}: ${text}`)
      const cells = [
        first,
        title,
        milliseconds(result.best),
        milliseconds(result.median),
        peer ? (peer.best / result.best).toFixed(2) : '',
        peak ? percent(row.flops / result.best / peak) : '',
        result.compileSeconds.toFixed(1),
        result.peakBytes === undefined ? '' : String(Math.round(result.peakBytes / 2 ** 20)),
        verdicts.join('; '),
      ]
      lines.push(`| ${cells.join(' | ')} |`)
    })
  }
  for (const [name, reason] of Object.entries(skipped)) lines.push('', `Left out: ${name}: ${reason}.`)
  return `${lines.join('\n')}\n`
}

const isTimed = ({ best: seconds }) => seconds !== undefined

const best = (results) =>
  results.reduce((found, one) => (found && found.best <= one.best ? found : one), undefined)

/** Op-by-op TensorFlow.js is beside the table, not in the competition. */
const isOurs = (name, contestants) => contestants.find((one) => one.name === name)?.isOurs === true

const percent = (share) => `${Math.round(share * 100)}%`

const milliseconds = (seconds) => (seconds < 0.1 ? (seconds * 1000).toFixed(2) : (seconds * 1000).toFixed(0))
