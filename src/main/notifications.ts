// Notifications of the desktop while the window is not the one in use: a study ended, a run failed. A click shows the run.
import { Notification, type BrowserWindow } from 'electron'
import { Endings } from '../workbench/endings'
import type { Workbench } from '../workbench/workbench'

/** Tells of what ends from now on; `show` opens a run in the window. */
export async function notifyEndings(
  workbench: Workbench,
  window: () => BrowserWindow | undefined,
  show: (runId: string) => void,
): Promise<void> {
  const endings = new Endings(await workbench.listRuns())
  const tell = async (changed: Parameters<Endings['hear']>[0]) => {
    const found = await endings.hear(changed, () => workbench.listRuns())
    const isInUse = window()?.isFocused() ?? false
    if (found.length === 0 || isInUse || !Notification.isSupported()) return
    if (!(await workbench.readSettings()).notifications) return
    for (const { title, body, runId } of found) {
      const notification = new Notification({ title, body })
      notification.on('click', () => {
        const open = window()
        if (open?.isMinimized()) open.restore()
        open?.focus()
        show(runId)
      })
      notification.show()
    }
  }
  workbench.on('runs', (changed) => void tell(changed).catch((error: unknown) => console.error(error)))
}
