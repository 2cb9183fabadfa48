// The NVIDIA GPUs of this machine as the driver's own nvidia-smi lists them, and which build of TensorFlow that asks for.
// Loads no CUDA and no TensorFlow.
import { lastLines, run } from './process.mjs'

/**
 * @typedef {object} Gpu
 * @property {number} index nvidia-smi's number, as in `--device gpu:N`
 * @property {string} name
 * @property {number} memoryMegabytes
 * @property {string} computeCapability such as `9.0`
 *
 * @typedef {object} Gpus
 * @property {readonly Gpu[]} gpus empty where there is none
 * @property {string} [driver] its version
 * @property {string} [problem] what nvidia-smi says where it is there and lists no GPU
 *
 * @typedef {'cpu' | 'gpu'} Build which build of TensorFlow's library
 */

/** Seconds nvidia-smi may be silent: it wakes a sleeping GPU, and hangs on a broken one. */
const SILENCE_SECONDS = 20

const FIELDS = ['index', 'name', 'memory.total', 'compute_cap', 'driver_version']

/**
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<Gpus>}
 */
export async function listGpus(env) {
  const args = [`--query-gpu=${FIELDS.join(',')}`, '--format=csv,noheader,nounits']
  const outcome = await run('nvidia-smi', args, { env, silenceSeconds: SILENCE_SECONDS })
  if (outcome.code === 127) return { gpus: [] }
  if (outcome.code !== 0) return { gpus: [], problem: lastLines(outcome.stdout + outcome.stderr, 1) }
  return parseGpus(outcome.stdout)
}

/**
 * @param {string} text what nvidia-smi prints for FIELDS, one line a GPU
 * @returns {Gpus}
 */
function parseGpus(text) {
  const rows = text
    .split('\n')
    .map((line) => line.split(',').map((value) => value.trim()))
    .filter((row) => row.length === FIELDS.length && /^\d+$/.test(row[0] ?? ''))
  const gpus = rows.map(([index, name = '', memory, computeCapability = '']) => ({
    index: Number(index),
    name,
    memoryMegabytes: Number(memory),
    computeCapability,
  }))
  const driver = rows[0]?.at(-1)
  return driver === undefined ? { gpus, problem: 'nvidia-smi lists no GPU' } : { gpus, driver }
}

/**
 * The build to use: AFTERWORD_TENSORFLOW, else `gpu` where nvidia-smi lists a GPU. Throws where the variable says neither.
 * @param {import('./context.mjs').Context} context
 * @returns {Promise<Build>}
 */
export async function wantedBuild(context) {
  const asked = context.env.AFTERWORD_TENSORFLOW
  if (asked === 'cpu' || asked === 'gpu') return asked
  if (asked)
    throw new Error(
      `AFTERWORD_TENSORFLOW=${asked}: must be cpu or gpu (unset: gpu where nvidia-smi lists a GPU)`,
    )
  return (await context.gpus()).gpus.length > 0 ? 'gpu' : 'cpu'
}

/**
 * Whether CUDA's libraries are fetched for the GPU build: AFTERWORD_CUDA (`fetch` or `system`), else where nvidia-smi lists
 * a GPU. Throws where the variable says neither.
 * @param {import('./context.mjs').Context} context
 * @returns {Promise<boolean>}
 */
export async function wantsCuda(context) {
  const asked = context.env.AFTERWORD_CUDA
  if (asked === 'fetch' || asked === 'system') return asked === 'fetch'
  if (asked)
    throw new Error(
      `AFTERWORD_CUDA=${asked}: must be fetch (CUDA's libraries are fetched) or system (those of this system are used)`,
    )
  return (await context.gpus()).gpus.length > 0
}
