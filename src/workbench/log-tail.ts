// The end of trainer.log, for a page that shows it and for saying why a run ended. Never reads the whole file.
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { runFiles } from '../shared/run/folder'

/** The last `maxBytes` bytes of trainer.log from a line start on; empty where there is no log. */
export async function readLogTail(folder: string, maxBytes: number): Promise<string> {
  const file = await open(join(folder, runFiles.log)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (file === undefined) return ''
  try {
    const { size } = await file.stat()
    const start = Math.max(0, size - maxBytes)
    const buffer = Buffer.alloc(size - start)
    const { bytesRead } = await file.read(buffer, 0, buffer.length, start)
    const text = buffer.toString('utf8', 0, bytesRead)
    return start === 0 ? text : text.slice(text.indexOf('\n') + 1)
  } finally {
    await file.close()
  }
}

/** The last non-empty lines of trainer.log. */
export async function lastLogLines(folder: string, count: number): Promise<string[]> {
  const text = await readLogTail(folder, 8192)
  return text
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')
    .slice(-count)
}
