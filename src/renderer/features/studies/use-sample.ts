// The sample study: whether it is in the workspace, and the two ways to change that.
import { computed } from 'vue'
import { isSample } from '../../../shared/sample'
import { useAppState } from '../../api/app-state'
import { request } from '../../api/bridge'
import { useAct } from '../../ui/use-act'

/** The sample's runs, newest first, and what can be done with it. */
export function useSample() {
  const { runList, go } = useAppState()
  const { say } = useAct()
  const sampleRuns = computed(() => runList.value.filter(isSample))
  const add = () => request('setSample', { isThere: true })
  const remove = async () => {
    await request('setSample', { isThere: false })
    say('The sample study is gone', 'Its runs are in the trash.', add)
  }
  /** Lets a person look at it: its comparison. */
  const look = async () => {
    if (sampleRuns.value.length === 0) await add()
    const runs = (await request('listRuns')).filter((run) => isSample(run) && !run.annotations.trashed)
    go({ screen: 'compare', ids: runs.map(({ record }) => record.id) })
  }
  return { sampleRuns, add, remove, look }
}
