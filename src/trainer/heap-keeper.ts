// Keeps the JavaScript heap near what is alive. Left to itself V8 collects old garbage only when hundreds of megabytes are full,
// so that a long run with many sampled answers seems to leak. Tensors are not in this heap.
import { getHeapStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** Garbage that is let be: V8's own young generation takes up to 16 MB of it. */
const ALLOWED_BYTES = 24 * 2 ** 20

/** Collects garbage now and then; asked after every step, which costs microseconds. */
export class HeapKeeper {
  private readonly collect: () => void
  private alive = Infinity

  constructor() {
    setFlagsFromString('--expose-gc')
    this.collect = runInNewContext('gc') as () => void
  }

  /** Collects (some milliseconds) where the heap has outgrown what was alive after the last time. */
  keep(): void {
    const used = getHeapStatistics().used_heap_size
    // The first call learns what is alive.
    if (used <= this.alive + ALLOWED_BYTES && this.alive !== Infinity) return
    this.collect()
    this.alive = getHeapStatistics().used_heap_size
  }
}
