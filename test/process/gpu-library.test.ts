// The GPU build of TensorFlow on a machine without a GPU: it is set up, loads, computes the same on the CPU, and the user is
// told. Runs where the build is in the cache already, or asked for with AFTERWORD_TENSORFLOW=gpu (572 MB are fetched then); CUDA's
// own libraries are not needed for it.
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createContext } from '../../scripts/setup/context.mjs'
import { linkedBinding } from '../../scripts/setup/binding.mjs'
import { inspectNative } from '../../scripts/setup/inspect-native.mjs'
import { prepareNative } from '../../scripts/setup/native.mjs'
import { tensorflowFolder } from '../../scripts/setup/tensorflow.mjs'
import { readRecord } from '../../src/run-folder/run-folder'
import { nvidiaSmi } from '../helpers/nvidia-smi'
import { runConfig } from '../helpers/run-config'
import { tempFolder } from '../helpers/temp-folder'
import { metricsOf, queuedRun, train } from '../helpers/trainer'
import { trainerCommand, withEnvironment } from '../helpers/workbench'

const PACKAGE = 'node_modules/@tensorflow/tfjs-node-gpu'
const isAskedFor = process.env['AFTERWORD_TENSORFLOW'] === 'gpu'
const isThere = existsSync(tensorflowFolder(createContext(), 'gpu'))
const hasGpu = (await createContext().gpus()).gpus.length > 0

describe.runIf((isThere || isAskedFor) && !hasGpu)('the GPU build of TensorFlow without a GPU', () => {
  test(
    'loads, computes on the CPU what the CPU build computes, and says so in set-up, doctor and run.json',
    { timeout: 600_000 },
    async () => {
      const said: string[] = []
      const root = checkout()
      const context = createContext({
        root,
        env: { ...process.env, AFTERWORD_TENSORFLOW: 'gpu', AFTERWORD_CUDA: 'system' },
        log: {
          note: (text) => void said.push(text),
          warn: (text) => void said.push(text),
          progress: () => undefined,
        },
      })
      expect(await prepareNative(context)).toMatchObject({ ok: true, library: { build: 'gpu' } })
      expect(linkedBinding(root)).toContain('-gpu-')
      expect(said.join('\n')).toContain('so the GPU build of TensorFlow computes on the CPU')

      const { isUsable, pieces } = await inspectNative(context)
      expect(isUsable).toBe(true)
      const piece = (name: string) => pieces.find((one) => one.name === name)
      expect(piece('TensorFlow')).toMatchObject({ state: 'ok', version: '2.21.0 (GPU build)' })
      expect(piece('GPU')?.note).toContain('the GPU build of TensorFlow computes on the CPU')

      const config = runConfig()
      const onCpuBuild = await queuedRun(config, 'graph')
      expect(await train(onCpuBuild)).toBe(0)
      withEnvironment({ AFTERWORD_TRAINER: join(root, 'out/main/trainer.js') })
      const onGpuBuild = await queuedRun(config, 'graph')
      expect(await train(onGpuBuild)).toBe(0)

      const record = await readRecord(onGpuBuild)
      expect(record.device).toMatch(/^CPU \(/)
      expect(record.deviceNote).toBe('the GPU build of TensorFlow finds no GPU and computes on the CPU')
      expect((await readRecord(onCpuBuild)).deviceNote).toBeUndefined()
      const losses = async (folder: string) =>
        (await metricsOf(folder)).flatMap(({ values }) => values['train/loss'] ?? [])
      const [theirs, ours] = [await losses(onCpuBuild), await losses(onGpuBuild)]
      expect(ours).toHaveLength(30)
      ours.forEach((loss, step) => expect(loss / (theirs[step] ?? 0)).toBeCloseTo(1, 4))
    },
  )
})

test.runIf(existsSync(tensorflowFolder(createContext(), 'cpu')))(
  'where the GPU build cannot be fetched, the CPU build is linked and the user is told what to do',
  async () => {
    const said: string[] = []
    const root = checkout()
    const cache = tempFolder()
    const ours = createContext()
    for (const name of readdirSync(ours.cache))
      if (/^(tensorflow|binding)-.*-cpu-/.test(name)) symlinkSync(join(ours.cache, name), join(cache, name))
    const env = { ...process.env, ...nvidiaSmi('0, NVIDIA H200, 143771, 9.0, 580.159.03') }
    const context = createContext({
      root,
      env: { ...env, AFTERWORD_CACHE: cache, AFTERWORD_OFFLINE: '1' },
      log: {
        note: (text) => void said.push(text),
        warn: (text) => void said.push(text),
        progress: () => undefined,
      },
    })
    expect(await prepareNative(context)).toMatchObject({ ok: true, library: { build: 'cpu' } })
    expect(said.join('\n')).toMatch(
      /no GPU build of TensorFlow, the CPU computes: .*AFTERWORD_OFFLINE is set. To mend it: connect once/,
    )
    const { isUsable, pieces } = await inspectNative(context)
    expect(isUsable).toBe(true)
    expect(pieces.find(({ name }) => name === 'GPU')).toMatchObject({
      state: 'warning',
      version: '0: NVIDIA H200, 140 GiB',
      source: 'driver 580.159.03',
      note: 'not used: the GPU build of TensorFlow is not linked',
      advice: 'npx afterword doctor --fix',
    })
  },
)

/** A checkout with packages and built programs of this one, whose binding can be linked anew. */
function checkout(): string {
  const root = tempFolder()
  const here = resolve('.')
  cpSync(join(trainerCommand().script, '..', '..'), join(root, 'out'), { recursive: true })
  mkdirSync(join(root, 'node_modules/@tensorflow'), { recursive: true })
  symlinkSync(join(here, 'package.json'), join(root, 'package.json'))
  for (const folder of ['node_modules', 'node_modules/@tensorflow']) {
    for (const name of readdirSync(join(here, folder))) {
      const path = join(folder, name)
      if (path !== PACKAGE && path !== 'node_modules/@tensorflow')
        symlinkSync(join(here, path), join(root, path))
    }
  }
  cpSync(join(here, PACKAGE), join(root, PACKAGE), { recursive: true, verbatimSymlinks: true })
  rmSync(join(root, PACKAGE, 'lib'), { recursive: true, force: true })
  return root
}
