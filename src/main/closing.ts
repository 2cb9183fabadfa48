// What happens to active runs when the window closes: they are processes of their own and may go on. Asks once; the person
// decides. It kills nothing.
import { dialog, type BrowserWindow } from 'electron'
import { isActiveState } from '../shared/run/record'
import type { WorkbenchApi } from '../shared/workbench-api'

/** Asks what to do with active runs; false means the window stays open. */
export async function mayClose(window: BrowserWindow, workbench: WorkbenchApi): Promise<boolean> {
  const { isHolder } = await workbench.workspace()
  const active = (await workbench.listRuns()).filter(({ record }) => isActiveState(record.state))
  if (!isHolder || active.length === 0) return true
  const { response } = await dialog.showMessageBox(window, {
    type: 'question',
    message: active.length === 1 ? 'A run is still training.' : `${active.length} runs are still training.`,
    detail:
      'Keep training lets it go on in the background; the history has it when you come back. Stopping writes a checkpoint to resume from.',
    buttons: ['Keep training', 'Stop with a checkpoint', 'Cancel'],
    defaultId: 0,
    cancelId: 2,
    noLink: true,
  })
  if (response === 2) return false
  if (response === 1) {
    for (const { record } of active) await workbench.control({ runId: record.id, command: 'stop' })
  }
  return true
}
