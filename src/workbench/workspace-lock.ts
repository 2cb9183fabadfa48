// workbench.lock: who writes the history and runs the queue of a workspace. Held by a living process (pid and start
// time); a dead holder's lock is taken over. The lock is advice among Afterword processes, not a file-system lock.
import { linkSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isAlive } from '../run-folder/process-identity'
import { AfterwordError, messageOf } from '../shared/errors'
import { workspaceFiles } from '../shared/run/folder'
import { processIdentitySchema, type ProcessIdentity } from '../shared/run/record'

/** A takeover lasts milliseconds; one older than this was left by a process that died in it. */
const TAKEOVER_SECONDS = 10

/** This process's claim on a workspace. */
export class WorkspaceLock {
  private readonly path: string
  private held = false

  constructor(
    folder: string,
    private readonly self: ProcessIdentity,
  ) {
    this.path = join(folder, workspaceFiles.lock)
  }

  get isHolder(): boolean {
    return this.held
  }

  /** The living process that holds the lock, this one included. */
  holder(): ProcessIdentity | undefined {
    const holder = this.read()
    return holder !== undefined && isAlive(holder) ? holder : undefined
  }

  /** Takes the lock where it is free or its holder is dead. Returns whether this process holds it now. */
  tryAcquire(): boolean {
    if (this.held) return true
    const temporary = `${this.path}.${this.self.pid}`
    try {
      writeFileSync(temporary, JSON.stringify(this.self))
      // A hard link appears whole or not at all, and fails where the lock exists.
      this.held = this.link(temporary) || this.takeOver()
    } catch (cause) {
      throw new AfterwordError('workspace', `The workspace cannot be written: ${messageOf(cause)}`, { cause })
    } finally {
      rmSync(temporary, { force: true })
    }
    return this.held
  }

  /** Gives the lock back. */
  release(): void {
    if (!this.held) return
    this.held = false
    if (this.read()?.pid === this.self.pid) rmSync(this.path, { force: true })
  }

  private link(temporary: string): boolean {
    try {
      linkSync(temporary, this.path)
      return true
    } catch (error) {
      if (hasCode(error, 'EEXIST')) return false
      throw error
    }
  }

  /** Replaces a dead holder's lock; of several processes that try at once, one succeeds. */
  private takeOver(): boolean {
    const guard = `${this.path}.takeover`
    try {
      writeFileSync(guard, '', { flag: 'wx' })
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw error
      const age = Date.now() - (statSync(guard, { throwIfNoEntry: false })?.mtimeMs ?? 0)
      if (age > TAKEOVER_SECONDS * 1000) rmSync(guard, { force: true })
      return false
    }
    try {
      if (this.holder() !== undefined) return false
      renameSync(`${this.path}.${this.self.pid}`, this.path)
      return true
    } finally {
      rmSync(guard, { force: true })
    }
  }

  /** The lock's content; a missing or damaged one is nobody's. */
  private read(): ProcessIdentity | undefined {
    try {
      return processIdentitySchema.parse(JSON.parse(readFileSync(this.path, 'utf8')))
    } catch {
      return undefined
    }
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
