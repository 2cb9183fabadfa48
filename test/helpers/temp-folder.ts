// Temporary folders that go away with the test that asked for them.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** An empty folder, removed when the current test has finished. */
export function tempFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'afterword-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
