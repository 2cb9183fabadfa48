// The main job in the real window: open, edit, run, watch, reload, compare, export, quit, reopen.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { answerSaveDialog, goTo, openApp, testFolders, type RunningApp } from './app'
import { quickStudy } from './studies'

const folders = testFolders()
let running: RunningApp

beforeAll(async () => {
  mkdirSync(join(folders.workspace, 'studies'), { recursive: true })
  writeFileSync(join(folders.workspace, 'studies', 'quick-parity.yaml'), quickStudy)
  running = await openApp(folders)
})
afterAll(async () => {
  await running?.quit()
  folders.remove()
})

test('a built-in study is there on first start, ready to run', async () => {
  const { page } = running
  const builtIn = page.getByRole('region', { name: 'Built in' }).getByRole('listitem')
  await builtIn.filter({ hasText: 'parity-ntp-then-grpo' }).first().waitFor()
  // The smallest leads: it is the one to begin with.
  expect(await builtIn.first().innerText()).toContain('parity-quick-tour')
  expect(await page.getByRole('button', { name: 'Run parity-ntp-then-grpo', exact: true }).isEnabled()).toBe(
    true,
  )
})

test('a wrong value is explained beside its field while typing, and Run waits until it is mended', async () => {
  const { page } = running
  await page.getByRole('button', { name: 'quick-parity', exact: true }).click()
  const heads = page.getByRole('textbox', { name: 'Heads' })
  await heads.fill('3')
  const row = page.locator('[data-field="model.heads"]')
  await row.getByText('must divide model.width: 16 is no multiple of 3').waitFor()
  expect(await page.getByRole('button', { name: 'Run', exact: true }).isDisabled()).toBe(true)
  await heads.fill('2')
  await row.getByRole('alert').waitFor({ state: 'detached' })
  expect(await page.getByRole('button', { name: 'Run', exact: true }).isEnabled()).toBe(true)
})

test('the form and the YAML text are one: each shows what the other changed', async () => {
  const { page } = running
  await page.getByRole('textbox', { name: 'Long fraction' }).fill('0.25')
  await page.getByRole('radio', { name: 'YAML' }).click()
  const text = page.getByRole('textbox', { name: 'Study as YAML' })
  expect(await text.inputValue()).toContain('longFraction: 0.25')
  await text.fill((await text.inputValue()).replace('longFraction: 0.25', 'longFraction: 0.3'))
  await page.getByRole('radio', { name: 'Form' }).click()
  expect(await page.getByRole('textbox', { name: 'Long fraction' }).inputValue()).toBe('0.3')
})

test('the card says what will run: two runs, their size, and what theory expects', async () => {
  const card = running.page.getByRole('complementary', { name: 'What this will run' })
  await card.getByText('Parameters').waitFor()
  const text = (await card.innerText()).replace(/\s+/g, ' ')
  expect(text).toContain('Runs 2')
  expect(text).toContain('stays at chance: p 0.3 is below 1/3')
  expect(text).toMatch(/Loss plateau \d\.\d+/)
})

test('Run trains for real: the first point within 10 s, then the curve grows', async () => {
  const { page } = running
  const started = performance.now()
  await page.getByRole('button', { name: 'Run', exact: true }).click()
  await page.getByRole('region', { name: 'Running' }).getByRole('button', { name: 'quick-parity' }).click()
  await page.locator('canvas').first().waitFor()
  expect(performance.now() - started).toBeLessThan(10_000)
  const sequences = page.locator('dl').getByText('Sequences').locator('xpath=following-sibling::dd')
  const before = await sequences.innerText()
  await expect.poll(() => sequences.innerText(), { timeout: 20_000 }).not.toBe(before)
  await page.getByTestId('run-state').getByText('finished').waitFor({ timeout: 60_000 })
})

test('a reload comes back to the same run with its curves', async () => {
  const { page } = running
  await page.reload()
  await page.getByTestId('run-state').getByText('finished').waitFor()
  await page.locator('canvas').first().waitFor()
})

test('samples show what was written, with rewards, grouped by prompt', async () => {
  const { page } = running
  await page.getByRole('tab', { name: 'Samples' }).click()
  await page.getByTestId('sample-step').getByText('GRPO, step 10').waitFor()
  const rows = page.getByRole('grid', { name: 'Completions' }).getByRole('row')
  expect(await rows.nth(1).innerText()).toMatch(/^[01]{5}<sep>\s+\d of 8 right\s+reward [\d.]+ ± [\d.]+/)
  expect(await rows.count()).toBeGreaterThan(8)
})

test('the log and the config of the run are its own', async () => {
  const { page } = running
  await page.getByRole('tab', { name: 'Log' }).click()
  await expect.poll(() => page.locator('pre[aria-label=Log]').innerText()).toContain('stage 1')
  await page.getByRole('tab', { name: 'Config' }).click()
  await expect
    .poll(() => page.locator('pre[aria-label=Config]').innerText())
    .toContain('aggregation: sequence-sum')
})

test('two runs compare as one mean with its interval, n and the theory', async () => {
  const { page } = running
  await goTo(page, '#/queue')
  await expect
    .poll(() => page.getByRole('region', { name: 'Ended lately' }).getByText('finished').count(), {
      timeout: 60_000,
    })
    .toBe(2)
  await page.getByRole('button', { name: /^Runs/ }).click()
  await page.getByRole('checkbox', { name: 'Select all runs' }).check()
  await page.getByRole('button', { name: 'Compare 2' }).click()
  await page.locator('canvas').first().waitFor()
  const values = page.getByTestId('results')
  await expect.poll(() => values.innerText()).toMatch(/± .*n = 2/)
  expect(await page.getByRole('group', { name: 'Groups' }).innerText()).toContain('theory')
  await page.getByRole('button', { name: /^Group by/ }).click()
  await page.getByRole('option', { name: 'Every run alone' }).click()
  await expect.poll(() => values.innerText()).toMatch(/seed 1/)
  await page.getByRole('button', { name: 'Undo', exact: true }).click()
  await expect.poll(() => values.innerText()).toMatch(/n = 2/)
})

test('the chart is exported as SVG, PNG and CSV at slide size', async () => {
  const { page } = running
  const exported: Record<string, Buffer> = {}
  for (const format of ['SVG', 'PNG', 'CSV']) {
    const path = join(folders.root, `chart.${format.toLowerCase()}`)
    await answerSaveDialog(running, path)
    await page.getByRole('button', { name: 'Export', exact: true }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('radio', { name: format }).click()
    await dialog.getByRole('button', { name: `Export ${format}` }).click()
    await dialog.waitFor({ state: 'detached' })
    await expect.poll(() => existsSync(path)).toBe(true)
    exported[format] = readFileSync(path)
  }
  const svg = String(exported['SVG'])
  expect(svg).toMatch(/^<svg[^>]*width="1920"[^>]*height="1080"/)
  expect(svg).toContain('<text')
  expect(svg.length).toBeLessThan(200_000)
  const png = exported['PNG'] ?? Buffer.alloc(0)
  expect(png.subarray(1, 4).toString()).toBe('PNG')
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([3840, 2160])
  const [header = '', ...rows] = String(exported['CSV']).trimEnd().split('\n')
  expect(header.split(',')).toEqual(expect.arrayContaining(['series', 'x', 'y']))
  expect(rows.length).toBeGreaterThan(10)
})

test('a trashed run comes back, by Undo and from the trash', async () => {
  const { page } = running
  await goTo(page, '#/runs')
  const rows = page.getByRole('row').filter({ hasText: 'finished' })
  const trashOne = async () => {
    await rows.first().getByRole('checkbox').check()
    await page.getByRole('button', { name: 'Move to trash' }).click()
    await expect.poll(() => rows.count()).toBe(1)
  }
  await trashOne()
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect.poll(() => rows.count()).toBe(2)
  await trashOne()
  await page.getByRole('button', { name: 'Trash 1' }).click()
  await page.getByText('1 of 1 in the trash').waitFor()
  await rows.first().getByRole('checkbox').check()
  await page.getByRole('button', { name: 'Restore' }).click()
  // With nothing left in the trash the history is shown again.
  await expect.poll(() => rows.count()).toBe(2)
})

test('after quitting and reopening the history is still there', async () => {
  await running?.quit()
  running = await openApp(folders)
  const { page } = running
  await page.getByRole('button', { name: /^Runs/ }).click()
  await expect.poll(() => page.getByRole('row').filter({ hasText: 'finished' }).count()).toBe(2)
  expect(running.pageErrors).toEqual([])
})
