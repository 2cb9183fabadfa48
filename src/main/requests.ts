// Answers the page's requests: checks the sender, parses the payload, calls the workbench or the window's own methods, and
// sends errors as {code, message}. It holds no state.
import { ipcMain, type IpcMainInvokeEvent } from 'electron'
import { AfterwordError, messageOf } from '../shared/errors'
import { isRequestName, requestSchemas, type Answer, type RequestName, type WindowApi } from '../shared/ipc'
import { channels } from '../shared/ipc-channels'
import type { WorkbenchApi } from '../shared/workbench-api'

/** What main answers itself: the window's methods, and settings, because the theme is the system's business too. */
export type OwnRequests = WindowApi & Pick<WorkbenchApi, 'writeSettings'>

/**
 * Answers every request of our own page's top frame, and only of that: with `own` first, else with the workbench. Requests that
 * come before these are `ready` wait. `keep` hears of errors that nobody expected.
 */
export function answerRequests(
  ready: Promise<{ own: OwnRequests; workbench: WorkbenchApi }>,
  isTrusted: (event: IpcMainInvokeEvent) => boolean,
  keep: (error: unknown) => void,
): void {
  ipcMain.handle(channels.request, async (event, name: unknown, argument: unknown) => {
    if (!isTrusted(event)) return refusal(new AfterwordError('invalid-input', 'request from a foreign frame'))
    if (!isRequestName(name)) {
      return refusal(new AfterwordError('invalid-input', `unknown request ${JSON.stringify(name)}`))
    }
    const parsed = requestSchemas[name].safeParse(argument)
    if (!parsed.success) {
      const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
      return refusal(new AfterwordError('invalid-input', `${name}: ${problems.join('; ')}`))
    }
    try {
      const { own, workbench } = await ready
      // The schema of `name` has just vouched for the argument's type.
      const target = Object.hasOwn(own, name) ? own : workbench
      const methods = target as unknown as Record<RequestName, (request: unknown) => Promise<unknown>>
      return { ok: true, result: await methods[name](parsed.data) } satisfies Answer<unknown>
    } catch (error) {
      if (!(error instanceof AfterwordError)) keep(error)
      return refusal(error)
    }
  })
}

function refusal(error: unknown): Answer<never> {
  if (error instanceof AfterwordError) return { ok: false, error: error.toJSON() }
  console.error(error)
  return { ok: false, error: { code: 'internal', message: messageOf(error) } }
}
