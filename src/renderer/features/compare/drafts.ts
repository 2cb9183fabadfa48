// What is on the compare page and not saved: one comparison without a name, and changes to saved charts, so that leaving the page
// or reloading it loses nothing. Kept in the page's own storage, by workspace: another one may have charts of the same ids.
import { z } from 'zod'
import { comparisonSchema, type Comparison } from '../../../shared/comparison'
import { store } from '../../api/page-storage'

const keyOf = (folder: string): string => `afterword.compare.drafts ${folder}`
const MOST = 20
const draftsSchema = z.array(
  z.object({
    id: z.string(),
    comparison: comparisonSchema,
    /** Of the saved chart that it was begun from. */
    modified: z.string().exactOptional(),
  }),
)
type Drafts = z.infer<typeof draftsSchema>
type Draft = Drafts[number]

function readAll(folder: string): Drafts {
  try {
    return draftsSchema.parse(JSON.parse(localStorage.getItem(keyOf(folder)) ?? '[]'))
  } catch {
    // Written by another version: what was not saved is lost.
    return []
  }
}

/** The draft of a saved chart, or of the comparison without a name (`id` ''). */
export function readDraft(folder: string, id: string): Draft | undefined {
  return readAll(folder).find((draft) => draft.id === id)
}

/** Keeps a draft; without a comparison forgets it. */
export function writeDraft(folder: string, id: string, comparison?: Comparison, modified?: string): void {
  const others = readAll(folder).filter((draft) => draft.id !== id)
  const own = comparison ? [{ id, comparison, ...(modified === undefined ? {} : { modified }) }] : []
  store(keyOf(folder), JSON.stringify([...own, ...others].slice(0, MOST)))
}
