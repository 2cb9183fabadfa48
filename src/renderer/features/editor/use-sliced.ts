// Long work on what changes while it is worked on: short work is done at once, long work in slices between which the page goes on,
// and a new source begins it anew.
import { onScopeDispose, shallowRef, watch, type Ref, type ShallowRef } from 'vue'

/** Longest time a slice takes: within a frame. */
const SLICE_MS = 8

/** The result of the steps for the last source they were done for, and whether they are behind. */
export function useSliced<Source, Result>(
  source: Readonly<Ref<Source>>,
  stepsOf: (source: Source) => Generator<undefined, Result>,
): { result: Readonly<ShallowRef<Result | undefined>>; isWorking: Readonly<ShallowRef<boolean>> } {
  const result = shallowRef<Result>()
  const isWorking = shallowRef(false)
  let timer: ReturnType<typeof setTimeout> | undefined
  onScopeDispose(() => clearTimeout(timer))
  watch(
    source,
    (now) => {
      clearTimeout(timer)
      const steps = stepsOf(now)
      const slice = () => {
        const until = performance.now() + SLICE_MS
        do {
          const step = steps.next()
          if (step.done === true) {
            result.value = step.value
            isWorking.value = false
            return
          }
        } while (performance.now() < until)
        isWorking.value = true
        timer = setTimeout(slice)
      }
      slice()
    },
    { immediate: true, flush: 'sync' },
  )
  return { result, isWorking }
}
