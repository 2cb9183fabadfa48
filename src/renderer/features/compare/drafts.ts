// What is on the compare page and not saved: one comparison without a name, and changes to saved charts, so that leaving the page
// or reloading it loses nothing. Kept in the page's own storage.
import { z } from 'zod'
import { comparisonSchema, type Comparison } from '../../../shared/comparison'

const KEY = 'afterword.compare.drafts'
const MOST = 20
const draftsSchema = z.array(z.object({ id: z.string(), comparison: comparisonSchema }))
type Drafts = z.infer<typeof draftsSchema>

function readAll(): Drafts {
  try {
    return draftsSchema.parse(JSON.parse(localStorage.getItem(KEY) ?? '[]'))
  } catch {
    // Written by another version: what was not saved is lost.
    return []
  }
}

/** The draft of a saved chart, or of the comparison without a name (`id` ''). */
export function readDraft(id: string): Comparison | undefined {
  return readAll().find((draft) => draft.id === id)?.comparison
}

/** Keeps a draft; undefined forgets it. */
export function writeDraft(id: string, comparison: Comparison | undefined): void {
  const others = readAll().filter((draft) => draft.id !== id)
  const own = comparison ? [{ id, comparison }] : []
  localStorage.setItem(KEY, JSON.stringify([...own, ...others].slice(0, MOST)))
}
