// What a person who keeps the window open all day relies on: text size and theme that stay, find in a log, recent errors with a
// report, shortcuts in one place.
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ask, goTo, openApp, setContentSize, testFolders, type RunningApp } from './app'
import { seriousProblems } from './axe'
import { setTheme, shoot, shootWindow } from './shots'

const folders = testFolders({ isNew: true })
const runs = join(folders.workspace, 'runs')
const failedId = 'failing-20261121-200000-abcd'
let running: RunningApp
let id = ''

beforeAll(async () => {
  running = await openApp(folders)
  await setContentSize(running, 1280, 800)
  id = readdirSync(runs).find((name) => name.startsWith('sample')) ?? ''
  // A run of the person's that failed.
  const folder = join(runs, `.${failedId}.tmp`)
  cpSync(join(runs, id), folder, { recursive: true })
  const record = JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')) as object
  const exitReason = `train/loss is NaN\nat ${join(homedir(), 'data')}`
  const failed = { ...record, id: failedId, study: 'failing', state: 'failed', exitReason }
  writeFileSync(join(folder, 'run.json'), JSON.stringify(failed))
  writeFileSync(join(folder, 'annotations.json'), '{}')
  cpSync(folder, join(runs, failedId), { recursive: true })
})
afterAll(async () => {
  await running?.quit()
  folders.remove()
})

/** The machine may be busy. */
const soon = { timeout: 15_000 }
const settingsFile = join(folders.workspace, 'settings.json')
const textSize = () => (JSON.parse(readFileSync(settingsFile, 'utf8')) as { textSize?: number }).textSize
const widthOf = (page: Page) => page.evaluate(() => innerWidth)

test('the text size applies to the whole window, by mouse, keys and menu, and is kept', async () => {
  const { page, app } = running
  await goTo(page, '#/settings')
  const width = await widthOf(page)
  await page.getByRole('radio', { name: '130%' }).click()
  await expect.poll(async () => (await widthOf(page)) / width).toBeCloseTo(1 / 1.3, 2)
  expect(textSize()).toBe(130)
  await page.getByRole('radio', { name: '150%' }).click()
  await expect.poll(textSize, soon).toBe(150)
  for (const theme of ['light', 'dark'] as const) {
    await setTheme(page, theme)
    await shootWindow(running, `text-150-settings-${theme}`)
    expect(await seriousProblems(page)).toEqual([])
  }
  await setTheme(page, 'light')
  for (const screen of [
    'studies',
    'queue',
    'runs',
    `run/${id}/charts`,
    `run/${id}/samples`,
    `run/${id}/log`,
  ]) {
    await goTo(page, `#/${screen}`)
    const title = page.getByRole('heading', { level: 1 })
    await title.waitFor()
    await shootWindow(running, `text-150-${screen.split('/').at(-1)}`)
    // Nothing hangs out of the window, and the title is whole.
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(
      0,
    )
    expect(await title.evaluate((heading) => heading.scrollWidth - heading.clientWidth)).toBeLessThanOrEqual(
      0,
    )
    if (screen === 'queue') {
      const lines = await page
        .getByRole('region', { name: 'Ended lately' })
        .getByRole('listitem')
        .evaluateAll((items) =>
          items.map((item) =>
            Array.from(item.children, (child) => child.getBoundingClientRect().toJSON() as DOMRect),
          ),
        )
      expect(lines.length).toBeGreaterThan(2)
      // Names have room, and columns stand under each other.
      expect(lines.filter(([, name]) => (name?.width ?? 0) < 100)).toEqual([])
      for (const line of lines) expect(line.map(({ x }) => x)).toEqual(lines[0]?.map(({ x }) => x))
    }
    if (!screen.endsWith('samples')) continue
    await page.getByRole('checkbox', { name: 'By prompt' }).waitFor()
    const outside = await page
      .getByRole('tabpanel')
      .locator('button, input')
      .evaluateAll((controls) =>
        controls
          .filter((control) => control.getBoundingClientRect().right > innerWidth)
          .map((control) => control.outerHTML),
      )
    expect(outside).toEqual([])
  }
  await page.keyboard.press('Control+-')
  await expect.poll(textSize, soon).toBe(130)
  await page.keyboard.press('Control+=')
  await expect.poll(textSize, soon).toBe(150)
  await page.keyboard.press('Control+0')
  await expect.poll(textSize, soon).toBe(100)
  await app.evaluate(({ Menu }) => {
    const labels = (menu: Electron.Menu): Electron.MenuItem[] =>
      menu.items.flatMap((item) => (item.submenu ? labels(item.submenu) : [item]))
    const menu = Menu.getApplicationMenu()
    const item = menu && labels(menu).find(({ label }) => label === 'Larger text')
    item?.click()
  })
  await expect.poll(textSize, soon).toBe(115)
  await running.quit()
  running = await openApp(folders)
  await setContentSize(running, 1280, 800)
  await expect.poll(() => widthOf(running.page), soon).toBe(Math.round(1280 / 1.15))
  await running.page.keyboard.press('Control+0')
  await expect.poll(textSize, soon).toBe(100)
})

test('the theme is light, dark or that of the system', async () => {
  const { page, app } = running
  await goTo(page, '#/settings')
  for (const theme of ['Light', 'Dark', 'System']) {
    await page.getByRole('radio', { name: theme }).click()
    const ask = () =>
      app.evaluate(({ nativeTheme }) => [nativeTheme.themeSource, nativeTheme.shouldUseDarkColors])
    await expect.poll(async () => (await ask())[0]).toBe(theme.toLowerCase())
    const [, isDark] = await ask()
    if (theme !== 'System') expect(isDark).toBe(theme === 'Dark')
    await page.locator(isDark ? 'html.dark' : 'html:not(.dark)').waitFor({ state: 'attached' })
  }
})

test('who asked for less motion gets none', async () => {
  const { page } = running
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await page.keyboard.press('Control+k')
  const dialog = page.getByRole('dialog')
  await dialog.waitFor()
  const seconds = await dialog.evaluate((element) => {
    const { animationDuration, transitionDuration } = getComputedStyle(element)
    return [...animationDuration.split(','), ...transitionDuration.split(',')].map(parseFloat)
  })
  expect(Math.max(...seconds)).toBeLessThan(0.001)
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
  await page.emulateMedia({ reducedMotion: null })
})

test('a text is found in the log, next and previous, and kinds of lines are told apart', async () => {
  const { page } = running
  await goTo(page, `#/run/${id}/log`)
  await page.locator('pre[aria-label=Log]').waitFor()
  await page.keyboard.press('Control+f')
  const field = page.getByRole('textbox', { name: 'Find in the log' })
  await expect.poll(() => field.evaluate((element) => element === document.activeElement)).toBe(true)
  await page.keyboard.type('STAGE 1')
  const found = page.getByTestId('log-found')
  await expect.poll(() => found.textContent(), soon).toMatch(/^1 of \d+$/)
  const count = Number(/of (\d+)/.exec((await found.textContent()) ?? '')?.[1])
  const marked = () =>
    page.evaluate(() => {
      const all = CSS.highlights as unknown as Map<string, Set<Range>>
      return ['log-found', 'log-current'].map((name) => all.get(name)?.size ?? 0)
    })
  expect(await marked()).toEqual([count, 1])
  await page.keyboard.press('Enter')
  await page.keyboard.press('Enter')
  expect(await found.textContent()).toBe(`3 of ${count}`)
  await page.keyboard.press('Shift+Enter')
  expect(await found.textContent()).toBe(`2 of ${count}`)
  await page.keyboard.press('Shift+Enter')
  await page.keyboard.press('Shift+Enter')
  // Round the end, and in sight.
  expect(await found.textContent()).toBe(`${count} of ${count}`)
  const isInSight = await page.evaluate(() => {
    const [range] = (CSS.highlights as unknown as Map<string, Set<Range>>).get('log-current') ?? []
    const box = document.querySelector('[aria-label=Log]')?.getBoundingClientRect()
    const at = range?.getBoundingClientRect()
    return at !== undefined && box !== undefined && at.top >= box.top && at.bottom <= box.bottom
  })
  expect(isInSight).toBe(true)
  for (const theme of ['light', 'dark'] as const) {
    await setTheme(page, theme)
    await shoot(page, `log-find-${theme}`)
    expect(await seriousProblems(page)).toEqual([])
  }
  await setTheme(page, 'light')
  await page.getByRole('radio', { name: 'Evaluations' }).click()
  const lines = (await page.locator('pre[aria-label=Log]').textContent())?.split('\n') ?? []
  expect(lines.length).toBeGreaterThan(5)
  expect(lines.every((line) => / stage \d step \d+: eval/.test(line))).toBe(true)
  await field.fill('no such text')
  await expect.poll(() => found.textContent(), soon).toBe('not found')
})

test('errors of the window and failed runs are listed, with a report to copy that names no folder', async () => {
  const { page, app } = running
  await goTo(page, '#/studies')
  await page.evaluate((home) => {
    setTimeout(() => void Promise.reject(new Error(`could not draw ${home}/chart`)), 0)
  }, homedir())
  const notice = page.getByRole('status').filter({ hasText: 'could not draw' })
  await notice.getByRole('button', { name: 'Recent errors' }).click()
  const report = page.getByLabel('Report')
  await expect.poll(() => report.textContent(), soon).toContain('# could not draw ~/chart')
  const text = (await report.textContent()) ?? ''
  for (const name of ['Afterword', 'Electron', 'Chrome', 'Node', 'System'])
    expect(text).toMatch(new RegExp(`- ${name}: \\S`))
  expect(text).not.toContain(homedir())
  await notice.waitFor({ state: 'detached' })
  await page.getByRole('button', { name: /train\/loss is NaN/ }).click()
  await expect.poll(() => report.textContent(), soon).toContain('- Run: failing')
  for (const theme of ['light', 'dark'] as const) {
    await setTheme(page, theme)
    await shoot(page, `errors-${theme}`)
    expect(await seriousProblems(page)).toEqual([])
  }
  await setTheme(page, 'light')
  await page.getByRole('button', { name: 'Copy report' }).click()
  await page.getByText('Report copied').first().waitFor()
  const copied = await app.evaluate(({ clipboard }) => clipboard.readText())
  expect(copied).toContain('kind: parity')
  expect(copied).toContain('All stages are done')
  expect(copied).not.toContain(homedir())
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  // The palette and the Help menu lead there too.
  await app.evaluate(({ Menu }) => {
    const help = Menu.getApplicationMenu()?.items.find(({ role }) => role === 'help')
    help?.submenu?.items.find(({ label }) => label === 'Recent errors')?.click()
  })
  await page.getByRole('dialog', { name: 'Recent errors' }).waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
})

test('a mistake that is told as such is listed, and does not stay at the top', async () => {
  const { page } = running
  await goTo(page, '#/runs')
  await ask(page, 'reportError', { message: 'a value is wrong', detail: '', isExpected: true })
  await page.keyboard.press('Control+k')
  await page.keyboard.type('recent errors')
  await page.getByRole('option', { name: 'Recent errors' }).waitFor()
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: /a value is wrong/ }).waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  expect(await page.getByRole('status').filter({ hasText: 'a value is wrong' }).count()).toBe(0)
})

test('every shortcut stands in one place, behind a question mark', async () => {
  const { page } = running
  await goTo(page, '#/studies')
  await page.getByRole('textbox', { name: 'Filter studies' }).fill('')
  // Typed into a field it is a question mark.
  await page.keyboard.type('?')
  expect(await page.getByTestId('shortcuts').count()).toBe(0)
  await page.getByRole('textbox', { name: 'Filter studies' }).fill('')
  await page.getByRole('button', { name: 'New study' }).focus()
  await page.keyboard.type('?')
  await page.getByTestId('shortcuts').waitFor()
  for (const theme of ['light', 'dark'] as const) {
    await setTheme(page, theme)
    await shoot(page, `shortcuts-${theme}`)
    expect(await seriousProblems(page)).toEqual([])
  }
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  expect(running.pageErrors.filter((text) => !text.includes('could not draw'))).toEqual([])
})
