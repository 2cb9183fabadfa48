// What the entry scripts share: the surroundings, and errors told in one sentence (with their stack where DEBUG is
// set) instead of a stack trace.
import { createContext, isSet } from './context.mjs'

/**
 * Runs a script's work; an error ends it with exit code 1.
 * @param {(context: import('./context.mjs').Context) => Promise<void>} work
 * @returns {Promise<void>}
 */
export async function runEntry(work) {
  const context = createContext()
  try {
    await work(context)
  } catch (error) {
    const isDetailed = isSet(context.env.DEBUG) && error instanceof Error
    context.log.warn(
      isDetailed ? String(error.stack) : error instanceof Error ? error.message : String(error),
    )
    process.exitCode = 1
  }
}
