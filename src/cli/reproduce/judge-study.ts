// A study's statements judged by the run folders of its runs.
import type { ParsedStudy } from '../../shared/config/parse'
import type { RunConfig } from '../../shared/config/schema'
import { parseCheckpointName } from '../../shared/run/folder'
import type { RunRecord } from '../../shared/run/record'
import type { MetricsRow } from '../../shared/run/rows'
import type { RunSummary } from '../../shared/workbench-api'
import { describeBand, judge, type Finding } from '../../statistics/statements'
import { withStarRounds } from '../../theory/star-rounds'
import type { Workbench } from '../../workbench/workbench'

/** A run as reports need it. */
interface StudyRun {
  readonly record: RunRecord
  readonly folder: string
  readonly point: Readonly<Record<string, unknown>>
  readonly config: RunConfig
  readonly state: string
  readonly rows: readonly MetricsRow[]
}

/** What came of a study. */
export interface StudyResult {
  readonly name: string
  readonly study: ParsedStudy
  readonly runs: readonly StudyRun[]
  readonly findings: readonly (Finding & { band: string })[]
  /** Sum of the runs' own times: what they took one after another, stages that were shared counted once. */
  readonly seconds: number
}

/** Reads the rows of trained runs, in the order of the study's points, and judges every statement. */
export async function judgeStudy(
  workbench: Workbench,
  name: string,
  study: ParsedStudy,
  summaries: readonly RunSummary[],
): Promise<StudyResult> {
  const runs = await Promise.all(
    summaries.map(async ({ record, folder }, index): Promise<StudyRun> => {
      const runId = record.id
      const config = await workbench.readConfig({ runId })
      const { rows } = await workbench.readMetrics({ runId, offset: 0 })
      return {
        record,
        folder,
        // A run may have been trained when its arm had another name.
        point: study.runs[index]?.point ?? record.point,
        config,
        state: record.state,
        rows: withStarRounds(config, rows),
      }
    }),
  )
  const findings = study.study.statements.map((statement) => ({
    ...judge(statement, runs),
    band: describeBand(statement),
  }))
  return { name, study, runs, findings, seconds: runs.reduce((sum, run) => sum + ownSeconds(run), 0) }
}

/** What a run was computed for, without pauses and interruptions, and without stages it took over from another run. */
function ownSeconds({ record: { seconds = 0, forkedFrom }, rows }: StudyRun): number {
  if (forkedFrom === undefined) return seconds
  const fork = parseCheckpointName(forkedFrom.checkpoint)
  const before = rows.filter(
    ({ stage, step }) => fork && (stage < fork.stage || (stage === fork.stage && step <= fork.step)),
  )
  return Math.max(0, seconds - (before.at(-1)?.time ?? 0))
}
