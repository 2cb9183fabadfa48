// One trial load of the binding in a child process, because a damaged library can end the process that loads it.
import { join } from 'node:path'
import { lastLines, run } from './process.mjs'

/**
 * What a child process that loads the binding reports.
 * @typedef {object} Probe
 * @property {string} tensorflow the version the library itself reports
 * @property {boolean} isGpu whether tfjs computes on a GPU
 * @property {readonly string[]} complaints what TensorFlow says about the GPU and CUDA
 */

/**
 * Loads the binding in a child process and multiplies two matrices.
 * @param {import('./context.mjs').Context} context
 * @returns {Promise<Probe | { error: string }>}
 */
export async function probeNative(context) {
  const outcome = await run(process.execPath, [join(import.meta.dirname, 'probe.mjs'), context.root], {
    cwd: context.root,
    env: { ...context.env, TF_CPP_MIN_LOG_LEVEL: '0', TF_FORCE_GPU_ALLOW_GROWTH: 'true' },
  })
  const line = outcome.stdout.split('\n').find((text) => text.startsWith('{'))
  const lines = outcome.stderr.split('\n')
  if (outcome.code === 0 && line) return { ...JSON.parse(line), complaints: gpuComplaints(lines) }
  const errors = lines.filter((text) => !LOGGED.test(text)).join('\n')
  return { error: lastLines(errors, 2) || `the trial load ended with code ${outcome.code}` }
}

/** A line of TensorFlow's own log: time, level, source file and line. */
const LOGGED = /^(\S+ \S+: |WARNING: All log|[IWE]\d{4} )/

/**
 * Warnings and errors of TensorFlow's log that name a missing library, the driver or CUDA, without their prefix.
 * @param {readonly string[]} lines
 * @returns {string[]}
 */
export function gpuComplaints(lines) {
  const complaints = lines
    .filter((line) => /could not (load|find)|cannot dlopen|CUDA_ERROR|libdevice|ptxas|cuInit/i.test(line))
    .map((line) => line.replace(/^.*?\] /, '').trim())
  return [...new Set(complaints)]
}
