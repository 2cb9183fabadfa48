// Whether an element is on the screen, so that what nobody sees is not drawn.
import { onScopeDispose, shallowRef, watch, type ShallowRef } from 'vue'

/** Follows an element's visibility; false until it is known. */
export function useIsVisible(element: Readonly<ShallowRef<Element | null>>): Readonly<ShallowRef<boolean>> {
  const isVisible = shallowRef(false)
  // Charts a little below the edge are ready when they are scrolled to.
  const observer = new IntersectionObserver(
    (entries) => {
      isVisible.value = entries.at(-1)?.isIntersecting ?? false
    },
    { rootMargin: '200px' },
  )
  watch(
    element,
    (now, before) => {
      if (before) observer.unobserve(before)
      if (now) observer.observe(now)
    },
    { immediate: true, flush: 'post' },
  )
  onScopeDispose(() => observer.disconnect())
  return isVisible
}
