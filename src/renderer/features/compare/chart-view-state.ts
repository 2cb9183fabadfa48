// What the charts of the compare page have in common while they are looked at: the part of the x axes that is seen, the crosshair,
// and the groups that are hidden. Not saved with a comparison.
import { inject, onScopeDispose, provide, shallowRef, watch, type InjectionKey, type ShallowRef } from 'vue'
import { FrameQueue } from '../../ui/frame-queue'

/** A place on the x axis of all panels with this key (charts/plot-frames.ts). */
interface Crosshair {
  readonly key: string
  readonly x: number
  /** The chart and the panel under the pointer: they show it themselves. */
  readonly chart: symbol
  readonly panel: number
}
export interface ChartViewState {
  /** By the key of a panel: what the chart that is being zoomed shows at once. */
  readonly zoom: ShallowRef<ReadonlyMap<string, readonly [number, number]>>
  /** The same when it stands still: what the others show then, and what finer points are asked for. */
  readonly settled: Readonly<ShallowRef<ReadonlyMap<string, readonly [number, number]>>>
  /** The chart that was zoomed last. */
  readonly owner: ShallowRef<symbol | undefined>
  /** Draws charts one after the other. */
  readonly queue: FrameQueue
  readonly crosshair: ShallowRef<Crosshair | undefined>
  readonly hidden: ShallowRef<ReadonlySet<string>>
  readonly setZoom: (key: string, range: readonly [number, number] | undefined) => void
  readonly resetZoom: () => void
}

/** What has not moved for so long stands still. */
const SETTLE_MS = 150

const stateKey: InjectionKey<ChartViewState> = Symbol('compared charts')

/** Made once by the page. */
export function provideChartView(): ChartViewState {
  const zoom = shallowRef<ReadonlyMap<string, readonly [number, number]>>(new Map())
  const settled = shallowRef(zoom.value)
  let timer: ReturnType<typeof setTimeout> | undefined
  watch(zoom, (next) => {
    clearTimeout(timer)
    timer = setTimeout(() => (settled.value = next), SETTLE_MS)
  })
  onScopeDispose(() => clearTimeout(timer))
  const state: ChartViewState = {
    zoom,
    settled,
    owner: shallowRef<symbol>(),
    queue: new FrameQueue(),
    crosshair: shallowRef<Crosshair>(),
    hidden: shallowRef<ReadonlySet<string>>(new Set()),
    setZoom(key, range) {
      const next = new Map(zoom.value)
      if (range) next.set(key, range)
      else next.delete(key)
      zoom.value = next
    },
    resetZoom() {
      if (zoom.value.size > 0) zoom.value = new Map()
    },
  }
  provide(stateKey, state)
  return state
}

/** The state of the page around. */
export function useChartView(): ChartViewState {
  const state = inject(stateKey)
  if (!state) throw new Error('internal: a compared chart outside the page')
  return state
}
