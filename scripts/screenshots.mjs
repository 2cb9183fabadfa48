// `npm run screenshots -- WORKSPACE`: writes docs/screenshots from the finished runs of a workspace, which is copied and stays
// as it is. Wanted: runs of parity/algorithms with several algorithms and seeds, and for pass@k one of passk/hidden-method.
import './setup/node-version.mjs'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { _electron } from 'playwright-core'
import { prepareBuild } from './setup/build.mjs'
import { prepareElectron } from './setup/electron.mjs'
import { runEntry } from './setup/entry.mjs'
import { runForeground } from './setup/process.mjs'
import { findProgram, hasDisplay } from './setup/system.mjs'

const size = { width: 1280, height: 800 }
/** Rewards of a step between these show right and wrong answers side by side. */
const telling = [0.6, 0.9]

await runEntry(async (context) => {
  const [from] = process.argv.slice(2)
  if (!from) throw new Error('Usage: npm run screenshots -- WORKSPACE')
  if (!hasDisplay(context.env) && findProgram('xvfb-run', context.env)) {
    const again = ['-a', '-s', '-screen 0 2000x1200x24', process.execPath, ...process.argv.slice(1)]
    process.exitCode = await runForeground('xvfb-run', again, { cwd: context.root, env: context.env })
    return
  }
  const electron = await prepareElectron(context)
  if (!electron.ok) throw new Error(`There is no Electron: ${electron.reason}. ${electron.advice}`)
  await prepareBuild(context)

  const folder = mkdtempSync(join(tmpdir(), 'afterword-screenshots-'))
  const workspace = join(folder, 'researcher', 'Afterword')
  // The history is rebuilt from the run folders: the old one names their former place.
  for (const name of readdirSync(from).filter((each) => each === 'runs' || each === 'studies'))
    cpSync(join(from, name), join(workspace, name), { recursive: true })
  const pictures = resolve(context.root, 'docs', 'screenshots')
  mkdirSync(pictures, { recursive: true })

  const app = await _electron.launch({
    executablePath: electron.path,
    colorScheme: null,
    args: ['--no-sandbox', '--disable-gpu', `--user-data-dir=${join(folder, 'user-data')}`, context.root],
    env: definedOnly({ ...context.env, AFTERWORD_WORKSPACE: workspace }),
  })
  try {
    await takeAll(app, await app.firstWindow(), pictures)
  } finally {
    await app.close()
    rmSync(folder, { recursive: true, force: true })
  }
})

/**
 * Takes every picture.
 * @param {import('playwright-core').ElectronApplication} app
 * @param {import('playwright-core').Page} page
 * @param {string} pictures
 */
async function takeAll(app, page, pictures) {
  await page.getByRole('button', { name: 'New study' }).waitFor()
  await app.evaluate(
    ({ BrowserWindow }, { width, height }) => BrowserWindow.getAllWindows()[0]?.setContentSize(width, height),
    size,
  )
  const all = /** @type {Run[]} */ (await ask(page, 'listRuns'))
  const runs = all.filter((run) => run.record.state === 'finished')
  const run = runs.find((each) => each.record.point['stages.1.algorithm'] === 'grpo') ?? runs[0]
  if (!run) throw new Error('The workspace has no finished run.')
  const ids = runs.filter((each) => each.record.study === run.record.study).map((each) => each.record.id)

  for (const theme of ['light', 'dark']) {
    await show(page, '#/settings', 'Keyboard')
    await page.getByRole('radio', { name: theme === 'light' ? 'Light' : 'Dark' }).click()
    await show(page, `#/run/${run.record.id}/charts`, 'Answer length')
    await take(page, join(pictures, `run-${theme}.png`))
    if (theme === 'dark') continue
    await show(page, `#/compare/${ids.join(',')}/${encodeURIComponent('eval/greedy_accuracy')}`, 'Copy table')
    await take(page, join(pictures, 'compare-light.png'))
    await show(page, '#/editor/built-in/parity%2Falgorithms', 'Expected signature')
    await take(page, join(pictures, 'study-light.png'))
    await page.getByRole('radio', { name: 'Form' }).click()
    await take(page, join(pictures, 'editor-light.png'))
    await show(page, `#/run/${run.record.id}/samples`, 'Completion')
    await findTellingStep(page)
    await take(page, join(pictures, 'samples-light.png'))
    const attempts = runs.find((each) => each.record.point['arm'] === 'Policy gradient')
    if (attempts) await takePassAtK(page, attempts.record.id, join(pictures, 'passk-light.png'))
  }
}

/**
 * Takes the pass@k card of a run alone.
 * @param {import('playwright-core').Page} page
 * @param {string} id
 * @param {string} path
 */
async function takePassAtK(page, id, path) {
  await show(page, `#/run/${id}/charts`, 'Answer length')
  const card = page.getByRole('region', { name: 'pass@k', exact: true })
  await card.scrollIntoViewIfNeeded()
  await page.waitForTimeout(1500)
  await card.screenshot({ path })
}

/**
 * Goes back through the samples until some answers are right and some are wrong.
 * @param {import('playwright-core').Page} page
 */
async function findTellingStep(page) {
  const [low = 0, high = 1] = telling
  const back = page.getByRole('button', { name: 'Step before' })
  while (await back.isEnabled()) {
    const text = await page.getByTestId('sample-summary').innerText()
    const reward = Number(/reward ([\d.]+)/.exec(text)?.[1])
    if (reward >= low && reward <= high) return
    await back.click()
    await page.waitForTimeout(200)
  }
}

/**
 * @typedef {{ record: { id: string, state: string, study: string, point: Record<string, unknown> } }} Run
 */

/**
 * Asks the workbench as the page does.
 * @param {import('playwright-core').Page} page
 * @param {string} name
 * @returns {Promise<unknown>}
 */
async function ask(page, name) {
  return page.evaluate(async (asked) => {
    const { afterword } = /** @type {any} */ (globalThis)
    return (await afterword.request(asked)).result
  }, name)
}

/**
 * Shows a screen and waits for a text on it.
 * @param {import('playwright-core').Page} page
 * @param {string} hash
 * @param {string} ready
 */
async function show(page, hash, ready) {
  await page.evaluate((next) => {
    const page = /** @type {any} */ (globalThis)
    page.location.hash = next
  }, hash)
  await page.getByText(ready).first().waitFor()
}

/**
 * @param {import('playwright-core').Page} page
 * @param {string} path
 */
async function take(page, path) {
  // Charts are drawn a frame each, and toasts leave.
  await page.waitForTimeout(1500)
  await page.mouse.move(size.width - 2, size.height - 2)
  await page.screenshot({ path })
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @returns {Record<string, string>}
 */
function definedOnly(env) {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
}
