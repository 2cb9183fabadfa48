// Makes the runs of resources/sample, which a new workspace begins with: trains resources/sample/study.yaml in a fresh
// workspace and cuts what is not needed to look at them. What is left is as the trainer wrote it, line by line:
// - metrics.jsonl: of stage 0 the rows with an evaluation, of stage 1 every row
// - samples.jsonl: of stage 0 steps 0 and the last one, of stage 1 steps 0, 1, 5, 10, 20 and the last one
// - no checkpoints; of run.json all but processes, host, folders and commit; of trainer.log all but lines that name a folder
//   AFTERWORD_THREADS=1 node scripts/make-sample.mjs            trains (some five minutes) and cuts
//   node scripts/make-sample.mjs --from WORKSPACE               cuts the finished runs of the study in a workspace
import './setup/node-version.mjs'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'yaml'
import { runEntry } from './setup/entry.mjs'
import { runForeground } from './setup/process.mjs'

/** Fields of run.json that say where it was trained. */
const ofMachine = ['launcher', 'pid', 'processStart', 'host', 'workspace', 'obeyed', 'gitCommit']
const keptSteps = [0, 1, 5, 10, 20]
const note = 'Came with Afterword: scripts/make-sample.mjs trained it; rows and samples are thinned out.'

await runEntry(async (context) => {
  const sample = join(context.root, 'resources', 'sample')
  const study = join(sample, 'study.yaml')
  const given = process.argv[2] === '--from' ? process.argv[3] : undefined
  const workspace = given ?? mkdtempSync(join(tmpdir(), 'afterword-sample-'))
  if (given === undefined) {
    const afterword = join(context.root, 'bin', 'afterword.mjs')
    const code = await runForeground(
      process.execPath,
      [afterword, 'run', study, '--slots', '1', '--workspace', workspace],
      { cwd: context.root, env: context.env },
    )
    if (code !== 0) throw new Error(`the sample study was not trained: exit code ${code}`)
  }
  const { name } = parse(readFileSync(study, 'utf8'))
  rmSync(join(sample, 'runs'), { recursive: true, force: true })
  let bytes = 0
  for (const id of readdirSync(join(workspace, 'runs')).sort()) {
    const from = join(workspace, 'runs', id)
    const record = json(join(from, 'run.json'))
    if (record.study === name && record.state === 'finished') bytes += cut(from, join(sample, 'runs', id))
  }
  if (given === undefined) rmSync(workspace, { recursive: true })
  console.log(`resources/sample/runs: ${(bytes / 1e6).toFixed(2)} MB`)
})

/**
 * Writes what is kept of a run.
 * @param {string} from
 * @param {string} to
 * @returns {number} bytes
 */
function cut(from, to) {
  const record = Object.fromEntries(
    Object.entries(json(join(from, 'run.json'))).filter(([name]) => !ofMachine.includes(name)),
  )
  const rows = linesOf(join(from, 'metrics.jsonl'))
  const lastStep = rows.reduce(
    (last, { value }) => ({ ...last, [value.stage]: value.step }),
    /** @type {Record<number, number>} */ ({}),
  )
  const isLast = (/** @type {Row} */ { stage, step }) => step === lastStep[stage]
  const metrics = rows.filter(
    ({ value }) => value.stage > 0 || value.values?.['eval/greedy_accuracy'] !== undefined,
  )
  const samples = linesOf(join(from, 'samples.jsonl')).filter(
    ({ value }) => isLast(value) || (value.stage > 0 ? keptSteps.includes(value.step) : value.step === 0),
  )
  /** @type {Map<string, { stage: number, step: number, offset: number, greedy: boolean }>} */
  const index = new Map()
  let offset = 0
  for (const { line, value } of samples) {
    const key = `${value.stage} ${value.step}`
    const { stage, step } = value
    const entry = index.get(key) ?? { stage, step, offset, greedy: false }
    index.set(key, { ...entry, greedy: entry.greedy || value.greedy === true })
    offset += Buffer.byteLength(line) + 1
  }
  const log = readFileSync(join(from, 'trainer.log'), 'utf8').split('\n')
  /** @type {Record<string, string>} */
  const files = {
    'config.json': readFileSync(join(from, 'config.json'), 'utf8'),
    'run.json': `${JSON.stringify(record, null, 2)}\n`,
    'annotations.json': `${JSON.stringify({ tags: ['sample'], notes: note, star: false, archived: false, trashed: false }, null, 2)}\n`,
    'metrics.jsonl': text(metrics),
    'samples.jsonl': text(samples),
    'samples.index.jsonl': [...index.values()].map((entry) => `${JSON.stringify(entry)}\n`).join(''),
    'trainer.log': log.filter((line) => !/(^|\s|\()\/\w|[A-Z]:\\/.test(line)).join('\n'),
  }
  mkdirSync(to, { recursive: true })
  for (const [name, content] of Object.entries(files)) writeFileSync(join(to, name), content)
  return Object.values(files).reduce((sum, content) => sum + Buffer.byteLength(content), 0)
}

/** @typedef {{ stage: number, step: number, greedy?: boolean, values?: Record<string, number> }} Row */

/** @param {{ line: string }[]} lines */
function text(lines) {
  return lines.map(({ line }) => `${line}\n`).join('')
}

/**
 * The whole lines of a file.
 * @param {string} path
 * @returns {{ line: string, value: Row }[]}
 */
function linesOf(path) {
  const whole = readFileSync(path, 'utf8').split('\n').slice(0, -1)
  return whole.map((line) => ({ line, value: JSON.parse(line) }))
}

/** @param {string} path */
function json(path) {
  return JSON.parse(readFileSync(path, 'utf8'))
}
