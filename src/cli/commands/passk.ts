// `afterword passk`: pass@k, pass^k and majority of samples in files, whoever made them, and what two models' samples say of
// each other. Needs no workspace.
import { basename } from 'node:path'
import { AfterwordError } from '../../shared/errors'
import { accuracyBins, accuracyHistogram, coverAtTau, solvableTable } from '../../statistics/coverage'
import { powersOfTwo } from '../../statistics/pass-at-k'
import { sampleCurve, type CurvePoint } from '../../statistics/sample-curve'
import type { SampleSet } from '../../workbench/sample-files/outcomes'
import { readSamples, type PassSummary } from '../../workbench/sample-files/read-samples'
import type { Arguments } from '../arguments'
import { counted, printJson, textTable } from '../output'

/** A set of samples with its curve. */
interface Curve {
  name: string
  part: string
  set: SampleSet
  /** Samples of the problem that has the fewest. */
  samples: number
  points: CurvePoint[]
}
/** Means that a file gives instead of samples. */
interface Summary extends PassSummary {
  name: string
}
interface FileCurves {
  name: string
  format: string
  curves: Curve[]
  summaries: Summary[]
}

/** Prints the curves of one or more files. */
export async function showPassAtK(args: Arguments): Promise<number> {
  const ks = args.flags.k === undefined ? undefined : parseK(args.flags.k)
  const names = namesOf(args.positionals)
  const files: FileCurves[] = []
  for (const [index, path] of args.positionals.entries())
    files.push(await curvesOf(path, names[index] ?? path, ks))
  if (args.flags.json) printJson({ sets: files.flatMap(documents) })
  else process.stdout.write(`${[...files.map(fileText), ...comparisons(files)].join('\n\n')}\n`)
  return 0
}

/** Numbers of attempts, in order, each once. */
function parseK(text: string): number[] {
  const values = text.split(',').map((part) => part.trim())
  const bad = values.find((value) => !/^[1-9]\d*$/.test(value))
  if (bad !== undefined)
    throw wrong(`--k ${text}: "${bad}" is not a whole number from 1 on; expected e.g. --k 1,2,4`)
  return [...new Set(values.map(Number))].sort((a, b) => a - b)
}

/** File names, with as many folders before them as it takes to tell them apart. */
function namesOf(paths: readonly string[]): string[] {
  const names = paths.map((path) => basename(path))
  return paths.map((path, index) =>
    names.filter((name) => name === names[index]).length > 1 ? path : (names[index] ?? path),
  )
}

async function curvesOf(path: string, file: string, ks: readonly number[] | undefined): Promise<FileCurves> {
  const read = await readSamples(path)
  const nameOf = (part: string) => (part === '' ? file : `${file} ${part}`)
  if (read.kind === 'summary') {
    const other = ks?.find((k) => k > 1)
    if (other !== undefined)
      throw wrong(`--k ${other}: ${path} holds no samples, only their means pass@1 and pass@n`)
    const summaries = read.sets.map((set) => ({ ...set, name: nameOf(set.part) }))
    return { name: file, format: read.format, curves: [], summaries }
  }
  const curves = read.sets.map((set) => {
    const problems = [...set.problems]
    const samples = problems.reduce((fewest, [, { n }]) => Math.min(fewest, n), Infinity)
    const tooLarge = ks?.find((k) => k > samples)
    if (tooLarge !== undefined) {
      const [id] = problems.find(([, { n }]) => n === samples) ?? ['']
      throw wrong(
        `--k ${tooLarge}: problem ${shortened(id)} of ${nameOf(set.part)} has ${counted(samples, 'sample')}; k must be at most the number of samples of every problem`,
      )
    }
    const counts = problems.map(([, { votes, scored, ...rest }]) => ({
      ...rest,
      votes: { right: votes.right, wrong: [...votes.wrong.values()] },
      ...(set.hasScores ? { scored } : {}),
    }))
    const points = sampleCurve(counts, ks ?? powersOfTwo(samples))
    return { name: nameOf(set.part), part: set.part, set, samples, points }
  })
  return { name: file, format: read.format, curves, summaries: [] }
}

/** The sets of a file as `--json` shows them. */
function documents({ curves, summaries }: FileCurves): unknown[] {
  return [
    ...curves.map(({ name, set, samples, points }) => ({
      ...{ name, problems: set.problems.size, samples },
      pass: Object.fromEntries(points.map(({ k, pass }) => [k, pass])),
      interval: Object.fromEntries(points.map(({ k, low, high }) => [k, [low, high]])),
      majority: Object.fromEntries(
        points.flatMap(({ k, majority }) => (majority === undefined ? [] : [[k, majority]])),
      ),
    })),
    ...summaries.map(({ name, passAt1, passAtN }) => ({
      ...{ name, problems: null, samples: null },
      ...{ pass: { 1: passAt1, n: passAtN }, interval: {}, majority: {} },
    })),
  ]
}

/** Shares of samples that must be right for a problem to count as covered. */
const TAUS = [0.1, 0.5, 0.9]

function fileText({ name, format, curves, summaries }: FileCurves): string {
  const parts = curves.map(curveText)
  if (summaries.length > 0) {
    const rows = summaries.map(({ part, passAt1, passAtN }) => [part, share(passAt1), share(passAtN)])
    parts.push(
      `${name} (${format}; number of samples not known)\n${textTable([['', 'pass@1', 'pass@n'], ...rows])}`,
    )
  }
  return parts.join('\n\n')
}

function curveText({ name, set, samples, points }: Curve): string {
  const problems = [...set.problems.values()]
  const most = problems.reduce((highest, { n }) => Math.max(highest, n), 0)
  const hasBest = points.some(({ bestOf }) => bestOf !== undefined)
  const header = ['k', 'pass@k', '95% interval', 'pass^k', 'majority@k', ...(hasBest ? ['best-of-k'] : [])]
  const rows = points.map(({ k, pass, low, high, allRight, majority, bestOf }) => [
    String(k),
    share(pass),
    `${share(low)} - ${share(high)}`,
    share(allRight),
    majority === undefined ? 'not counted' : share(majority),
    ...(bestOf === undefined ? [] : [share(bestOf)]),
  ])
  const bins = accuracyHistogram(problems).flatMap((value, index) =>
    value > 0 ? [`${accuracyBins[index]}: ${percent(value)}`] : [],
  )
  const count = samples === most ? `${samples}` : `${samples} to ${most}`
  return [
    `${name}: ${counted(problems.length, 'problem')}, ${count} sample${most === 1 ? '' : 's'} each`,
    textTable([header, ...rows]),
    `problems by accuracy: ${bins.join('; ')}`,
    `Cover@tau, problems with at least this share right: ${TAUS.map((tau) => `${tau}: ${percent(coverAtTau(problems, tau))}`).join('; ')}`,
    ...(set.hasAnswers
      ? []
      : [
          'majority@k: the file does not say what was answered; all wrong samples count as one answer, a lower bound',
        ]),
  ].join('\n')
}

/** The first file against each of the others, for the parts they share. */
function comparisons([first, ...others]: readonly FileCurves[]): string[] {
  return others.flatMap((other) =>
    (first?.curves ?? []).flatMap((base) => {
      const trained = other.curves.find(({ part }) => part === base.part)
      return trained === undefined ? [] : [comparison(base, trained)]
    }),
  )
}

function comparison(base: Curve, trained: Curve): string {
  const { problems, both, firstOnly, secondOnly, neither } = solvableTable(
    base.set.problems,
    trained.set.problems,
  )
  const title = `${base.name} and ${trained.name}`
  if (problems === 0) return `${title}: no problem of the one has its id among the other's`
  const [many, one] = [base.points.at(-1), trained.points.find(({ k }) => k === 1)]
  const gap =
    many === undefined || one === undefined
      ? []
      : [
          `Delta_SE, pass@${many.k} of ${base.name} minus pass@1 of ${trained.name}: ${(100 * (many.pass - one.pass)).toFixed(1)} points`,
        ]
  return [
    `${title}: ${problems} problems of both, solved by at least one sample`,
    textTable([
      ['', `${trained.name} solves`, 'does not'],
      [`${base.name} solves`, percent(both), percent(firstOnly)],
      ['does not', percent(secondOnly), percent(neither)],
    ]),
    ...gap,
  ].join('\n')
}

const share = (value: number): string => value.toFixed(4)
const percent = (value: number): string => `${(100 * value).toFixed(1)}%`
const shortened = (text: string): string => JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text)

function wrong(message: string): AfterwordError {
  return new AfterwordError('invalid-input', message)
}
