// The methods only a window has: save a chart through a dialog, open folders, versions. Paths never come from the page: it
// names a run, or the person picks the file.
import { writeFile } from 'node:fs/promises'
import { extname } from 'node:path'
import { release } from 'node:os'
import { app, dialog, shell, type BrowserWindow } from 'electron'
import type { ExportSource } from '../shared/chart-export'
import { AfterwordError } from '../shared/errors'
import type { AboutInfo, WindowApi } from '../shared/ipc'
import type { RunSummary, WorkbenchApi } from '../shared/workbench-api'
import { chartBytesInThread } from '../workbench/chart-files/thread-bytes'
import { errorReport, type ReportSource } from '../workbench/error-report'
import { copyChart } from './chart-clipboard'
import type { RecentErrors } from './recent-errors'

const kinds = {
  svg: 'SVG image',
  pdf: 'PDF document',
  png: 'PNG image',
  pptx: 'PowerPoint presentation',
  csv: 'CSV table',
  json: 'JSON data',
} as const

/** The window's own methods, over a workbench that knows the folders; `chartThread` is the built script that writes charts. */
export function windowRequests(
  workbench: WorkbenchApi,
  window: () => BrowserWindow | undefined,
  chartThread: string,
  errors: RecentErrors,
): WindowApi {
  /** Of charts that are being drawn. */
  const drawing = new Set<AbortController>()
  const drawn = async (source: ExportSource) => {
    const controller = new AbortController()
    drawing.add(controller)
    try {
      return await chartBytesInThread(chartThread, source, controller.signal)
    } finally {
      drawing.delete(controller)
    }
  }
  return {
    async exportFile({ name, source }) {
      const { format } = source
      const options = {
        title: 'Export chart',
        defaultPath: `${name.replace(/[^\w.,()+=@ -]+/g, '-')}.${format}`,
        filters: [{ name: kinds[format], extensions: [format] }],
      }
      const parent = window()
      const choice = parent
        ? await dialog.showSaveDialog(parent, options)
        : await dialog.showSaveDialog(options)
      if (choice.canceled || !choice.filePath) return { cancelled: true }
      const path = extname(choice.filePath) ? choice.filePath : `${choice.filePath}.${format}`
      const bytes = await drawn(source)
      if (bytes === undefined) return { cancelled: true }
      try {
        await writeFile(path, bytes)
      } catch (error) {
        throw new AfterwordError('workspace', `${path} could not be written: ${String(error)}`, {
          cause: error,
        })
      }
      return { path }
    },
    async copyChart({ source }) {
      const bytes = await drawn(source)
      if (bytes === undefined) return { isCancelled: true }
      await copyChart(source.format, bytes)
      return { isCancelled: false }
    },
    cancelExport() {
      drawing.forEach((controller) => controller.abort())
      return Promise.resolve()
    },
    async openFolder({ runId }) {
      const folder =
        runId === undefined ? (await workbench.workspace()).folder : (await findRun(workbench, runId)).folder
      const problem = await shell.openPath(folder)
      if (problem) throw new AfterwordError('workspace', `${folder} could not be opened: ${problem}`)
    },
    about() {
      return Promise.resolve(aboutHere())
    },
    writePageStorage() {
      window()?.webContents.session.flushStorageData()
      return Promise.resolve()
    },
    recentErrors() {
      return Promise.resolve(errors.list())
    },
    reportError({ message, detail, isExpected }) {
      errors.addText('window', message, detail, isExpected)
      return Promise.resolve()
    },
    async errorReport(request) {
      const { folder } = await workbench.workspace()
      const shared = { workspace: folder, versions: await versionsFor(workbench) }
      if ('runId' in request)
        return errorReport({ ...shared, ...(await failedRun(workbench, request.runId)) })
      const error = errors.find(request.errorId)
      if (!error) throw new AfterwordError('not-found', `error ${request.errorId} is no longer kept`)
      return errorReport({ ...shared, ...error })
    },
  }
}

async function findRun(workbench: WorkbenchApi, runId: string): Promise<RunSummary> {
  const run = (await workbench.listRuns()).find(({ record }) => record.id === runId)
  if (!run) throw new AfterwordError('not-found', `run ${runId} is not in this workspace`)
  return run
}

function aboutHere(): AboutInfo {
  return {
    version: app.getVersion(),
    electron: process.versions['electron'] ?? '',
    chrome: process.versions['chrome'] ?? '',
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
  }
}

/** What a report says of this program and machine. */
async function versionsFor(workbench: WorkbenchApi): Promise<Record<string, string>> {
  const { version, electron, chrome, node, platform } = aboutHere()
  const { engine, device } = await workbench.readSettings()
  return {
    Afterword: version,
    Electron: electron,
    Chrome: chrome,
    Node: node,
    System: `${platform}, ${release()}`,
    'Engine and device of new runs': `${engine}, ${device}`,
  }
}

/** Bytes of a log that a report has. */
const LOG_TAIL = 8000

async function failedRun(
  workbench: WorkbenchApi,
  runId: string,
): Promise<Pick<ReportSource, 'message' | 'at' | 'detail' | 'run'>> {
  const { record } = await findRun(workbench, runId)
  return {
    message: record.exitReason ?? `The run is ${record.state}.`,
    at: record.ended ?? record.created,
    detail: '',
    run: {
      record,
      config: await workbench.readConfig({ runId }),
      log: await workbench.readLog({ runId, maxBytes: LOG_TAIL }),
    },
  }
}
