// The run or study that a study says it was made from: what it is called, where it is, and its config.
import { computed, shallowRef, watch, type Ref } from 'vue'
import { getPath } from '../../../shared/config/paths'
import { readStudyText } from '../../../shared/config/text'
import { useAppState } from '../../api/app-state'
import { request } from '../../api/bridge'
import type { Route } from '../../api/route'
import { formatPoint } from '../../ui/format'

export interface Origin {
  readonly title: string
  /** Where it can be looked at; undefined where it is not here any more. */
  readonly route?: Route
  readonly runId?: string
  /** Its config, or the study as written; undefined until it is read, and where it is not here any more. */
  readonly study?: unknown
}

/** The origin that a study as written names. */
export function useOrigin(value: Readonly<Ref<unknown>>, onError: (error: unknown) => void) {
  const { runs, studies } = useAppState()
  const runId = computed(() => textAt(value.value, ['origin', 'run']))
  const studyName = computed(() => textAt(value.value, ['origin', 'study']))
  const config = shallowRef<{ runId: string; config: unknown }>()
  const record = computed(() => (runId.value === undefined ? undefined : runs.value.get(runId.value)?.record))
  watch(
    () => record.value?.id,
    async (id) => {
      if (id === undefined) return
      try {
        config.value = { runId: id, config: await request('readConfig', { runId: id }) }
      } catch (error) {
        onError(error)
      }
    },
    { immediate: true },
  )
  return computed((): Origin | undefined => {
    if (runId.value !== undefined) return ofRun(runId.value)
    return studyName.value === undefined ? undefined : ofStudy(studyName.value)
  })

  function ofRun(id: string): Origin {
    if (!record.value) return { title: `run ${id}, which is not here any more` }
    const { study, point } = record.value
    return {
      title: `run ${[study, formatPoint(point)].filter(Boolean).join(', ')}`,
      route: { screen: 'run', id, tab: 'charts' },
      runId: id,
      ...(config.value?.runId === id ? { study: config.value.config } : {}),
    }
  }
  function ofStudy(name: string): Origin {
    const found = studies.value.find((each) => each.name === name)
    if (!found) return { title: `study ${name}, which is not here any more` }
    const read = readStudyText(found.text)
    return {
      title: `study ${name}`,
      route: { screen: 'editor', source: found.source, id: found.id },
      ...(read.ok ? { study: read.value } : {}),
    }
  }
}

function textAt(value: unknown, path: readonly string[]): string | undefined {
  const found = getPath(value, path)
  return typeof found === 'string' && found !== '' ? found : undefined
}
