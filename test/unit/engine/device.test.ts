// Which GPU a process may see, and what is said where the one that was asked for is not there.
import { describe, expect, it, onTestFinished } from 'vitest'
import { chooseDevice, missingDevice } from '../../../src/engine/device'
import type { DeviceRequest } from '../../../src/engine/types'
import { nvidiaSmi } from '../../helpers/nvidia-smi'

/** What a process sees that asked for a device. */
function visible(device: DeviceRequest, already?: string): string | undefined {
  const environment: Record<string, string | undefined> = { CUDA_VISIBLE_DEVICES: already }
  chooseDevice(device, environment)
  return environment['CUDA_VISIBLE_DEVICES']
}

describe('choosing a device', () => {
  it('leaves TensorFlow the one GPU that was asked for, the first for auto, and none for cpu', () => {
    const seen = (['gpu:2', 'gpu', 'auto', 'cpu'] as const).map((device) => visible(device))
    expect(seen).toEqual(['2', '0', '0', '-1'])
  })

  it("numbers GPUs as nvidia-smi does, and lets their memory grow unless the user's environment says otherwise", () => {
    const environment = {}
    chooseDevice('gpu', environment)
    expect(environment).toEqual({
      CUDA_DEVICE_ORDER: 'PCI_BUS_ID',
      CUDA_VISIBLE_DEVICES: '0',
      TF_FORCE_GPU_ALLOW_GROWTH: 'true',
    })
  })

  it('counts within CUDA_VISIBLE_DEVICES, where a cluster hands out some of the GPUs', () => {
    expect([visible('gpu:1', '4, GPU-7f'), visible('auto', '4,5')]).toEqual(['GPU-7f', '4'])
    expect(() => visible('gpu:2', '4,5')).toThrow(
      'device "gpu:2" is not there: CUDA_VISIBLE_DEVICES=4,5 leaves 2 to choose from',
    )
  })

  it.each(['gpu:', 'gpu:-1', 'gpu:one', 'tpu'])(
    'refuses "%s" and says what there is to ask for',
    (device) => {
      expect(() => visible(device as DeviceRequest)).toThrow(
        `device "${device}": expected auto, cpu, gpu or gpu:N with N from 0`,
      )
    },
  )
})

describe('a GPU that is not there', () => {
  it('is named beside those that are', async () => {
    listGpus('0, GPU-1, NVIDIA H200', '1, GPU-2, NVIDIA H200')
    expect(await missingDevice('gpu:7')).toMatchObject({
      code: 'no-device',
      message:
        'device "gpu:7" is not there: nvidia-smi lists GPU 0 (NVIDIA H200), GPU 1 (NVIDIA H200). Ask for one of these, or for device "cpu"',
    })
  })

  it('that nvidia-smi does list is a matter for the doctor', async () => {
    listGpus('0, GPU-1, NVIDIA H200')
    expect((await missingDevice('gpu')).message).toContain('"afterword doctor" says what is missing')
  })

  it('on a machine without any leaves cpu and auto to ask for', async () => {
    listGpus()
    expect((await missingDevice('gpu:0')).message).toBe(
      'device "gpu:0" is not there: nvidia-smi lists no GPU. Ask for device "cpu" or "auto"',
    )
  })
})

/** Makes nvidia-smi list these GPUs during this test. */
function listGpus(...gpus: string[]): void {
  const before = process.env['PATH']
  process.env['PATH'] = nvidiaSmi(...gpus)['PATH']
  onTestFinished(() => {
    process.env['PATH'] = before
  })
}
