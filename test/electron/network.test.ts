// Nothing leaves the machine while the main path of the app is walked: first start, sample study, a comparison, a run of one's
// own with its charts, samples and log, and a slide. Watched are all internet sockets of the window, its helper processes, main and
// the trainers, and what Chromium itself logs of its network.
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import type * as childProcess from 'node:child_process'
import type * as netModule from 'node:net'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { answerSaveDialog, ask, goTo, openApp, testFolders, type RunningApp } from './app'
import { isLocal, SocketWatch } from './sockets'
import { quickStudy } from './studies'

const folders = testFolders({ isNew: true })
const netLog = join(folders.root, 'net-log.json')
const isLinux = process.platform === 'linux'
let running: RunningApp

beforeAll(async () => {
  running = await openApp(folders, {
    switches: [`--log-net-log=${netLog}`, '--net-log-capture-mode=Everything'],
  })
})
afterAll(async () => {
  await running?.quit()
  folders.remove()
})

test.runIf(isLinux)('the main path opens no socket that leads elsewhere', async () => {
  const { page, app } = running
  const pid = app.process().pid ?? 0
  const watch = new SocketWatch(pid)
  // That the watch sees what main and what a process of it connects to.
  const server = createServer((socket) => setTimeout(() => socket.destroy(), 300))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await app.evaluate(async (_electron, to) => {
    const { execFile } = process.mainModule?.require('node:child_process') as typeof childProcess
    const net = process.mainModule?.require('node:net') as typeof netModule
    const connect = `require('node:net').connect(${to}, '127.0.0.1').on('close', () => process.exit())`
    await Promise.all([
      new Promise((resolve) => net.connect(to, '127.0.0.1').on('close', resolve)),
      new Promise((resolve) =>
        execFile(
          process.execPath,
          ['-e', connect],
          { env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' } },
          resolve,
        ),
      ),
    ])
  }, port)
  server.close()

  await page.getByRole('button', { name: 'Look at the sample study' }).click()
  await page.getByText('More next-token prediction').first().waitFor()
  mkdirSync(join(folders.workspace, 'studies'), { recursive: true })
  writeFileSync(join(folders.workspace, 'studies', 'quick-parity.yaml'), quickStudy)
  await goTo(page, '#/studies')
  await page.getByRole('button', { name: 'Run quick-parity' }).click()
  await page
    .getByRole('region', { name: 'Ended lately' })
    .getByText('finished')
    .nth(7)
    .waitFor({ timeout: 120_000 })
  const runs = await ask<{ record: { id: string; study: string } }[]>(page, 'listRuns')
  const own = runs.filter(({ record }) => record.study === 'quick-parity').map(({ record }) => record.id)
  for (const [tab, ready] of [
    ['charts', 'Answer length'],
    ['samples', 'Completion'],
    ['config', 'longFraction: 0.3'],
    ['log', 'All stages are done'],
  ] as const) {
    await goTo(page, `#/run/${own[0]}/${tab}`)
    await page.getByText(ready).first().waitFor()
  }
  await goTo(page, '#/runs')
  await page.getByText('Duration').first().waitFor()
  await goTo(page, `#/compare/${own.join(',')}`)
  const slide = join(folders.root, 'slide.pptx')
  await answerSaveDialog(running, slide)
  await page.getByRole('button', { name: 'Export', exact: true }).first().click()
  await page.getByRole('radio', { name: 'PPTX' }).click()
  await page.getByRole('button', { name: /^Export PPTX/ }).click()
  await expect
    .poll(() => existsSync(slide) && statSync(slide).size, { timeout: 60_000 })
    .toBeGreaterThan(1000)
  await goTo(page, '#/settings')
  await page.getByText('Keyboard').first().waitFor()

  const sockets = watch.stop()
  // Main and its process were seen with the connection made here.
  const seen = new Set(
    sockets.filter(({ remote }) => remote === `127.0.0.1:${port}`).map((socket) => socket.pid),
  )
  expect(seen.size).toBe(2)
  expect(watch.looks).toBeGreaterThan(100)
  // Main, the helper processes of Chromium, and two trainers.
  expect(watch.processes).toBeGreaterThan(5)
  const leaving = sockets.filter(({ local, remote }) => !isLocal(remote) || !isLocal(local))
  expect(leaving).toEqual([])
  console.log(
    `${sockets.length} sockets of ${watch.processes} processes in ${watch.looks} looks, all of this machine`,
  )
})

test('what Chromium logs of its network names no address', async () => {
  await running.quit()
  const text = readFileSync(netLog, 'utf8')
  const { constants, events } = JSON.parse(text) as {
    constants: { logEventTypes: Record<string, number> }
    events: { type: number; params?: { url?: string; host?: string; address?: string } }[]
  }
  const names = new Map(Object.entries(constants.logEventTypes).map(([name, type]) => [type, name]))
  const told = events.flatMap(({ type, params }) => {
    const { url, host, address } = params ?? {}
    const isOwn = url === undefined || /^(app|devtools|data|blob|chrome|chrome-extension|file):/.test(url)
    const isHere = address === undefined || /^(127\.|\[?::1)/.test(address)
    return isOwn && host === undefined && isHere ? [] : [`${names.get(type)} ${url ?? host ?? address}`]
  })
  expect(events.length).toBeGreaterThan(0)
  expect([...new Set(told)]).toEqual([])
})
