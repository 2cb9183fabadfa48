// The only reader of the preload script's object. Turns answers back into results and AfterwordErrors.
import { AfterwordError } from '../../shared/errors'
import type { EventName, Events, RequestName, RequestOf, Requests } from '../../shared/ipc'

type Result<Name extends RequestName> = Awaited<ReturnType<Requests[Name]>>

/** Asks main; rejects with the AfterwordError it answered with. */
export async function request<Name extends RequestName>(
  name: Name,
  ...argument: RequestOf<Name> extends undefined ? [] : [RequestOf<Name>]
): Promise<Result<Name>> {
  const answer = await window.afterword.request(name, argument[0] as RequestOf<Name>)
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
