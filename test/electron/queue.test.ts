// The queue as a person uses it: order by dragging, by keys and from a menu, runs side by side with what they use, and a
// notification when a study is done.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openApp, testFolders, type RunningApp } from './app'
import { seriousProblems } from './axe'
import { shoot } from './shots'
import { longStudy } from './studies'

const folders = testFolders()
let running: RunningApp

const study = (name: string) =>
  longStudy.replace('long-parity', name).replace('evaluate:', 'sweep: { seed: [0, 1, 2] }\nevaluate:')
const settingsFile = join(folders.workspace, 'settings.json')

beforeAll(async () => {
  mkdirSync(join(folders.workspace, 'studies'), { recursive: true })
  for (const name of ['alpha', 'beta'])
    writeFileSync(join(folders.workspace, 'studies', `${name}.yaml`), study(name))
  writeFileSync(settingsFile, JSON.stringify({ queueRunning: false }))
  running = await openApp(folders)
})
afterAll(async () => {
  await running?.quit()
  folders.remove()
})

const waiting = (page: Page) =>
  page
    .getByTestId('waiting')
    .getByRole('listitem')
    .evaluateAll((items) =>
      items.map((item) =>
        /(alpha|beta)\s*seed (\d)/
          .exec(item.textContent ?? '')
          ?.slice(1, 3)
          .join(''),
      ),
    )

test('waiting runs are moved by dragging, by keys and from a menu', async () => {
  const { page } = running
  for (const name of ['alpha', 'beta']) {
    await page.getByRole('button', { name: 'Studies', exact: true }).first().click()
    await page.getByRole('button', { name: `Run ${name}` }).click()
    // Running a study of several runs shows the queue.
    await page.getByTestId('waiting').getByText(name).first().waitFor()
  }
  await expect.poll(() => waiting(page)).toEqual(['alpha0', 'alpha1', 'alpha2', 'beta0', 'beta1', 'beta2'])
  const items = page.getByTestId('waiting').getByRole('listitem')
  await items.nth(0).dragTo(items.nth(2))
  await expect.poll(() => waiting(page)).toEqual(['alpha1', 'alpha2', 'alpha0', 'beta0', 'beta1', 'beta2'])
  const handle = page.getByRole('button', { name: /^Place 1 of 6: alpha/ })
  await handle.focus()
  await handle.press('Alt+ArrowDown')
  await expect.poll(() => waiting(page)).toEqual(['alpha2', 'alpha1', 'alpha0', 'beta0', 'beta1', 'beta2'])
  // The key goes on with the run it moved.
  await page.locator('[data-handle]:focus').press('Alt+ArrowDown')
  await expect.poll(() => waiting(page)).toEqual(['alpha2', 'alpha0', 'alpha1', 'beta0', 'beta1', 'beta2'])
  await page.getByRole('button', { name: /^What to do with beta.*seed 1/ }).click()
  await page.getByRole('menuitem', { name: 'All runs of this study to the front' }).click()
  await expect.poll(() => waiting(page)).toEqual(['beta0', 'beta1', 'beta2', 'alpha2', 'alpha0', 'alpha1'])
  // Of low priority: after all others, whatever is queued later.
  await page.getByRole('button', { name: /^What to do with beta.*seed 0/ }).press('Enter')
  await page.getByRole('menuitem', { name: 'Priority of all runs of this study' }).press('ArrowRight')
  await page.getByRole('menuitemcheckbox', { name: /^Low/ }).press('Enter')
  await expect.poll(() => waiting(page)).toEqual(['alpha2', 'alpha0', 'alpha1', 'beta0', 'beta1', 'beta2'])
  await page.getByTestId('waiting').getByText('low', { exact: true }).nth(2).waitFor()
  await shoot(page, 'queue-priority')
  await page.getByRole('button', { name: /^What to do with beta.*seed 0/ }).press('Enter')
  await page.getByRole('menuitem', { name: 'Priority of all runs of this study' }).press('ArrowRight')
  await page.getByRole('menuitemcheckbox', { name: /^High/ }).press('Enter')
  await expect.poll(() => waiting(page)).toEqual(['beta0', 'beta1', 'beta2', 'alpha2', 'alpha0', 'alpha1'])
  await page.getByRole('button', { name: /^What to do with alpha.*seed 2/ }).click()
  await page.getByRole('menuitem', { name: 'Take out of the queue' }).click()
  await expect.poll(() => waiting(page)).toEqual(['beta0', 'beta1', 'beta2', 'alpha0', 'alpha1'])
})

test('two slots train two runs side by side and show what each uses', async () => {
  const { page } = running
  await page.getByRole('spinbutton', { name: 'Runs side by side' }).fill('2')
  await page.getByRole('spinbutton', { name: 'Runs side by side' }).press('Enter')
  await expect
    .poll(() => (JSON.parse(readFileSync(settingsFile, 'utf8')) as { slots?: { cpu: number } }).slots?.cpu)
    .toBe(2)
  await page.getByRole('button', { name: 'Start the queue' }).click()
  const active = page.getByTestId('active-run')
  await expect.poll(() => active.count(), { timeout: 60_000 }).toBe(2)
  await expect
    .poll(() => active.allTextContents(), { timeout: 60_000 })
    .toEqual([
      expect.stringMatching(/beta.*\d\.\d cores.*\d+ MB/),
      expect.stringMatching(/beta.*\d\.\d cores.*\d+ MB/),
    ])
  await expect.poll(() => page.getByText(/^about .* left/).count(), { timeout: 60_000 }).toBe(1)
  // The course of what each uses, processor and memory.
  await expect.poll(() => page.getByTestId('spark-line').count(), { timeout: 30_000 }).toBe(4)
  expect(await seriousProblems(page)).toEqual([])
  const shots = process.env['AFTERWORD_SHOTS']
  if (shots !== undefined) await page.screenshot({ path: join(shots, 'queue.png') })
})

test('a notification says that a study is done while the window is not in use', async () => {
  const { app, page } = running
  await app.evaluate(({ BrowserWindow, Notification }) => {
    const shown: string[] = []
    ;(globalThis as { shown?: string[] }).shown = shown
    Notification.isSupported = () => true
    Notification.prototype.show = function (this: Electron.Notification) {
      shown.push(`${this.title}: ${this.body}`)
      setTimeout(() => this.emit('click'), 50)
    }
    for (const window of BrowserWindow.getAllWindows()) window.isFocused = () => false
  })
  // All of beta but the last are stopped by hand; the last is killed.
  await page.getByRole('button', { name: 'Hold the queue' }).click()
  for (const place of ['beta.*seed 2', 'alpha.*seed 0', 'alpha.*seed 1']) {
    await page.getByRole('button', { name: new RegExp(`^What to do with ${place}`) }).click()
    await page.getByRole('menuitem', { name: 'Take out of the queue' }).click()
  }
  const active = page.getByTestId('active-run')
  await active.first().getByRole('button', { name: 'Stop' }).click()
  await expect.poll(() => active.count(), { timeout: 60_000 }).toBe(1)
  const runs = join(folders.workspace, 'runs')
  const pids = readdirSync(runs)
    .filter((name) => !name.startsWith('.'))
    .map(
      (id) => JSON.parse(readFileSync(join(runs, id, 'run.json'), 'utf8')) as { state: string; pid: number },
    )
    .flatMap(({ state, pid }) => (state === 'running' ? [pid] : []))
  expect(pids).toHaveLength(1)
  process.kill(pids[0] ?? 0, 'SIGKILL')
  const shown = () => app.evaluate(() => (globalThis as { shown?: string[] }).shown)
  await expect
    .poll(shown, { timeout: 60_000 })
    .toEqual([expect.stringMatching(/^beta is done: .*interrupted/)])
  // A click on it shows the run.
  await page.getByRole('heading', { name: 'beta' }).waitFor()
})
