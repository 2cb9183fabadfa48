// The runs as filters and columns see them: each summary with its config, the fields there are, and values at a step once they
// are asked for. Configs and values are read in the background; what is there already is shown meanwhile.
import { computed, onScopeDispose, shallowRef, watch, type ComputedRef, type ShallowRef } from 'vue'
import { fieldCatalog, type FieldCatalog, type RunField } from '../../../shared/run-filter/fields'
import {
  configValues,
  filterRun,
  type ConfigValues,
  type FilterRun,
} from '../../../shared/run-filter/run-values'
import type { RunSummary } from '../../../shared/workbench-api'
import { request } from '../../api/bridge'
import { stepLook } from './step-look'

/** A config without its seed; runs that differ in the seed alone have the same object. */
interface SharedConfig {
  readonly config: Readonly<Record<string, unknown>>
  readonly values: ConfigValues
}
interface OwnConfig extends SharedConfig {
  readonly seed?: number | undefined
}

/** Runs whose values at a step are read with one request. */
const STEP_CHUNK = 40

export interface FilterRuns {
  readonly runs: ComputedRef<readonly FilterRun[]>
  readonly catalog: ComputedRef<FieldCatalog>
  /** The config of a run, seed included; undefined until it is read, or where it cannot be. */
  readonly configOf: (runId: string) => Readonly<Record<string, unknown>> | undefined
  /** Whether configs are still being read. */
  readonly isReading: Readonly<ShallowRef<boolean>>
  /** How many values at a step are still to be read. */
  readonly stepsLeft: Readonly<ShallowRef<number>>
  /** Says which fields of a step are shown or filtered by. */
  readonly wantSteps: (fields: readonly RunField[]) => void
}

/** Follows the runs for the life of the calling scope. */
export function useFilterRuns(
  summaries: () => readonly RunSummary[],
  onError: (error: unknown) => void,
): FilterRuns {
  const configs = shallowRef<ReadonlyMap<string, OwnConfig>>(new Map())
  const isReading = shallowRef(false)
  const shared = new Map<string, SharedConfig>()
  const asked = new Set<string>()
  const sharedOf = (config: unknown): SharedConfig => {
    const text = JSON.stringify(config)
    const known = shared.get(text)
    if (known) return known
    const made = { config: config as Record<string, unknown>, values: configValues(config) }
    shared.set(text, made)
    return made
  }
  const readConfigs = async (ids: readonly string[]) => {
    isReading.value = true
    try {
      const table = await request('readConfigs', { runIds: ids })
      const parts = table.configs.map(sharedOf)
      const next = new Map(configs.value)
      for (const [id, { config, seed }] of Object.entries(table.runs)) {
        const part = parts[config]
        if (part) next.set(id, { ...part, seed })
      }
      configs.value = next
      const [first] = table.problems
      if (first !== undefined) onError(new Error(first))
    } finally {
      isReading.value = false
    }
  }
  watch(
    summaries,
    (list) => {
      const missing = list.flatMap(({ record }) => (asked.has(record.id) ? [] : [record.id]))
      if (missing.length === 0) return
      for (const id of missing) asked.add(id)
      readConfigs(missing).catch(onError)
    },
    { immediate: true },
  )

  const names = new Set<string>()
  const seen = new WeakSet<RunSummary>()
  const nameCount = computed(() => {
    for (const run of summaries()) {
      if (seen.has(run)) continue
      seen.add(run)
      for (const name in run.last) names.add(name)
    }
    return names.size
  })
  const catalog = computed(() => {
    void nameCount.value
    return fieldCatalog(names)
  })

  const { valueAt, version, stepsLeft, wantSteps } = useStepValues(summaries, onError)
  const made = computed(() => {
    void configs.value
    void version.value
    return new WeakMap<RunSummary, FilterRun>()
  })
  const runs = computed(() => {
    const cache = made.value
    return summaries().map((summary) => {
      const known = cache.get(summary)
      if (known) return known
      const { id } = summary.record
      const run = filterRun(summary, configs.value.get(id), (field) => valueAt(field, id))
      cache.set(summary, run)
      return run
    })
  })
  return {
    runs,
    catalog,
    configOf(runId) {
      const own = configs.value.get(runId)
      return own && { ...own.config, seed: own.seed }
    },
    isReading,
    stepsLeft,
    wantSteps,
  }
}

/** Values at a step by field and run, read some runs at a time, the newest runs first. */
function useStepValues(summaries: () => readonly RunSummary[], onError: (error: unknown) => void) {
  const values = new Map<string, Map<string, number>>()
  const asked = new Set<string>()
  const version = shallowRef(0)
  const stepsLeft = shallowRef(0)
  const wanted = shallowRef<readonly RunField[]>([])
  let isStopped = false
  let isAtWork = false
  onScopeDispose(() => {
    isStopped = true
  })

  const nextTask = () => {
    for (const field of wanted.value) {
      if (field.metric?.value.of !== 'at') continue
      const { at } = field.metric.value
      const looks = summaries().flatMap((run) => {
        const when = stepLook(run, at)
        const key = `${field.name} ${run.record.id} ${when}`
        return when === undefined || asked.has(key) ? [] : [{ id: run.record.id, key }]
      })
      if (looks.length > 0) return { field, metric: field.metric.name, at, looks }
    }
    return undefined
  }
  const work = async () => {
    if (isAtWork) return
    isAtWork = true
    try {
      for (let task = nextTask(); task && !isStopped; task = nextTask()) {
        const { field, metric, at, looks } = task
        stepsLeft.value = looks.length
        const some = looks.slice(0, STEP_CHUNK)
        for (const { key } of some) asked.add(key)
        const found = await request('readStepValues', { runIds: some.map(({ id }) => id), metric, ...at })
        const known = values.get(field.name) ?? new Map<string, number>()
        for (const [id, value] of Object.entries(found)) known.set(id, value)
        values.set(field.name, known)
        version.value += 1
      }
    } finally {
      stepsLeft.value = 0
      isAtWork = false
    }
  }
  watch([wanted, summaries], () => {
    work().catch(onError)
  })
  return {
    valueAt: (field: string, id: string) => values.get(field)?.get(id),
    version,
    stepsLeft,
    wantSteps: (fields: readonly RunField[]) => {
      const next = fields.filter(({ metric }) => metric?.value.of === 'at')
      const isSame = next.map(({ name }) => name).join() === wanted.value.map(({ name }) => name).join()
      if (!isSame) wanted.value = next
    },
  }
}

/** Values of a field among some runs, most frequent first. */
export function valuesOf(runs: readonly FilterRun[], field: RunField): string[] {
  const counts = new Map<string, number>()
  for (const run of runs)
    for (const value of field.read(run)) counts.set(String(value), (counts.get(String(value)) ?? 0) + 1)
  return [...counts].sort(([, many], [, few]) => few - many).map(([value]) => value)
}
