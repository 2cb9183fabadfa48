// The study being edited. Its YAML text is the one truth: the form edits the parsed document and writes it back, so comments
// and layout stay, the YAML tab and the form cannot disagree, and one stack of texts undoes both. Every edit is kept at once, so
// that unsaved text survives a reload. A text is checked in slices: a study of thousands of points holds nothing up.
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
import { parsingSteps, type ConfigProblem, type ParsedStudy } from '../../../shared/config/parse'
import { editStudyList, editStudyText } from '../../../shared/config/text'
import type { Drafts } from '../../api/drafts'
import { redo, undo, withEdit, type Edit, type Moved } from '../../api/edit-history'
import { useSliced } from './use-sliced'

export type Path = readonly string[]

export interface StudyDraft {
  readonly text: Readonly<ShallowRef<string>>
  /** The study as written, defaults not filled in; of the last text that was valid YAML. */
  readonly value: Readonly<Ref<unknown>>
  /** Of the last text that was checked to its end; undefined where that has errors. */
  readonly parsed: Readonly<Ref<ParsedStudy | undefined>>
  readonly problems: Readonly<Ref<readonly ConfigProblem[]>>
  /** Whether the text is still being checked: `parsed` and `problems` are those of an earlier one. */
  readonly isChecking: Readonly<ShallowRef<boolean>>
  /** Whether the text is YAML at all; where not, only the YAML tab can mend it. */
  readonly isReadable: Readonly<Ref<boolean>>
  readonly isDirty: Readonly<Ref<boolean>>
  /** Whether the saved file is another one than the draft was begun from. */
  readonly isOutdated: Readonly<Ref<boolean>>
  /** The text as it is saved; '' where it is not. */
  readonly saved: Readonly<ShallowRef<string>>
  /** The edits that would be undone and redone next. */
  readonly next: Readonly<Ref<{ undo: Edit<string> | undefined; redo: Edit<string> | undefined }>>
  get(path: Path): unknown
  /** Writes a value; undefined takes the field out, so that its default holds. */
  set(path: Path, value: unknown): void
  /** Writes several values as one edit, the last of which names it. */
  setAll(values: readonly (readonly [path: Path, value: unknown])[]): void
  /** Moves, adds or removes items of a list; comments of an item go with it. */
  setList(path: Path, edit: (items: readonly unknown[]) => unknown[]): void
  /** Another text in place of this one; `place` says what was edited. */
  write(text: string, place: string): void
  /** Takes the last edit back, or does it again; returns the edit. */
  undo(): Edit<string> | undefined
  redo(): Edit<string> | undefined
  /** The problems of exactly this field. */
  problemsAt(path: Path): readonly ConfigProblem[]
  /**
   * That `written` is the file now, of the draft called `key`; `asked`: the text that was to be saved. What was edited since then
   * stays a draft, of the new key.
   */
  markSaved(key: string, asked: string, written: string): void
  /** Back to the saved text; can be undone. */
  discard(): void
}

const key: InjectionKey<StudyDraft> = Symbol('study draft')

/** The draft of the editor above. */
export function useStudyDraft(): StudyDraft {
  const draft = inject(key)
  if (!draft) throw new Error('internal: study draft used outside the editor')
  return draft
}

/** Which study: its key among the drafts, the text of its file as it is now, and the text of one that has no file. */
export interface DraftedStudy {
  readonly name: string
  readonly savedText: () => string | undefined
  readonly newText: string
}

/** Makes the draft of a study for the components below. */
export function provideStudyDraft(drafts: Drafts, study: DraftedStudy): StudyDraft {
  const draft = openStudyDraft(drafts, study)
  provide(key, draft)
  return draft
}

/** The draft of a study. */
export function openStudyDraft(drafts: Drafts, { name, savedText, newText }: DraftedStudy): StudyDraft {
  const saved = shallowRef(savedText() ?? '')
  const stored = drafts.list.value.get(name)
  const base = shallowRef(stored?.base ?? saved.value)
  const text = shallowRef(stored?.text ?? savedText() ?? newText)
  const history = shallowRef(drafts.historyOf(name))
  watch(history, (now) => drafts.keepHistory(name, now))

  function become(now: string) {
    text.value = now
    if (now === saved.value) {
      base.value = saved.value
      drafts.remove(name)
    } else drafts.write(name, { text: now, base: base.value })
  }
  function write(now: string, place: string) {
    const before = text.value
    if (now === before) return
    history.value = withEdit(history.value, { place, before, after: now, at: performance.now() })
    become(now)
  }
  function step(
    moved: Moved<string> | undefined,
    text: (edit: Edit<string>) => string,
  ): Edit<string> | undefined {
    if (!moved) return undefined
    history.value = moved.history
    become(text(moved.edit))
    return moved.edit
  }

  // Another program wrote the file: who has edited nothing goes on with that text, others are told.
  watch(savedText, (now) => {
    if (now === undefined || now === saved.value) return
    const wasEdited = text.value !== saved.value
    saved.value = now
    if (!wasEdited) write(now, 'the whole text')
  })

  const document = computed(() => parseDocument(text.value))
  const isReadable = computed(() => document.value.errors.length === 0)
  let lastReadable: unknown = {}
  const value = computed<unknown>(() => {
    if (isReadable.value) lastReadable = document.value.toJS() as unknown
    return lastReadable
  })
  const { result, isWorking: isChecking } = useSliced(text, parsingSteps)
  const parsed = computed<ParsedStudy | undefined>(() => (result.value?.ok ? result.value.value : undefined))
  const problems = computed<readonly ConfigProblem[]>(() => {
    if (!result.value) return []
    return result.value.ok
      ? result.value.value.warnings
      : [...result.value.problems, ...(result.value.warnings ?? [])]
  })
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
    isChecking,
    isReadable,
    isDirty: computed(() => text.value !== saved.value),
    isOutdated: computed(
      () => saved.value !== '' && saved.value !== base.value && text.value !== saved.value,
    ),
    saved,
    next: computed(() => ({ undo: history.value.past.at(-1), redo: history.value.future.at(-1) })),
    get: (path) => getPath(value.value, path),
    set: (path, next) => draft.setAll([[path, next]]),
    setAll(values) {
      const now = values.reduce((text, [path, next]) => editStudyText(text, path, next), text.value)
      write(now, values.at(-1)?.[0].join('.') ?? '')
    },
    setList: (path, edit) => write(editStudyList(text.value, path, edit), `${path.join('.')} `),
    write,
    undo: () => step(undo(history.value), ({ before }) => before),
    redo: () => step(redo(history.value), ({ after }) => after),
    problemsAt: (path) => byPath.value.get(path.join('.')) ?? [],
    markSaved(savedAs, asked, written) {
      saved.value = written
      base.value = written
      drafts.remove(name)
      if (text.value !== asked) drafts.write(savedAs, { text: text.value, base: written })
      drafts.keepHistory(savedAs, history.value)
    },
    discard: () => write(saved.value, 'the whole text'),
  }
  return draft
}
