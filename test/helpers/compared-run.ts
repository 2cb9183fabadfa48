// Runs of a comparison for tests: a parsed config and curves that are written down point by point.
import type { ComparedRun } from '../../src/charts/comparison/compared-groups'
import { rowCurves } from '../../src/charts/curves'
import { comparisonSchema, type Comparison } from '../../src/shared/comparison'
import { parseStudy } from '../../src/shared/config/parse'
import type { RunConfig } from '../../src/shared/config/schema'
import type { MetricsRow } from '../../src/shared/run/rows'

/** The config of a study of pretraining and one RL stage; `changes` replaces top-level fields. */
export function comparedConfig(changes: Record<string, unknown> = {}): RunConfig {
  const result = parseStudy({
    name: 'study',
    task: { kind: 'parity', longFraction: 0.2 },
    stages: [
      { kind: 'pretrain', steps: 100, batch: 10 },
      { kind: 'rl', algorithm: 'grpo', prompts: 4, group: 4, steps: 40 },
    ],
    ...changes,
  })
  const run = result.ok ? result.value.runs[0] : undefined
  if (!run) throw new Error(`invalid: ${JSON.stringify(result)}`)
  return run.config
}

/** A row; time, sequences and tokens follow from stage and step where they are not given. */
export function comparedRow(
  stage: number,
  step: number,
  values: Record<string, number>,
  totals: Partial<Pick<MetricsRow, 'time' | 'sequences' | 'tokens'>> = {},
): MetricsRow {
  const place = 100 * stage + step
  return { stage, step, time: place, sequences: 10 * place, tokens: 100 * place, values, ...totals }
}

/** A run with these rows. */
export function comparedRun(
  id: string,
  rows: readonly MetricsRow[],
  {
    config = {},
    point = {},
    study = 'study',
  }: { config?: Record<string, unknown>; point?: Record<string, unknown>; study?: string } = {},
): ComparedRun {
  return { id, study, point, config: comparedConfig(config), curves: rowCurves(rows) }
}

/** A comparison whose other fields have their defaults. */
export const comparisonOf = (fields: Record<string, unknown> = {}): Comparison =>
  comparisonSchema.parse(fields)
