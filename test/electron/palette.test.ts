// The keyboard alone: the command palette has every action of every screen and carries each out, and Tab reaches every control
// of a screen in the order in which it is read.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ask, goTo, openApp, setContentSize, testFolders, type RunningApp } from './app'
import { shoot } from './shots'

const folders = testFolders({ isNew: true })
const settingsFile = join(folders.workspace, 'settings.json')
let running: RunningApp
let ids: string[] = []

beforeAll(async () => {
  running = await openApp(folders)
  await setContentSize(running, 1280, 800)
  // Nothing starts to train, and no window of the system opens.
  await ask(running.page, 'writeSettings', {
    settings: { ...(await ask<object>(running.page, 'readSettings')), queueRunning: false },
  })
  await running.app.evaluate(({ shell }) => {
    const opened: string[] = []
    ;(globalThis as { opened?: string[] }).opened = opened
    shell.openPath = (path) => {
      opened.push(path)
      return Promise.resolve('')
    }
  })
  await running.page.reload()
  await running.page.getByRole('button', { name: 'New study' }).waitFor()
  ids = readdirSync(join(folders.workspace, 'runs')).filter((name) => name.startsWith('sample'))
})
afterAll(async () => {
  await running?.quit()
  folders.remove()
})

async function openPalette(page: Page): Promise<void> {
  await page.keyboard.press('Control+k')
  await page.getByRole('dialog', { name: 'Command palette' }).waitFor()
}
async function closeDialogs(page: Page): Promise<void> {
  while ((await page.getByRole('dialog').count()) > 0) {
    await page.keyboard.press('Escape')
    await page.waitForTimeout(250)
  }
}
/** The machine may be busy. */
const soon = { timeout: 15_000 }

/** Types a command's name, and takes the entry of exactly that name. */
async function command(page: Page, name: string): Promise<void> {
  await openPalette(page)
  await page.keyboard.type(name)
  const highlighted = page.locator('[role=option][data-highlighted]')
  await expect.poll(async () => (await highlighted.innerText()).replace(/\s+/g, ' '), soon).toContain(name)
  await page.keyboard.press('Enter')
  await page.getByRole('dialog', { name: 'Command palette' }).waitFor({ state: 'detached' })
}
const settings = () => JSON.parse(readFileSync(settingsFile, 'utf8')) as Record<string, unknown>
const heading = (page: Page) => page.getByRole('heading', { level: 1 }).textContent()

describe('every command of the palette does what it says', () => {
  test.each([
    ['Queue', 'Queue'],
    ['Runs', 'Runs'],
    ['Compare', 'Compare'],
    ['Settings', 'Settings'],
    ['Studies', 'Studies'],
    ['New study', 'New study'],
  ])('%s', async (name, title) => {
    const { page } = running
    await command(page, name)
    await expect.poll(() => heading(page), soon).toContain(title)
  })

  test('Back', async () => {
    const { page } = running
    await goTo(page, '#/runs')
    await goTo(page, '#/queue')
    await command(page, 'Back')
    await expect.poll(() => heading(page), soon).toBe('Runs')
  })

  test.each([
    ['Theme: dark', { theme: 'dark' }],
    ['Theme: light', { theme: 'light' }],
    ['Theme: system', { theme: 'system' }],
    ['Larger text', { textSize: 115 }],
    ['Smaller text', { textSize: 100 }],
    ['Smaller text', { textSize: 85 }],
    ['Usual text size', { textSize: 100 }],
    ['Turn notifications off', { notifications: false }],
    ['Turn notifications on', { notifications: true }],
    ['Start the queue', { queueRunning: true }],
    ['Hold the queue', { queueRunning: false }],
  ])('%s is a setting: %o', async (name, expected) => {
    await goTo(running.page, '#/studies')
    await command(running.page, name)
    await expect.poll(settings, soon).toMatchObject(expected)
  })

  test('Open workspace folder', async () => {
    await command(running.page, 'Open workspace folder')
    const opened = () => running.app.evaluate(() => (globalThis as { opened?: string[] }).opened)
    await expect.poll(opened, soon).toEqual([folders.workspace])
  })

  test.each([
    ['Keyboard shortcuts', 'Keyboard shortcuts'],
    ['Recent errors', 'Recent errors'],
  ])('%s', async (name, dialog) => {
    const { page } = running
    await command(page, name)
    await page.getByRole('dialog', { name: dialog }).waitFor()
    await closeDialogs(page)
  })

  test('the sample study goes and comes back', async () => {
    const { page } = running
    const kept = async () =>
      (await ask<{ annotations: { trashed: boolean } }[]>(page, 'listRuns')).filter(
        ({ annotations }) => !annotations.trashed,
      ).length
    await goTo(page, '#/studies')
    await command(page, 'Remove the sample study')
    await expect.poll(kept, soon).toBe(0)
    await command(page, 'Look at the sample study')
    await expect.poll(kept, soon).toBe(6)
    await expect.poll(() => heading(page), soon).toBe('Compare')
  })

  test('a study is opened, and run', async () => {
    const { page } = running
    await command(page, 'parity/threshold')
    await expect.poll(() => page.url(), soon).toContain('#/editor/built-in/parity%2Fthreshold')
    await command(page, 'Run parity-quick-tour')
    await expect.poll(() => heading(page), soon).toBe('parity-quick-tour')
    const queued = await ask<{ record: { id: string; state: string } }[]>(page, 'listRuns')
    const own = queued.find(({ record }) => record.state === 'queued')
    await ask(page, 'unqueue', { runId: own?.record.id })
  })
})

const screens: readonly [name: string, hash: () => string, ready: string][] = [
  ['studies', () => '#/studies', 'Built in'],
  ['editor', () => '#/editor/built-in/parity-quick-tour', 'What this will run'],
  ['queue', () => '#/queue', 'Ended lately'],
  ['runs', () => '#/runs', 'Duration'],
  ['charts of a run', () => `#/run/${ids[0]}/charts`, 'Answer length'],
  ['samples of a run', () => `#/run/${ids[0]}/samples`, 'Completion'],
  ['config of a run', () => `#/run/${ids[0]}/config`, 'longFraction: 0.25'],
  ['log of a run', () => `#/run/${ids[0]}/log`, 'All stages are done'],
  ['compare', () => `#/compare/${ids.join(',')}`, 'GRPO'],
  ['settings', () => '#/settings', 'Keyboard'],
]

async function show(page: Page, hash: string, ready: string): Promise<void> {
  await goTo(page, '#/queue')
  await goTo(page, hash)
  await page.getByText(ready).first().waitFor()
  // Charts and their controls come a frame each.
  await page.waitForTimeout(400)
}

/** Names of the controls of the screen that can be used, as Playwright reads them for a screen reader. */
async function controlNames(page: Page): Promise<string[]> {
  const text = await page.locator('#screen').ariaSnapshot()
  const control =
    /^\s*- '?(?:button|tab|switch|radio|link|checkbox|combobox|textbox|spinbutton) "((?:[^"\\]|\\.)+)"([^:]*)/
  const found = text.split('\n').flatMap((line) => {
    const [, name, state = ''] = control.exec(line) ?? []
    return name === undefined || state.includes('[disabled]')
      ? []
      : [name.replaceAll('\\"', '"').replaceAll("''", "'")]
  })
  return [...new Set(found)]
}

describe.each(screens)('%s', (name, hash, ready) => {
  test('the palette has every control, and presses the one it names', async () => {
    const { page } = running
    await show(page, hash(), ready)
    const names = await controlNames(page)
    await openPalette(page)
    const group = page.getByRole('group', { name: 'On this screen' })
    const options = (await group.getByRole('option').allInnerTexts()).map((text) =>
      text.replace(/\s+/g, ' ').trim(),
    )
    await shoot(page, `palette-${name.replaceAll(' ', '-')}`)
    await closeDialogs(page)
    const cut = (text: string) => text.slice(0, 80)
    const missing = names.filter((each) => !options.some((option) => option.includes(cut(each))))
    expect(missing).toEqual([])
    expect(options.length).toBeGreaterThanOrEqual(names.length)
    // Each is carried out: the press (kept from doing anything here) or the focus reaches a control of that name.
    await page.evaluate(() => {
      const told: string[] = []
      ;(window as { told?: string[] }).told = told
      const nameOf = (element: Element) => {
        const labels = 'labels' in element ? (element.labels as NodeListOf<Element> | null) : null
        const attributes = ['aria-label', 'placeholder', 'title'].map(
          (name) => element.getAttribute(name) ?? '',
        )
        return [
          ...attributes,
          element.textContent,
          ...Array.from<Element>(labels ?? []).map((label) => label.textContent),
        ].join(' ')
      }
      document.getElementById('screen')?.addEventListener(
        'click',
        (event) => {
          if (event.target instanceof Element) told.push(nameOf(event.target))
          event.preventDefault()
          event.stopImmediatePropagation()
        },
        { capture: true },
      )
      document
        .getElementById('screen')
        ?.addEventListener(
          'focus',
          (event) => event.target instanceof Element && told.push(nameOf(event.target)),
          { capture: true },
        )
    })
    const some = options.filter((_, place) => place % Math.ceil(options.length / 3) === 0)
    for (const option of some) {
      await openPalette(page)
      await page.evaluate(() => (window as { told?: string[] }).told?.splice(0))
      await group.getByRole('option', { name: option, exact: true }).first().click()
      await page.getByRole('dialog', { name: 'Command palette' }).waitFor({ state: 'detached' })
      const told = () =>
        page.evaluate(() => (window as { told?: string[] }).told?.join('|').replace(/\s+/g, ' ') ?? '')
      // Of "Theme: Light" or "Run: parity", one part is the control's own name.
      const parts = [option, ...option.split(': ')].map((part) => part.replace(/…$/, '').trim())
      await expect
        .poll(
          async () => {
            const text = await told()
            return parts.some((part) => part !== '' && text.includes(part))
          },
          { message: option, timeout: 15_000 },
        )
        .toBe(true)
    }
    await page.reload()
    await page.getByRole('heading', { level: 1 }).waitFor()
  })

  test('Tab goes through it in reading order and leaves nothing out', async () => {
    const { page } = running
    await show(page, hash(), ready)
    const walked = await tabThrough(page)
    expect(walked.backwards).toEqual([])
    expect(walked.leftOut).toEqual([])
    expect(walked.reached).toBeGreaterThan(0)
  })
})

/**
 * Presses Tab until it comes round. `leftOut`: usable controls of the screen that never had the focus, except those of a group
 * that arrow keys go through; `backwards`: where the focus went back in the document.
 */
async function tabThrough(page: Page): Promise<{ leftOut: string[]; backwards: string[]; reached: number }> {
  await page.evaluate(() => {
    const all = window as { walked?: Element[] }
    all.walked = []
    ;(document.activeElement as HTMLElement | null)?.blur()
    document.getElementById('screen')?.focus()
  })
  for (let count = 0; count < 400; count++) {
    await page.keyboard.press('Tab')
    const isOver = await page.evaluate(() => {
      const { walked = [] } = window as { walked?: Element[] }
      const active = document.activeElement
      if (!active || !document.getElementById('screen')?.contains(active) || walked.includes(active))
        return true
      walked.push(active)
      return false
    })
    if (isOver) break
  }
  return page.evaluate(() => {
    const { walked = [] } = window as { walked?: Element[] }
    const describe = (element: Element) =>
      `${element.tagName} ${element.getAttribute('aria-label') ?? element.textContent?.trim().slice(0, 40) ?? ''}`
    const isUsable = (element: Element) => {
      const { width, height } = element.getBoundingClientRect()
      return (
        width > 0 &&
        height > 0 &&
        !element.matches(':disabled, [aria-disabled=true], [aria-hidden=true], [aria-hidden=true] *')
      )
    }
    const controls = Array.from(
      document.querySelectorAll('#screen :is(button, input, select, textarea, summary, a[href])'),
    ).filter(isUsable)
    // One of them has the focus and arrow keys go to the others, or the row it stands in has it and takes the Delete key.
    const groups =
      '[role=radiogroup], [role=tablist], [role=grid], [role=toolbar], [role=listbox], [role=spinbutton]'
    const isRoving = (element: Element) =>
      element.getAttribute('tabindex') === '-1' &&
      (element.closest(groups) ?? element.closest('[tabindex="0"]')) !== null
    const isStepper = (element: Element) =>
      element.getAttribute('tabindex') === '-1' &&
      element.matches('[aria-label=Increment], [aria-label=Decrement]')
    return {
      reached: walked.length,
      leftOut: controls
        .filter((element) => !walked.includes(element) && !isRoving(element) && !isStepper(element))
        .map(describe),
      backwards: walked
        .slice(1)
        .filter((element, place) => {
          const before = walked[place]
          return (
            before !== undefined &&
            (before.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_PRECEDING) !== 0
          )
        })
        .map(describe),
    }
  })
}

test('a run is reached by its name alone', async () => {
  const { page } = running
  await command(page, 'sample/rl-after-ntp GRPO, seed 1')
  await page.getByTestId('run-state').waitFor()
  expect(running.pageErrors).toEqual([])
})
