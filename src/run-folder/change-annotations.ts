// Changes some of what a person said of a run. The rest stays as it is in the run folder, whatever the caller has read before:
// changes of one run wait for each other.
import type { AnnotationChange, Annotations } from '../shared/run/record'
import { readAnnotations, writeAnnotations } from './run-folder'

/** The last change of each run folder that is being changed. */
const waiting = new Map<string, Promise<unknown>>()

/** Writes a change into annotations.json and returns what it says now. A file that needs no change is not written. */
export async function changeAnnotations(folder: string, change: AnnotationChange): Promise<Annotations> {
  const before = waiting.get(folder) ?? Promise.resolve()
  const own = before.then(
    () => merge(folder, change),
    () => merge(folder, change),
  )
  waiting.set(folder, own)
  try {
    return await own
  } finally {
    if (waiting.get(folder) === own) waiting.delete(folder)
  }
}

async function merge(folder: string, change: AnnotationChange): Promise<Annotations> {
  const before = await readAnnotations(folder)
  const after = { ...before, ...change }
  if (JSON.stringify(after) !== JSON.stringify(before)) await writeAnnotations(folder, after)
  return after
}
