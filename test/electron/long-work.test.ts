// Work that takes long says how far it is and can be ended; a run is queued again from its first step.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { answerSaveDialog, ask, goTo, openApp, testFolders, type RunningApp } from './app'
import { seriousProblems } from './axe'
import { setTheme, shoot } from './shots'

const sample = resolve(import.meta.dirname, '../../resources/sample/runs')
const folders = testFolders()
const manyRuns = 1200
let running: RunningApp
let ids: string[] = []

beforeAll(async () => {
  const runs = join(folders.workspace, 'runs')
  writeFileSync(join(folders.workspace, 'settings.json'), JSON.stringify({ queueRunning: false }))
  ids = readdirSync(sample)
  for (const id of ids) cpSync(join(sample, id), join(runs, id), { recursive: true })
  const [first = ''] = ids
  const record = JSON.parse(readFileSync(join(sample, first, 'run.json'), 'utf8')) as object
  const config = readFileSync(join(sample, first, 'config.json'))
  for (let index = 0; index < manyRuns; index++) {
    const id = `many-20261121-200000-${index.toString(16).padStart(4, '0')}`
    mkdirSync(join(runs, id))
    writeFileSync(join(runs, id, 'config.json'), config)
    writeFileSync(
      join(runs, id, 'run.json'),
      JSON.stringify({ ...record, id, study: 'many', state: 'stopped' }),
    )
  }
  running = await openApp(folders)
})
afterAll(async () => {
  await running?.quit()
  folders.remove()
})

interface Listed {
  record: { id: string; study: string; state: string; point: unknown }
  annotations: { trashed: boolean; archived: boolean }
}
const listed = (page: Page, study: string) =>
  ask<Listed[]>(page, 'listRuns').then((runs) => runs.filter(({ record }) => record.study === study))
const archived = async () =>
  (await listed(running.page, 'many')).filter(({ annotations }) => annotations.archived).length
const trashed = async (page: Page) =>
  (await listed(page, 'many')).filter((run) => run.annotations.trashed).length

test('many runs are changed step by step, the change can be ended and taken back', async () => {
  const { page } = running
  await goTo(page, '#/runs/study%20%3D%20many')
  await page.getByText(`${manyRuns.toLocaleString('en-US')} of`).waitFor()
  await page.getByRole('checkbox').first().click()
  await page.getByText(`${manyRuns} selected`).waitFor()
  await page.getByRole('button', { name: 'Move to trash' }).click()
  const busy = page.getByTestId('busy')
  await expect.poll(() => busy.textContent(), { timeout: 10_000 }).toMatch(/Saving: [\d,]+ of 1,200/)
  await shoot(page, 'busy-light')
  expect(await seriousProblems(page)).toEqual([])
  await busy.getByRole('button', { name: 'Cancel' }).click()
  await page
    .getByText(/Ended after \d+ runs/)
    .first()
    .waitFor()
  const count = await trashed(page)
  expect(count).toBeGreaterThan(0)
  expect(count).toBeLessThan(manyRuns)
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect.poll(() => trashed(page), { timeout: 60_000 }).toBe(0)
  await busy.waitFor({ state: 'detached' })
})

test('drawing a large picture can be given up', async () => {
  const { page } = running
  await goTo(page, `#/run/${ids[0]}/charts`)
  await page
    .getByRole('button', { name: /^Export/ })
    .first()
    .click()
  await page.getByAltText('Preview of the exported chart').waitFor()
  await page.getByRole('radio', { name: 'PNG' }).click()
  await page.getByRole('radio', { name: /^4/ }).click()
  const path = join(folders.root, 'chart.png')
  await answerSaveDialog(running, path)
  await page.getByRole('button', { name: /^Export PNG/ }).click()
  await page.getByText('Drawing: a large picture').waitFor()
  await page.getByRole('button', { name: 'Cancel', exact: true }).click()
  await page.getByText('Drawing: a large picture').waitFor({ state: 'detached' })
  expect(existsSync(path)).toBe(false)
  // The dialog stays, and draws when it is asked again.
  await page.getByRole('button', { name: /^Export PNG/ }).click()
  await expect.poll(() => existsSync(path), { timeout: 60_000 }).toBe(true)
  await page.getByRole('dialog').waitFor({ state: 'detached' })
})

test('a run is queued again from its first step, and what it takes the place of is archived', async () => {
  const { page } = running
  await goTo(page, '#/queue')
  const again = page.getByRole('button', { name: /^Run again from the start: many/ }).first()
  await again.waitFor()
  // Toasts stand between two elements of the library that axe takes for controls.
  await expect
    .poll(() => page.locator('span[aria-hidden=true][tabindex="0"]').count(), { timeout: 20_000 })
    .toBe(0)
  for (const theme of ['light', 'dark'] as const) {
    await setTheme(page, theme)
    await shoot(page, `queue-ended-${theme}`)
    expect(await seriousProblems(page)).toEqual([])
  }
  await again.click()
  await page.getByText('1 run queued from the start').first().waitFor()
  const runs = await listed(page, 'many')
  const queued = runs.filter(({ record }) => record.state === 'queued')
  expect(queued).toHaveLength(1)
  await expect.poll(archived, { timeout: 10_000 }).toBe(1)
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect.poll(archived, { timeout: 10_000 }).toBe(0)
  // A finished one stays where it is.
  await goTo(page, `#/run/${ids[0]}/charts`)
  await page.getByRole('button', { name: 'Run again' }).click()
  await expect.poll(async () => (await listed(page, 'rl-after-ntp')).length, { timeout: 10_000 }).toBe(1)
  expect((await listed(page, 'sample/rl-after-ntp')).some(({ annotations }) => annotations.archived)).toBe(
    false,
  )
  expect(running.pageErrors).toEqual([])
})
