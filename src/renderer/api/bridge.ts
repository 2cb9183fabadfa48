// The only reader of the preload script's object. Turns answers back into results and AfterwordErrors, and knows which
// requests are not answered yet.
import { shallowReactive } from 'vue'
import { AfterwordError } from '../../shared/errors'
import type { Bridge, EventName, Events, RequestName, RequestOf, Requests } from '../../shared/ipc'

declare global {
  interface Window {
    /** The preload script's object. */
    readonly afterword: Bridge
  }
}

type Result<Name extends RequestName> = Awaited<ReturnType<Requests[Name]>>

/** Requests that main has not answered yet, oldest first, with the time they were made. */
export const pending: ReadonlyMap<number, { name: RequestName; since: number }> = shallowReactive(new Map())
const open = pending as Map<number, { name: RequestName; since: number }>
let count = 0

/** Asks main; rejects with the AfterwordError it answered with. */
export async function request<Name extends RequestName>(
  name: Name,
  ...argument: RequestOf<Name> extends undefined ? [] : [RequestOf<Name>]
): Promise<Result<Name>> {
  const own = ++count
  open.set(own, { name, since: performance.now() })
  const answer = await window.afterword
    .request(name, argument[0] as RequestOf<Name>)
    .finally(() => open.delete(own))
  if (!answer.ok) throw new AfterwordError(answer.error.code, answer.error.message)
  return answer.result
}

/** Hears an event until the returned function is called. */
export function onEvent<Name extends EventName>(
  name: Name,
  listener: (payload: Events[Name]) => void,
): () => void {
  return window.afterword.on(name, listener)
}
