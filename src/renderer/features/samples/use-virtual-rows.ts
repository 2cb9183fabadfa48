// A long list of which only the rows on the screen exist. Heights are known beforehand; widths are the page's.
import { computed, onScopeDispose, shallowRef, watch, type ComputedRef, type ShallowRef } from 'vue'

/** Rows drawn beyond both edges, so that a fast wheel finds them. */
const OVERSCAN = 6

export interface VirtualRows {
  /** Pixels of all rows. */
  readonly total: ComputedRef<number>
  /** The rows to draw, with their place from the top. */
  readonly visible: ComputedRef<readonly { index: number; top: number }[]>
  /** Moves the list so that the row is seen below what sticks to its top; nothing where it is. */
  readonly reveal: (index: number) => void
  /** Rows that fit the screen, at least one. */
  readonly pageSize: () => number
}

/** Follows the scroller's place and size; `stuck`: pixels at its top that stay. */
export function useVirtualRows(
  scroller: Readonly<ShallowRef<HTMLElement | null>>,
  heights: () => readonly number[],
  stuck = 0,
): VirtualRows {
  const place = shallowRef({ top: 0, height: 0 })
  const offsets = computed(() => {
    const tops = [0]
    for (const height of heights()) tops.push((tops.at(-1) ?? 0) + height)
    return tops
  })
  const look = () => {
    const element = scroller.value
    if (element) place.value = { top: element.scrollTop, height: element.clientHeight }
  }
  const observer = new ResizeObserver(look)
  watch(
    scroller,
    (element, before) => {
      before?.removeEventListener('scroll', look)
      observer.disconnect()
      if (!element) return
      element.addEventListener('scroll', look, { passive: true })
      observer.observe(element)
      look()
    },
    { immediate: true, flush: 'post' },
  )
  onScopeDispose(() => observer.disconnect())

  /** The last row that begins at or above a place. */
  const rowAt = (y: number): number => {
    let [low, high] = [0, offsets.value.length - 1]
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if ((offsets.value[middle] ?? 0) <= y) low = middle
      else high = middle
    }
    return low
  }
  return {
    total: computed(() => offsets.value.at(-1) ?? 0),
    visible: computed(() => {
      const count = offsets.value.length - 1
      const { top, height } = place.value
      const first = Math.max(0, rowAt(top) - OVERSCAN)
      const last = Math.min(count - 1, rowAt(top + height) + OVERSCAN)
      return Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => ({
        index: first + at,
        top: offsets.value[first + at] ?? 0,
      }))
    }),
    reveal(index) {
      const element = scroller.value
      if (!element) return
      const top = offsets.value[index] ?? 0
      const bottom = (offsets.value[index + 1] ?? top) + stuck
      if (top < element.scrollTop) element.scrollTop = top
      else if (bottom > element.scrollTop + element.clientHeight)
        element.scrollTop = bottom - element.clientHeight
    },
    pageSize: () => Math.max(1, rowAt(place.value.top + place.value.height) - rowAt(place.value.top) - 1),
  }
}
