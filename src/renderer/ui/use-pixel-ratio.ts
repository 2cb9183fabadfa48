// Pixels of the screen per CSS pixel: changes with the text size and when the window moves to another screen.
import { onScopeDispose, shallowRef, type ShallowRef } from 'vue'

/** Follows window.devicePixelRatio, for what is drawn on a canvas. */
export function usePixelRatio(): Readonly<ShallowRef<number>> {
  const ratio = shallowRef(devicePixelRatio)
  const read = () => {
    ratio.value = devicePixelRatio
  }
  addEventListener('resize', read)
  onScopeDispose(() => removeEventListener('resize', read))
  return ratio
}
