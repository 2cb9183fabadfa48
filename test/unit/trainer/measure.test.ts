// Measuring after a run: only where it is cheap beside the training, never for longer, and a stop ends it.
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { openEngine } from '../../../src/engine/open-engine'
import type { Engine } from '../../../src/engine/types'
import { writeControl } from '../../../src/run-folder/run-folder'
import { measurementKey } from '../../../src/trainer/choose-engine'
import { Commands } from '../../../src/trainer/commands'
import { measureFinishedRun } from '../../../src/trainer/measure'
import { measureEngines } from '../../../src/trainer/measure-engines'
import { MeasurementCache } from '../../../src/trainer/measurement-cache'
import { runConfig } from '../../helpers/run-config'
import { tempFolder } from '../../helpers/temp-folder'

const opened = await openEngine('auto', { threads: 1 })
const hasNative = opened.name !== 'js'
const config = runConfig({ evaluate: { every: 10, samples: 4 } })

function finishedRun(seconds: number) {
  const folder = tempFolder()
  const lines: string[] = []
  const log = (line: string) => void lines.push(line)
  const begin = performance.now()
  const now = () => (performance.now() - begin) / 1000
  const commands = new Commands(folder, log, undefined, Date.now())
  const cache = new MeasurementCache(tempFolder(), log)
  const key = measurementKey(config, opened)
  return { folder, config, key, seconds, commands, cache, log, now, lines }
}

test('a run of some minutes is not measured', async () => {
  const run = finishedRun(180)
  await measureFinishedRun(run)
  expect(run.lines).toEqual([])
  expect(await run.cache.find(run.key)).toBeUndefined()
})

test.skipIf(!hasNative)('a run of hours is measured on both engines and remembered', async () => {
  const run = finishedRun(7200)
  await measureFinishedRun(run)
  const remembered = await run.cache.find(run.key)
  expect(Object.keys(remembered?.engines ?? {}).sort()).toEqual(['graph', 'xla'])
  expect(run.lines.at(-1)).toMatch(/^remembered in .*: measured on this machine on .*graph .* ms/)
  // Another machine, device or number of threads has none.
  expect(await run.cache.find({ ...run.key, threads: 64 })).toBeUndefined()
})

test.skipIf(!hasNative)('a stop command ends a measurement, and nothing is remembered', async () => {
  const run = finishedRun(7200)
  const measured = measureFinishedRun(run)
  while (!run.lines.some((line) => line.startsWith('measuring stage 0'))) await sleep(10)
  await writeControl(run.folder, 'stop')
  await measured
  expect(run.lines.at(-1)).toBe('measuring was stopped')
  expect(await run.cache.find(run.key)).toBeUndefined()
})

test.skipIf(!hasNative)(
  'of a long evaluation a part is measured, and the whole worked out from it',
  async () => {
    // 1,024 problems of 16 answers each are asked 256 at a time: in four parts.
    const stages = [{ kind: 'evaluate', problems: 1024, samples: 15 }]
    const { engine } = await openEngine('eager', { threads: 1 })
    let calls = 0
    const counting: Engine = {
      name: engine.name,
      liveTensors: () => engine.liveTensors(),
      program: async (definition) => {
        const program = await engine.program(definition)
        const call = program.call.bind(program)
        return Object.assign(program, {
          call: (...args: Parameters<typeof call>) => (calls++, call(...args)),
        })
      },
    }
    const log = () => undefined
    const run = finishedRun(7200)
    const { engines, problems } = await measureEngines({
      ...{ config: runConfig({ stages }), key: run.key, open: () => Promise.resolve(counting) },
      // A second a call.
      ...{ signal: new AbortController().signal, now: () => calls, log },
    })
    expect(problems).toEqual({})
    const [times] = engines.graph ?? []
    // Four rounds on two engines.
    const callsAPart = calls / 8
    expect(times?.evaluateSeconds).toBeGreaterThan(3 * callsAPart)
    expect(times?.evaluateSeconds).toBeLessThan(5 * callsAPart)
  },
)
