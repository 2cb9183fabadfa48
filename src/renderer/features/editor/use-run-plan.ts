// The plan of the draft above and the speeds that are known for it: made once by the editor, shown by the panel and the list of runs.
import { computed, inject, provide, shallowRef, watch, type InjectionKey, type Ref } from 'vue'
import type { ParsedStudy } from '../../../shared/config/parse'
import { useAppState } from '../../api/app-state'
import { request } from '../../api/bridge'
import { planAmounts, planSteps, type Plan, type PlanAmounts, type Speeds } from './run-plan'
import type { StudyDraft } from './use-study-draft'
import { useSliced } from './use-sliced'

export interface RunPlan {
  /** Of the last draft that was valid and planned to its end; undefined where the draft has errors. */
  readonly plan: Readonly<Ref<Plan | undefined>>
  readonly isPlanning: Readonly<Ref<boolean>>
  readonly speeds: Readonly<Ref<Speeds>>
  /** Runs that are computed side by side. */
  readonly slots: Readonly<Ref<number>>
  /** What each run takes by itself, and all of them; undefined where there is no plan. */
  readonly amounts: Readonly<Ref<PlanAmounts | undefined>>
}

const key: InjectionKey<RunPlan> = Symbol('run plan')

/** The plan of the editor above. */
export function useRunPlan(): RunPlan {
  const plan = inject(key)
  if (!plan) throw new Error('internal: run plan used outside the editor')
  return plan
}

/** Programs that are looked up at most: a grid over sizes may have thousands. */
const MOST_PROGRAMS = 200
/** A field that is being typed is looked up once. */
const PAUSE_MS = 400

/** Makes the plan of a draft. */
export function provideRunPlan(draft: StudyDraft, onError: (error: unknown) => void): RunPlan {
  const { settings, workspace } = useAppState()
  const { result, isWorking } = useSliced(draft.parsed, planOf)
  const plan = computed(() => (draft.parsed.value ? result.value : undefined))
  const device = computed(() => settings.value?.device ?? 'auto')
  const speeds = shallowRef<Speeds>(new Map())
  let timer: ReturnType<typeof setTimeout> | undefined
  watch(
    [plan, device],
    ([now], before) => {
      if (before[1] !== undefined && before[1] !== device.value) speeds.value = new Map()
      clearTimeout(timer)
      const wanted = now?.programs.slice(0, MOST_PROGRAMS).filter((program) => !speeds.value.has(program))
      if (wanted && wanted.length > 0)
        timer = setTimeout(() => void lookUp(wanted), before.length ? PAUSE_MS : 0)
    },
    { immediate: true },
  )
  async function lookUp(programs: readonly string[]) {
    try {
      const asked = device.value
      const found = await request('measuredSpeeds', { programs, device: asked })
      if (asked !== device.value) return
      const entries = programs.map((program, index) => [program, found[index] ?? null] as const)
      speeds.value = new Map([...speeds.value, ...entries])
    } catch (error) {
      onError(error)
    }
  }
  const slots = computed(() => {
    const gpus = workspace.value?.gpus.length ?? 0
    const each = settings.value?.slots ?? { cpu: 1, gpu: 1 }
    if (gpus === 0 || device.value === 'cpu') return each.cpu
    return each.gpu * (/^gpu:/.test(device.value) ? 1 : gpus)
  })
  const runPlan: RunPlan = {
    plan,
    isPlanning: computed(() => draft.isChecking.value || isWorking.value),
    speeds,
    slots,
    amounts: computed(() => plan.value && planAmounts(plan.value, speeds.value, slots.value)),
  }
  provide(key, runPlan)
  return runPlan
}

function* planOf(parsed: ParsedStudy | undefined): Generator<undefined, Plan | undefined> {
  return parsed && (yield* planSteps(parsed))
}
