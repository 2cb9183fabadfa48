// Whether a trainer that was ended from outside ran out of memory, and what to make smaller then. What a trainer notices
// itself it says itself.
import { readFileSync } from 'node:fs'
import { totalmem } from 'node:os'
import { join } from 'node:path'
import { readRows } from '../run-folder/jsonl'
import { readConfig } from '../run-folder/run-folder'
import { stageSteps } from '../shared/config/schema'
import { runFiles } from '../shared/run/folder'
import { metricsRowSchema } from '../shared/run/rows'
import { memoryAdvice } from '../theory/memory'

/** What a process says last when an allocation of C++ or V8 failed. */
const lastWords = /bad_alloc|heap out of memory|Out of memory/

/** Processes that this machine's kernel has killed for want of memory; undefined where it does not say. */
export function countMemoryKills(): number | undefined {
  try {
    const [, count] = /^oom_kill (\d+)$/m.exec(readFileSync('/proc/vmstat', 'utf8')) ?? []
    return count === undefined ? undefined : Number(count)
  } catch {
    // Only Linux has the file.
    return undefined
  }
}

/** Whether a signal that ended a process says, with what the kernel counted and the log's last lines, that memory ran out. */
export function ranOutOfMemory(
  signal: NodeJS.Signals,
  memoryKills: number | undefined,
  logLines: readonly string[],
): boolean {
  if (signal === 'SIGKILL') return (memoryKills ?? 0) > 0
  return signal === 'SIGABRT' && logLines.some((line) => lastWords.test(line))
}

/** Which batch of a run's present stage to make smaller, in a sentence; undefined where the folder does not say. */
export async function adviseSmallerBatch(folder: string): Promise<string | undefined> {
  const config = await readConfig(folder).catch(() => undefined)
  if (config === undefined) return undefined
  const { rows } = await readRows(join(folder, runFiles.metrics), metricsRowSchema)
  const last = rows.at(-1) ?? { stage: 0, step: 0 }
  const present = config.stages[last.stage]
  const isDone = present !== undefined && last.step === stageSteps(present)
  const stage = Math.min(isDone ? last.stage + 1 : last.stage, config.stages.length - 1)
  return memoryAdvice({ config, stage, part: 'update', limitBytes: totalmem() })
}
