// Removes from the column cache what nobody reads any more: columns of runs that are gone, and files whose writer was killed.
import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** What was written since may be of a run that another process has just made, or still be written. */
const YOUNG_MS = 10 * 60_000

/** `ids`: the runs there are. Never throws: what cannot be removed stays for the next time. */
export async function sweepColumns(folder: string, ids: ReadonlySet<string>): Promise<void> {
  const names = await readdir(folder).catch(() => [])
  for (const name of names) {
    const [, id = '', writer] = /^(.+)\.bin(\.\d+)?$/.exec(name) ?? []
    if (id === '' || (writer === undefined && ids.has(id))) continue
    const path = join(folder, name)
    const found = await stat(path).catch(() => undefined)
    if (found && Date.now() - found.mtimeMs > YOUNG_MS) await rm(path, { force: true }).catch(() => undefined)
  }
}
