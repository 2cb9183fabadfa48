// Which GPUs there are, which build of TensorFlow that asks for, and what TensorFlow's complaints about CUDA come down to. A
// small program named nvidia-smi stands in for the driver's.
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { cudaFolder, fetchCuda, findCuda } from '../../../scripts/setup/cuda.mjs'
import { wantedBuild, wantsCuda } from '../../../scripts/setup/gpus.mjs'
import { prepareNative } from '../../../scripts/setup/native.mjs'
import { gpuComplaints } from '../../../scripts/setup/probe-native.mjs'
import { writeStamp } from '../../../scripts/setup/stamp.mjs'
import { tensorflowFolder } from '../../../scripts/setup/tensorflow.mjs'
import { temporaryContext, temporaryFolder } from './fixtures'

const TWO_GPUS =
  'cat <<END\n0, NVIDIA H200, 143771, 9.0, 580.159.03\n1, NVIDIA H200, 143771, 9.0, 580.159.03\nEND'

/** A PATH on which nvidia-smi is this shell script. */
function withNvidiaSmi(script: string): NodeJS.ProcessEnv {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'nvidia-smi'), `#!/bin/sh\n${script}\n`)
  chmodSync(join(folder, 'nvidia-smi'), 0o755)
  return { PATH: `${folder}:${process.env['PATH']}` }
}

const NONE = { AFTERWORD_TENSORFLOW: '', AFTERWORD_CUDA: '' }

describe('the GPUs of a machine', () => {
  it('are what nvidia-smi lists', async () => {
    const { context } = temporaryContext({ ...NONE, ...withNvidiaSmi(TWO_GPUS) })
    const gpu = { name: 'NVIDIA H200', memoryMegabytes: 143771, computeCapability: '9.0' }
    expect(await context.gpus()).toEqual({
      gpus: [
        { index: 0, ...gpu },
        { index: 1, ...gpu },
      ],
      driver: '580.159.03',
    })
    expect([await wantedBuild(context), await wantsCuda(context)]).toEqual(['gpu', true])
  })

  it('are none where there is no nvidia-smi', async () => {
    const { context } = temporaryContext({ ...NONE, PATH: temporaryFolder() })
    expect(await context.gpus()).toEqual({ gpus: [] })
    expect([await wantedBuild(context), await wantsCuda(context)]).toEqual(['cpu', false])
  })

  it('are none with a reason where its driver does not answer', async () => {
    const broken = withNvidiaSmi('echo "NVIDIA-SMI has failed: is the driver running?"; exit 9')
    const { context } = temporaryContext({ ...NONE, ...broken })
    expect(await context.gpus()).toEqual({
      gpus: [],
      problem: 'NVIDIA-SMI has failed: is the driver running?',
    })
  })

  it('can be refused, and the GPU build asked for without one', async () => {
    const refused = temporaryContext({ ...withNvidiaSmi(TWO_GPUS), AFTERWORD_TENSORFLOW: 'cpu' }).context
    const forced = temporaryContext({ ...NONE, PATH: temporaryFolder(), AFTERWORD_TENSORFLOW: 'gpu' }).context
    expect([await wantedBuild(refused), await wantedBuild(forced)]).toEqual(['cpu', 'gpu'])
  })

  it('a switch that says neither is named, and training goes on without native TensorFlow', async () => {
    const { context, said } = temporaryContext({ AFTERWORD_TENSORFLOW: 'cuda' })
    expect(await prepareNative(context)).toMatchObject({ ok: false })
    expect(said.join('\n')).toContain('AFTERWORD_TENSORFLOW=cuda: must be cpu or gpu')
  })
})

describe("CUDA's libraries", () => {
  it('are fetched part by part: what is there and whole is not asked for again', async () => {
    const { context } = temporaryContext({ AFTERWORD_OFFLINE: '1' })
    const all = (await findCuda(context)).missing
    expect(all).toHaveLength(12)
    const part = join(cudaFolder(context), 'nvidia', 'cublas')
    mkdirSync(join(part, 'lib'), { recursive: true })
    writeFileSync(join(part, 'lib', 'libcublas.so.12'), 'machine code')
    await writeStamp(part, { version: '1', source: 'test', files: ['lib/libcublas.so.12'] })
    expect((await findCuda(context)).missing).toEqual(all.filter((name) => name !== 'cublas'))
  })

  it('that cannot be fetched are a reason with a remedy, and no link to nothing is left', async () => {
    const { context } = temporaryContext({ AFTERWORD_OFFLINE: '1' })
    const folder = tensorflowFolder(context, 'gpu')
    const library = {
      ok: true as const,
      folder,
      version: '2',
      source: 'test',
      library: 'l.so',
      build: 'gpu' as const,
    }
    expect(await fetchCuda(context, library)).toMatchObject({
      ok: false,
      reason: expect.stringContaining('AFTERWORD_OFFLINE') as string,
    })
    expect(existsSync(join(folder, 'nvidia'))).toBe(false)
  })
})

it("TensorFlow's complaints about the GPU are told without prefix and once", () => {
  const log = [
    '2026-11-21 13:00:00.1: I external/local_xla/xla/tsl/cuda/cudart_stub.cc:31] Could not find cuda drivers on your machine, GPU will not be used.',
    '2026-11-21 13:00:00.2: I external/local_xla/xla/tsl/cuda/cudart_stub.cc:31] Could not find cuda drivers on your machine, GPU will not be used.',
    '2026-11-21 13:00:00.3: I tensorflow/core/platform/cpu_feature_guard.cc:227] This TensorFlow binary is optimized',
  ]
  expect(gpuComplaints(log)).toEqual(['Could not find cuda drivers on your machine, GPU will not be used.'])
})
