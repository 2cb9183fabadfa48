// What a study would change against the run of it that was made last, in a line, before it is queued; against its origin where it has
// no runs yet.
import { computed } from 'vue'
import { configDifferences, changeLine } from '../../../shared/config/diff'
import type { ParsedRun } from '../../../shared/config/parse'
import { useAppState } from '../../api/app-state'
import { useRunConfigs } from '../../api/use-run-configs'
import { formatPoint } from '../../ui/format'
import type { Origin } from './use-origin'
import type { StudyDraft } from './use-study-draft'

/** Planned runs that the last one is compared with: the nearest of these is meant. */
const MOST_COMPARED = 200

export interface StudyChange {
  /** What it is told against: the point of a run. */
  readonly title: string
  readonly runId: string
  readonly created: string
  /** `steps 40 → 60`; '' where nothing differs. */
  readonly line: string
}

/** The change of a draft. */
export function useStudyChange(
  draft: StudyDraft,
  origin: () => Origin | undefined,
  onError: (error: unknown) => void,
) {
  const { runList, runs } = useAppState()
  const name = computed(() => draft.parsed.value?.study.name)
  const previous = computed(() => {
    const last = runList.value.find(({ record }) => record.study === name.value)
    return last ?? runs.value.get(origin()?.runId ?? '')
  })
  const configs = useRunConfigs(() => (previous.value ? [previous.value.record.id] : []), onError)
  return computed((): StudyChange | undefined => {
    const planned = draft.parsed.value?.runs ?? []
    const { record } = previous.value ?? {}
    const before = record && configs.value.get(record.id)
    if (!record || !before || planned.length === 0) return undefined
    const nearest = nearestRun(planned, record.point, before)
    const point = formatPoint(record.point)
    return {
      title:
        record.study === name.value
          ? point || 'the last run'
          : [record.study, point].filter(Boolean).join(', '),
      runId: record.id,
      created: record.created,
      line: nearest === undefined ? '' : changeLine(before, nearest.config),
    }
  })
}

/** The planned run at the same point, else the one with the fewest differences. */
function nearestRun(
  planned: readonly ParsedRun[],
  point: Readonly<Record<string, unknown>>,
  config: unknown,
): ParsedRun | undefined {
  const key = JSON.stringify(point)
  const same = planned.find((run) => JSON.stringify(run.point) === key)
  if (same) return same
  let best: { run: ParsedRun; count: number } | undefined
  for (const run of planned.slice(0, MOST_COMPARED)) {
    const count = configDifferences([config, run.config]).length
    if (!best || count < best.count) best = { run, count }
  }
  return best?.run
}
