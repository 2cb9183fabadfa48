// Begins a study that has no file yet: its text becomes a draft, and the editor opens on it.
import { runConfigSchema } from '../../../shared/config/schema'
import type { StudySummary } from '../../../shared/workbench-api'
import { useAppState } from '../../api/app-state'
import { request } from '../../api/bridge'
import { newDraftKey } from '../../api/drafts'
import { copyName } from '../../ui/study-view'
import { studyOfRun, studyOfStudy } from './new-study'

/** The ways a study begins. */
export function useNewStudy() {
  const { go, drafts, studies } = useAppState()
  const nameLike = (name: string) => copyName(name, new Set(studies.value.map((study) => study.name)))

  /** `isWritten`: a person's own text, which is a draft to keep before it is edited. */
  function begin(text: string, { isWritten = false } = {}) {
    const id = Date.now().toString(36)
    drafts.value.write(newDraftKey(id), { text, base: isWritten ? '' : text })
    go({ screen: 'editor', source: 'new', id })
  }
  return {
    begin,
    beginFromStudy: ({ text, name }: StudySummary) =>
      begin(studyOfStudy(text, { from: name, name: nameLike(name) })),
    /** The run's own config, as it was trained. */
    beginFromRun: async (runId: string) => {
      const config = runConfigSchema.parse(await request('readConfig', { runId }))
      begin(studyOfRun(config, { runId, name: nameLike(config.name) }))
    },
  }
}
