// A run written with --out lives outside the workspace: runs/<run id>.json says where, so that every process finds it and
// the history can be rebuilt without workbench.json.
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { readJson, writeJson } from '../run-folder/json-file'
import { workspaceFiles } from '../shared/run/folder'

const pointerSchema = z.object({ folder: z.string() })

/** Enters a run folder outside the workspace. */
export async function writePointer(workspace: string, runId: string, folder: string): Promise<void> {
  const path = join(workspace, workspaceFiles.runs, `${runId}.json`)
  await writeJson(path, { folder })
}

/** Folders of all runs of a workspace: those in runs/ and those that a pointer names. */
export async function listRunFolders(workspace: string): Promise<string[]> {
  const runs = join(workspace, workspaceFiles.runs)
  const entries = await readdir(runs, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  const folders: string[] = []
  for (const entry of entries) {
    if (entry.name.startsWith('.')) continue
    if (entry.isDirectory()) folders.push(join(runs, entry.name))
    else if (entry.name.endsWith('.json')) {
      folders.push((await readJson(join(runs, entry.name), pointerSchema)).folder)
    }
  }
  return folders
}
