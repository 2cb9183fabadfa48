// The time, for "5 min ago": changes twice a minute.
import { onScopeDispose, shallowRef, type ShallowRef } from 'vue'

/** Milliseconds since 1970, refreshed while the calling scope lives. */
export function useNow(): Readonly<ShallowRef<number>> {
  const now = shallowRef(Date.now())
  const timer = setInterval(() => {
    now.value = Date.now()
  }, 30_000)
  onScopeDispose(() => clearInterval(timer))
  return now
}
