// What the tests of the set-up share: a temporary folder, a set-up context inside it, and a silent log.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { createContext, type Context } from '../../../scripts/setup/context.mjs'

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'afterword-setup-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A context whose cache is a temporary folder, and what it told the user. */
export function temporaryContext(env: NodeJS.ProcessEnv = {}): { context: Context; said: string[] } {
  const said: string[] = []
  const keep = (text: string) => void said.push(text)
  const cache = temporaryFolder()
  const context = createContext({
    env: { ...process.env, AFTERWORD_ELECTRON: '', AFTERWORD_OFFLINE: '', AFTERWORD_CACHE: cache, ...env },
    log: { note: keep, warn: keep, progress: () => undefined },
  })
  return { context, said }
}
