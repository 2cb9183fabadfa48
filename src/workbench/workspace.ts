// A workspace folder: made where it is missing, checked to be writable before anything is promised.
import { access, constants, mkdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { AfterwordError, messageOf } from '../shared/errors'
import { workspaceFiles } from '../shared/run/folder'

/** Makes the folders of a workspace. Throws workspace with the folder and the reason where it cannot be written. */
export async function prepareWorkspace(folder: string): Promise<void> {
  try {
    for (const name of [workspaceFiles.runs, workspaceFiles.studies]) {
      await makeFolder(join(folder, name))
      await access(join(folder, name), constants.W_OK)
    }
    await access(folder, constants.W_OK)
  } catch (cause) {
    throw new AfterwordError(
      'workspace',
      `The workspace ${folder} cannot be written: ${messageOf(cause)}. Choose another folder or change its permissions; nothing has been changed in it.`,
      { cause },
    )
  }
}

/** Whether the folder is there. */
export async function workspaceExists(folder: string): Promise<boolean> {
  return (await stat(folder).catch(() => undefined))?.isDirectory() ?? false
}

/**
 * Makes a folder and its parents, one by one: Node's own recursive way never ends where the system refuses a new folder by
 * saying that the parent does not exist (/proc does).
 */
export async function makeFolder(folder: string): Promise<void> {
  if (await workspaceExists(folder)) return
  const parent = dirname(folder)
  if (parent !== folder) await makeFolder(parent)
  await mkdir(folder).catch((error: unknown) => {
    // Another process may have made it in between.
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  })
}
