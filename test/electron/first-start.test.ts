// The first start: a new workspace begins with a finished study, every screen shows something of it, it is told apart from a
// person's own runs, and it goes and comes back in one action.
import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ask, goTo, openApp, setContentSize, testFolders, type RunningApp } from './app'
import { seriousProblems } from './axe'
import { setTheme, shoot } from './shots'

const folders = testFolders({ isNew: true })
let running: RunningApp

beforeAll(async () => {
  running = await openApp(folders)
})
afterAll(async () => {
  await running?.quit()
  folders.remove()
})

const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name }).waitFor()
interface Listed {
  record: { id: string; point: { arm: string } }
  annotations: { trashed: boolean; tags: string[] }
}
const sampleRuns = async (page: Page) =>
  (await ask<Listed[]>(page, 'listRuns'))
    .filter(({ annotations }) => annotations.tags.includes('sample') && !annotations.trashed)
    .map(({ record }) => ({ id: record.id, arm: record.point.arm }))

test('a new workspace shows a finished study, and the way to it', async () => {
  const { page } = running
  const card = page.getByRole('region', { name: 'First steps' })
  await card.waitFor()
  expect(await sampleRuns(page)).toHaveLength(6)
  for (const theme of ['light', 'dark'] as const) {
    await setTheme(page, theme)
    expect(await seriousProblems(page)).toEqual([])
    for (const [width, height] of [
      [1280, 800],
      [1920, 1080],
    ] as const) {
      await setContentSize(running, width, height)
      await shoot(page, `first-studies-${theme}-${width}`)
    }
  }
  await setTheme(page, 'light')
  await setContentSize(running, 1280, 800)
})

test('its comparison shows what the study found', async () => {
  const { page } = running
  await page.getByRole('button', { name: 'Look at the sample study' }).click()
  await heading(page, 'Compare')
  await page.getByText('More next-token prediction').first().waitFor()
  await shoot(page, 'first-compare')
})

test('every other screen shows something of it', async () => {
  const { page } = running
  const all = await sampleRuns(page)
  const id = all.find(({ arm }) => arm === 'GRPO')?.id ?? ''
  await goTo(page, '#/runs')
  await page.getByText('6 of 6').waitFor()
  await shoot(page, 'first-runs')
  await goTo(page, '#/queue')
  await page.getByRole('region', { name: 'Ended lately' }).getByText('finished').nth(5).waitFor()
  await goTo(page, `#/run/${id}/charts`)
  await page.getByText('which came with Afterword').waitFor()
  await page.getByText('Answer length').first().waitFor()
  await shoot(page, 'first-run')
  expect(await seriousProblems(page)).toEqual([])
  await goTo(page, `#/run/${id}/samples`)
  await page.getByTestId('sample-summary').waitFor()
  await shoot(page, 'first-samples')
  await goTo(page, `#/run/${id}/log`)
  await page.getByText('All stages are done').waitFor()
  await goTo(page, `#/run/${id}/config`)
  await page.getByText('longFraction: 0.25').first().waitFor()
})

test('it goes in one action and comes back with Undo', async () => {
  const { page } = running
  await goTo(page, '#/studies')
  await page.getByRole('button', { name: 'Remove it' }).click()
  await expect.poll(() => sampleRuns(page), { timeout: 15_000 }).toEqual([])
  await page.getByRole('region', { name: 'First steps' }).waitFor({ state: 'detached' })
  expect(readdirSync(join(folders.workspace, 'charts'))).toEqual([])
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect.poll(async () => (await sampleRuns(page)).length, { timeout: 15_000 }).toBe(6)
  expect(readdirSync(join(folders.workspace, 'charts'))).toHaveLength(1)
  await page.getByRole('region', { name: 'First steps' }).waitFor()
})

test('a workspace that was used has none, and its empty screens lead to it', async () => {
  const used = testFolders()
  mkdirSync(join(used.workspace, 'studies'), { recursive: true })
  const own = await openApp(used)
  const { page } = own
  try {
    expect(await sampleRuns(page)).toEqual([])
    await goTo(page, '#/runs')
    await page.getByText('No runs yet').waitFor()
    await shoot(page, 'first-empty-runs')
    await page.getByRole('button', { name: 'Look at the sample study' }).click()
    await heading(page, 'Compare')
    expect(await sampleRuns(page)).toHaveLength(6)
    expect(own.pageErrors).toEqual([])
  } finally {
    await own.quit()
    used.remove()
  }
})
