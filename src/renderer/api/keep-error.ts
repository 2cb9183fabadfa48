// Puts an error of the page among the recent ones, which main keeps. It shows nothing, and never throws.
import { AfterwordError, messageOf } from '../../shared/errors'
import { request } from './bridge'

/** Longest texts main takes. */
const most = { message: 10_000, detail: 100_000 }

export function keepError(error: unknown): void {
  const detail = error instanceof Error ? (error.stack ?? '') : ''
  const isExpected = error instanceof AfterwordError && error.code !== 'internal'
  const text = { message: messageOf(error).slice(0, most.message), detail: detail.slice(0, most.detail) }
  request('reportError', { ...text, isExpected }).catch((cause: unknown) => console.error(cause))
}
