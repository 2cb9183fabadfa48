// The study being edited. Its YAML text is the one truth: the form edits the parsed document and writes it back, so comments
// and layout stay, and the YAML tab and the form cannot disagree. Unsaved text survives a reload of the page.
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
import { parseDocument } from 'yaml'
import { getPath } from '../../../shared/config/paths'
import { parseStudyText, type ConfigProblem, type ParsedStudy } from '../../../shared/config/parse'
import { editStudyList, editStudyText } from '../../../shared/config/text'

export type Path = readonly string[]

export interface StudyDraft {
  readonly text: ShallowRef<string>
  /** The study as written, defaults not filled in; of the last text that was valid YAML. */
  readonly value: Readonly<Ref<unknown>>
  readonly parsed: Readonly<Ref<ParsedStudy | undefined>>
  readonly problems: Readonly<Ref<readonly ConfigProblem[]>>
  /** Whether the text is YAML at all; where not, only the YAML tab can mend it. */
  readonly isReadable: Readonly<Ref<boolean>>
  readonly isDirty: Readonly<Ref<boolean>>
  get(path: Path): unknown
  /** Writes a value; undefined takes the field out, so that its default holds. */
  set(path: Path, value: unknown): void
  /** Moves, adds or removes items of a list; comments of an item go with it. */
  setList(path: Path, edit: (items: readonly unknown[]) => unknown[]): void
  /** The problems of exactly this field. */
  problemsAt(path: Path): readonly ConfigProblem[]
  markSaved(): void
  discard(): void
}

const key: InjectionKey<StudyDraft> = Symbol('study draft')

/** The draft of the editor above. */
export function useStudyDraft(): StudyDraft {
  const draft = inject(key)
  if (!draft) throw new Error('internal: study draft used outside the editor')
  return draft
}

/** Makes the draft of a study whose saved text is `savedText`; `name` tells drafts of different studies apart. */
export function provideStudyDraft(name: string, savedText: string): StudyDraft {
  const storageKey = `afterword.draft.${name}`
  const saved = shallowRef(savedText)
  const text = shallowRef(sessionStorage.getItem(storageKey) ?? savedText)
  watch(text, (now) => {
    if (now === saved.value) sessionStorage.removeItem(storageKey)
    else sessionStorage.setItem(storageKey, now)
  })

  const document = computed(() => parseDocument(text.value))
  const isReadable = computed(() => document.value.errors.length === 0)
  let lastReadable: unknown = {}
  const value = computed<unknown>(() => {
    if (isReadable.value) lastReadable = document.value.toJS() as unknown
    return lastReadable
  })
  const result = computed(() => parseStudyText(text.value))
  const parsed = computed(() => (result.value.ok ? result.value.value : undefined))
  const problems = computed<readonly ConfigProblem[]>(() =>
    result.value.ok ? result.value.value.warnings : result.value.problems,
  )
  const byPath = computed(() => {
    const map = new Map<string, ConfigProblem[]>()
    for (const problem of problems.value) map.set(problem.path, [...(map.get(problem.path) ?? []), problem])
    return map
  })

  const draft: StudyDraft = {
    text,
    value,
    parsed,
    problems,
    isReadable,
    isDirty: computed(() => text.value !== saved.value),
    get: (path) => getPath(value.value, path),
    set(path, next) {
      text.value = editStudyText(text.value, path, next)
    },
    setList(path, edit) {
      text.value = editStudyList(text.value, path, edit)
    },
    problemsAt: (path) => byPath.value.get(path.join('.')) ?? [],
    markSaved() {
      saved.value = text.value
      sessionStorage.removeItem(storageKey)
    },
    discard() {
      text.value = saved.value
    },
  }
  provide(key, draft)
  return draft
}
