// Two checkpoints sampled on the same prompts: a study of two arms, each an evaluate stage that starts from one of them. Problems
// of evaluate stages depend on task and seed alone and their noise on seed and stage, so both arms meet the same prompts with the
// same random numbers. Whether the weights fit the task is found out where runs are written.
import { formatProblems, parseStudy, type ParsedStudy } from '../shared/config/parse'
import type { RunConfig } from '../shared/config/schema'
import { pointName } from '../shared/config/sweep'
import { AfterwordError } from '../shared/errors'
import type { RunRecord } from '../shared/run/record'
import type { SideBySideChoices } from '../shared/workbench-api'

/** A checkpoint and the run it is of. */
export interface Side {
  readonly record: Pick<RunRecord, 'id' | 'study' | 'point'>
  readonly config: RunConfig
  /** `<stage>-<step>`. */
  readonly checkpoint: string
}

/** Splits and levels a task has at most: each is asked as many problems. */
const MOST_CELLS = 16
/** The longest names of a study and of an arm. */
const LONGEST_NAME = 120
const LONGEST_ARM = 60

/** The study; task, seed and precision are the left side's. Throws invalid-input where both sides are one checkpoint. */
export function sideBySideStudy(sides: readonly [Side, Side], choices: SideBySideChoices): ParsedStudy {
  const [left, right] = sides
  if (left.record.id === right.record.id && left.checkpoint === right.checkpoint)
    throw new AfterwordError(
      'invalid-input',
      `Both sides are checkpoint ${left.checkpoint} of run ${left.record.id}: choose two different ones`,
    )
  const { problems, samples, temperature } = choices
  const names = namesOf(sides)
  const studies = [...new Set(sides.map(({ record }) => record.study))]
  const { task, precision, seed } = left.config
  const value = {
    name: `Side by side: ${studies.join(' and ')}`.slice(0, LONGEST_NAME),
    description: `${names[0]} and ${names[1]}, sampled on the same prompts.`,
    task,
    precision,
    model: left.config.model,
    stages: [{ kind: 'evaluate', problems, samples, temperature }],
    arms: Object.fromEntries(
      sides.map(({ record, config, checkpoint }, index): [string, object] => [
        names[index] ?? '',
        { model: config.model, 'stages.0.from': `${record.id}/${checkpoint}` },
      ]),
    ),
    log: { samples: Math.min(1_000_000, problems * (samples + 1) * MOST_CELLS) },
    seed,
  }
  const parsed = parseStudy(value)
  if (!parsed.ok) throw new AfterwordError('invalid-input', formatProblems('side by side', parsed.problems))
  return parsed.value
}

/** What tells the sides apart, with their checkpoints: nothing else of one run, else points of a grid, studies or ids. */
function namesOf(sides: readonly [Side, Side]): [string, string] {
  const [left, right] = sides
  const named = (nameOf: (record: Side['record']) => string): [string, string] => [
    `${nameOf(left.record)} ${left.checkpoint}`,
    `${nameOf(right.record)} ${right.checkpoint}`,
  ]
  if (left.record.id === right.record.id) return named(() => 'Checkpoint')
  const ways: readonly ((record: Side['record']) => string)[] = [
    ({ point }) => pointName(point),
    ({ study }) => study,
    ({ id }) => id,
  ]
  const telling = ways.find((way) => {
    const words = sides.map(({ record }) => way(record))
    return (
      words[0] !== words[1] && !words.includes('') && named(way).every((name) => name.length <= LONGEST_ARM)
    )
  })
  return telling ? named(telling) : [`Left ${left.checkpoint}`, `Right ${right.checkpoint}`]
}
