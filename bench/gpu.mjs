// `node bench/gpu.mjs`: whether programs really run on the GPU. Sets up what is missing, then runs a train step and a rollout on
// engines graph and xla, and says of each where TensorFlow placed it, what a call copies between host and GPU, and whether the
// numbers are the CPU's. Ends with 1 where something is not as it should be, with a note and 0 where there is no GPU.
// `--rehearse` goes through all of it on the CPU. (Speeds beside the peers: `npm run bench -- --device gpu`.)
import '../scripts/setup/node-version.mjs'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { prepareDependencies } from '../scripts/setup/dependencies.mjs'
import { runEntry } from '../scripts/setup/entry.mjs'
import { prepareNative } from '../scripts/setup/native.mjs'
import { buildOurs } from './compare/build.mjs'
import { gpuMemory } from './compare/gpu-memory.mjs'
import { physicalCores } from './compare/machine.mjs'
import { rows } from './compare/rows.mjs'
import { startWorker } from './compare/worker.mjs'

const ROWS = ['train-2x64', 'rollout-2x64-64']
const ENGINES = ['graph', 'xla']
const CALLS = 5

/** Largest relative difference from the CPU in float32; sums over a batch are taken in another order. */
const TOLERANCE = 1e-4

/**
 * TensorFlow's own log: which device every op of a session was placed on, and every copy of a tensor between host and GPU. Its
 * float32 products would be rounded to TF32: off here, so that numbers can be compared.
 */
const WATCHED = {
  TF_CPP_MIN_LOG_LEVEL: '0',
  TF_CPP_VMODULE: 'placer=3,gpu_util=1',
  NVIDIA_TF32_OVERRIDE: '0',
}

const { values: options } = parseArgs({ options: { rehearse: { type: 'boolean', default: false } } })
const say = (text) => process.stdout.write(`${text}\n`)

await runEntry(async (context) => {
  await prepareDependencies(context)
  const native = await prepareNative(context)
  if (!native.ok) throw new Error(`no native TensorFlow: ${native.reason}`)
  const { gpus, driver, problem = 'nvidia-smi is not installed' } = await context.gpus()
  if (gpus.length === 0 && !options.rehearse) {
    say(`There is no GPU to check here: ${problem}. --rehearse goes through the check on the CPU.`)
    return
  }
  for (const { index, name, memoryMegabytes } of gpus)
    say(`GPU ${index}: ${name}, ${Math.round(memoryMegabytes / 1024)} GiB, driver ${driver}`)
  const device = gpus.length > 0 ? 'gpu' : 'cpu'
  const ours = await buildOurs(context.root)
  const where = { ours, root: context.root, env: context.env }
  let faults = 0
  for (const id of ROWS) {
    const row = rows.find((one) => one.id === id)
    const reference = await runOn('cpu', 'graph', row, where)
    say(`\n${row.title}\n  CPU graph: ${describe(reference)}`)
    for (const engine of ENGINES) {
      const found = await runOn(device, engine, row, where).catch((error) => ({ error }))
      if ('error' in found) {
        say(`  ${device.toUpperCase()} ${engine}: FAILED: ${found.error.message}`)
        faults++
        continue
      }
      say(`  ${device.toUpperCase()} ${engine}: ${describe(found)}`)
      const complaints = complain(found, reference, gpus)
      for (const complaint of complaints) say(`    WRONG: ${complaint}`)
      faults += complaints.length
    }
  }
  say(faults === 0 ? '\nAll of it is as it should be.' : `\n${faults} of it not as it should be.`)
  process.exitCode = faults === 0 ? 0 : 1
})

/** Runs a row's calls in a process of its own and reads what TensorFlow logged about them. */
async function runOn(device, engine, row, { ours, root, env }) {
  const folder = mkdtempSync(join(tmpdir(), 'afterword-gpu-'))
  const log = join(folder, 'log')
  const worker = startWorker({
    // The log is larger than a worker's tail.
    command: 'sh',
    args: ['-c', 'exec "$0" "$@" 2>"$LOG"', process.execPath, ours, engine],
    cwd: root,
    env: { ...env, ...WATCHED, LOG: log },
  })
  try {
    const prepared = await worker.ask({ command: 'prepare', row, threads: physicalCores(), device }, 600)
    const before = readFileSync(log, 'utf8').length
    const { seconds } = await worker.ask({ command: 'burst', count: CALLS })
    await sleep(100)
    const text = readFileSync(log, 'utf8')
    const placed = [...text.matchAll(/\] (\S+)\((\w+)\) placed on: \S*device:(\w+):\d/g)]
    return {
      device: prepared.device,
      value: prepared.value,
      memoryBytes: (await gpuMemory()).get(worker.pid),
      milliseconds: 1000 * Math.min(...seconds),
      compileSeconds: prepared.compileSeconds,
      up: count(text.slice(before), /\] CopyCPUTensorToGPU/g) / CALLS,
      down: count(text.slice(before), /\] CopyGPUTensorToCPU/g) / CALLS,
      state: new Set(placed.flatMap(([, , op, at]) => (op === 'VarHandleOp' ? [at] : []))),
      onCpu: [...new Set(placed.flatMap(([, name, op, at]) => (at === 'CPU' ? [`${name} (${op})`] : [])))],
    }
  } catch (error) {
    const lines = readFileSync(log, 'utf8').split('\n')
    const errors = lines.filter((line) => /error|failed|ptxas|libdevice/i.test(line)).slice(-3)
    throw new Error([error.message, ...errors].join('\n      '), { cause: error })
  } finally {
    worker.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

function describe({ device, value, memoryBytes, milliseconds, compileSeconds, up, down }) {
  const copies = device.startsWith('GPU') ? `, copies a call: ${up} up, ${down} down` : ''
  const memory = memoryBytes === undefined ? '' : `, ${Math.round(memoryBytes / 2 ** 20)} MiB on the GPU`
  return `${device}, ${milliseconds.toFixed(2)} ms a call, ready in ${compileSeconds.toFixed(1)} s${copies}${memory}, value ${value}`
}

/** What is not as it should be. */
function complain(found, reference, gpus) {
  const difference = Math.abs(found.value / reference.value - 1)
  const complaints = []
  // Written so that NaN is a complaint.
  if (!(difference <= TOLERANCE))
    complaints.push(`its value differs from the CPU's by ${difference.toExponential(1)}`)
  if (found.state.size === 0) complaints.push('TensorFlow logged no placement: its log has changed')
  if (gpus.length === 0) return complaints
  if (!found.device.startsWith('GPU')) complaints.push(`it ran on ${found.device}`)
  if (found.state.has('CPU')) complaints.push('state is kept on the host')
  const calls = found.onCpu.filter((node) => /Call\)|While\)/.test(node))
  if (calls.length > 0) complaints.push(`placed on the CPU: ${calls.join(', ')}`)
  const least = Math.min(...gpus.map(({ memoryMegabytes }) => memoryMegabytes)) * 2 ** 20
  if (found.memoryBytes > least / 2)
    complaints.push('it took most of the GPU: memory does not grow as it is needed')
  return complaints
}

function count(text, pattern) {
  return text.match(pattern)?.length ?? 0
}
