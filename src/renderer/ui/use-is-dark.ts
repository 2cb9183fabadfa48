// Whether the page is dark right now, for what is drawn on a canvas.
import { onScopeDispose, shallowRef, type ShallowRef } from 'vue'

/** Follows the `dark` class of the document. */
export function useIsDark(): Readonly<ShallowRef<boolean>> {
  const read = () => document.documentElement.classList.contains('dark')
  const isDark = shallowRef(read())
  const observer = new MutationObserver(() => {
    isDark.value = read()
  })
  observer.observe(document.documentElement, { attributeFilter: ['class'] })
  onScopeDispose(() => observer.disconnect())
  return isDark
}
