// A run written with --out lives outside the workspace: runs/<run id>.json says where, so that every process finds it and
// the history can be rebuilt without workbench.json.
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { readJson, writeJson } from '../run-folder/json-file'
import { isRunFolder } from '../run-folder/run-folder'
import { messageOf } from '../shared/errors'
import { workspaceFiles } from '../shared/run/folder'

const pointerSchema = z.object({ folder: z.string() })

/** Enters a run folder outside the workspace. */
export async function writePointer(workspace: string, runId: string, folder: string): Promise<void> {
  const path = join(workspace, workspaceFiles.runs, `${runId}.json`)
  await writeJson(path, { folder })
}

/** The run folders of a workspace: those in runs/ and those that a pointer names. */
export interface RunFolders {
  folders: string[]
  /** Pointers that lead to no run, with the reason: a damaged file, or a folder that is gone (a disk not mounted, say). */
  problems: string[]
}

/** Looks for run folders. One bad pointer hides its own run only. */
export async function listRunFolders(workspace: string): Promise<RunFolders> {
  const runs = join(workspace, workspaceFiles.runs)
  const entries = await readdir(runs, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  const found: RunFolders = { folders: [], problems: [] }
  for (const entry of entries) {
    if (entry.name.startsWith('.')) continue
    const path = join(runs, entry.name)
    if (entry.isDirectory()) found.folders.push(path)
    else if (entry.name.endsWith('.json')) {
      try {
        const { folder } = await readJson(path, pointerSchema)
        if (await isRunFolder(folder)) found.folders.push(folder)
        else found.problems.push(`${path}: field folder: there is no run in ${folder}`)
      } catch (error) {
        found.problems.push(messageOf(error))
      }
    }
  }
  return found
}
