// `node scripts/first-steps.mjs [FOLDER]`: walks a newcomer's path through the real window as a person would, from the first start
// to a slide: sample study, a run of one's own, its first curve, a comparison, a PowerPoint file. Prints seconds and clicks of
// each step, and writes a picture of each into FOLDER (test-results/first-steps). Ends with 1 where it took 3 minutes or more.
import './setup/node-version.mjs'
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { _electron } from 'playwright-core'
import { prepareBuild } from './setup/build.mjs'
import { prepareElectron } from './setup/electron.mjs'
import { runEntry } from './setup/entry.mjs'
import { runForeground } from './setup/process.mjs'
import { findProgram, hasDisplay } from './setup/system.mjs'

const size = { width: 1280, height: 800 }
/** Seconds of the whole path that must not be reached. */
const bar = 180

await runEntry(async (context) => {
  if (!hasDisplay(context.env) && findProgram('xvfb-run', context.env)) {
    const again = ['-a', '-s', '-screen 0 2000x1200x24', process.execPath, ...process.argv.slice(1)]
    process.exitCode = await runForeground('xvfb-run', again, { cwd: context.root, env: context.env })
    return
  }
  const given = context.env.AFTERWORD_ELECTRON
  const electron = given ? { ok: true, path: given } : await prepareElectron(context)
  if (!electron.ok || !electron.path) throw new Error('There is no Electron: npx afterword doctor says why.')
  await prepareBuild(context)
  const folder = mkdtempSync(join(tmpdir(), 'afterword-first-steps-'))
  const pictures = resolve(context.root, process.argv[2] ?? join('test-results', 'first-steps'))
  mkdirSync(pictures, { recursive: true })
  const began = performance.now()
  const app = await _electron.launch({
    executablePath: electron.path,
    colorScheme: null,
    args: ['--no-sandbox', '--disable-gpu', `--user-data-dir=${join(folder, 'user-data')}`, context.root],
    env: /** @type {Record<string, string>} */ ({
      ...context.env,
      AFTERWORD_WORKSPACE: join(folder, 'researcher', 'Afterword'),
    }),
  })
  try {
    const page = await app.firstWindow()
    const steps = await walk(app, page, { began, pictures, slide: join(folder, 'slide.pptx') })
    for (const { name, seconds, clicks } of steps)
      console.log(
        `${name.padEnd(34)} ${seconds.toFixed(1).padStart(6)} s ${String(clicks).padStart(3)} clicks`,
      )
    const total = steps.reduce((sum, step) => sum + step.seconds, 0)
    const clicks = steps.reduce((sum, step) => sum + step.clicks, 0)
    console.log(`${'all'.padEnd(34)} ${total.toFixed(1).padStart(6)} s ${String(clicks).padStart(3)} clicks`)
    if (total >= bar) process.exitCode = 1
  } finally {
    await app.evaluate(({ dialog }) => {
      // Closing asks what becomes of the run in training: it is stopped.
      dialog.showMessageBox = () => Promise.resolve({ response: 1, checkboxChecked: false })
    })
    await app.close()
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 300 })
  }
})

/**
 * The path itself. Pictures are left out of the time.
 * @param {import('playwright-core').ElectronApplication} app
 * @param {import('playwright-core').Page} page
 * @param {{ began: number, pictures: string, slide: string }} options
 */
async function walk(app, page, { began, pictures, slide }) {
  /** @type {{ name: string, seconds: number, clicks: number }[]} */
  const steps = []
  let clicks = 0
  let taken = 0
  let last = began
  /** @param {import('playwright-core').Locator} locator */
  const click = async (locator) => {
    clicks++
    await locator.first().click()
  }
  /** @param {string} name @param {string} [picture] */
  const step = async (name, picture) => {
    steps.push({ name, seconds: (performance.now() - last) / 1000, clicks })
    clicks = 0
    last = performance.now()
    if (picture === undefined) return
    // Charts are drawn a frame each, and the picture is taken without the pointer.
    await page.mouse.move(size.width - 2, size.height - 2)
    await page.waitForTimeout(800)
    await page.screenshot({ path: join(pictures, `${++taken}-${picture}.png`) })
    last = performance.now()
  }
  /** Every run is read, every chart drawn. */
  const drawn = async () => {
    await page.locator('main canvas').first().waitFor()
    await page.waitForFunction(() => {
      const { body } = /** @type {any} */ (globalThis).document
      return /GRPO \(n = 3\)/.test(body.innerText) && !/Drawing/.test(body.innerText)
    })
  }
  const button = (/** @type {string | RegExp} */ name) => page.getByRole('button', { name })

  await page.getByRole('region', { name: 'First steps' }).waitFor()
  await app.evaluate(
    ({ BrowserWindow }, { width, height }) => BrowserWindow.getAllWindows()[0]?.setContentSize(width, height),
    size,
  )
  await step('Start', 'start')

  await click(button('Look at the sample study'))
  await page.getByText('More next-token prediction').first().waitFor()
  await drawn()
  await step('The sample study', 'sample')

  await click(page.getByRole('navigation', { name: 'Screens' }).getByRole('button', { name: 'Studies' }))
  await click(button('Run parity-quick-tour'))
  await page.getByTestId('run-state').waitFor()
  await step('A run of one’s own is started')

  // A curve: two evaluations, and a chart that has drawn them.
  await page.waitForFunction(async () => {
    const { afterword } = /** @type {any} */ (globalThis)
    const runs = (await afterword.request('listRuns')).result
    const own = runs.find((/** @type {any} */ run) => run.record.study === 'parity-quick-tour')
    return (own?.progress?.step ?? 0) >= 10
  })
  await page.locator('main canvas').first().waitFor()
  await step('Its first curve', 'curve')

  await click(page.getByRole('navigation', { name: 'Screens' }).getByRole('button', { name: 'Runs' }))
  await click(page.getByRole('checkbox'))
  await click(page.getByRole('main').getByRole('button', { name: /^Compare 7/ }))
  await page.getByText('parity-quick-tour').first().waitFor()
  await drawn()
  await step('It is compared with the sample', 'compare')

  await app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath })
  }, slide)
  await click(button(/^Export/))
  await page.getByAltText('Preview of the exported chart').waitFor()
  await click(page.getByRole('radio', { name: 'PPTX' }))
  await step('What the slide will look like', 'export')
  await click(button('Export PPTX'))
  // The person's answer to the system's dialog.
  clicks++
  while (!existsSync(slide) || statSync(slide).size === 0) await page.waitForTimeout(100)
  await page.getByText('Chart exported').first().waitFor()
  await step('The slide is written')
  return steps
}
