// What a person away from the screen should hear of: that a study's last run ended, and that a run failed. It hears of runs
// as they change and says what is new; who shows it is the window's business.
import type { RunRecord, RunState } from '../shared/run/record'
import type { RunSummary } from '../shared/workbench-api'

/** Something that ended; `runId` is the run to look at. */
export interface Ending {
  title: string
  body: string
  runId: string
}

const open: ReadonlySet<RunState> = new Set(['queued', 'running', 'paused'])
/** States that a person brought about: nothing to tell. */
const asked: ReadonlySet<RunState> = new Set(['stopped'])

/** Follows runs from a state of things on. */
export class Endings {
  private readonly states: Map<string, RunState>
  /** Runs that ended since the study was last told of, by study. */
  private readonly ended = new Map<string, Map<string, RunState>>()

  constructor(runs: readonly RunSummary[]) {
    this.states = new Map(runs.map(({ record }) => [record.id, record.state]))
  }

  /** What ended with these changes; `listRuns` tells the runs as they are now, asked only where something ended. */
  async hear(
    changed: readonly RunSummary[],
    listRuns: () => Promise<readonly RunSummary[]>,
  ): Promise<Ending[]> {
    const records = changed.map(({ record }) => record).filter((record) => this.hasEnded(record))
    if (records.length === 0) return []
    const all = await listRuns()
    const endings: Ending[] = []
    for (const record of records) {
      const ofStudy = this.ended.get(record.study) ?? new Map<string, RunState>()
      this.ended.set(record.study, ofStudy.set(record.id, record.state))
      const isLast = !all.some((run) => run.record.study === record.study && open.has(run.record.state))
      if (isLast) {
        this.ended.delete(record.study)
        if ([...ofStudy.values()].some((state) => !asked.has(state)))
          endings.push({ title: `${record.study} is done`, body: counts(ofStudy), runId: record.id })
      } else if (record.state === 'failed') {
        const reason = record.exitReason ?? 'No reason was recorded.'
        endings.push({ title: `A run of ${record.study} failed`, body: reason, runId: record.id })
      }
    }
    return endings
  }

  /** Whether the run is over since it was last heard of: one that was over before is old news. */
  private hasEnded({ id, state }: RunRecord): boolean {
    const before = this.states.get(id)
    this.states.set(id, state)
    return !open.has(state) && (before === undefined || open.has(before))
  }
}

/** `8 runs finished, 1 failed`. */
function counts(states: ReadonlyMap<string, RunState>): string {
  const found = new Map<RunState, number>()
  for (const state of states.values()) found.set(state, (found.get(state) ?? 0) + 1)
  return [...found]
    .map(([state, count], index) =>
      index === 0 ? `${count} ${count === 1 ? 'run' : 'runs'} ${state}` : `${count} ${state}`,
    )
    .join(', ')
}
