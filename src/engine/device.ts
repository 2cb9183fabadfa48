// Where programs run: which one GPU native TensorFlow may see, what the device is called in a run's record, and what to say
// where it is not there. CUDA reads the environment once, when TensorFlow loads: choose before that.
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { cpus } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { EngineError } from './errors'
import type { DeviceRequest } from './types'

type Environment = Record<string, string | undefined>

/** Longest wait for nvidia-smi: it wakes a sleeping GPU, and hangs on a broken one. */
const NVIDIA_SMI_MS = 20_000

/**
 * Leaves native TensorFlow one GPU to see, or none for `cpu`: it would take memory on every GPU it sees. The numbers are
 * nvidia-smi's, counted within CUDA_VISIBLE_DEVICES where that is set. Throws EngineError 'no-device' for a request that
 * names no device, or a GPU that CUDA_VISIBLE_DEVICES leaves out. Once TensorFlow is loaded the first choice stays.
 */
export function chooseDevice(device: DeviceRequest, environment: Environment = process.env): void {
  if (loadedBinding() !== undefined) return
  environment['CUDA_DEVICE_ORDER'] = 'PCI_BUS_ID'
  // Take GPU memory as it is needed, so that several runs can share a GPU.
  environment['TF_FORCE_GPU_ALLOW_GROWTH'] ??= 'true'
  if (device === 'cpu') {
    environment['CUDA_VISIBLE_DEVICES'] = '-1'
    return
  }
  const match = /^(?:auto|gpu(?::(\d{1,3}))?)$/.exec(device)
  if (match === null)
    throw new EngineError('no-device', `device "${device}": expected auto, cpu, gpu or gpu:N with N from 0`)
  const index = match[1] ?? '0'
  const visible = environment['CUDA_VISIBLE_DEVICES']?.split(',').map((name) => name.trim())
  const chosen = visible === undefined ? index : visible[Number(index)]
  if (chosen === undefined && device !== 'auto')
    throw new EngineError(
      'no-device',
      `device "${device}" is not there: CUDA_VISIBLE_DEVICES=${visible?.join(',')} leaves ${visible?.length} to choose from`,
    )
  if (chosen !== undefined) environment['CUDA_VISIBLE_DEVICES'] = chosen
}

/** What a run's record calls the device that TensorFlow computes on. */
export async function deviceName(usesGpu: boolean): Promise<string> {
  if (!usesGpu) return cpuName()
  const chosen = process.env['CUDA_VISIBLE_DEVICES'] ?? '0'
  const gpu = (await listGpus()).find(({ index, uuid }) => index === chosen || uuid === chosen)
  return gpu === undefined ? `GPU ${chosen}` : `GPU ${gpu.index} (${gpu.name})`
}

/** The CPU by its model. */
export function cpuName(): string {
  return `CPU (${cpus()[0]?.model.trim() || 'unknown model'})`
}

/** What to say where a GPU was asked for and TensorFlow found none. */
export async function missingDevice(device: DeviceRequest): Promise<EngineError> {
  const gpus = await listGpus()
  const listed = gpus.map(({ index, name }) => `GPU ${index} (${name})`).join(', ')
  const index = device.split(':')[1] ?? '0'
  const isListed = gpus.some((gpu) => gpu.index === index)
  return new EngineError(
    'no-device',
    isListed
      ? `device "${device}" cannot be used: nvidia-smi lists ${listed}, but TensorFlow does not use it. "afterword doctor" says what is missing; device "cpu" works without`
      : `device "${device}" is not there: nvidia-smi lists ${listed === '' ? 'no GPU' : listed}. Ask for ${listed === '' ? 'device "cpu" or "auto"' : 'one of these, or for device "cpu"'}`,
  )
}

/**
 * Why the CPU computes where a GPU might be expected, because there is one or the GPU build of TensorFlow is loaded. Undefined
 * where nobody would ask.
 */
export async function cpuNote(device: DeviceRequest, usesGpu: boolean): Promise<string | undefined> {
  if (usesGpu || device === 'cpu') return undefined
  const isGpuBuild = (await libraryBuild()) === 'gpu'
  if ((await listGpus()).length > 0)
    return isGpuBuild
      ? 'TensorFlow does not use the GPU that is here and computes on the CPU: run "afterword doctor"'
      : 'the GPU that is here is not used, because the GPU build of TensorFlow is not installed: run "afterword doctor"'
  return isGpuBuild ? 'the GPU build of TensorFlow finds no GPU and computes on the CPU' : undefined
}

/** Which build of TensorFlow's library the loaded binding is linked to: the set-up says it in a file beside the binding. */
async function libraryBuild(): Promise<string | undefined> {
  const binding = loadedBinding()
  if (binding === undefined) return undefined
  try {
    const text = await readFile(join(dirname(binding), 'build.json'), 'utf8')
    return (JSON.parse(text) as { build?: string }).build
  } catch {
    // A binding that was compiled elsewhere.
    return undefined
  }
}

/** Path of tfjs-node's binding, where this process has loaded it. */
function loadedBinding(): string | undefined {
  const loaded = Object.keys(createRequire(process.execPath).cache)
  return loaded.find((path) => path.endsWith('tfjs_binding.node'))
}

/**
 * The GPUs of this machine; none where there is no nvidia-smi or it does not answer. src/workbench/devices.ts asks the same: the
 * engine imports nothing of ours, and the workbench nothing of the engine.
 */
async function listGpus(): Promise<{ index: string; uuid: string; name: string }[]> {
  try {
    const args = ['--query-gpu=index,uuid,name', '--format=csv,noheader']
    const { stdout } = await promisify(execFile)('nvidia-smi', args, { timeout: NVIDIA_SMI_MS })
    const rows = stdout.split('\n').map((line) => line.split(',').map((value) => value.trim()))
    return rows.flatMap(([index, uuid, name]) =>
      index !== undefined && uuid !== undefined && name !== undefined ? [{ index, uuid, name }] : [],
    )
  } catch {
    return []
  }
}
