// The sample study that comes with the program: finished runs and saved charts (resources/sample) that are copied into a new
// workspace, tagged `sample`. Taking it away moves its runs to the trash and deletes its charts; both can be had back. A chart that
// was changed is the person's and stays.
import { cp, readFile, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { isMissing } from '../run-folder/json-file'
import { changeAnnotations } from '../run-folder/change-annotations'
import { isRunFolder, readRecord, writeRecord } from '../run-folder/run-folder'
import { workspaceFiles } from '../shared/run/folder'
import { makeFolder } from './workspace'

/** Whether nothing has ever been in a workspace: no folder, or an empty one. What cannot be read is not new. */
export async function isNewWorkspace(folder: string): Promise<boolean> {
  return namesIn(folder).then(
    (names) => names.length === 0,
    () => false,
  )
}

/**
 * Copies what is missing of the sample in `source` into a workspace and takes the rest out of its trash. A run appears whole
 * or not at all.
 */
export async function addSample(source: string, workspace: string): Promise<void> {
  const [runs, charts] = [join(workspace, workspaceFiles.runs), join(workspace, workspaceFiles.charts)]
  await makeFolder(runs)
  await makeFolder(charts)
  for (const id of await namesIn(join(source, workspaceFiles.runs))) {
    const target = join(runs, id)
    if (await isRunFolder(target)) {
      await changeAnnotations(target, { trashed: false })
      continue
    }
    const temporary = join(runs, `.${id}.tmp`)
    await rm(temporary, { recursive: true, force: true })
    await cp(join(source, workspaceFiles.runs, id), temporary, { recursive: true })
    await writeRecord(temporary, { ...(await readRecord(temporary)), workspace })
    await rename(temporary, target)
  }
  for (const name of await namesIn(join(source, workspaceFiles.charts)))
    await cp(join(source, workspaceFiles.charts, name), join(charts, name), { force: false })
}

/** Moves the sample's runs to the trash and deletes its charts, except those that the person changed. */
export async function removeSample(source: string, workspace: string): Promise<void> {
  for (const id of await namesIn(join(source, workspaceFiles.runs))) {
    const folder = join(workspace, workspaceFiles.runs, id)
    if (await isRunFolder(folder)) await changeAnnotations(folder, { trashed: true })
  }
  for (const name of await namesIn(join(source, workspaceFiles.charts))) {
    const [ours, theirs] = await Promise.all(
      [source, workspace].map((folder) => read(join(folder, workspaceFiles.charts, name))),
    )
    if (theirs === ours) await rm(join(workspace, workspaceFiles.charts, name), { force: true })
  }
}

/** A file's text; undefined where there is none. */
function read(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch((error: unknown) => {
    if (isMissing(error)) return undefined
    throw error
  })
}

/** Entries of a folder that are not hidden; none where there is no folder. */
async function namesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (isMissing(error)) return []
    throw error
  })
  return names.filter((name) => !name.startsWith('.')).sort()
}
