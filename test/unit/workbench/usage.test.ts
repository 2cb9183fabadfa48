// What a process uses, read from the system; and GPUs as one nvidia-smi tells them.
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import type { RunTail } from '../../../src/workbench/run-tail'
import { UsageMeter } from '../../../src/workbench/usage'
import { tempFolder } from '../../helpers/temp-folder'

const path = process.env['PATH']
afterEach(() => {
  process.env['PATH'] = path
})
const tail = (id: string, pid: number | undefined, place = 'cpu', host = hostname()) =>
  ({ id, storedRecord: { pid, place, host } }) as unknown as RunTail

test('cores in use and memory of a process; nothing of one that is gone', async () => {
  const meter = new UsageMeter(() => Promise.resolve(false))
  const runs = [tail('busy', process.pid), tail('gone', 2 ** 30), tail('waiting', undefined)]
  const [first] = await meter.read(runs)
  expect(first?.cores).toBeUndefined()
  expect(first?.memory).toBeGreaterThan(20e6)
  expect(Math.abs((first?.memory ?? 0) - process.memoryUsage.rss())).toBeLessThan(100e6)
  const began = process.cpuUsage()
  const start = performance.now()
  while (performance.now() - start < 300) Math.sqrt(performance.now())
  const used = process.cpuUsage(began)
  const [busy, gone, waiting] = await meter.read(runs)
  const own = (used.user + used.system) / 1e6 / ((performance.now() - start) / 1000)
  expect(Math.abs((busy?.cores ?? 0) - own)).toBeLessThan(0.25)
  expect([gone, waiting]).toEqual([{ runId: 'gone' }, { runId: 'waiting' }])
})

test('nothing is said of a run on another machine: its pid is another process here', async () => {
  const meter = new UsageMeter(() => Promise.resolve(false))
  expect(await meter.read([tail('far', process.pid, 'cpu', 'elsewhere')])).toEqual([{ runId: 'far' }])
})

test('one nvidia-smi tells of all GPUs for as long as somebody asks', async () => {
  const folder = tempFolder()
  const program = join(folder, 'nvidia-smi')
  writeFileSync(
    program,
    `#!/bin/sh\necho started >> ${join(folder, 'starts')}\necho "0, 12, 1024, 4096"\necho "1, 97, 2048, 4096"\necho "2, [N/A], 1, 1"\nexec sleep 60\n`,
  )
  chmodSync(program, 0o755)
  process.env['PATH'] = `${folder}:${path}`
  const meter = new UsageMeter(() => Promise.resolve(true))
  const runs = [tail('a', process.pid, 'gpu:1'), tail('b', process.pid, 'gpu:2'), tail('c', process.pid)]
  await meter.read(runs)
  let found = await meter.read(runs)
  for (let tries = 0; tries < 100 && found[0]?.gpu === undefined; tries++) {
    await sleep(20)
    found = await meter.read(runs)
  }
  expect(found[0]?.gpu).toEqual({ utilization: 0.97, memory: 2048 * 2 ** 20, memoryTotal: 4096 * 2 ** 20 })
  expect([found[1]?.gpu, found[2]?.gpu]).toEqual([undefined, undefined])
  expect(readFileSync(join(folder, 'starts'), 'utf8')).toBe('started\n')
  meter.close()
})
