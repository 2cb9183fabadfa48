// Studies that are being written and not saved: kept in the page's own storage on every edit, by workspace, so that a reload,
// a crash or a restart loses nothing. Their undo stacks live as long as the window. Saved studies are files of the workspace.
import { shallowRef, type ShallowRef } from 'vue'
import { z } from 'zod'
import { emptyHistory, type EditHistory } from './edit-history'
import { store } from './page-storage'

/** A study that is not saved. */
export interface StoredDraft {
  /** The text as it is now. */
  readonly text: string
  /** The text that it was begun from: a saved one, a preset, a copy; '' for what a person wrote elsewhere. */
  readonly base: string
  /** ISO time of the last edit. */
  readonly modified: string
}
const storedDraftSchema = z.object({ text: z.string(), base: z.string(), modified: z.string() })

/** The drafts of a workspace; a key is `<source> <study id>`, the source `new` for studies that have no file yet. */
export interface Drafts {
  /** By key, the last edited first. */
  readonly list: Readonly<ShallowRef<ReadonlyMap<string, StoredDraft>>>
  write(key: string, draft: Pick<StoredDraft, 'text' | 'base'>): void
  remove(key: string): void
  historyOf(key: string): EditHistory<string>
  keepHistory(key: string, history: EditHistory<string>): void
}

/** Key of a new study's draft. */
export const newDraftKey = (id: string): string => `new ${id}`

/** The drafts in the page's storage that belong to a workspace folder. */
export function openDrafts(folder: string): Drafts {
  const prefix = `afterword.draft.${folder} `
  const histories = new Map<string, EditHistory<string>>()
  const list = shallowRef(read(prefix))
  const change = (key: string, draft: StoredDraft | undefined) => {
    store(prefix + key, draft && JSON.stringify(draft))
    const rest = [...list.value].filter(([each]) => each !== key)
    list.value = new Map(draft === undefined ? rest : [[key, draft], ...rest])
  }
  return {
    list,
    write: (key, draft) => change(key, { ...draft, modified: new Date().toISOString() }),
    remove: (key) => change(key, undefined),
    historyOf: (key) => histories.get(key) ?? emptyHistory,
    keepHistory: (key, history) => void histories.set(key, history),
  }
}

/** Whether a person has done anything to it. */
export const isEdited = ({ text, base }: StoredDraft): boolean => text !== base

/** How long a draft that nobody edited is kept for who comes back to it. */
const UNEDITED_MS = 24 * 3600 * 1000

function read(prefix: string): ReadonlyMap<string, StoredDraft> {
  const found = Object.keys(localStorage).flatMap((name): [string, StoredDraft][] => {
    if (!name.startsWith(prefix)) return []
    const draft = parsed(localStorage.getItem(name))
    if (!draft) return []
    if (isEdited(draft) || Date.now() - Date.parse(draft.modified) < UNEDITED_MS)
      return [[name.slice(prefix.length), draft]]
    localStorage.removeItem(name)
    return []
  })
  return new Map(found.sort(([, a], [, b]) => (a.modified < b.modified ? 1 : -1)))
}

function parsed(text: string | null): StoredDraft | undefined {
  try {
    return storedDraftSchema.safeParse(JSON.parse(text ?? '')).data
  } catch {
    // Not written by this program: it is left alone.
    return undefined
  }
}
