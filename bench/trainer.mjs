// Measures a training run from outside, as a user meets it: seconds from the command to the first point of a learning
// curve, steps a second, largest resident memory of the trainer, and whether live tensors stay flat.
// Usage: node bench/trainer.mjs [--study FILE] [--engine NAME] [--steps N]   (prints one line of JSON; build first)
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

const { values: options } = parseArgs({
  options: {
    study: { type: 'string', default: 'resources/studies/parity-ntp-then-grpo.yaml' },
    engine: { type: 'string', default: 'auto' },
    steps: { type: 'string', default: '1000' },
  },
})
const workspace = mkdtempSync(join(tmpdir(), 'afterword-bench-'))
const start = performance.now()
const child = spawn(
  process.execPath,
  [
    'out/main/cli.js',
    'run',
    options.study,
    '--workspace',
    workspace,
    '--engine',
    options.engine,
    '--set',
    `stages.0.steps=${options.steps}`,
    '--json',
  ],
  { stdio: ['ignore', 'ignore', 'inherit'] },
)

let firstPointSeconds
let peakBytes = 0
const poll = setInterval(() => {
  const folder = runFolder()
  if (folder === undefined) return
  if (firstPointSeconds === undefined && rows(folder).length > 0) {
    firstPointSeconds = (performance.now() - start) / 1000
  }
  const { pid } = JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8'))
  if (pid !== undefined) peakBytes = Math.max(peakBytes, peakMemory(pid))
}, 50)

child.on('close', (code) => {
  clearInterval(poll)
  const folder = runFolder()
  const record = JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8'))
  const all = rows(folder)
  const seconds = (stage) =>
    all
      .filter((row) => row.stage === stage && row.values['perf/step_seconds'] !== undefined)
      .map((row) => row.values['perf/step_seconds'])
      .sort((a, b) => a - b)
  const tensors = all.map((row) => row.values['system/tensors']).filter((value) => value !== undefined)
  const stages = [...new Set(all.map((row) => row.stage))]
  process.stdout.write(
    `${JSON.stringify({
      engine: record.engine,
      threads: record.threads,
      state: record.state,
      exitCode: code,
      firstPointSeconds: round(firstPointSeconds),
      runSeconds: round(record.seconds),
      peakMegabytes: Math.round(peakBytes / 2 ** 20),
      stages: stages.map((stage) => {
        const sorted = seconds(stage)
        return {
          stage,
          steps: sorted.length,
          bestStepMs: round(sorted[0] * 1000),
          medianStepMs: round(sorted[Math.floor(sorted.length / 2)] * 1000),
        }
      }),
      tensors: [...new Set(tensors)],
    })}\n`,
  )
  rmSync(workspace, { recursive: true })
})

function runFolder() {
  const runs = join(workspace, 'runs')
  if (!existsSync(runs)) return undefined
  const [name] = readdirSync(runs).filter((entry) => existsSync(join(runs, entry, 'run.json')))
  return name === undefined ? undefined : join(runs, name)
}

function rows(folder) {
  const path = join(folder, 'metrics.jsonl')
  if (!existsSync(path)) return []
  const text = readFileSync(path, 'utf8')
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))
}

/** Largest resident size of a living process so far (Linux), in bytes. */
function peakMemory(pid) {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024
  } catch {
    return 0
  }
}

function round(value) {
  return value === undefined ? null : Math.round(value * 100) / 100
}
