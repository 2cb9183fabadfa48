// Composition root of the window: opens the workspace, connects page and workbench, and closes both in order. Training never
// happens in this process.
import { basename, join } from 'node:path'
import { app, dialog, nativeTheme, session, type BrowserWindow, type IpcMainInvokeEvent } from 'electron'
import { messageOf } from '../shared/errors'
import type { EventName, Events } from '../shared/ipc'
import { channels } from '../shared/ipc-channels'
import { readSettings } from '../workbench/settings'
import { openWorkbench, type Workbench } from '../workbench/workbench'
import { workspaceFolder } from './arguments'
import { mayClose } from './closing'
import { installMenu } from './menu'
import { notifyEndings } from './notifications'
import { RecentErrors } from './recent-errors'
import { answerRequests, type OwnRequests } from './requests'
import { blockNetwork, denyNavigation, isOwnPage, preparePage, servePage } from './security'
import { applyTextSize, openWindow } from './window'
import { windowRequests } from './window-requests'

const developmentUrl = app.isPackaged ? undefined : process.env['ELECTRON_RENDERER_URL']
const chartThread = join(__dirname, 'chart-file-thread.js')
let window: BrowserWindow | undefined
let isClosing = false
const errors = new RecentErrors((list) => send('errors', list))

preparePage()
denyNavigation(developmentUrl)
// A second window of this user needs Chromium data of its own; which one may write the workspace is the workbench's lock.
if (!app.requestSingleInstanceLock()) {
  app.setPath('sessionData', join(app.getPath('userData'), `session-${process.pid}`))
}
process.on('uncaughtExceptionMonitor', (error) => errors.add('main', error))
app.on('render-process-gone', (_event, _contents, { reason, exitCode }) =>
  errors.addText('window', `The window's process ended: ${reason}`, `exit code ${exitCode}`),
)
app.on('child-process-gone', (_event, { type, reason, exitCode }) => {
  if (reason !== 'clean-exit')
    errors.addText('main', `A process of the window ended: ${type}, ${reason}`, `exit code ${exitCode}`)
})
app.on('window-all-closed', () => app.quit())
// A termination signal is nobody to ask: runs go on.
process.once('SIGTERM', () => app.exit(0))

void app.whenReady().then(start).catch(fail)

async function start(): Promise<void> {
  const folder = workspaceFolder(process.argv, process.env)
  servePage(session.defaultSession, join(__dirname, '../renderer'))
  blockNetwork(session.defaultSession, developmentUrl)
  const { theme, textSize } = await readSettings(folder)
  nativeTheme.themeSource = theme
  // The page is loaded while the runs are read, and waits for its first answer.
  const opening = openWorkbench({
    folder,
    builtInStudies: join(app.getAppPath(), 'resources', 'studies'),
    sample: join(app.getAppPath(), 'resources', 'sample'),
    drawingThread: join(__dirname, 'drawing-thread.js'),
    trainer: {
      execPath: process.execPath,
      script: join(__dirname, 'trainer.js'),
      environment: { ELECTRON_RUN_AS_NODE: '1' },
    },
  })
  answerRequests(
    opening.then((workbench) => ({ own: ownRequests(workbench), workbench })),
    isTrusted,
    (error) => errors.add('main', error),
  )
  window = openWindow(
    join(app.getPath('userData'), 'window.json'),
    `${basename(folder)} - Afterword`,
    developmentUrl,
    textSize,
  )
  const workbench = await opening
  tell(workbench)
  window.on('close', (event) => {
    if (isClosing || !window) return
    event.preventDefault()
    void closeWindow(window, workbench).catch(fail)
  })
  await notifyEndings(
    workbench,
    () => window,
    (runId) => send('openRun', { runId }),
  )
  installMenu(
    (command) => send('menu', command),
    () =>
      void windowRequests(workbench, () => window, chartThread, errors)
        .openFolder({})
        .catch(fail),
  )
}

function ownRequests(workbench: Workbench): OwnRequests {
  return {
    ...windowRequests(workbench, () => window, chartThread, errors),
    async writeSettings(request) {
      await workbench.writeSettings(request)
      nativeTheme.themeSource = request.settings.theme
      if (window) applyTextSize(window, request.settings.textSize)
    },
  }
}

function tell(workbench: Workbench): void {
  workbench.on('runs', (runs) => send('runs', runs))
  workbench.on('studies', (studies) => send('studies', studies))
  workbench.on('charts', (charts) => send('charts', charts))
  workbench.on('usage', (usage) => send('usage', usage))
  workbench.on('columns', (progress) => send('columns', progress))
}

function isTrusted(event: IpcMainInvokeEvent): boolean {
  const frame = event.senderFrame
  return (
    frame !== null &&
    event.sender === window?.webContents &&
    frame === event.sender.mainFrame &&
    isOwnPage(frame.url, developmentUrl)
  )
}

function send<Name extends EventName>(name: Name, payload: Events[Name]): void {
  if (window && !window.isDestroyed()) window.webContents.send(channels.event, name, payload)
}

async function closeWindow(open: BrowserWindow, workbench: Workbench): Promise<void> {
  if (!(await mayClose(open, workbench))) return
  isClosing = true
  await workbench.close()
  open.close()
}

function fail(error: unknown): void {
  console.error(error)
  dialog.showErrorBox('Afterword cannot go on', messageOf(error))
  app.exit(1)
}
