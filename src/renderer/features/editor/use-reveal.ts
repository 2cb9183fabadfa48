// Showing the field that a problem or an edit is about: folded parts around it open, and the cursor goes there.
import { inject, provide, shallowRef, type InjectionKey } from 'vue'
import type { Path } from './use-study-draft'

export interface Reveal {
  /** Whether a field that is to be shown is this one or inside it. */
  readonly isAsked: (path: Path) => boolean
  /** Shows a field by its dotted path, and puts the cursor into it where that is wanted. */
  readonly reveal: (path: string, options?: { focus?: boolean }) => void
}

const key: InjectionKey<Reveal> = Symbol('reveal')

/** The reveal of the editor above. */
export function useReveal(): Reveal {
  const reveal = inject(key)
  if (!reveal) throw new Error('internal: reveal used outside the editor')
  return reveal
}

/** Makes it; `show` does the showing, once the folded parts had time to open. */
export function provideReveal(show: (path: string, focus: boolean) => void): Reveal {
  const asked = shallowRef('')
  const reveal: Reveal = {
    isAsked: (path) => `${asked.value}.`.startsWith(`${path.join('.')}.`),
    reveal(path, { focus = true } = {}) {
      asked.value = path
      show(path, focus)
    },
  }
  provide(key, reveal)
  return reveal
}

/** What takes the cursor in a row: its control, not the way back beside its label. */
export function controlOf(row: HTMLElement): HTMLElement | null {
  return row.querySelector<HTMLElement>('input, textarea, [role=combobox]') ?? row.querySelector('button')
}

/** The row of a field in the form: its own, that of the group around it, or the first one inside it. */
export function rowOf(path: string): HTMLElement | undefined {
  const rows = [...document.querySelectorAll<HTMLElement>('[data-field]')]
  const around = rows
    .filter(({ dataset: { field = '' } }) => path === field || path.startsWith(`${field}.`))
    .sort((a, b) => (b.dataset['field'] ?? '').length - (a.dataset['field'] ?? '').length)[0]
  const own = around?.dataset['field'] === path ? around : undefined
  return own ?? rows.find(({ dataset }) => dataset['field']?.startsWith(`${path}.`)) ?? around
}
