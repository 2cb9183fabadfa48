// A workspace folder: made where it is missing, checked to be writable before anything is promised.
import { access, constants, mkdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { AfterwordError, messageOf } from '../shared/errors'
import { workspaceFiles } from '../shared/run/folder'

/** Makes the folders of a workspace. Throws workspace with the folder and the reason where it cannot be written. */
export async function prepareWorkspace(folder: string): Promise<void> {
  try {
    for (const name of [workspaceFiles.runs, workspaceFiles.studies]) {
      await mkdir(join(folder, name), { recursive: true })
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
