// Queues a study and goes where its first curve will appear.
import { request } from '../../api/bridge'
import { useAppState } from '../../api/app-state'
import { useAct } from '../../ui/use-act'

/** Returns the action behind every Run button. */
export function useRunStudy() {
  const { go, settings } = useAppState()
  const { say } = useAct()
  return async (text: string, fileName: string): Promise<void> => {
    const queued = await request('queueStudy', {
      text,
      fileName,
      engine: settings.value?.engine ?? 'auto',
      device: settings.value?.device ?? 'auto',
    })
    const [first] = queued
    if (!first) return
    if (queued.length === 1) {
      go({ screen: 'run', id: first.record.id, tab: 'charts' })
    } else {
      say(`${queued.length} runs queued`, first.record.study)
      go({ screen: 'queue' })
    }
  }
}
