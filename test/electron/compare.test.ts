// The comparison in the real window, over runs whose figures can be worked out by hand: the default picture, every setting, zoom and
// crosshair, the table and its copies, saved charts, undo, export, the way to the samples. Pictures in test-results/compare.
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { makeComparedWorkspace } from '../helpers/compared-workspace'
import { answerSaveDialog, ask, goTo, openApp, setContentSize, testFolders, type RunningApp } from './app'
import { seriousProblems } from './axe'
import { setTheme } from './shots'

const pictures = resolve(import.meta.dirname, '../../test-results/compare')
const folders = testFolders()
let running: RunningApp
let page: Page
let ids: string[] = []

beforeAll(async () => {
  mkdirSync(pictures, { recursive: true })
  ids = await makeComparedWorkspace(folders.workspace)
  running = await openApp(folders)
  page = running.page
  await setContentSize(running, 1280, 800)
}, 120_000)
afterAll(async () => {
  await running?.quit()
  folders.remove()
})

const settings = () => page.getByRole('complementary', { name: 'Settings' })
const chart = (title: string) => page.getByRole('region', { name: title, exact: true })
const plot = (title: string) => chart(title).getByRole('group')
const legend = () => page.getByRole('group', { name: 'Groups' })
const legendText = async () => (await legend().innerText()).replace(/\s+/g, ' ')
const table = () => page.getByTestId('results')
const drawn = (title: string) => plot(title).locator('canvas').first().waitFor()
async function choose(setting: string, option: string | RegExp): Promise<void> {
  await settings()
    .getByRole('button', { name: new RegExp(`^${setting}:`) })
    .click()
  await page.getByRole('option', { name: option }).first().click()
  await page.keyboard.press('Escape')
}
/** The cells of a group's row. */
const row = (group: string) =>
  table()
    .getByRole('row')
    .filter({ has: page.getByRole('rowheader', { name: group, exact: true }) })
async function plotBox(title: string) {
  const found = await plot(title).boundingBox()
  if (!found) throw new Error(`no chart ${title}`)
  return found
}
async function clipboard(): Promise<string> {
  return running.app.evaluate(async ({ clipboard: board }) => {
    const both = board as unknown as { readText(): string | Promise<string> }
    return both.readText()
  })
}

beforeEach(async () => {
  await goTo(page, '#/queue')
  await page.evaluate(() => {
    for (const name of Object.keys(localStorage))
      if (name.startsWith('afterword.compare.drafts')) localStorage.removeItem(name)
  })
  await goTo(page, `#/compare//${''}/${encodeURIComponent('study = "two algorithms"')}`)
  await drawn('Greedy accuracy')
  await expect.poll(() => table().innerText()).toContain('n = 5')
})

describe('the default picture', () => {
  test('comes from runs chosen in the history, with no setting touched', async () => {
    await goTo(page, '#/runs')
    await page.getByRole('checkbox', { name: 'Select all runs' }).check()
    await page.getByRole('button', { name: 'Compare 14' }).click()
    await page.getByRole('button', { name: 'These 14 runs' }).waitFor()
    for (const title of ['Greedy accuracy', 'Median length', 'Reward', 'Loss per sequence'])
      await drawn(title)
    const groups = await legendText()
    expect(groups).toContain('algorithm grpo, bits 8 (n = 5)')
    // One of its runs ended early.
    expect(groups).toContain('algorithm rloo, bits 12 (n = 2 to 3)')
    expect(groups).toContain('band: 95% interval')
    expect(groups).toContain('theory')
  })

  test("the table has every group's mean, half width and n", async () => {
    // t(0.975, 4) * 0.0316 / sqrt 5 and t(0.975, 2) * 0.02 / sqrt 3.
    await expect.poll(() => row('algorithm grpo, bits 8').innerText()).toContain('0.940 ± 0.039')
    expect(await row('algorithm rloo, bits 8').innerText()).toMatch(/0\.720 ± 0\.050\s*n = 3/)
  })

  test('the tooltip says the interval and n at an x, and the crosshair stands in the other charts', async () => {
    const { x, y, width, height } = await plotBox('Reward')
    await page.mouse.move(x + width * 0.7, y + height / 2)
    await page
      .getByText(/to .*n = 5/)
      .first()
      .waitFor()
    await expect.poll(() => page.getByTestId('crosshair').count()).toBeGreaterThanOrEqual(2)
    await page.mouse.move(5, 5)
    await expect.poll(() => page.getByTestId('crosshair').count()).toBe(0)
  })
})

describe('settings', () => {
  test('one control for what is drawn around a mean', async () => {
    const cell = () => row('algorithm grpo, bits 8').innerText()
    await choose('Spread', /^SD/)
    await expect.poll(cell).toContain('0.940 ± 0.032')
    await choose('Spread', /^SE/)
    await expect.poll(cell).toContain('0.940 ± 0.014')
    await choose('Spread', /^Min to max/)
    await expect.poll(cell).toContain('0.940 [0.900, 0.980]')
    await expect.poll(() => legendText()).toContain('lowest to highest')
    for (const kind of ['Bootstrap', 'IQM', 'Single runs', 'Mean only']) {
      await choose('Spread', new RegExp(`^${kind}`))
      await drawn('Greedy accuracy')
    }
    await expect.poll(() => legendText()).not.toContain('band')
  })

  test('group, colour, dash and panels take config fields', async () => {
    await choose('Group by', 'Chosen fields')
    await expect.poll(() => legendText()).toMatch(/algorithm grpo \(n = 8\)/)
    await choose('Group by', 'All but the seed')
    await choose('Colour', /^algorithm/)
    await choose('Dash', /^bits/)
    await drawn('Greedy accuracy')
    await choose('Panels', /^bits/)
    await expect.poll(() => table().innerText()).toContain('bits 12')
    await expect.poll(() => row('algorithm grpo').count()).toBe(2)
  })

  test('x axes, scales, smoothing, joined stages and clipping are drawn, and exported as they are drawn', async () => {
    await choose('X axis', /^Tokens/)
    await settings().getByRole('radio', { name: 'Log 2' }).click()
    await settings().getByRole('radio', { name: 'Joined' }).click()
    await choose('Smoothing', /^Gaussian/)
    await settings().getByRole('slider', { name: 'Strength of smoothing' }).press('ArrowRight')
    await settings().getByRole('switch', { name: 'Clip outliers' }).click()
    await expect.poll(() => legendText()).toContain('smoothed over 4 points')
    const path = join(folders.root, 'tokens.csv')
    await answerSaveDialog(running, path)
    await chart('Reward').getByRole('button', { name: 'Export Reward' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('radio', { name: 'CSV' }).click()
    await dialog.getByRole('button', { name: 'Export CSV' }).click()
    await expect.poll(() => existsSync(path)).toBe(true)
    const lines = readFileSync(path, 'utf8').split('\r\n')
    expect(lines[1]).toMatch(/^,Tokens,"algorithm grpo, bits 8",(line|trace),8080,/)
  })

  test('metrics are added and taken out; the last one stays', async () => {
    await settings().getByRole('button', { name: 'Metric: add or take out' }).click()
    await page.keyboard.type('reward')
    await page.getByRole('option', { name: /^Reward/ }).click()
    await page.keyboard.press('Escape')
    await expect.poll(() => chart('Reward').count()).toBe(0)
    for (const title of ['Median length', 'Loss per sequence'])
      await chart(title)
        .getByRole('button', { name: `Take ${title} out` })
        .click()
    await expect.poll(() => page.getByRole('button', { name: /^Take .* out$/ }).count()).toBe(0)
    await page.keyboard.press('Control+z')
    await drawn('Loss per sequence')
  })

  test('a baseline gives differences in percent and in pairs of one base', async () => {
    await choose('Baseline', /^algorithm rloo, bits 8/)
    await expect.poll(() => row('algorithm rloo, bits 8').innerText()).toContain('baseline')
    // 0.94 / 0.72 - 1.
    await expect.poll(() => row('algorithm grpo, bits 8').innerText()).toContain('+30.6%')
    await settings().getByRole('radio', { name: 'Paired' }).click()
    // Three seeds have a partner; each is 0.2 better.
    await expect.poll(() => row('algorithm grpo, bits 8').innerText()).toContain('+0.2 ± 0')
    expect(await row('algorithm grpo, bits 12').innerText()).toContain('no pairs')
    await expect.poll(() => chart('Greedy accuracy').innerText()).toContain('difference')
  })

  test.each(['Scatter', 'Bars', 'Box', 'Parallel', 'Heat map'])('%s', async (kind) => {
    await choose('Kind of chart', new RegExp(`^${kind}`))
    const title = kind === 'Parallel' ? 'Parallel coordinates' : 'Greedy accuracy'
    await chart(title).locator('canvas').first().waitFor()
    await expect.poll(() => chart(title).getAttribute('aria-busy')).toBe('false')
    expect(await chart(title).getByRole('alert').count()).toBe(0)
    await page.waitForTimeout(500)
    await page.screenshot({ path: join(pictures, `kind-${kind.toLowerCase().replace(' ', '-')}.png`) })
  })
  test('Attempts: pass@k over k, with a column of the table for each, and back', async () => {
    await choose('Kind of chart', /^Attempts/)
    await drawn('pass@k')
    await expect.poll(() => row('algorithm grpo, bits 8').innerText()).toContain('0.95')
    expect(await table().getByRole('columnheader').allInnerTexts()).toEqual([
      'Group',
      'pass@1',
      'pass@4',
      'pass@16',
    ])
    await page.screenshot({ path: join(pictures, 'kind-attempts.png') })
    await choose('Kind of chart', /^Lines/)
    await drawn('pass@1')
  })
})

describe('zoom', () => {
  test('a marked part is shown in all charts of the same steps, and all of it again after a double click', async () => {
    const { x, y, width, height } = await plotBox('Reward')
    await page.mouse.move(x + width * 0.4, y + height * 0.4)
    await page.mouse.down()
    await page.mouse.move(x + width * 0.7, y + height * 0.42, { steps: 4 })
    await page.mouse.up()
    await chart('Reward').getByRole('button', { name: 'All' }).waitFor()
    // The RL stage of another chart is the same steps; pretraining is not.
    expect(await chart('Greedy accuracy').getByRole('button', { name: 'All' }).count()).toBe(1)
    expect(await chart('Loss per sequence').getByRole('button', { name: 'All' }).count()).toBe(0)
    await page.mouse.dblclick(x + width * 0.6, y + height * 0.3)
    await expect.poll(() => page.getByRole('button', { name: 'All', exact: true }).count()).toBe(0)
    await page.keyboard.press('Escape')
  })

  test('by the wheel with Ctrl, and by keys', async () => {
    const { x, y, width, height } = await plotBox('Loss per sequence')
    await page.mouse.move(x + width / 2, y + height / 2)
    await page.keyboard.down('Control')
    await page.mouse.wheel(0, -120)
    await page.keyboard.up('Control')
    await chart('Loss per sequence').getByRole('button', { name: 'All' }).waitFor()
    await chart('Loss per sequence').getByRole('button', { name: 'All' }).click()
    await plot('Reward').focus()
    await page.keyboard.press('+')
    await chart('Reward').getByRole('button', { name: 'All' }).waitFor()
    await page.keyboard.press('0')
    await expect.poll(() => page.getByRole('button', { name: 'All', exact: true }).count()).toBe(0)
  })
})

describe('points', () => {
  test('a click on a point lists the runs behind it, which lead to the samples of its step', async () => {
    const { x, y, width, height } = await plotBox('Reward')
    await page.mouse.click(x + width * 0.9, y + height * 0.3)
    const menu = page.getByRole('menu', { name: 'Samples behind this point' })
    await menu.getByRole('menuitem').first().click()
    await expect
      .poll(() => page.evaluate(() => location.hash))
      .toMatch(/^#\/run\/(grpo|rloo)-(8|12)-\d\/samples\/1-\d+$/)
  })

  test('so do the keys', async () => {
    await plot('Reward').focus()
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('Enter')
    await page.getByRole('menu', { name: 'Samples behind this point' }).waitFor()
    await page.keyboard.press('Escape')
  })
})

describe('the table', () => {
  test('is copied as LaTeX, Markdown and TSV', async () => {
    const copied = async (format: RegExp) => {
      await page.getByRole('button', { name: 'Copy table' }).click()
      await page.getByRole('menuitem', { name: format }).click()
      await page.waitForTimeout(300)
      return clipboard()
    }
    const latex = await copied(/LaTeX/)
    expect(latex).toContain('\\begin{tabular}{lrrrrrrrr}')
    expect(latex).toContain('algorithm grpo, bits 8 & $0.940 \\pm 0.039$ & 5')
    const markdown = await copied(/Markdown/)
    expect(markdown).toContain('| algorithm grpo, bits 8 | 0.940 ± 0.039 | 5 |')
    const [header = '', first = ''] = (await copied(/TSV/)).split('\n')
    expect(header.split('\t').slice(0, 3)).toEqual([
      'group',
      'eval/greedy_accuracy mean',
      'eval/greedy_accuracy low',
    ])
    expect(Number(first.split('\t')[1])).toBeCloseTo(0.94, 12)
  })
})

describe('saved charts', () => {
  test('keep their filter and settings, follow runs, are renamed, deleted and brought back', async () => {
    await choose('Spread', /^SD/)
    await page.keyboard.press('Control+s')
    const name = page.getByRole('textbox', { name: 'Name of the chart' })
    await name.fill('Seeds and bits')
    await name.press('Enter')
    const sidebar = page.getByRole('navigation', { name: 'Saved charts' })
    await sidebar.getByRole('button', { name: 'Seeds and bits' }).waitFor()
    await page.getByRole('heading', { level: 1, name: 'Seeds and bits' }).waitFor()
    // A run that no longer matches leaves the chart, and comes back with its annotations.
    await goTo(page, '#/queue')
    await ask(page, 'annotate', { runId: ids[0], change: { archived: true } })
    await sidebar.getByRole('button', { name: 'Seeds and bits' }).click()
    await page.getByText('13 runs').waitFor()
    await expect.poll(() => row('algorithm grpo, bits 8').innerText()).toContain('n = 4')
    await ask(page, 'annotate', { runId: ids[0], change: { archived: false } })
    await page.getByText('14 runs').waitFor()
    expect(await settings().getByRole('button', { name: 'Spread: SD' }).count()).toBe(1)
    const more = page.getByRole('button', { name: 'More about this chart' })
    await more.click()
    await page.getByRole('menuitem', { name: 'Rename' }).click()
    await name.fill('Bits and seeds')
    await name.press('Enter')
    await page.getByRole('heading', { level: 1, name: 'Bits and seeds' }).waitFor()
    await more.click()
    await page.getByRole('menuitem', { name: 'Delete' }).click()
    await page.getByText('Deleted Bits and seeds', { exact: true }).waitFor()
    expect(await ask<unknown[]>(page, 'listCharts')).toEqual([])
    await page.getByRole('button', { name: 'Undo', exact: true }).last().click()
    await page.getByRole('heading', { level: 1, name: 'Bits and seeds' }).waitFor()
    expect(await ask<unknown[]>(page, 'listCharts')).toHaveLength(1)
  })

  test('a change that is not saved is said, survives leaving the page, and can be taken back', async () => {
    const { id } = await ask<{ id: string }>(page, 'saveChart', {
      comparison: {
        ...(await ask<{ comparison: object }[]>(page, 'listCharts'))[0]?.comparison,
        name: 'Second',
      },
    })
    await page.reload()
    await page.getByRole('button', { name: 'Second' }).click()
    await drawn('Greedy accuracy')
    await choose('Kind of chart', /^Bars/)
    await page.getByText('changed', { exact: true }).waitFor()
    await goTo(page, '#/queue')
    await goTo(page, `#/chart/${id}`)
    await page.getByText('changed', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'More about this chart' }).click()
    await page.getByRole('menuitem', { name: 'Back to what is saved' }).click()
    await expect.poll(() => page.getByText('changed', { exact: true }).count()).toBe(0)
  })
})

describe('undo', () => {
  test('takes settings back one by one, and makes them again', async () => {
    await choose('Spread', /^SD/)
    await settings().getByRole('radio', { name: 'Joined' }).click()
    await plot('Reward').focus()
    await page.keyboard.press('Control+z')
    await page.keyboard.press('Control+z')
    await settings().getByRole('button', { name: 'Spread: 95% interval' }).waitFor()
    await page.keyboard.press('Control+Shift+z')
    await settings().getByRole('button', { name: 'Spread: SD' }).waitFor()
    expect(await settings().getByRole('radio', { name: 'Joined' }).getAttribute('aria-checked')).toBe('false')
  })
})

describe('empty', () => {
  test('offers studies and takes a filter; a filter that finds nothing says so', async () => {
    await page.getByRole('button', { name: 'Clear', exact: true }).click()
    await page.getByText('Put runs side by side').waitFor()
    await page.screenshot({ path: join(pictures, 'empty.png') })
    await page.getByRole('button', { name: /two algorithms/ }).click()
    await drawn('Greedy accuracy')
    const box = page.getByRole('combobox', { name: 'Filter runs' })
    await box.fill('bits = 8')
    await box.press('Escape')
    await page.getByText('8 runs').waitFor()
    await box.fill('bits = 99')
    await box.press('Escape')
    await page.getByText('No run to draw').waitFor()
    await page.getByRole('button', { name: 'All runs' }).click()
    await page.getByText('14 runs').waitFor()
  })
})

describe.each(['light', 'dark'] as const)('%s theme', (theme) => {
  test('no serious accessibility problem, at either size', async () => {
    await setTheme(page, theme)
    for (const [width, height] of [
      [1280, 800],
      [1920, 1080],
    ] as const) {
      await setContentSize(running, width, height)
      await page.waitForTimeout(800)
      await page.screenshot({ path: join(pictures, `default-${theme}-${width}.png`) })
      expect(await seriousProblems(page)).toEqual([])
    }
    await choose('Panels', /^bits/)
    await choose('Baseline', /^algorithm rloo, bits 8/)
    await page.waitForTimeout(800)
    await page.screenshot({ path: join(pictures, `panels-${theme}-1920.png`) })
    expect(await seriousProblems(page)).toEqual([])
    await page.keyboard.press('Control+s')
    await page.getByRole('dialog').waitFor()
    await page.waitForTimeout(400)
    expect(await seriousProblems(page)).toEqual([])
    await page.keyboard.press('Escape')
    await setContentSize(running, 1280, 800)
  })
})

test('nothing was logged as an error', () => {
  expect(running.pageErrors).toEqual([])
})
