// Changes to what a person says of several runs. Pure; records are by run id.
import type { Annotations } from '../../../shared/run/record'

type ByRun = Readonly<Record<string, Annotations>>

/** Tags with the number of runs that have them, most first. */
export function countTags(all: readonly Annotations[]): [tag: string, count: number][] {
  const counts = new Map<string, number>()
  for (const tag of all.flatMap(({ tags }) => tags)) counts.set(tag, (counts.get(tag) ?? 0) + 1)
  return [...counts].sort(([a, many], [b, few]) => few - many || a.localeCompare(b))
}

/** The same change to each. */
export function changeEach(all: ByRun, change: (own: Annotations) => Partial<Annotations>): ByRun {
  return Object.fromEntries(Object.entries(all).map(([id, own]) => [id, { ...own, ...change(own) }]))
}

/** A tag for all; a run has it once. */
export function withTag(all: ByRun, tag: string): ByRun {
  return changeEach(all, ({ tags }) => ({ tags: tags.includes(tag) ? tags : [...tags, tag] }))
}

/** A tag for none. */
export function withoutTag(all: ByRun, tag: string): ByRun {
  return changeEach(all, ({ tags }) => ({ tags: tags.filter((own) => own !== tag) }))
}

/** One note for all. */
export function withNote(all: ByRun, notes: string): ByRun {
  return changeEach(all, () => ({ notes }))
}
