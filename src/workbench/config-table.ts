// The configs of many runs at once, for filters and tables: what runs have in common stands once. Read as they stand in
// config.json, unchecked, so that a run of a newer version is listed too; a config never changes, so each is read once.
import { join } from 'node:path'
import { z } from 'zod'
import { readJson } from '../run-folder/json-file'
import { messageOf } from '../shared/errors'
import { runFiles } from '../shared/run/folder'
import type { ConfigTable } from '../shared/workbench-api'

/** Files read at the same time. */
const READ_TOGETHER = 64

const plainObject = z.record(z.string(), z.unknown())

/** Configs that have been read, by run id. */
export class ConfigReader {
  private readonly entries = new Map<string, { text: string; seed?: number }>()

  /** The configs of some runs. */
  async read(runs: readonly { readonly id: string; readonly folder: string }[]): Promise<ConfigTable> {
    const missing = runs.filter(({ id }) => !this.entries.has(id))
    const problems: string[] = []
    for (let start = 0; start < missing.length; start += READ_TOGETHER) {
      const group = missing.slice(start, start + READ_TOGETHER)
      const results = await Promise.allSettled(group.map((run) => this.readOne(run)))
      for (const result of results) if (result.status === 'rejected') problems.push(messageOf(result.reason))
    }
    const places = new Map<string, number>()
    const table: ConfigTable['runs'] = {}
    for (const { id } of runs) {
      const entry = this.entries.get(id)
      if (entry === undefined) continue
      const { text, seed } = entry
      const place = places.get(text) ?? places.size
      places.set(text, place)
      table[id] = { config: place, ...(seed === undefined ? {} : { seed }) }
    }
    return { configs: [...places.keys()].map((text) => JSON.parse(text) as unknown), runs: table, problems }
  }

  private async readOne({ id, folder }: { id: string; folder: string }): Promise<void> {
    const { seed, ...rest } = await readJson(join(folder, runFiles.config), plainObject)
    this.entries.set(id, {
      text: this.known(JSON.stringify(rest)),
      ...(typeof seed === 'number' ? { seed } : {}),
    })
  }

  /** One text for all runs that share it. */
  private readonly texts = new Map<string, string>()
  private known(text: string): string {
    const known = this.texts.get(text)
    if (known === undefined) this.texts.set(text, text)
    return known ?? text
  }
}
