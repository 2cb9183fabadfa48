// What can be done to several runs at once; each change of annotations can be undone.
import type { Annotations } from '../../../shared/run/record'
import type { RunSummary } from '../../../shared/workbench-api'
import { request } from '../../api/bridge'
import { useAct } from '../../ui/use-act'
import { changeEach } from './annotations'

const counted = (runs: readonly unknown[]) => `${runs.length} ${runs.length === 1 ? 'run' : 'runs'}`

/** The actions of the history on chosen runs. */
export function useRunActions() {
  const { say } = useAct()
  const annotate = (runs: Readonly<Record<string, Annotations>>) => request('annotateAll', { runs })
  const annotationsOf = (runs: readonly RunSummary[]) =>
    Object.fromEntries(runs.map((run) => [run.record.id, run.annotations]))

  /** Writes annotations and offers to take them back. */
  const save = async (
    runs: readonly RunSummary[],
    changed: Readonly<Record<string, Annotations>>,
    title: string,
    description?: string,
  ) => {
    const before = annotationsOf(runs)
    await annotate(changed)
    say(title, description, () => annotate(before))
  }
  const change = (
    runs: readonly RunSummary[],
    part: Partial<Annotations>,
    title: string,
    description?: string,
  ) =>
    save(
      runs,
      changeEach(annotationsOf(runs), () => part),
      title,
      description,
    )

  return {
    saveAnnotations: (runs: readonly RunSummary[], changed: Readonly<Record<string, Annotations>>) =>
      save(runs, changed, `Tags and note of ${counted(runs)} saved`),
    /** Without a word: the star itself shows it. */
    star: ({ record, annotations }: RunSummary) =>
      annotate({ [record.id]: { ...annotations, star: !annotations.star } }),
    starAll(runs: readonly RunSummary[]) {
      const star = !runs.every((run) => run.annotations.star)
      return change(runs, { star }, `${counted(runs)} ${star ? 'starred' : 'without a star now'}`)
    },
    archive(runs: readonly RunSummary[]) {
      const archived = !runs.every((run) => run.annotations.archived)
      return change(runs, { archived }, `${counted(runs)} ${archived ? 'archived' : 'back from the archive'}`)
    },
    trash: (runs: readonly RunSummary[]) =>
      change(runs, { trashed: true }, `${counted(runs)} moved to the trash`, 'The folders stay on the disk.'),
    restore: (runs: readonly RunSummary[]) =>
      change(runs, { trashed: false }, `${counted(runs)} back in the history`),
    async resume(runs: readonly RunSummary[]) {
      for (const run of runs) await request('resume', { runId: run.record.id })
      say(`${counted(runs)} put back in the queue`)
    },
    async copyIds(runs: readonly RunSummary[]) {
      await navigator.clipboard.writeText(runs.map(({ record }) => record.id).join('\n'))
      say(`Ids of ${counted(runs)} copied`, 'One a line, for afterword show and export.')
    },
  }
}
