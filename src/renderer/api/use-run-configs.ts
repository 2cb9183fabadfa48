// The configs of some runs, each read once: a run's config never changes.
import { shallowRef, watch, type ShallowRef } from 'vue'
import { runConfigSchema, type RunConfig } from '../../shared/config/schema'
import { request } from './bridge'

/** Configs by run id; a run whose config.json is not one (written by a newer version) is left out and reported. */
export function useRunConfigs(
  ids: () => readonly string[],
  onError: (error: unknown) => void,
): Readonly<ShallowRef<ReadonlyMap<string, RunConfig>>> {
  const configs = shallowRef<ReadonlyMap<string, RunConfig>>(new Map())
  const asked = new Set<string>()
  watch(
    ids,
    async (wanted) => {
      const missing = wanted.filter((id) => !asked.has(id))
      if (missing.length === 0) return
      for (const id of missing) asked.add(id)
      const read = await Promise.allSettled(
        missing.map(
          async (id) => [id, runConfigSchema.parse(await request('readConfig', { runId: id }))] as const,
        ),
      )
      for (const result of read) if (result.status === 'rejected') onError(result.reason)
      const added = read.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
      configs.value = new Map([...configs.value, ...added])
    },
    { immediate: true },
  )
  return configs
}
