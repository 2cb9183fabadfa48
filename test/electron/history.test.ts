// The history in the real window, over generated runs: filter with completion, columns, groups of seeds, tags and undo, config diff,
// lineage, all by keyboard where a keyboard does it. Pictures of each in both themes and two sizes in test-results/history.
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { makeHistory } from '../../bench/history-workspace.mjs'
import { goTo, openApp, setContentSize, testFolders, type RunningApp } from './app'
import { seriousProblems } from './axe'

const pictures = resolve(import.meta.dirname, '../../test-results/history')
const folders = testFolders()
let running: RunningApp
let page: Page

beforeAll(async () => {
  mkdirSync(pictures, { recursive: true })
  makeHistory(folders.workspace, 240)
  running = await openApp(folders)
  page = running.page
}, 120_000)
afterAll(async () => {
  await running?.quit()
  folders.remove()
})

const box = () => page.getByRole('combobox', { name: 'Filter runs' })
const option = (name: string) => page.getByRole('option').filter({ hasText: name }).first()
const rows = () => page.locator('tbody tr:not([aria-hidden])')
async function setFilter(filter: string): Promise<void> {
  await box().fill(filter)
  await box().press('Escape')
}
const count = () => page.locator('header').first().innerText()

beforeEach(async () => {
  // A screen that stays keeps what was pressed: each test begins afresh.
  await goTo(page, '#/queue')
  await goTo(page, '#/runs')
  await page.getByText('of 240').waitFor()
})

describe('the filter', () => {
  test('completes fields, comparisons, values and connectives by keyboard', async () => {
    await box().click()
    await page.keyboard.type('algo')
    await option('algorithm').waitFor()
    await page.keyboard.press('Tab')
    expect(await box().inputValue()).toBe('algorithm ')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    expect(await box().inputValue()).toBe('algorithm = ')
    await option('dr-grpo').waitFor()
    await page.keyboard.type('dr')
    await page.keyboard.press('Tab')
    await page.keyboard.type('an')
    await page.keyboard.press('Tab')
    expect(await box().inputValue()).toBe('algorithm = dr-grpo and ')
    await page.keyboard.type('seed < 2')
    await page.keyboard.press('Enter')
    await page.getByText('16 of 240').waitFor()
    expect(await rows().first().innerText()).toContain('dr-grpo')
  })

  test('takes config paths, metrics, tags and words together, and keeps the address', async () => {
    await setFilter('bits in (8, 12) and eval/greedy_accuracy.last > 0.5 and tag:slides')
    await expect.poll(count).toMatch(/\b[1-9] of 240/)
    await expect.poll(() => page.evaluate(() => decodeURIComponent(location.hash))).toContain('tag:slides')
    await setFilter('generated/001 nsr')
    await page.getByText('20 of 240').waitFor()
  })

  test('says where it is wrong, keeps what it showed, and remembers what was used', async () => {
    await setFilter('state = failed')
    await page.getByText('4 of 240').waitFor()
    await box().press('Enter')
    await setFilter('state = failed and algoritm = psr')
    await page
      .getByText('Character 20: there is no field algoritm; did you mean algorithm?')
      .first()
      .waitFor()
    await page.getByText('4 of 240').waitFor()
    await page.getByRole('button', { name: 'Clear the filter' }).click()
    await page.getByText('240 of 240').waitFor()
    await page.keyboard.press('ArrowDown')
    await option('state = failed').waitFor()
  })

  test('values at a step are read when a filter or a column asks for them', async () => {
    await setFilter('eval/accuracy.at(1-40) > 0.5 and generated/001')
    // The invented numbers say which: |sin(12.9898 run + 78.233 x 6 + row 14)| > 0.5.
    const expected = Array.from({ length: 120 }, (_, place) => 120 + place).filter(
      (run) => Math.abs(Math.sin(run * 12.9898 + 6 * 78.233 + 14)) > 0.5,
    )
    await page.getByText(`${expected.length} of 240`).waitFor()
  })
})

describe('columns', () => {
  test('any field of the config or a metric is a column, sorted by, moved and hidden', async () => {
    await page
      .getByRole('combobox', { name: 'Columns' })
      .or(page.getByRole('button', { name: 'Columns' }))
      .first()
      .click()
    await page.keyboard.type('learningRate')
    await page.getByRole('option').filter({ hasText: 'stages.optimizer.learningRate' }).first().click()
    await page.keyboard.press('Escape')
    const heading = page.getByRole('columnheader', { name: /optimizer.learningRate/ })
    await heading.waitFor()
    await heading.getByRole('button', { name: /^optimizer.learningRate/ }).click()
    await expect.poll(() => heading.getAttribute('aria-sort')).toBe('descending')
    await heading.getByRole('button', { name: 'Column optimizer.learningRate' }).click()
    await page.getByRole('menuitem', { name: 'Hide' }).click()
    await heading.waitFor({ state: 'detached' })
    // What is chosen stays with the window.
    await page.reload()
    await page.getByText('of 240').waitFor()
    expect(await page.getByRole('columnheader', { name: /optimizer.learningRate/ }).count()).toBe(0)
  })

  test('sorting by a metric puts its largest value first', async () => {
    const heading = page.getByRole('columnheader', { name: /Greedy accuracy/ })
    await heading.getByRole('button', { name: /^Greedy accuracy/ }).click()
    const values = await rows().locator('td:nth-child(6)').allInnerTexts()
    const numbers = values.slice(0, 10).map(Number)
    expect(numbers).toEqual([...numbers].sort((a, b) => b - a))
    await page
      .getByRole('columnheader', { name: /Created/ })
      .getByRole('button', { name: /^Created/ })
      .click()
  })
})

test('seeds are one row with mean, standard error and n, which opens', async () => {
  const group = page.getByRole('button', { name: 'Group seeds' })
  await group.click()
  await expect.poll(() => rows().first().innerText()).toMatch(/n 5[\s\S]*±/)
  const cut = await rows()
    .getByRole('cell')
    .filter({ hasText: '±' })
    .evaluateAll((cells) =>
      cells.filter((cell) => cell.scrollWidth > cell.clientWidth).map((cell) => cell.innerHTML),
    )
  expect(cut).toEqual([])
  await rows()
    .first()
    .getByRole('button', { name: /Show the runs of/ })
    .click()
  await expect.poll(() => rows().nth(1).innerText()).toMatch(/seed \d/)
  await rows().first().getByRole('checkbox').check()
  await page.getByText('5 selected').waitFor()
  await group.click()
})

test('the keyboard moves, selects, opens', async () => {
  const table = page.getByRole('region', { name: /^Runs: arrows/ })
  await table.focus()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press(' ')
  await page.getByText('1 selected').waitFor()
  await page.keyboard.press('End')
  await page.keyboard.press('Shift+ ')
  await page.getByText('239 selected').waitFor()
  await page.keyboard.press('Home')
  await page.keyboard.press('Enter')
  await page.getByTestId('run-state').waitFor()
})

test('tags and note are given to several runs, found by the filter, and taken back', async () => {
  await setFilter('generated/000 psr seed = 0')
  await page.getByText('4 of 240').waitFor()
  await page.getByRole('checkbox', { name: 'Select all runs' }).check()
  await page.getByRole('button', { name: 'Tags', exact: true }).click()
  await page
    .getByRole('combobox', { name: 'Tags' })
    .or(page.getByRole('textbox', { name: 'Tags' }))
    .fill('paper, figure')
  await page.keyboard.press('Enter')
  await page.getByRole('textbox', { name: 'Note' }).fill('for figure 3')
  await page.screenshot({ path: join(pictures, 'tags.png') })
  await page.getByRole('button', { name: 'Save' }).click()
  await setFilter('tag:paper and tag:figure and note ~ "figure 3"')
  await page.getByText('4 of 240').waitFor()
  // Beside the study's name, where tags have no column of their own; what has no room is in the tooltip.
  const chips = rows().first().getByTestId('tags')
  expect(await chips.getAttribute('title')).toMatch(/^Tags: .*paper/)
  expect(
    (
      await chips
        .getByText(/^(paper|figure)$/)
        .first()
        .boundingBox()
    )?.width,
  ).toBeGreaterThan(20)
  expect(await rows().first().getByRole('button', { name: 'generated/000' }).isVisible()).toBe(true)
  await page.getByRole('button', { name: 'Undo' }).first().click()
  await page.getByText('No run matches').waitFor()
})

test('archive and trash have undo, and the trash gives back', async () => {
  await setFilter('generated/001 dapo seed = 3')
  await page.getByText('4 of 240').waitFor()
  await page.getByRole('checkbox', { name: 'Select all runs' }).check()
  await page.getByRole('button', { name: 'Archive', exact: true }).click()
  await page.getByText('0 of 236').waitFor()
  await page.getByRole('button', { name: 'Undo' }).first().click()
  await page.getByText('4 of 240').waitFor()
  await page.getByRole('checkbox', { name: 'Select all runs' }).check()
  // The box in the head has the focus.
  await page.keyboard.press('Delete')
  await page.getByText('0 of 236').waitFor()
  await page.getByRole('button', { name: 'Trash 4' }).click()
  await page.getByText('4 of 4 in the trash').waitFor()
  await page.getByRole('checkbox', { name: 'Select all runs' }).check()
  await page.getByRole('button', { name: 'Restore' }).click()
  await page.getByText('4 of 240').waitFor()
})

test('Ctrl+Z takes back what was done last, the rest after it, and the palette opens the trash', async () => {
  await setFilter('generated/001 dapo seed = 4')
  await page.getByText('4 of 240').waitFor()
  await page.getByRole('checkbox', { name: 'Select all runs' }).check()
  await page.getByRole('button', { name: 'Star all' }).click()
  await page.getByRole('button', { name: 'Remove stars' }).waitFor()
  await page.getByRole('button', { name: 'Move to trash' }).click()
  await page.getByText('0 of 236').waitFor()
  await goTo(page, '#/queue')
  await page.keyboard.press('Control+k')
  await page.keyboard.type('trash')
  await page.locator('[role=option][data-highlighted]').filter({ hasText: 'Trash' }).waitFor()
  await page.keyboard.press('Enter')
  await page.getByText('4 of 4 in the trash').waitFor()
  expect(await page.evaluate(() => location.hash)).toBe('#/runs//trash')
  await page.keyboard.press('Control+z')
  await page.getByText('Taken back: 4 runs moved to the trash').first().waitFor()
  await page.getByText('240 of 240').waitFor()
  await setFilter('starred and generated/001 dapo seed = 4')
  await page.getByText('4 of 240').waitFor()
  // In the box it is the text that is taken back.
  await box().press('Control+z')
  await setFilter('starred and generated/001 dapo seed = 4')
  await page.getByText('4 of 240').waitFor()
  await page.getByRole('region', { name: /^Runs: arrows/ }).focus()
  await page.keyboard.press('Control+z')
  await page.getByText('0 of 240').waitFor()
  await page.keyboard.press('Control+k')
  await page.keyboard.type('zzqq')
  await page.getByText('Nothing here is called').waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
})

test('the config diff shows only what differs, seeds in one column, and the lineage', async () => {
  await setFilter('generated/000 and bits = 8 and algorithm in (grpo, psr)')
  await page.getByText('10 of 240').waitFor()
  await page.getByRole('checkbox', { name: 'Select all runs' }).check()
  await page.getByRole('button', { name: 'Diff' }).click()
  const dialog = page.getByRole('dialog')
  const fields = dialog.getByRole('region', { name: 'Differences' }).getByRole('row')
  await expect
    .poll(() => fields.allInnerTexts())
    .toEqual([
      expect.stringMatching(/Field[\s\S]*generated\/000[\s\S]*n 5[\s\S]*generated\/000[\s\S]*n 5/),
      expect.stringMatching(/^stages/),
      expect.stringMatching(/^1/),
      expect.stringMatching(/^algorithm\s+psr\s+grpo/),
    ])
  await dialog.getByRole('region', { name: 'Lineage' }).getByText('stage 0, step 60').first().waitFor()
  await page.screenshot({ path: join(pictures, 'diff.png') })
  expect(await seriousProblems(running.page)).toEqual([])
  await page.keyboard.press('Escape')
})

test('a run says what it changed against the run before, and shows what was forked from it', async () => {
  await setFilter('generated/000 and bits = 8 and algorithm = grpo and seed = 0')
  await rows().first().getByRole('button', { name: 'generated/000' }).click()
  const origin = page.getByTestId('origin')
  await origin.getByRole('button', { name: /Lineage/ }).click()
  await page.screenshot({ path: join(pictures, 'lineage.png') })
  await origin.getByRole('link', { name: /dr-grpo/ }).click()
  await page.getByTestId('origin').getByText('algorithm grpo → dr-grpo').waitFor()
})

describe.each(['light', 'dark'] as const)('%s theme', (theme) => {
  test('no serious accessibility problem, with pictures', async () => {
    await goTo(page, '#/settings')
    await page.getByRole('radio', { name: theme === 'light' ? 'Light' : 'Dark' }).click()
    for (const [width, height] of [
      [1280, 800],
      [1920, 1080],
    ] as const) {
      await setContentSize(running, width, height)
      const take = (name: string) =>
        page.screenshot({ path: join(pictures, `${name}-${theme}-${width}.png`) })
      await goTo(page, '#/queue')
      await goTo(page, '#/runs')
      await page.getByText('240 of 240').waitFor()
      await take('runs')
      await setFilter('algorithm in (grpo, psr) and eval/accuracy.last > 0.3')
      await page.getByRole('button', { name: 'Group seeds' }).click()
      await page.getByRole('checkbox', { name: 'Select all runs' }).check()
      await page.getByText(/\d+ selected/).waitFor()
      await take('groups')
      expect(await seriousProblems(running.page)).toEqual([])
      await page.getByRole('button', { name: 'Group seeds' }).click()
      await box().fill('eval/')
      await page.getByRole('option').first().waitFor()
      await take('completion')
      expect(await seriousProblems(running.page)).toEqual([])
      await box().press('Escape')
      await page
        .getByRole('combobox', { name: 'Columns' })
        .or(page.getByRole('button', { name: 'Columns' }))
        .first()
        .click()
      await page.getByPlaceholder('Find a field').waitFor()
      await page.waitForTimeout(300)
      await take('columns')
      await page.keyboard.press('Escape')
    }
  })
})

test('no screen logged an error', () => {
  expect(running.pageErrors).toEqual([])
})
