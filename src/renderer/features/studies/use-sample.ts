// The sample study: whether it is in the workspace, and the two ways to change that.
import { computed } from 'vue'
import { isSample } from '../../../shared/sample'
import { useAppState } from '../../api/app-state'
import { request } from '../../api/bridge'
import { useAct } from '../../ui/use-act'

/** The sample's runs, newest first, and what can be done with it. */
export function useSample() {
  const { runList, go, refreshCharts } = useAppState()
  const { say } = useAct()
  const sampleRuns = computed(() => runList.value.filter(isSample))
  const set = async (isThere: boolean) => {
    await request('setSample', { isThere })
    await refreshCharts()
  }
  const add = () => set(true)
  const remove = async () => {
    await set(false)
    say('The sample study is gone', 'Its runs are in the trash.', add)
  }
  /** Lets a person look at it, wherever it is: its comparison. */
  const look = async () => {
    await add()
    const runs = (await request('listRuns')).filter((run) => isSample(run) && !run.annotations.trashed)
    go({ screen: 'compare', ids: runs.map(({ record }) => record.id) })
  }
  return { sampleRuns, add, remove, look }
}
