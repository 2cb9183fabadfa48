// Batches that do not fit into memory, for real: under a limit on the address space, and in a heap that fills up. Whether the
// trainer notices it or is ended by it, the run says what to make smaller.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { RunSummary } from '../../src/shared/workbench-api'
import { tempFolder } from '../helpers/temp-folder'
import { opened, toyStudy, trainerCommand } from '../helpers/workbench'
import type { OpenOptions } from '../../src/workbench/workbench'

/** Kilobytes of address space in which TensorFlow loads and trains small batches. */
const LIMIT = 5_000_000
/** Advice is to halve: what is advised may not fit yet, but never takes more than a few turns. */
const MOST_TURNS = 4

/** Trains one step of a batch with a way to start trainers, and gives the run's end. */
async function trainBatch(batch: number, trainer: OpenOptions['trainer']): Promise<RunSummary> {
  const workbench = await opened(tempFolder(), { trainer, role: 'command' })
  const text = toyStudy({ stages: [{ kind: 'pretrain', steps: 1, batch }] })
  const [run] = await workbench.queueStudy({ text, fileName: 'toy.yaml', engine: 'graph' })
  return workbench.runToEnd(run?.record.id ?? '')
}

/** The batch that a failed run's reason advises. */
function advisedBatch({ record }: RunSummary): number {
  expect(record.state).toBe('failed')
  const [, advised] =
    /memory d(?:oes|id) not suffice.*set stages\[0\]\.batch to (\d+) or less \(it is \d+\)/.exec(
      record.exitReason ?? '',
    ) ?? []
  expect(advised, record.exitReason).toBeDefined()
  return Number(advised)
}

test('a batch that does not fit names the field, its value and a smaller one; following that leads to one that trains', async () => {
  const { execPath, script } = trainerCommand()
  const limited = join(tempFolder(), 'limited.sh')
  writeFileSync(limited, `ulimit -v ${LIMIT}\nexec "${execPath}" "${script}" "$1"\n`)
  const trainer = { execPath: '/bin/sh', script: limited, environment: { AFTERWORD_THREADS: '1' } }
  let batch = 150_000
  let run = await trainBatch(batch, trainer)
  for (let turn = 0; turn < MOST_TURNS && (turn === 0 || run.record.state !== 'finished'); turn++) {
    const advised = advisedBatch(run)
    expect(advised).toBeLessThanOrEqual(batch / 2)
    batch = advised
    run = await trainBatch(batch, trainer)
  }
  expect(run.record).toMatchObject({ state: 'finished' })
})

test('a trainer that is ended by a full heap fails its run with a batch to try', async () => {
  const script = join(tempFolder(), 'filling.cjs')
  writeFileSync(
    script,
    "require('node:v8').setFlagsFromString('--max-old-space-size=16')\nconst kept = []\nfor (;;) kept.push(new Array(1e6).fill(kept.length + 0.5))\n",
  )
  const run = await trainBatch(64, { execPath: process.execPath, script })
  expect(run.record.exitReason).toMatch(/^The trainer was ended by SIGABRT because memory did not suffice: /)
  expect(advisedBatch(run)).toBe(32)
})
