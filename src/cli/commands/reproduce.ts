// `afterword reproduce`: trains the built-in studies, judges what they claim, and writes it down. It has a workspace of its
// own, in which finished runs are kept: called again it goes on where it was.
import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { formatProblems, type ParsedStudy } from '../../shared/config/parse'
import { exitCodes } from '../../shared/errors'
import { toLoggedNumber } from '../../shared/run/logged-number'
import type { Figure } from '../../statistics/statements'
import { parameterCount, sequenceShape } from '../../theory/counts'
import { theoryValues } from '../../theory/predictions'
import type { Workbench } from '../../workbench/workbench'
import type { Arguments } from '../arguments'
import { withWorkbench } from '../context'
import { counted, jsonValues, printJson, shortDuration, shortNumber } from '../output'
import { studyNames, chooseNames, readStudy } from '../reproduce/study-folder'
import { countVerdicts, figuresText, verdictWords } from '../reproduce/finding-text'
import { judgeStudy, type StudyResult } from '../reproduce/judge-study'
import { trainStudy } from '../reproduce/train-study'
import { Interruption } from '../train-runs'

/** Workspace of the reproductions where --workspace names no other. */
const WORKSPACE = 'Afterword reproductions'

/** Reproduces the named studies, all where none is named. Returns the exit code: 1 where a statement fails. */
export async function reproduce(args: Arguments): Promise<number> {
  const { flags, positionals } = args
  const builtIn = join(dirname(process.argv[1] ?? ''), '..', '..', 'resources', 'studies')
  const folder = flags.studies === undefined ? builtIn : resolve(flags.studies)
  const names = chooseNames(positionals, await studyNames(folder))
  const all = await Promise.all(
    names.map(async (name) => ({ name, study: await readStudy(folder, name, flags.quick) })),
  )
  const studies = all.filter(({ study }) => positionals.length > 0 || !study.study.about?.onRequest)
  const workspace = flags.workspace ?? join(homedir(), WORKSPACE)
  const own: Arguments = { ...args, flags: { ...flags, workspace } }
  return withWorkbench(own, 'command', async (workbench) => {
    const interruption = new Interruption()
    const hasGpu = (await workbench.workspace()).gpus.length > 0
    const done: object[] = []
    let isGood = true
    /** Studies whose results are written down, one after the other. */
    let written = Promise.resolve()
    const write = async (index: number, result: StudyResult) => {
      if (!flags.json) process.stdout.write(resultText(result))
      if (flags.report !== undefined) {
        const { writeReport } = await import('../reproduce/report')
        await writeReport(resolve(flags.report), result, flags.quick)
      }
      done[index] = resultDocument(result)
      isGood &&= !result.findings.some(({ verdict }) => verdict === 'fail')
    }
    // Runs of one study wait for the stages they share: slots are filled by several studies first.
    const slots = await workbench.slotsFor()
    const lanes = Math.max(1, Math.min(slots, studies.length))
    const sideBySide = Math.floor(slots / lanes)
    const waiting = [...studies.entries()]
    const work = async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const [index, { name, study }] = next
        if (interruption.isAsked) return
        if (study.study.about?.machine === 'gpu' && !hasGpu) {
          done[index] = checkOnly(name, study, flags.json)
          continue
        }
        const dataFolder = join(folder, dirname(name))
        const result = await reproduceOne(workbench, name, study, { dataFolder, interruption, sideBySide })
        if (interruption.isAsked) return
        written = written.then(() => write(index, result))
        await written
      }
    }
    try {
      const ends = await Promise.allSettled(Array.from({ length: lanes }, work))
      for (const end of ends) if (end.status === 'rejected') throw end.reason
    } finally {
      interruption.dispose()
    }
    if (flags.json) printJson({ studies: done })
    if (interruption.isAsked) return exitCodes.interrupted
    return isGood ? exitCodes.done : exitCodes.failed
  })
}

async function reproduceOne(
  workbench: Workbench,
  name: string,
  study: ParsedStudy,
  options: { dataFolder: string; interruption: Interruption; sideBySide: number },
): Promise<StudyResult> {
  const warnings = study.warnings.filter(({ path }) => !path.startsWith('statements.'))
  if (warnings.length > 0) process.stderr.write(`${formatProblems(name, warnings)}\n`)
  const runs = await trainStudy(workbench, study, options)
  return judgeStudy(workbench, name, study, runs)
}

/** A study for a machine this is not: its config is valid, and what it would be is said. */
function checkOnly(name: string, study: ParsedStudy, isJson: boolean): object {
  const [first] = study.runs
  const shape = first && sequenceShape(first.config.task)
  const parameters = first && shape && parameterCount(first.config.model, shape)
  const theory = first === undefined ? {} : theoryValues(first.config)
  if (!isJson) {
    const lines = Object.entries(theory).map(([metric, value]) => `  ${metric} ${shortNumber(value)}`)
    const size = parameters === undefined ? '' : `, the first with ${parameters} parameters`
    process.stdout.write(
      `${name}: for a GPU, checked only: ${counted(study.runs.length, 'run')}${size}\n${lines.join('\n')}\n`,
    )
  }
  return { name, checkedOnly: true, runs: study.runs.length, parameters, theory: jsonValues(theory) }
}

function resultText({ name, runs, findings, seconds }: StudyResult): string {
  const lines = findings.map(
    ({ claim, band, figures, verdict }) =>
      `  ${verdictWords[verdict].padEnd(4)}  ${claim}\n        ${figuresText(figures)} (${band})\n`,
  )
  const { pass, fail, 'cannot-tell': open } = countVerdicts(findings)
  const sums = [`${pass} passed`, `${fail} failed`, ...(open > 0 ? [`${open} cannot be told`] : [])].join(
    ', ',
  )
  return `${name}: ${counted(runs.length, 'run')}, ${shortDuration(seconds)}: ${sums}\n${lines.join('')}`
}

function resultDocument({ name, runs, findings, seconds }: StudyResult): object {
  return {
    name,
    seconds,
    runs: runs.map(({ record, folder, state, point }) => ({ id: record.id, folder, state, point })),
    statements: findings.map(({ claim, band, verdict, figures }) => ({
      claim,
      band,
      verdict,
      figures: figures.map(figureDocument),
    })),
  }
}

function figureDocument({ value, low, high, ...rest }: Figure): object {
  return {
    ...rest,
    value: toLoggedNumber(value),
    ...(low === undefined || high === undefined ? {} : { interval: [low, high] }),
  }
}
