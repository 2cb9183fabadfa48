// What is edited of a saved chart, or of a comparison that is not saved, beside the file: a file that another window or program
// writes is taken where nothing was edited, and told of where something was.
import { computed, shallowRef, watch, type ComputedRef } from 'vue'
import type { Comparison } from '../../../shared/comparison'
import type { SavedChart } from '../../../shared/workbench-api'
import { useUndo, type Undoable } from '../../ui/use-undo'
import { isSame } from './comparison-edit'
import { readDraft, writeDraft } from './drafts'

export interface ChartDraft {
  /** Undefined: nothing is compared yet. */
  readonly history: Undoable<Comparison | undefined>
  readonly isChanged: ComputedRef<boolean>
  /** The time of the file that was read when the edits were begun: saving replaces that one and no other. */
  readonly base: () => string | undefined
  /** While `write` runs, what becomes of the file is of our own making: it returns the file as it is then. */
  readonly saving: (write: () => Promise<SavedChart>) => Promise<SavedChart>
  /** The file as it is now may be replaced: the person knows of it. */
  readonly accept: () => void
}

/** Begins with what was left unsaved. `saved`: the chart as it is in its file; `tell` says that it is another one now. */
export function openChartDraft(
  folder: string,
  id: string,
  saved: () => SavedChart | undefined,
  tell: () => void,
): ChartDraft {
  const stored = readDraft(folder, id)
  const base = shallowRef(stored?.modified ?? saved()?.modified)
  const history = useUndo<Comparison | undefined>(stored?.comparison ?? saved()?.comparison)
  const isChanged = computed(() => {
    const now = history.value.value
    return now !== undefined && !isSame(now, saved()?.comparison)
  })
  let isSaving = false
  watch(
    [history.value, saved, base],
    ([now, file], [, before]) => {
      const isOther =
        file?.comparison !== undefined && ![before?.modified, base.value].includes(file.modified)
      if (isOther && !isSaving) {
        if (now === undefined || isSame(now, before?.comparison)) history.set(file.comparison)
        else if (isChanged.value) tell()
      }
      if (!isChanged.value) base.value = saved()?.modified
      const isKept = id === '' || isChanged.value
      writeDraft(folder, id, isKept ? history.value.value : undefined, base.value)
    },
    { immediate: true },
  )
  return {
    history,
    isChanged,
    base: () => base.value,
    async saving(write) {
      isSaving = true
      try {
        const chart = await write()
        base.value = chart.modified
        return chart
      } finally {
        isSaving = false
      }
    },
    accept() {
      base.value = saved()?.modified
    },
  }
}
