// What can be done to several runs at once; each change of annotations can be undone, from its message or as the last that was done.
import type { AnnotationChange } from '../../../shared/run/record'
import type { RunSummary } from '../../../shared/workbench-api'
import { request } from '../../api/bridge'
import { inSteps } from '../../api/long-tasks'
import { isResumable } from '../../ui/run-view'
import { useAct } from '../../ui/use-act'
import { inverse } from './annotations'
import { keepDone } from './done-actions'

/** Runs that are annotated in one request: between two of them it can be cancelled. */
const TOGETHER = 50

type Changes = Readonly<Record<string, AnnotationChange>>

const counted = (runs: readonly unknown[]) => `${runs.length} ${runs.length === 1 ? 'run' : 'runs'}`

/** The actions of the history on chosen runs. */
export function useRunActions() {
  const { say } = useAct()
  /** Says what was done; it is taken back from the message or as the last that was done, which closes the message. */
  const offerUndo = (title: string, description: string | undefined, takeBack: () => Promise<void>) => {
    const { undo } = keepDone(title, async () => {
      await takeBack()
      close()
    })
    const close = say(title, description, undo)
  }
  /** Returns how many were annotated, the first ones: all of them, where nobody cancelled it. */
  const annotate = (changes: Changes) =>
    inSteps('Saving', Object.entries(changes), TOGETHER, (some) =>
      request('annotateAll', { runs: Object.fromEntries(some) }),
    )
  const annotationsOf = (runs: readonly RunSummary[]) =>
    Object.fromEntries(runs.map((run) => [run.record.id, run.annotations]))
  const forEach = (runs: readonly RunSummary[], change: AnnotationChange): Changes =>
    Object.fromEntries(runs.map(({ record }) => [record.id, change]))

  /** Writes changes of annotations and offers to take them back. */
  const save = async (runs: readonly RunSummary[], changes: Changes, title: string, description?: string) => {
    const before = annotationsOf(runs)
    const all = Object.entries(changes)
    const done = await annotate(changes)
    const written = Object.fromEntries(all.slice(0, done))
    const undo = async () => void (await annotate(inverse(before, written)))
    if (done === all.length) offerUndo(title, description, undo)
    else if (done > 0) offerUndo(`Ended after ${counted(Object.keys(written))}`, undefined, undo)
  }
  const change = (runs: readonly RunSummary[], part: AnnotationChange, title: string, description?: string) =>
    save(runs, forEach(runs, part), title, description)

  return {
    async saveAnnotations(runs: readonly RunSummary[], changes: Changes) {
      const changed = runs.filter(({ record }) => record.id in changes)
      if (changed.length > 0) await save(changed, changes, `Tags and note of ${counted(changed)} saved`)
    },
    /** Without a word: the star itself shows it. */
    async star({ record, annotations }: RunSummary) {
      const { star } = annotations
      await annotate({ [record.id]: { star: !star } })
      const takeBack = async () => void (await annotate({ [record.id]: { star } }))
      keepDone(`1 run ${star ? 'without a star now' : 'starred'}`, takeBack)
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
      const archived = forEach(replaced, { archived: true })
      await annotate(archived)
      const title = `${counted(runs)} queued from the start`
      if (replaced.length === 0) say(title)
      else
        offerUndo(
          title,
          `${counted(replaced)} of before ${replaced.length === 1 ? 'is' : 'are'} in the archive.`,
          async () => void (await annotate(inverse(annotationsOf(replaced), archived))),
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
