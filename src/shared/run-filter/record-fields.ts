// Fields of a run's record and of what a person says of it, for filters and columns.
import { engineNames, runStates } from '../run/record'
import { runSeconds, type RunSummary } from '../workbench-api'
import type { Scalar } from './run-values'

/** How a field is compared. `flag`: true or false, `tags`: any of several texts, `time`: a moment, ISO 8601. */
export type FieldKind = 'text' | 'choice' | 'number' | 'flag' | 'time' | 'tags'

/** A field of the record or the annotations. */
export interface RecordField {
  readonly name: string
  readonly section: 'Run' | 'Annotations'
  readonly kind: FieldKind
  readonly title: string
  readonly help: string
  readonly choices?: readonly string[]
  readonly read: (run: RunSummary) => Scalar | readonly string[] | undefined
}

const run = (field: Omit<RecordField, 'section'>): RecordField => ({ section: 'Run', ...field })
const annotation = (field: Omit<RecordField, 'section'>): RecordField => ({
  section: 'Annotations',
  ...field,
})

/** All of them; the names are the first choice where a field of the config ends the same. */
export const recordFields: readonly RecordField[] = [
  run({
    name: 'state',
    kind: 'choice',
    title: 'State',
    help: 'Where the run stands.',
    choices: runStates,
    read: ({ record }) => record.state,
  }),
  run({
    name: 'study',
    kind: 'text',
    title: 'Study',
    help: 'Name of the study.',
    read: ({ record }) => record.study,
  }),
  run({
    name: 'arm',
    kind: 'text',
    title: 'Arm',
    help: 'Name of the arm of the study.',
    read: ({ record }) => (typeof record.point['arm'] === 'string' ? record.point['arm'] : undefined),
  }),
  run({ name: 'id', kind: 'text', title: 'Id', help: 'Id of the run.', read: ({ record }) => record.id }),
  run({
    name: 'created',
    kind: 'time',
    title: 'Created',
    help: 'When the run was queued.',
    read: ({ record }) => record.created,
  }),
  run({
    name: 'started',
    kind: 'time',
    title: 'Started',
    help: 'When training began.',
    read: ({ record }) => record.started,
  }),
  run({
    name: 'ended',
    kind: 'time',
    title: 'Ended',
    help: 'When the run ended.',
    read: ({ record }) => record.ended,
  }),
  run({
    name: 'seconds',
    kind: 'number',
    title: 'Duration',
    help: 'Seconds of training, pauses left out.',
    read: runSeconds,
  }),
  run({
    name: 'sequences',
    kind: 'number',
    title: 'Sequences',
    help: 'Trained on or sampled for training so far.',
    read: ({ progress }) => progress?.sequences,
  }),
  run({
    name: 'parameters',
    kind: 'number',
    title: 'Parameters',
    help: 'Trained numbers of the model.',
    read: ({ record }) => record.parameters,
  }),
  run({
    name: 'device',
    kind: 'text',
    title: 'Device',
    help: 'What the run was computed on.',
    read: ({ record }) => record.device,
  }),
  run({
    name: 'engine',
    kind: 'choice',
    title: 'Engine',
    help: 'Which engine computed the run.',
    choices: engineNames,
    read: ({ record }) => record.engine,
  }),
  run({
    name: 'threads',
    kind: 'number',
    title: 'Threads',
    help: 'Threads of the CPU.',
    read: ({ record }) => record.threads,
  }),
  run({
    name: 'host',
    kind: 'text',
    title: 'Host',
    help: 'The machine.',
    read: ({ record }) => record.host,
  }),
  run({
    name: 'commit',
    kind: 'text',
    title: 'Commit',
    help: 'Git commit of the program.',
    read: ({ record }) => record.gitCommit,
  }),
  run({
    name: 'fork',
    kind: 'text',
    title: 'Forked from',
    help: 'Id of the run that the first stages were taken from.',
    read: ({ record }) => record.forkedFrom?.run,
  }),
  run({
    name: 'origin',
    kind: 'text',
    title: 'Origin',
    help: 'Id of the run, or name of the study, that its study was made from.',
    read: ({ record }) => record.origin?.run ?? record.origin?.study,
  }),
  run({
    name: 'reason',
    kind: 'text',
    title: 'Exit reason',
    help: 'Why the run ended as it did.',
    read: ({ record }) => record.exitReason,
  }),
  annotation({
    name: 'tag',
    kind: 'tags',
    title: 'Tags',
    help: 'Tags a person gave; tag:slides is short for tag = slides.',
    read: ({ annotations }) => annotations.tags,
  }),
  annotation({
    name: 'note',
    kind: 'text',
    title: 'Note',
    help: 'What a person wrote about the run.',
    read: ({ annotations }) => annotations.notes || undefined,
  }),
  annotation({
    name: 'starred',
    kind: 'flag',
    title: 'Starred',
    help: 'Marked with a star.',
    read: ({ annotations }) => annotations.star,
  }),
  annotation({
    name: 'archived',
    kind: 'flag',
    title: 'Archived',
    help: 'Put aside: shown where it is asked for.',
    read: ({ annotations }) => annotations.archived,
  }),
  annotation({
    name: 'trashed',
    kind: 'flag',
    title: 'Trashed',
    help: 'In the trash.',
    read: ({ annotations }) => annotations.trashed,
  }),
]
