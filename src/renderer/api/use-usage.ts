// What active runs use, as the workbench tells it every two seconds.
import { onScopeDispose, shallowRef, type ShallowRef } from 'vue'
import type { RunUsage } from '../../shared/workbench-api'
import { onEvent } from './bridge'

/** Usage by run id; empty until the first look. */
export function useUsage(): Readonly<ShallowRef<ReadonlyMap<string, RunUsage>>> {
  const usage = shallowRef<ReadonlyMap<string, RunUsage>>(new Map())
  onScopeDispose(
    onEvent('usage', (found) => {
      usage.value = new Map(found.map((one) => [one.runId, one]))
    }),
  )
  return usage
}
