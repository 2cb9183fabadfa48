// Where runs are placed: the GPUs that nvidia-smi lists, one slot each, and what a run that names none of them is told. A small
// program named nvidia-smi stands in for the driver's.
import { describe, expect, it } from 'vitest'
import { checkDevice, findGpus, placeEnvironment, placesFor } from '../../../src/workbench/devices'
import { nvidiaSmi } from '../../helpers/nvidia-smi'
import { tempFolder } from '../../helpers/temp-folder'

const two = [
  { id: '0', name: 'NVIDIA H200' },
  { id: '1', name: 'NVIDIA H200' },
]

describe('the GPUs of a machine', () => {
  it("are nvidia-smi's, or those of them that CUDA_VISIBLE_DEVICES names", async () => {
    const environment = nvidiaSmi('0, GPU-a, NVIDIA H200', '1, GPU-b, NVIDIA H100', '2, GPU-c, NVIDIA L4')
    const names = async (visible?: string) => {
      const found = await findGpus({ ...environment, CUDA_VISIBLE_DEVICES: visible })
      return found.map(({ id, name }) => `${id} ${name}`)
    }
    expect(await names()).toEqual(['0 NVIDIA H200', '1 NVIDIA H100', '2 NVIDIA L4'])
    expect(await names('2,GPU-a')).toEqual(['2 NVIDIA L4', 'GPU-a NVIDIA H200'])
    expect(await names('-1')).toEqual([])
  })

  it('are none without nvidia-smi, and where AFTERWORD_TENSORFLOW=cpu keeps runs off them', async () => {
    expect(await findGpus({ PATH: tempFolder() })).toEqual([])
    const environment = nvidiaSmi('0, GPU-a, NVIDIA H200')
    expect(await findGpus({ ...environment, AFTERWORD_TENSORFLOW: 'cpu' })).toEqual([])
  })
})

describe('the places of a run', () => {
  it('are all GPUs, the one it names, or the CPU', () => {
    const places = (device: 'auto' | 'cpu' | 'gpu' | `gpu:${number}`, engine: 'auto' | 'js' = 'auto') =>
      placesFor({ device, engine }, two)
    expect([places('auto'), places('gpu'), places('gpu:1')]).toEqual([
      ['gpu:0', 'gpu:1'],
      ['gpu:0', 'gpu:1'],
      ['gpu:1'],
    ])
    expect([places('cpu'), places('auto', 'js'), places('gpu:7')]).toEqual([['cpu'], ['cpu'], ['cpu']])
    expect(placesFor({ device: 'auto', engine: 'graph' }, [])).toEqual(['cpu'])
  })

  it('reach the trainer as the one GPU it sees; a GPU that was named it finds by itself', () => {
    const visible = { CUDA_VISIBLE_DEVICES: '1', CUDA_DEVICE_ORDER: 'PCI_BUS_ID' }
    expect(placeEnvironment('auto', 'gpu:1', two)).toEqual(visible)
    expect(placeEnvironment('gpu', 'gpu:1', two)).toEqual(visible)
    expect(placeEnvironment('gpu:1', 'gpu:1', two)).toEqual({})
    expect(placeEnvironment('auto', 'cpu', [])).toEqual({})
  })
})

describe('a device that does not exist', () => {
  it('is refused with those that do', () => {
    expect(() => checkDevice('gpu:2', two)).toThrow(
      'device "gpu:2" is not there: this machine has cpu, gpu:0 (NVIDIA H200), gpu:1 (NVIDIA H200). Ask for one of these, or for auto',
    )
    expect(() => checkDevice('gpu', [])).toThrow(
      'nvidia-smi lists no GPU on this machine. Ask for cpu or auto',
    )
  })

  it('is none of auto, cpu and the GPUs that are there', () => {
    for (const device of ['auto', 'cpu', 'gpu', 'gpu:1'] as const) checkDevice(device, two)
    for (const device of ['auto', 'cpu'] as const) checkDevice(device, [])
  })
})
