// settings.json of a workspace: few values, every one with a default, so a missing or damaged file is no obstacle.
import { join } from 'node:path'
import { z } from 'zod'
import { readJsonIfPresent, writeJson } from '../run-folder/json-file'
import { AfterwordError } from '../shared/errors'
import { workspaceFiles } from '../shared/run/folder'
import { defaultSettings, settingsSchema, type Settings } from '../shared/settings'

const storedSchema = z.record(z.string(), z.unknown())

/** Reads the settings; what is missing or wrong has its default. */
export async function readSettings(workspace: string): Promise<Settings> {
  const read = readJsonIfPresent(join(workspace, workspaceFiles.settings), storedSchema)
  const stored = await read.catch((error: unknown) => {
    // A damaged file is replaced at the next change; it holds nothing that cannot be set again.
    if (error instanceof AfterwordError && error.code === 'invalid-input') return undefined
    throw error
  })
  const usable = Object.entries(settingsSchema.shape).flatMap(([name, schema]) => {
    const parsed = schema.safeParse(stored?.[name])
    return parsed.success ? [[name, parsed.data]] : []
  })
  return settingsSchema.parse({ ...defaultSettings, ...Object.fromEntries(usable) })
}

/** Replaces the settings. */
export async function writeSettings(workspace: string, settings: Settings): Promise<void> {
  await writeJson(join(workspace, workspaceFiles.settings), settingsSchema.parse(settings))
}
