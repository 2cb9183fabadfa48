// Starts the real built window on a fresh workspace and follows what it does: lines on standard error, console errors,
// refused requests. Used by every test of this folder.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { _electron, type ElectronApplication, type Page } from 'playwright-core'

const repository = process.env['AFTERWORD_TEST_APP'] ?? resolve(import.meta.dirname, '../..')

/** A running window. */
export interface RunningApp {
  app: ElectronApplication
  page: Page
  /** Console errors and uncaught exceptions of the page. */
  pageErrors: string[]
  /** Lines of the main process's standard error. */
  lines: string[]
  /** Quits as a person would, without being asked about active runs. */
  quit(): Promise<void>
}

/** Folders of one test: workspace, user data, exports. Removed by `remove`. */
export interface TestFolders {
  root: string
  workspace: string
  userData: string
  remove(): void
}

/** Fresh folders under the system's temporary one. A workspace that is new begins with the sample study; this one is not. */
export function testFolders({ isNew = false } = {}): TestFolders {
  const root = mkdtempSync(join(tmpdir(), 'afterword-window-'))
  if (!isNew) mkdirSync(join(root, 'workspace', 'runs'), { recursive: true })
  return {
    root,
    workspace: join(root, 'workspace'),
    userData: join(root, 'user-data'),
    remove: () => rmSync(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }),
  }
}

/** Opens the window on a workspace and waits for its first screen. */
export async function openApp(
  folders: TestFolders,
  options: { userData?: string; switches?: string[] } = {},
): Promise<RunningApp> {
  const executablePath = process.env['AFTERWORD_ELECTRON']
  if (!executablePath) throw new Error('AFTERWORD_ELECTRON must name the Electron binary (npm test sets it)')
  const app = await _electron.launch({
    executablePath,
    // null: the page keeps the colour scheme the app asks for.
    colorScheme: null,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      `--user-data-dir=${options.userData ?? folders.userData}`,
      ...(options.switches ?? []),
      repository,
    ],
    env: { ...(process.env as Record<string, string>), AFTERWORD_WORKSPACE: folders.workspace },
  })
  let isOver = false
  app.on('close', () => (isOver = true))
  const lines: string[] = []
  app
    .process()
    .stderr?.on('data', (data: Buffer) => lines.push(...data.toString('utf8').split('\n').filter(Boolean)))
  const page = await app.firstWindow()
  const pageErrors: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error') pageErrors.push(message.text())
  })
  page.on('pageerror', (error) => pageErrors.push(error.message))
  page.setDefaultTimeout(20_000)
  await page.getByRole('button', { name: 'New study' }).waitFor()
  return {
    app,
    page,
    pageErrors,
    lines,
    async quit() {
      if (isOver) return
      await app.evaluate(({ dialog }) => {
        dialog.showMessageBox = () => Promise.resolve({ response: 0, checkboxChecked: false })
      })
      await app.close()
    },
  }
}

/** Sets the size of the page's area. */
export async function setContentSize(running: RunningApp, width: number, height: number): Promise<void> {
  await running.app.evaluate(
    ({ BrowserWindow }, size) => BrowserWindow.getAllWindows()[0]?.setContentSize(size[0], size[1]),
    [width, height] as const,
  )
}

/** Shows a screen by its address. */
export async function goTo(page: Page, hash: string): Promise<void> {
  await page.evaluate((next) => {
    location.hash = next
  }, hash)
}

/** Answers the next save dialogs with `path`. */
export async function answerSaveDialog(running: RunningApp, path: string): Promise<void> {
  await running.app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath })
  }, path)
}

/** Asks the workbench as the page does, and returns what it answered. */
export function ask<Result>(page: Page, name: string, argument?: unknown): Promise<Result> {
  return page.evaluate(
    async ([request, payload]) => {
      const bridge = (
        window as unknown as {
          afterword: { request(name: unknown, argument: unknown): Promise<{ result: unknown }> }
        }
      ).afterword
      return (await bridge.request(request, payload)).result as never
    },
    [name, argument] as const,
  )
}
