// Names for runs and studies: readable, sortable within a study, safe as a file name on every system.
import { randomBytes } from 'node:crypto'

/** Longest slug: leaves room for date and suffix within common path limits. */
const SLUG_LENGTH = 48

/** Lower-case letters, digits and dashes of a name; `fallback` where nothing is left. */
export function slugOf(name: string, fallback: string): string {
  const slug = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, SLUG_LENGTH)
    .replace(/^-+|-+$/g, '')
  return slug === '' ? fallback : slug
}

/** `<study slug>-<yyyymmdd-hhmmss>-<4 hex>`, UTC: the hex digits tell apart runs of one second. */
export function newRunId(study: string, time: Date): string {
  const digits = time.toISOString().replace(/\D/g, '')
  return `${slugOf(study, 'run')}-${digits.slice(0, 8)}-${digits.slice(8, 14)}-${randomBytes(2).toString('hex')}`
}
