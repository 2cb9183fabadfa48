// What a running trainer is told: control.json, looked at between steps, and signals. Each command is given out once; what
// to do about it is the caller's business.
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { readControl } from '../run-folder/run-folder'
import { messageOf } from '../shared/errors'
import { runFiles } from '../shared/run/folder'
import { controlSchema, type Control } from '../shared/run/record'
import type { Log } from './trainer-log'

/** A command older than the process by more than this was meant for an earlier one. Covers a launcher that is quick to ask. */
const START_SLACK_MS = 5000

/** The signals that mean "stop with a checkpoint". */
const stopSignals = ['SIGTERM', 'SIGINT'] as const

/** Commands of one trainer process. */
export class Commands {
  private readonly path: string
  private readonly stopping = new AbortController()
  private stamp = ''
  private signal: NodeJS.Signals | undefined

  /** `obeyed`: `at` of the last command an earlier process obeyed; `processStart`: when this one began, ms since the epoch. */
  constructor(
    private readonly folder: string,
    private readonly log: Log,
    private obeyed: string | undefined,
    private readonly processStart: number,
  ) {
    this.path = join(folder, runFiles.control)
    for (const signal of stopSignals) {
      process.on(signal, () => {
        this.signal ??= signal
        this.stopping.abort()
      })
    }
  }

  /** Fires at a stop signal, and once `lookForStop` sees a stop command: for work that lasts long between two steps. */
  get stopAsked(): AbortSignal {
    return this.stopping.signal
  }

  /** Looks, without waiting, whether control.json has a new stop; the command itself is left to `next`. */
  lookForStop(): void {
    let control: Control | undefined
    try {
      control = controlSchema.parse(JSON.parse(readFileSync(this.path, 'utf8')))
    } catch {
      // Not there, or not a command: `next` says what is wrong with it.
      return
    }
    if (control.command === 'stop' && this.isNew(control)) this.stopping.abort()
  }

  /** The signal that asked this process to stop. */
  get stopSignal(): NodeJS.Signals | undefined {
    return this.signal
  }

  /** The command in control.json where it is a new one. A damaged file is logged and otherwise ignored. */
  async next(): Promise<Control | undefined> {
    const file = statSync(this.path, { throwIfNoEntry: false })
    const stamp = file === undefined ? '' : `${file.ino}-${file.mtimeMs}-${file.size}`
    if (stamp === this.stamp) return undefined
    this.stamp = stamp
    let control: Control | undefined
    try {
      control = await readControl(this.folder)
    } catch (error) {
      this.log(`command ignored: ${messageOf(error)}`)
      return undefined
    }
    if (control === undefined || !this.isNew(control)) return undefined
    this.obeyed = control.at
    return control
  }

  private isNew({ at }: Control): boolean {
    return at !== this.obeyed && Date.parse(at) >= this.processStart - START_SLACK_MS
  }
}
