// The devices that runs are placed on: one slot a GPU, as nvidia-smi lists them, or one CPU slot where there is none. What a
// run asked for, what is free, and what its trainer is told. It loads no TensorFlow.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { AfterwordError } from '../shared/errors'
import type { DeviceRequest, EngineRequest, Place } from '../shared/run/record'

/** A GPU that runs may be placed on. */
export interface Gpu {
  /** What CUDA_VISIBLE_DEVICES calls it: nvidia-smi's number, or what that variable already says. */
  readonly id: string
  readonly name: string
}

/** Longest wait for nvidia-smi: it wakes a sleeping GPU, and hangs on a broken one. */
const NVIDIA_SMI_MS = 20_000

/**
 * This machine's GPUs in nvidia-smi's order, those of CUDA_VISIBLE_DEVICES where it is set. None where nvidia-smi is not
 * there or does not answer, and where AFTERWORD_TENSORFLOW=cpu keeps runs off them.
 */
export async function findGpus(environment: NodeJS.ProcessEnv = process.env): Promise<readonly Gpu[]> {
  if (environment['AFTERWORD_TENSORFLOW'] === 'cpu') return []
  const args = ['--query-gpu=index,uuid,name', '--format=csv,noheader']
  const options = { timeout: NVIDIA_SMI_MS, env: environment }
  const { stdout } = await promisify(execFile)('nvidia-smi', args, options).catch(() => ({ stdout: '' }))
  const listed = stdout.split('\n').flatMap((line) => {
    const [index, uuid, name] = line.split(',').map((value) => value.trim())
    return index !== undefined && uuid !== undefined && name !== undefined ? [{ id: index, uuid, name }] : []
  })
  const visible = environment['CUDA_VISIBLE_DEVICES']?.split(',').map((id) => id.trim())
  if (visible === undefined) return listed.map(({ id, name }) => ({ id, name }))
  return visible.flatMap((id) => {
    const gpu = listed.find((one) => one.id === id || one.uuid === id)
    return gpu === undefined ? [] : [{ id, name: gpu.name }]
  })
}

/** Throws invalid-input where the device asked for is not among this machine's. */
export function checkDevice(device: DeviceRequest, gpus: readonly Gpu[]): void {
  if (device === 'auto' || device === 'cpu' || gpus[gpuIndex(device)] !== undefined) return
  const there = gpus.map(({ name }, index) => `gpu:${index} (${name})`)
  throw new AfterwordError(
    'invalid-input',
    there.length === 0
      ? `device "${device}" is not there: nvidia-smi lists no GPU on this machine. Ask for cpu or auto; "afterword doctor" says more`
      : `device "${device}" is not there: this machine has cpu, ${there.join(', ')}. Ask for one of these, or for auto`,
  )
}

/** What a run says of where it is to be computed. */
export interface PlaceRequest {
  readonly device: DeviceRequest
  readonly engine: EngineRequest
}

/**
 * The slots a run may take: every GPU, the GPU it named, or the CPU's for what asked for it, for engine js, and where there is
 * no GPU. A GPU that is not there takes no slot from those that are: the trainer says so and ends.
 */
export function placesFor({ device, engine }: PlaceRequest, gpus: readonly Gpu[]): readonly Place[] {
  const places = gpus.map((_gpu, index): Place => `gpu:${index}`)
  if (device === 'cpu' || engine === 'js' || places.length === 0) return ['cpu']
  if (!device.startsWith('gpu:')) return places
  return [places[gpuIndex(device)] ?? 'cpu']
}

/** Variables that make a trainer compute where it was placed. A run that named its GPU finds it by itself. */
export function placeEnvironment(
  device: DeviceRequest,
  place: Place,
  gpus: readonly Gpu[],
): Readonly<Record<string, string>> {
  const gpu = place === 'cpu' || device.startsWith('gpu:') ? undefined : gpus[gpuIndex(place)]
  return gpu === undefined ? {} : { CUDA_VISIBLE_DEVICES: gpu.id, CUDA_DEVICE_ORDER: 'PCI_BUS_ID' }
}

/** The number in gpu:N; the first GPU for `gpu`. */
function gpuIndex(device: string): number {
  return Number(device.split(':')[1] ?? 0)
}
