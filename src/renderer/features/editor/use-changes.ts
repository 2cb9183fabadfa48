// What of the form is marked as changed, against which baseline, and which fields a form that shows only those has. A field that is
// edited while only changed ones are shown stays, so that none vanishes under the cursor; so does one with a problem.
import {
  computed,
  inject,
  provide,
  shallowRef,
  watch,
  type InjectionKey,
  type Ref,
  type ShallowRef,
} from 'vue'
import { getPath } from '../../../shared/config/paths'
import { readStudyText } from '../../../shared/config/text'
import { fieldChanges, type FieldChange } from './field-changes'
import type { Path, StudyDraft } from './use-study-draft'
import type { Origin } from './use-origin'

export type BaselineKind = 'default' | 'saved' | 'origin'

export interface Changes {
  /** The baselines there are; the first is the most telling one. */
  readonly baselines: Readonly<Ref<readonly { kind: BaselineKind; title: string }[]>>
  readonly chosen: Readonly<Ref<BaselineKind>>
  choose(kind: BaselineKind): void
  readonly count: Readonly<Ref<number>>
  readonly onlyChanged: ShallowRef<boolean>
  of(path: Path): FieldChange | undefined
  /** Whether a field, or anything inside a group, is to be shown. */
  isShown(path: Path): boolean
  /** Gives a field the value that the baseline has. */
  reset(path: Path): void
}

const key: InjectionKey<Changes> = Symbol('changes')

/** The changes of the form above. */
export function useChanges(): Changes {
  const changes = inject(key)
  if (!changes) throw new Error('internal: changes used outside the editor')
  return changes
}

/** Makes the changes of a draft. */
export function provideChanges(draft: StudyDraft, origin: Readonly<Ref<Origin | undefined>>): Changes {
  const asked = shallowRef<BaselineKind>()
  const onlyChanged = shallowRef(false)
  const baselines = computed(() => [
    ...(origin.value?.study === undefined
      ? []
      : [{ kind: 'origin' as const, title: origin.value.title, study: origin.value.study }]),
    { kind: 'default' as const, title: 'defaults and presets', study: undefined },
    ...(draft.saved.value === ''
      ? []
      : [{ kind: 'saved' as const, title: 'the saved study', study: savedStudy.value }]),
  ])
  const savedStudy = computed(() => {
    const read = readStudyText(draft.saved.value)
    return read.ok ? read.value : undefined
  })
  const baseline = computed(
    () => baselines.value.find(({ kind }) => kind === asked.value) ?? baselines.value[0],
  )
  const changed = computed(() => fieldChanges(draft.value.value, baseline.value?.study))
  /** Paths that stay although they are changed no more. */
  const kept = shallowRef<ReadonlySet<string>>(new Set())
  watch(onlyChanged, () => {
    kept.value = new Set()
  })
  watch(changed, (now, before) => {
    if (onlyChanged.value) kept.value = new Set([...kept.value, ...before.keys(), ...now.keys()])
  })
  const shown = computed(() => {
    const paths = [
      ...changed.value.keys(),
      ...kept.value,
      ...draft.problems.value.filter(({ severity }) => severity === 'error').map(({ path }) => path),
    ]
    return new Set(paths.flatMap(prefixes))
  })

  const changes: Changes = {
    baselines,
    chosen: computed(() => baseline.value?.kind ?? 'default'),
    choose(kind) {
      asked.value = kind
    },
    count: computed(() => changed.value.size),
    onlyChanged,
    of: (path) => changed.value.get(path.join('.')),
    isShown: (path) =>
      !onlyChanged.value ||
      shown.value.has(path.join('.')) ||
      // The draws are one field, whose parts have rows of their own.
      (path[0] === 'random' && shown.value.has('random')),
    reset(path) {
      const study = baseline.value?.study
      draft.set(path, study === undefined ? undefined : getPath(study, path))
    },
  }
  provide(key, changes)
  return changes
}

/** A path and all the groups around it. */
function prefixes(path: string): string[] {
  const parts = path.split('.')
  return parts.map((_, index) => parts.slice(0, index + 1).join('.'))
}
