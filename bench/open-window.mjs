// Opens the built window for a measurement: on its own user data, over a workspace, ready to be used.
import { join, resolve } from 'node:path'
import { _electron } from 'playwright-core'

/** The Electron binary that AFTERWORD_ELECTRON names. */
function electronPath() {
  const path = process.env.AFTERWORD_ELECTRON
  if (!path) throw new Error('AFTERWORD_ELECTRON must name the Electron binary')
  return path
}

/**
 * Opens the window; `milliseconds`: from the start of its process until a study can be begun. `root`: a folder for what the window
 * keeps of its own.
 * @param {{ root: string, workspace: string, timeout?: number }} places
 */
export async function openWindow({ root, workspace, timeout = 300_000 }) {
  const began = performance.now()
  const app = await _electron.launch({
    executablePath: electronPath(),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      `--user-data-dir=${join(root, 'user-data')}`,
      resolve(import.meta.dirname, '..'),
    ],
    env: { ...process.env, AFTERWORD_WORKSPACE: workspace },
  })
  const page = await app.firstWindow()
  page.setDefaultTimeout(timeout)
  await page.getByRole('button', { name: 'New study' }).waitFor()
  return { app, page, milliseconds: performance.now() - began }
}
