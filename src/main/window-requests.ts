// The methods only a window has: save a chart through a dialog, open folders, versions. Paths never come from the page: it
// names a run, or the person picks the file.
import { writeFile } from 'node:fs/promises'
import { extname } from 'node:path'
import { app, dialog, shell, type BrowserWindow } from 'electron'
import { AfterwordError } from '../shared/errors'
import type { WindowApi } from '../shared/ipc'
import type { WorkbenchApi } from '../shared/workbench-api'
import { chartBytesInThread } from '../workbench/chart-files/thread-bytes'
import { copyChart } from './chart-clipboard'

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
): WindowApi {
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
      const bytes = await chartBytesInThread(chartThread, source)
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
      await copyChart(source.format, await chartBytesInThread(chartThread, source))
    },
    async openFolder({ runId }) {
      const folder =
        runId === undefined ? (await workbench.workspace()).folder : await runFolder(workbench, runId)
      const problem = await shell.openPath(folder)
      if (problem) throw new AfterwordError('workspace', `${folder} could not be opened: ${problem}`)
    },
    about() {
      return Promise.resolve({
        version: app.getVersion(),
        electron: process.versions['electron'] ?? '',
        chrome: process.versions['chrome'] ?? '',
        node: process.versions.node,
        platform: `${process.platform} ${process.arch}`,
      })
    },
  }
}

async function runFolder(workbench: WorkbenchApi, runId: string): Promise<string> {
  const run = (await workbench.listRuns()).find(({ record }) => record.id === runId)
  if (!run) throw new AfterwordError('not-found', `run ${runId} is not in this workspace`)
  return run.folder
}
