// The completions of one step of a run, read from its folder: the step asked for or the nearest that has some, and the last one
// while none is asked for, also when more come in.
import { computed, onScopeDispose, shallowRef, watch, type ComputedRef, type ShallowRef } from 'vue'
import type { SampleRow } from '../../../shared/run/rows'
import { parseSampleLines } from '../../../shared/run/sample-lines'
import { onEvent, request } from '../../api/bridge'
import type { StageStep } from '../../api/route'
import { nearestStep } from './sample-view'

export interface StepSamples {
  /** Steps that have completions, in order; undefined until they are read. */
  readonly steps: Readonly<ShallowRef<readonly StageStep[] | undefined>>
  /** Place of the shown one among them; -1: none. */
  readonly index: ComputedRef<number>
  readonly current: ComputedRef<StageStep | undefined>
  /** Of the current step; those of the one before until they are read. */
  readonly rows: Readonly<ShallowRef<readonly SampleRow[]>>
}

/** Reads again when the run or the step changes, and when the run tells that it changed. */
export function useStepSamples(
  runId: () => string,
  asked: () => StageStep | undefined,
  onError: (error: unknown) => void,
): StepSamples {
  const steps = shallowRef<readonly StageStep[]>()
  const rows = shallowRef<readonly SampleRow[]>([])
  const index = computed(() => {
    const list = steps.value ?? []
    const at = asked()
    return at === undefined ? list.length - 1 : nearestStep(list, at)
  })
  const current = computed(() => steps.value?.[index.value])

  const readSteps = async () => {
    const id = runId()
    if (id === '') return
    try {
      const list = await request('listSampleSteps', { runId: id })
      if (id === runId() && list.length !== steps.value?.length) steps.value = list
    } catch (error) {
      onError(error)
    }
  }
  watch(
    runId,
    () => {
      steps.value = undefined
      rows.value = []
      void readSteps()
    },
    { immediate: true },
  )
  /** The list is read anew while a run goes on; what it names stays. */
  const shownKey = () => {
    const at = current.value
    return at ? `${runId()} ${at.stage}-${at.step}` : ''
  }
  watch(
    shownKey,
    async (key) => {
      const at = current.value
      if (at === undefined) return
      try {
        const place = { stage: at.stage, step: at.step }
        const lines = await request('readSamples', { runId: runId(), ...place })
        if (key === shownKey()) rows.value = parseSampleLines(lines, place)
      } catch (error) {
        onError(error)
      }
    },
    { immediate: true },
  )
  onScopeDispose(
    onEvent('runs', (runs) => {
      if (runs.some((run) => run.record.id === runId())) void readSteps()
    }),
  )
  return { steps, index, current, rows }
}
