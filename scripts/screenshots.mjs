// `npm run screenshots [-- WORKSPACE]`: writes every picture of the README and the guide into docs/screenshots, from the sample study
// that a new workspace begins with and from two studies it trains on the way (a minute or two). WORKSPACE, whose runs are copied and
// stay as they are, fills the history, and gives the pictures of what the sample has not: pass@k (runs of passk/hidden-method)
// and a heat map (runs of compose/contraction-grid); without it those pictures stay as they were.
import './setup/node-version.mjs'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { _electron } from 'playwright-core'
import { takeAll } from './screenshots/pictures.mjs'
import { ask, pictureSize } from './screenshots/screen.mjs'
import { prepareBuild } from './setup/build.mjs'
import { prepareElectron } from './setup/electron.mjs'
import { runEntry } from './setup/entry.mjs'
import { runForeground } from './setup/process.mjs'
import { findProgram, hasDisplay } from './setup/system.mjs'

await runEntry(async (context) => {
  const [from] = process.argv.slice(2)
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
  const pictures = resolve(context.root, 'docs', 'screenshots')
  mkdirSync(pictures, { recursive: true })

  const app = await _electron.launch({
    executablePath: electron.path,
    colorScheme: null,
    args: ['--no-sandbox', '--disable-gpu', `--user-data-dir=${join(folder, 'user-data')}`, context.root],
    env: definedOnly({ ...context.env, AFTERWORD_WORKSPACE: workspace }),
  })
  try {
    const page = await app.firstWindow()
    page.setDefaultTimeout(60_000)
    await page.getByRole('button', { name: 'New study' }).waitFor()
    await app.evaluate(
      ({ BrowserWindow }, { width, height }) =>
        BrowserWindow.getAllWindows()[0]?.setContentSize(width, height),
      pictureSize,
    )
    const addRuns = async () => {
      if (from) await copyRuns(page, from, workspace)
    }
    await takeAll(page, { pictures, addRuns }).catch(async (error) => {
      const path = join(context.root, 'test-results', 'screenshots-stopped.png')
      await page.screenshot({ path })
      throw new Error(`${error.message}\nThe window as it was then: ${path}`, { cause: error })
    })
  } finally {
    // Whatever still trains is stopped by the answer to the window's question.
    await app.evaluate(({ dialog }) => {
      dialog.showMessageBox = () => Promise.resolve({ response: 1, checkboxChecked: false })
    })
    await app.close()
    rmSync(folder, { recursive: true, force: true })
  }
})

/**
 * Copies the runs of a workspace beside those of the open one, without their checkpoints, and waits until the window has them.
 * @param {import('playwright-core').Page} page
 * @param {string} from
 * @param {string} workspace
 */
async function copyRuns(page, from, workspace) {
  const names = readdirSync(join(from, 'runs')).filter((name) => !name.startsWith('.'))
  for (const name of names)
    cpSync(join(from, 'runs', name), join(workspace, 'runs', name), {
      recursive: true,
      filter: (path) => basename(path) !== 'checkpoints',
    })
  for (let listed = -1; listed < names.length;) {
    const all = /** @type {{ record: { id: string } }[]} */ (await ask(page, 'listRuns'))
    listed = all.filter(({ record }) => names.includes(record.id)).length
    await page.waitForTimeout(500)
  }
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
