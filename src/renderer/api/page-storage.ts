// The page's own storage for what a person has written and not saved. Chromium writes it to the disk seconds later, too late where the
// app is killed; here main is asked to write it now.
import { request } from './bridge'

/** Time for which further changes are gathered: as short as a key press. */
const GATHER_MS = 100
let timer: ReturnType<typeof setTimeout> | undefined

/** Keeps a text under a key; undefined forgets it. */
export function store(key: string, text: string | undefined): void {
  if (text === undefined) localStorage.removeItem(key)
  else localStorage.setItem(key, text)
  timer ??= setTimeout(() => {
    timer = undefined
    // What cannot be written now Chromium writes later.
    request('writePageStorage').catch(() => undefined)
  }, GATHER_MS)
}
