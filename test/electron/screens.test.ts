// Every screen in both themes and two sizes, over real runs: no serious accessibility problem, and a picture of each in
// test-results/screens.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { goTo, openApp, setContentSize, testFolders, type RunningApp } from './app'
import { seriousProblems } from './axe'
import { levelStudy, quickStudy } from './studies'

const pictures = resolve(import.meta.dirname, '../../test-results/screens')
const sizes = [
  [1280, 800],
  [1920, 1080],
] as const

const folders = testFolders()
let running: RunningApp
let ids: string[] = []
let levelIds: string[] = []

beforeAll(async () => {
  mkdirSync(pictures, { recursive: true })
  mkdirSync(join(folders.workspace, 'studies'), { recursive: true })
  writeFileSync(join(folders.workspace, 'studies', 'quick-parity.yaml'), quickStudy)
  writeFileSync(join(folders.workspace, 'studies', 'quick-compose.yaml'), levelStudy)
  writeFileSync(
    join(folders.workspace, 'studies', 'broken.yaml'),
    'name: broken\ntask: { kind: parity, bits: 0 }\n',
  )
  running = await openApp(folders)
  const { page } = running
  for (const [place, name] of ['quick-parity', 'quick-compose'].entries()) {
    await goTo(page, '#/studies')
    await page.getByRole('button', { name: `Run ${name}` }).click()
    // Both runs of it have ended when so many stand there.
    await page
      .getByRole('region', { name: 'Ended lately' })
      .getByText('finished')
      .nth(2 * place + 1)
      .waitFor({ timeout: 120_000 })
  }
  const runs = await page.evaluate(async () => {
    const bridge = (
      window as unknown as { afterword: { request(name: string, argument: unknown): Promise<unknown> } }
    ).afterword
    const answer = (await bridge.request('listRuns', undefined)) as {
      result: { record: { id: string; study: string } }[]
    }
    return answer.result.map(({ record: { id, study } }) => ({ id, study }))
  })
  const idsOf = (name: string) => runs.filter(({ study }) => study === name).map(({ id }) => id)
  ids = idsOf('quick-parity')
  levelIds = idsOf('quick-compose')
}, 300_000)
afterAll(async () => {
  await running?.quit()
  folders.remove()
})

/** `open`: what is pressed on the screen first. */
const screens: readonly {
  name: string
  hash: () => string
  open?: { role: 'radio' | 'tab' | 'button'; name: string | RegExp }
  ready: string
}[] = [
  { name: 'studies', hash: () => '#/studies', ready: 'Built in' },
  { name: 'editor', hash: () => '#/editor/workspace/quick-parity', ready: 'What this will run' },
  { name: 'editor-invalid', hash: () => '#/editor/workspace/broken', ready: 'to mend first' },
  { name: 'editor-about', hash: () => '#/editor/built-in/compose%2Fladder', ready: 'Expected signature' },
  {
    name: 'editor-arms',
    hash: () => '#/editor/workspace/quick-compose',
    open: { role: 'radio', name: 'Form' },
    ready: 'Named variants',
  },
  {
    name: 'editor-yaml',
    hash: () => '#/editor/workspace/quick-compose',
    open: { role: 'radio', name: 'YAML' },
    ready: 'What this will run',
  },
  { name: 'editor-new', hash: () => '#/editor/new', ready: 'What this will run' },
  { name: 'editor-missing', hash: () => '#/editor/workspace/nothing', ready: 'This study is not here' },
  { name: 'queue', hash: () => '#/queue', ready: 'Ended lately' },
  { name: 'runs', hash: () => '#/runs', ready: 'Duration' },
  { name: 'run-charts', hash: () => `#/run/${ids[0]}/charts`, ready: 'Answer length' },
  { name: 'run-samples', hash: () => `#/run/${ids[0]}/samples`, ready: 'Completion' },
  { name: 'run-config', hash: () => `#/run/${ids[0]}/config`, ready: 'longFraction: 0.3' },
  { name: 'run-log', hash: () => `#/run/${ids[0]}/log`, ready: 'All stages are done' },
  { name: 'run-levels', hash: () => `#/run/${levelIds[0]}/charts`, ready: 'Accuracy by level' },
  {
    name: 'run-more',
    hash: () => `#/run/${levelIds[1]}/charts`,
    open: { role: 'button', name: /more: gradients/ },
    ready: 'Fewer charts',
  },
  { name: 'run-levels-samples', hash: () => `#/run/${levelIds[0]}/samples`, ready: 'Completion' },
  { name: 'run-missing', hash: () => '#/run/nothing/charts', ready: 'This run is not here' },
  {
    name: 'compare-results',
    hash: () => `#/compare/${levelIds.join(',')}/${encodeURIComponent('eval/pass@4')}`,
    ready: 'Copy table',
  },
  {
    name: 'compare',
    hash: () => `#/compare/${ids.join(',')}/${encodeURIComponent('eval/greedy_accuracy')}`,
    ready: 'Copy table',
  },
  {
    name: 'compare-empty',
    hash: () => '#/compare',
    // What was compared last is still there.
    open: { role: 'button', name: /^Clear$/ },
    ready: 'Put runs side by side',
  },
  { name: 'settings', hash: () => '#/settings', ready: 'Keyboard' },
]

describe.each(['light', 'dark'] as const)('%s theme', (theme) => {
  beforeAll(async () => {
    await goTo(running.page, '#/settings')
    await running.page.getByRole('radio', { name: theme === 'light' ? 'Light' : 'Dark' }).click()
    await running.page
      .locator(theme === 'light' ? 'html:not(.dark)' : 'html.dark')
      .waitFor({ state: 'attached' })
  })

  test.each(screens)('$name has no serious accessibility problem', async ({ name, hash, open, ready }) => {
    const { page } = running
    // A screen that stays keeps what was pressed: each begins afresh.
    await goTo(page, '#/queue')
    await goTo(page, hash())
    if (open) await page.getByRole(open.role, { name: open.name }).first().click()
    for (const [width, height] of sizes) {
      await setContentSize(running, width, height)
      await page.getByText(ready).first().waitFor()
      // Charts are drawn a frame each.
      await page.waitForTimeout(600)
      await page.screenshot({ path: join(pictures, `${name}-${theme}-${width}.png`) })
    }
    expect(await seriousProblems(running.page)).toEqual([])
  })

  test('the command palette and the export dialog have none either', async () => {
    const { page } = running
    await page.keyboard.press('Control+k')
    await page.getByPlaceholder('Go to a screen, a study, a run').waitFor()
    await page.waitForTimeout(400)
    await page.screenshot({ path: join(pictures, `palette-${theme}.png`) })
    expect(await seriousProblems(running.page)).toEqual([])
    await page.keyboard.press('Escape')
    await goTo(page, `#/compare/${ids.join(',')}`)
    await page.getByRole('button', { name: 'Export', exact: true }).click()
    await page.getByAltText('Preview of the exported chart').waitFor()
    await page.waitForTimeout(400)
    await page.screenshot({ path: join(pictures, `export-${theme}.png`) })
    expect(await seriousProblems(running.page)).toEqual([])
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
  })
})

test('the keyboard alone reaches a run: palette, name, Enter', async () => {
  const { page } = running
  await page.keyboard.press('Control+k')
  await page.keyboard.type('quick-parity seed 1')
  await page
    .getByRole('option', { name: /quick-parity/ })
    .first()
    .waitFor()
  await page.keyboard.press('Enter')
  await page.getByTestId('run-state').waitFor()
  await page.keyboard.press('Control+1')
  await page.getByRole('heading', { level: 1, name: 'Studies' }).waitFor()
})

test('no screen logged an error', () => {
  expect(running.pageErrors).toEqual([])
})
