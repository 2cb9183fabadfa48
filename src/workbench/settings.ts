// settings.json of a workspace: few values, every one with a default, so a missing or damaged file is no obstacle.
import { join } from 'node:path'
import { z } from 'zod'
import { readJsonIfPresent, writeJson } from '../run-folder/json-file'
import { AfterwordError } from '../shared/errors'
import { workspaceFiles } from '../shared/run/folder'
import { deviceRequestSchema, engineRequestSchema } from '../shared/run/record'
import type { Settings } from '../shared/workbench-api'

const settingsSchema = z.object({
  theme: z.enum(['system', 'light', 'dark']).default('system').catch('system'),
  engine: engineRequestSchema.default('auto').catch('auto'),
  device: deviceRequestSchema.default('auto').catch('auto'),
  queueRunning: z.boolean().default(true).catch(true),
})

/** Reads the settings; what is missing or wrong has its default. */
export async function readSettings(workspace: string): Promise<Settings> {
  const read = readJsonIfPresent(join(workspace, workspaceFiles.settings), settingsSchema)
  const settings = await read.catch((error: unknown) => {
    // A damaged file is replaced at the next change; it holds nothing that cannot be set again.
    if (error instanceof AfterwordError && error.code === 'invalid-input') return undefined
    throw error
  })
  return settings ?? settingsSchema.parse({})
}

/** Replaces the settings. */
export async function writeSettings(workspace: string, settings: Settings): Promise<void> {
  await writeJson(join(workspace, workspaceFiles.settings), settingsSchema.parse(settings))
}
