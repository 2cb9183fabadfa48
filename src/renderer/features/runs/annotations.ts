// Changes to what a person says of several runs. Pure; records are by run id.
import type { AnnotationChange, Annotations } from '../../../shared/run/record'

type ByRun = Readonly<Record<string, Annotations>>

/** Tags with the number of runs that have them, most first. */
export function countTags(all: readonly Annotations[]): [tag: string, count: number][] {
  const counts = new Map<string, number>()
  for (const tag of all.flatMap(({ tags }) => tags)) counts.set(tag, (counts.get(tag) ?? 0) + 1)
  return [...counts].sort(([a, many], [b, few]) => few - many || a.localeCompare(b))
}

/** The same change to each. */
function changeEach(all: ByRun, change: (own: Annotations) => AnnotationChange): ByRun {
  return Object.fromEntries(Object.entries(all).map(([id, own]) => [id, { ...own, ...change(own) }]))
}

/** What is to be written where `before` became `after`: of each run the fields that differ; runs in which none does are left out. */
export function changesBetween(before: ByRun, after: ByRun): Readonly<Record<string, AnnotationChange>> {
  const changes = Object.entries(after).map(([id, now]) => {
    const old = before[id] ?? now
    const isOther = ([name, value]: [string, unknown]) =>
      JSON.stringify(value) !== JSON.stringify(old[name as keyof Annotations])
    return [id, Object.fromEntries(Object.entries(now).filter(isOther))] as const
  })
  return Object.fromEntries(changes.filter(([, change]) => Object.keys(change).length > 0))
}

/** What takes changes back: the fields they name, as they were. */
export function inverse(
  before: ByRun,
  changes: Readonly<Record<string, AnnotationChange>>,
): Readonly<Record<string, AnnotationChange>> {
  return Object.fromEntries(
    Object.entries(changes).flatMap(([id, change]) => {
      const old = before[id]
      const names = Object.keys(change) as (keyof Annotations)[]
      return old === undefined ? [] : [[id, Object.fromEntries(names.map((name) => [name, old[name]]))]]
    }),
  )
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
