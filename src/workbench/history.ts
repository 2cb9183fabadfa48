// workbench.json: the history of runs (records, last and best values, queue order), kept with lowdb. It is a cache: a
// damaged file is put aside and the caller rebuilds from the run folders. Only the holder of the lock may call save().
import { rename } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Low } from 'lowdb'
import { JSONFile } from 'lowdb/node'
import { z } from 'zod'
import { AfterwordError, messageOf } from '../shared/errors'
import { workspaceFiles } from '../shared/run/folder'
import { annotationsSchema, runRecordSchema } from '../shared/run/record'
import { toLoggedNumber } from '../shared/run/logged-number'
import { loggedValuesSchema } from '../shared/run/rows'

const progressSchema = z.object({
  stage: z.int(),
  step: z.int(),
  time: z.number(),
  sequences: z.number(),
  tokens: z.number(),
})

/** What the history keeps of a run. */
const historyRunSchema = z.object({
  folder: z.string(),
  record: runRecordSchema,
  annotations: annotationsSchema,
  last: loggedValuesSchema,
  best: loggedValuesSchema,
  progress: progressSchema.optional(),
  /** Bytes of metrics.jsonl that `last` and `best` stand for. */
  offset: z.int().min(0),
  /** What run.json and annotations.json looked like when they were read: unchanged files are not read again. */
  stamps: z.object({ record: z.string(), annotations: z.string() }).optional(),
})
export type HistoryRun = z.output<typeof historyRunSchema>

const historySchema = z.object({
  version: z.literal(1),
  runs: z.record(z.string(), historyRunSchema),
  queue: z.array(z.string()),
})
type HistoryData = z.output<typeof historySchema>

const emptyHistory = (): HistoryData => ({ version: 1, runs: {}, queue: [] })

/** The opened history file. */
export class History {
  private readonly low: Low<unknown>
  private data: HistoryData
  private readonly byFolder: ReadonlyMap<string, HistoryRun>

  private constructor(low: Low<unknown>, data: HistoryData) {
    this.low = low
    this.data = data
    this.byFolder = new Map(Object.values(data.runs).map((run) => [run.folder, run]))
  }

  /**
   * Reads workbench.json. A damaged one reads as empty; with `mayRepair` (the lock's holder) it is renamed to
   * workbench.damaged-<time>.json and a notice says so.
   */
  static async open(workspace: string, mayRepair: boolean): Promise<{ history: History; notices: string[] }> {
    const path = join(workspace, workspaceFiles.history)
    const low = new Low<unknown>(new JSONFile<unknown>(path), null)
    try {
      await low.read()
      const data = low.data === null ? emptyHistory() : historySchema.parse(low.data)
      return { history: new History(low, data), notices: [] }
    } catch (error) {
      const history = new History(low, emptyHistory())
      if (!mayRepair) return { history, notices: [] }
      const aside = join(
        dirname(path),
        `workbench.damaged-${new Date().toISOString().replace(/[:.]/g, '-')}.json`,
      )
      await rename(path, aside).catch((cause: unknown) => {
        throw new AfterwordError(
          'workspace',
          `${path}: damaged, and it cannot be put aside: ${messageOf(cause)}`,
          {
            cause: error,
          },
        )
      })
      const notice = `The history ${path} was damaged and has been rebuilt from the run folders. The damaged file is kept as ${aside}.`
      return { history, notices: [notice] }
    }
  }

  /** What the file said of a run when it was read or last saved. */
  run(id: string): HistoryRun | undefined {
    return this.data.runs[id]
  }

  /** What the file said of the run in a folder when it was read. */
  runIn(folder: string): HistoryRun | undefined {
    return this.byFolder.get(folder)
  }

  /** Queue order as last saved. */
  get queue(): readonly string[] {
    return this.data.queue
  }

  /** Replaces the file's content. lowdb writes a temporary file and renames it. */
  async save(runs: readonly HistoryRun[], queue: readonly string[]): Promise<void> {
    this.data = {
      version: 1,
      runs: Object.fromEntries(runs.map((run) => [run.record.id, run])),
      queue: [...queue],
    }
    const written = runs.map((run) => [
      run.record.id,
      { ...run, last: loggable(run.last), best: loggable(run.best) },
    ])
    this.low.data = { ...this.data, runs: Object.fromEntries(written) as unknown }
    await this.low.write()
  }
}

function loggable(values: Readonly<Record<string, number>>): Record<string, number | string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, toLoggedNumber(value)]))
}
