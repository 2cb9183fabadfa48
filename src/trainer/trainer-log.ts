// The trainer's words for people: to stderr, and to trainer.log where stderr is not that file already (a launcher
// redirects it; a person who starts the trainer by hand does not). It never throws: a log must not end a run.
import { closeSync, fstatSync, openSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { runFiles } from '../shared/run/folder'

/** Writes one timed entry. */
export type Log = (text: string) => void

const STDERR = 2

/** The log of a run folder. */
export function openLog(folder: string): Log {
  const path = join(folder, runFiles.log)
  return (text) => {
    const line = `${new Date().toISOString()} ${text}\n`
    quietly(() => writeSync(STDERR, line))
    quietly(() => {
      if (isStderr(path)) return
      const file = openSync(path, 'a')
      writeSync(file, line)
      closeSync(file)
    })
  }
}

function isStderr(path: string): boolean {
  const stderr = fstatSync(STDERR)
  const file = statSync(path, { throwIfNoEntry: false })
  return file !== undefined && file.ino === stderr.ino && file.dev === stderr.dev
}

/** A closed pipe or a full disk silences the log and nothing else. */
function quietly(write: () => void): void {
  try {
    write()
  } catch {
    return
  }
}
