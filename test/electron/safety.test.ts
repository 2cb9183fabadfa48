// What the page may not do, checked from inside the real page; and that nothing asks the network for anything.
import { createServer, type Server } from 'node:net'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { goTo, openApp, testFolders, type RunningApp } from './app'

const folders = testFolders()
let running: RunningApp
let proxy: Server
const connections: string[] = []

beforeAll(async () => {
  // Everything Chromium would fetch goes through this proxy, its own background requests too.
  proxy = createServer((socket) => {
    socket.once('data', (data) => connections.push(data.toString('latin1').split('\r\n')[0] ?? ''))
    socket.on('error', () => undefined)
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  const { port } = proxy.address() as AddressInfo
  running = await openApp(folders, { switches: [`--proxy-server=http://127.0.0.1:${port}`] })
})
afterAll(async () => {
  await running?.quit()
  proxy.close()
  folders.remove()
})

test('the page has no Node and one frozen door', async () => {
  const seen = await running.page.evaluate(() => ({
    require: typeof (window as { require?: unknown }).require,
    process: typeof (window as { process?: unknown }).process,
    door: Object.keys((window as unknown as { afterword: object }).afterword).sort(),
    isFrozen: Object.isFrozen((window as unknown as { afterword: object }).afterword),
  }))
  expect(seen).toEqual({
    require: 'undefined',
    process: 'undefined',
    door: ['on', 'request'],
    isFrozen: true,
  })
})

test('the window is isolated and sandboxed', async () => {
  const preferences = await running.app.evaluate(({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]?.webContents as unknown as {
      getLastWebPreferences(): { contextIsolation: boolean; sandbox: boolean; nodeIntegration: boolean }
    }
    const { contextIsolation, sandbox, nodeIntegration } = contents.getLastWebPreferences()
    return { contextIsolation, sandbox, nodeIntegration }
  })
  expect(preferences).toEqual({ contextIsolation: true, sandbox: true, nodeIntegration: false })
})

test('a payload that does not fit its schema is refused with code and message', async () => {
  const ask = (name: string, argument: unknown) =>
    running.page.evaluate(
      ([request, payload]) =>
        (
          window as unknown as { afterword: { request(name: unknown, argument: unknown): Promise<unknown> } }
        ).afterword.request(request, payload),
      [name, argument] as const,
    )
  expect(await ask('readLog', { runId: '../../etc/passwd', maxBytes: 10 })).toMatchObject({
    ok: false,
    error: { code: 'invalid-input', message: expect.stringContaining('runId') as string },
  })
  expect(await ask('exec', { command: 'ls' })).toMatchObject({ ok: false, error: { code: 'invalid-input' } })
  expect(await ask('readConfig', { runId: 'no-such-run' })).toMatchObject({
    ok: false,
    error: { code: 'not-found' },
  })
})

test('script from elsewhere, remote requests, navigation and new windows are refused', async () => {
  const { page, lines } = running
  const outcome = await page.evaluate(async () => {
    const violations: string[] = []
    document.addEventListener('securitypolicyviolation', (event) => violations.push(event.effectiveDirective))
    const fetched = await fetch('https://example.com/').then(
      () => 'fetched',
      () => 'refused',
    )
    const script = document.createElement('script')
    script.textContent = 'window.injected = true'
    document.head.append(script)
    const opened = window.open('https://example.com/')
    await new Promise((resolve) => setTimeout(resolve, 300))
    return { fetched, violations, opened: opened === null, injected: 'injected' in window }
  })
  expect(outcome).toMatchObject({ fetched: 'refused', opened: true, injected: false })
  expect(outcome.violations).toEqual(expect.arrayContaining(['connect-src']))
  await page.evaluate(() => {
    location.href = 'https://example.com/'
  })
  await expect
    .poll(() => lines.some((line) => line.includes('[navigation] denied https://example.com/')))
    .toBe(true)
  expect(page.url()).toMatch(/^app:\/\/afterword\//)
})

test('a request that got past the page would be blocked and logged', async () => {
  const message = await running.app.evaluate(async ({ session }) => {
    const fetching = session.defaultSession as unknown as { fetch(url: string): Promise<unknown> }
    return fetching.fetch('https://example.com/blocked').then(
      () => 'fetched',
      (error: unknown) => String(error),
    )
  })
  expect(message).toContain('ERR_BLOCKED_BY_CLIENT')
  expect(running.lines.some((line) => line.includes('[network] blocked https://example.com/blocked'))).toBe(
    true,
  )
})

test('no screen asks the network for anything', async () => {
  for (const screen of [
    'studies',
    'editor/built-in/parity-ntp-then-grpo',
    'queue',
    'runs',
    'compare',
    'settings',
  ]) {
    await goTo(running.page, `#/${screen}`)
    await running.page.getByRole('heading', { level: 1 }).waitFor()
  }
  const blocked = running.lines.filter(
    (line) => line.startsWith('[network]') && !line.includes('example.com'),
  )
  expect(blocked).toEqual([])
  expect(connections).toEqual([])
})
