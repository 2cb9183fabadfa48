// Studies as the list shows them: the person's own, then the built-in ones by their folder. Pure.
import type { StudySummary } from '../../../shared/workbench-api'

/** Studies under one heading. */
export interface StudyGroup {
  title: string
  /** What they are about, in a few words. */
  text: string
  studies: readonly StudySummary[]
}

/** Headings of the folders; a folder that is not named here has its own name. */
const headings: Readonly<Record<string, { title: string; text: string }>> = {
  '': { title: 'Built in', text: 'Small ones to begin with.' },
  parity: { title: 'Parity', text: 'What RL adds after next-token prediction on short and long answers.' },
  linear: { title: 'Linear model', text: 'The same claims where they can be proved.' },
  passk: { title: 'Coverage', text: 'Whether RL finds answers that many samples of the base do not.' },
  compose: { title: 'Composition', text: 'Functions in a row: SFT and RL taken apart.' },
  decomp: { title: 'Right and wrong answers', text: 'What positives and negatives do on their own.' },
}

/** The person's own before all others, folders in the order of their headings; empty groups are left out. */
export function groupStudies(studies: readonly StudySummary[]): StudyGroup[] {
  const own = studies.filter((study) => study.source === 'workspace')
  const folders = new Map<string, StudySummary[]>()
  for (const study of studies.filter((each) => each.source === 'built-in')) {
    const folder = study.id.includes('/') ? study.id.slice(0, study.id.indexOf('/')) : ''
    folders.set(folder, [...(folders.get(folder) ?? []), study])
  }
  const order = Object.keys(headings)
  const place = (folder: string) => (order.includes(folder) ? order.indexOf(folder) : order.length)
  const sorted = [...folders].sort(([a], [b]) => place(a) - place(b))
  const builtIn = sorted.map(([folder, inside]) => ({
    ...(headings[folder] ?? { title: folder, text: '' }),
    studies: inside,
  }))
  return [{ title: 'Yours', text: '', studies: own }, ...builtIn].filter((group) => group.studies.length > 0)
}
