// Two windows on one workspace: the first holds it, the second says so and shows everything.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openApp, testFolders, type RunningApp } from './app'
import { longStudy } from './studies'

const folders = testFolders()
let first: RunningApp
let second: RunningApp

beforeAll(async () => {
  mkdirSync(join(folders.workspace, 'studies'), { recursive: true })
  writeFileSync(join(folders.workspace, 'studies', 'long-parity.yaml'), longStudy)
  first = await openApp(folders)
  second = await openApp(folders, { userData: join(folders.root, 'user-data-2') })
})
afterAll(async () => {
  await second.quit()
  await first.quit()
  folders.remove()
})

test('the second window says that another one holds the workspace', async () => {
  await second.page.getByRole('status').getByText('holds this workspace').waitFor()
  expect(await first.page.getByRole('status').count()).toBe(0)
})

test('a run started in the first window appears in the second, and stops from there', async () => {
  await first.page.getByRole('button', { name: 'Run long-parity' }).click()
  await first.page.getByTestId('run-state').getByText('running').waitFor({ timeout: 30_000 })
  await second.page.getByRole('button', { name: /^Runs/ }).click()
  await second.page
    .getByRole('row')
    .filter({ hasText: 'running' })
    .getByRole('button', { name: 'long-parity' })
    .click()
  await second.page.locator('canvas').first().waitFor({ timeout: 30_000 })
  await second.page.getByRole('button', { name: 'Stop' }).click()
  await first.page.getByTestId('run-state').getByText('stopped').waitFor({ timeout: 30_000 })
  await second.page.getByTestId('run-state').getByText('stopped').waitFor({ timeout: 30_000 })
})
