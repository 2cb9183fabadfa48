// What can be done to several runs at once; each change of annotations can be undone.
import type { Annotations } from '../../../shared/run/record'
import type { RunSummary } from '../../../shared/workbench-api'
import { request } from '../../api/bridge'
import { inSteps } from '../../api/long-tasks'
import { isResumable } from '../../ui/run-view'
import { useAct } from '../../ui/use-act'
import { changeEach } from './annotations'

/** Runs that are annotated in one request: between two of them it can be cancelled. */
const TOGETHER = 50

const counted = (runs: readonly unknown[]) => `${runs.length} ${runs.length === 1 ? 'run' : 'runs'}`

/** The actions of the history on chosen runs. */
export function useRunActions() {
  const { say } = useAct()
  /** Returns how many were annotated, the first ones: all of them, where nobody cancelled it. */
  const annotate = (runs: Readonly<Record<string, Annotations>>) =>
    inSteps('Saving', Object.entries(runs), TOGETHER, (some) =>
      request('annotateAll', { runs: Object.fromEntries(some) }),
    )
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
    const done = await annotate(changed)
    const written = Object.keys(changed).slice(0, done)
    const undo = async () => {
      await annotate(Object.fromEntries(Object.entries(before).filter(([id]) => written.includes(id))))
    }
    if (done === runs.length) say(title, description, undo)
    else if (done > 0) say(`Ended after ${counted(written)}`, undefined, undo)
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
    async star({ record, annotations }: RunSummary) {
      await annotate({ [record.id]: { ...annotations, star: !annotations.star } })
    },
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
    /**
     * Queues each anew, from its first step; those that could have been resumed are archived, so that no group has a run and
     * what takes its place.
     */
    async runAgain(runs: readonly RunSummary[]) {
      const replaced = runs.filter(isResumable)
      for (const run of runs) await request('runAgain', { runId: run.record.id })
      const before = annotationsOf(replaced)
      await annotate(changeEach(before, () => ({ archived: true })))
      const title = `${counted(runs)} queued from the start`
      if (replaced.length === 0) say(title)
      else
        say(
          title,
          `${counted(replaced)} of before ${replaced.length === 1 ? 'is' : 'are'} in the archive.`,
          async () => void (await annotate(before)),
        )
    },
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
