// The tables: what was measured, beside the best peer, the machine's peak and the goals. It knows no processes.

/**
 * @typedef {import('./rows.mjs').Row} Row
 * @typedef {import('./measure.mjs').Result} Result
 * @typedef {import('./contestants.mjs').Contestant} Contestant
 * @typedef {{ row: Row, results: Result[], othersShare: number | undefined }} Measured
 * @typedef {{ text: string, isMet: boolean }} Verdict
 */

/** More of the CPUs' time than this for others, and a row's figures are marked as disturbed. */
const disturbingShare = 0.1

/** What preparing a program may take at most (issue "The compiled engine"): see `preparationTable`. */
const preparationGoals = {
  loadSeconds: 1,
  recordEagerSteps: 2,
  compileSeconds: 10,
  compileRow: 'train-6x384',
}

/**
 * The whole comparison as markdown.
 * @param {{ measured: readonly Measured[], contestants: readonly Contestant[], machine: object, command: string,
 *   skipped: Readonly<Record<string, string>> }} all
 * @returns {string}
 */
export function toMarkdown({ measured, contestants, machine, command, skipped }) {
  const peak = peakRate(measured)
  const versions = Object.entries(machine.versions).map(([name, version]) => `${name} ${version}`)
  const disturbed = measured.filter(({ othersShare }) => (othersShare ?? 0) > disturbingShare)
  return [
    `- Command: \`${command}\`, ${machine.date}, ${machine.minutes} minutes`,
    `- Machine: ${machine.device}, ${machine.threads} threads, ${machine.memoryGigabytes} GB, ${machine.system}`,
    `- Versions: ${versions.join(', ')}`,
    ...(peak === undefined ? [] : [`- GEMM peak: ${(peak / 1e9).toFixed(0)} GFLOP/s`]),
    ...(disturbed.length === 0
      ? []
      : [
          `- Not a quiet machine: other processes took up to ${percent(Math.max(...disturbed.map((one) => one.othersShare)))} of the CPUs' time (${disturbed.map(({ row }) => row.id).join(', ')}); PyTorch suffers most from that, so its figures say little and no goal is judged there`,
        ]),
    ...Object.entries(skipped).map(([name, reason]) => `- Left out: ${name}: ${reason}`),
    '',
    '| work | contestant | best ms | median ms | speed (best peer 1) | of GEMM peak | compile s | memory MB | goals |',
    '|---|---|--:|--:|--:|--:|--:|--:|---|',
    ...measured.flatMap((one) => rowLines(one, peak, contestants)),
    '',
    ...preparationTable(measured),
  ].join('\n')
}

/**
 * The fastest product of two large matrices that any contestant did, in operations a second; undefined without that row.
 * @param {readonly Measured[]} measured
 */
function peakRate(measured) {
  const rates = measured
    .filter(({ row }) => row.kind === 'gemm')
    .flatMap(({ row, results }) => results.filter(isTimed).map(({ best }) => row.flops / best))
  return rates.length === 0 ? undefined : Math.max(...rates)
}

/** The lines of one row, a contestant each. */
function rowLines({ row, results, othersShare }, peak, contestants) {
  const entryOf = ({ name }) => contestants.find((one) => one.name === name)
  const timed = results.filter(isTimed)
  const ours = fastest(timed.filter((result) => entryOf(result).isOurs))
  const peers = timed.filter((result) => !entryOf(result).isOurs)
  const bestPeer = fastest(peers)
  return results.map((result, index) => {
    const cells = [index === 0 ? row.title : '', entryOf(result).title]
    if (!isTimed(result)) return tableLine([...cells, 'did not run', '', '', '', '', '', result.error])
    const verdicts = result === ours ? row.goals.flatMap((goal) => judge(goal, row, ours, peers, peak)) : []
    return tableLine([
      ...cells,
      milliseconds(result.best),
      milliseconds(result.median),
      bestPeer ? (bestPeer.best / result.best).toFixed(2) : '',
      peak === undefined ? '' : percent(row.flops / result.best / peak),
      result.compileSeconds.toFixed(1),
      [megabytes(result.peakBytes), megabytes(result.gpuBytes, ' on the GPU')].filter(Boolean).join(' + '),
      describeVerdicts(verdicts, othersShare),
    ])
  })
}

/**
 * A goal against what was measured, by best times; our fastest engine counts. Empty where its peers did not run.
 * @returns {Verdict[]}
 */
function judge(goal, row, ours, peers, peak) {
  const { over = [], ratio, peak: share } = goal
  const peer = fastest(peers.filter(({ name }) => over.length === 0 || over.includes(name)))
  const parts = []
  if (ratio !== undefined && peer !== undefined) {
    const found = peer.best / ours.best
    const whom = over.length === 0 ? 'the best peer' : over.join(', ')
    parts.push({ text: `${ratio}x ${whom} (${found.toFixed(2)}x)`, isMet: found >= ratio })
  }
  if (share !== undefined && peak !== undefined) {
    const found = row.flops / ours.best / peak
    parts.push({ text: `${percent(share)} of peak (${percent(found)})`, isMet: found >= share })
  }
  if (parts.length === 0) return []
  return [{ text: parts.map(({ text }) => text).join(' or '), isMet: parts.some(({ isMet }) => isMet) }]
}

/** What our compiled engines took to record, load and compile each row's program. */
function preparationTable(measured) {
  const lines = measured.flatMap(({ row, results, othersShare }) => {
    const eager = results.find(({ name, best }) => name === 'eager' && best !== undefined)
    return results.flatMap(({ name, prepared }) => {
      const { recordSeconds, loadSeconds, compileSeconds } = prepared?.preparation ?? {}
      if (row.kind === 'gemm' || name === 'eager' || recordSeconds === undefined) return []
      const verdicts = [limit('loading', loadSeconds, preparationGoals.loadSeconds, 's')]
      if (eager) {
        const steps = recordSeconds / eager.best
        verdicts.push(limit('recording', steps, preparationGoals.recordEagerSteps, ' eager steps'))
      }
      if (name === 'xla' && row.id === preparationGoals.compileRow) {
        verdicts.push(limit('compiling', compileSeconds, preparationGoals.compileSeconds, 's'))
      }
      const seconds = [recordSeconds, loadSeconds, compileSeconds].map((value) => value.toFixed(2))
      return [tableLine([row.title, name, ...seconds, describeVerdicts(verdicts, othersShare)])]
    })
  })
  if (lines.length === 0) return []
  return [
    '| program | engine | record s | load s | compile s (first calls) | goals |',
    '|---|---|--:|--:|--:|---|',
    ...lines,
    '',
  ]
}

/** @returns {Verdict} */
function limit(what, value, most, unit) {
  return { text: `${what} <= ${most}${unit} (${value.toFixed(2)})`, isMet: value <= most }
}

/** Goals are judged on a quiet machine only: a disturbed comparison flatters whoever waits least for its own threads. */
function describeVerdicts(verdicts, othersShare) {
  const isDisturbed = (othersShare ?? 0) > disturbingShare
  return verdicts
    .map(({ text, isMet }) => `${isDisturbed ? 'not judged' : isMet ? 'met' : '**missed**'}: ${text}`)
    .join('; ')
}

const tableLine = (cells) =>
  `| ${cells.map((cell) => String(cell ?? '').replaceAll('|', '\\|')).join(' | ')} |`

const isTimed = ({ best }) => best !== undefined

const fastest = (results) =>
  results.reduce((found, one) => (found !== undefined && found.best <= one.best ? found : one), undefined)

const percent = (share) => `${Math.round(share * 100)}%`

const milliseconds = (seconds) => (seconds * 1000).toFixed(seconds < 0.1 ? 2 : 0)

const megabytes = (bytes, suffix = '') =>
  bytes === undefined ? '' : `${Math.round(bytes / 2 ** 20)}${suffix}`
