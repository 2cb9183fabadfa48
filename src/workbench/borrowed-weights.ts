// Weights of other runs that a config names (`init`, and a stage's from, sampler and kl.reference): finds the checkpoints and
// checks that they fit, before any run folder is written. It copies nothing itself.
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { listCheckpoints } from '../run-folder/checkpoints'
import { readConfig } from '../run-folder/run-folder'
import { setPath } from '../shared/config/paths'
import type { RunConfig, TaskConfig } from '../shared/config/schema'
import { weightsFields } from '../shared/config/weights'
import { AfterwordError, messageOf } from '../shared/errors'
import { borrowedWeights, checkpointFiles, runFiles } from '../shared/run/folder'
import { functionsTrainedBy } from '../shared/tasks/compose'
import type { Task } from '../shared/tasks/task'

/** A run found by id or the beginning of it. */
interface FoundRun {
  id: string
  folder: string
}

/** How to find what a config names. */
export interface Lender {
  findRun: (id: string) => FoundRun
  /** The task of a config and the folder of its run. */
  taskOf: (config: RunConfig, folder: string) => Promise<Task>
}

/** What a run borrows: its config with the donors' whole ids, and the files to copy into its folder. */
export interface BorrowedWeights {
  config: RunConfig
  /** From a path to a name in the run folder. */
  files: { from: string; to: string }[]
}

/** A field of a config that names a checkpoint of another run. */
interface Loan {
  /** Paths for messages, of the run and of the checkpoint. */
  runField: string
  checkpointField: string
  run: string
  checkpoint: string
  /** The config with the donor's whole id. */
  name: (config: RunConfig, id: string) => RunConfig
  to: (id: string) => string
}

/** Looks up every checkpoint that a config names. Throws naming the field, the run and the checkpoints that exist. */
export async function resolveBorrowedWeights(
  config: RunConfig,
  task: Task,
  lender: Lender,
): Promise<BorrowedWeights> {
  const files = new Map<string, string>()
  let named = config
  for (const loan of loansOf(config)) {
    const { checkpoint, checkpointField } = loan
    const donor = findDonor(loan, lender.findRun)
    const names = (await listCheckpoints(donor.folder)).map(({ name }) => name)
    if (!names.includes(checkpoint)) {
      const existing = names.length === 0 ? 'it has none' : `it has ${names.join(', ')}`
      throw new AfterwordError(
        'not-found',
        `${checkpointField}: run ${donor.id} has no checkpoint ${checkpoint}; ${existing}`,
      )
    }
    await checkFit(config, task, donor, loan, lender)
    named = loan.name(named, donor.id)
    files.set(loan.to(donor.id), join(donor.folder, runFiles.checkpoints, checkpoint, checkpointFiles.model))
  }
  return { config: named, files: Array.from(files, ([to, from]) => ({ from, to })) }
}

function loansOf({ init, stages }: RunConfig): Loan[] {
  const ofRun: Loan[] =
    init === undefined
      ? []
      : [
          {
            ...init,
            runField: 'init.run',
            checkpointField: 'init.checkpoint',
            name: (config, run) => ({ ...config, init: { ...init, run } }),
            to: () => runFiles.init,
          },
        ]
  const ofStages = stages.flatMap((stage, index) =>
    weightsFields(stage).flatMap(({ path, reference }): Loan[] => {
      if (reference.kind === 'stage') return []
      const { run, checkpoint } = reference
      const field = `stages.${index}.${path}`
      return [
        {
          run,
          checkpoint,
          runField: field,
          checkpointField: field,
          // The path leads to a text of the same form.
          name: (config, id) => setPath(config, field, `${id}/${checkpoint}`) as RunConfig,
          to: (id) => borrowedWeights(id, checkpoint),
        },
      ]
    }),
  )
  return [...ofRun, ...ofStages]
}

function findDonor({ run, runField }: Loan, findRun: Lender['findRun']): FoundRun {
  try {
    return findRun(run)
  } catch (cause) {
    throw new AfterwordError('not-found', `${runField}: ${messageOf(cause)}`, { cause })
  }
}

/**
 * Weights fit where the models have one shape, and the tasks one kind, one vocabulary and sequences of one length; and where the
 * donor's training did not compose the functions that are held out here.
 */
async function checkFit(
  config: RunConfig,
  ownTask: Task,
  donor: FoundRun,
  loan: Loan,
  { taskOf }: Lender,
): Promise<void> {
  const donorConfig = await readConfig(donor.folder)
  const refuse = (what: string) => {
    throw new AfterwordError(
      'invalid-input',
      `${loan.runField}: the weights of run ${donor.id} do not fit: ${what}`,
    )
  }
  const differ = (path: string, own: unknown, theirs: unknown) =>
    refuse(`${path} is ${String(own)} here and ${String(theirs)} there`)
  const [own, theirs] = [shapeOf(config), shapeOf(donorConfig)]
  for (const path of new Set([...Object.keys(own), ...Object.keys(theirs)])) {
    if (!isDeepStrictEqual(own[path], theirs[path])) differ(path, own[path], theirs[path])
  }
  const theirTask = await taskOf(donorConfig, donor.folder)
  const difference = vocabularyDifference(ownTask.vocabulary, theirTask.vocabulary)
  if (difference !== undefined) refuse(`another vocabulary: ${difference}`)
  const [ownLength, theirLength] = [longest(ownTask), longest(theirTask)]
  if (ownLength !== theirLength) {
    refuse(
      `sequences here have up to ${ownLength} tokens and the model there has positions for ${theirLength}${lengthDifference(config, donorConfig)}`,
    )
  }
  const [here, there] = [config.task, donorConfig.task]
  if (here.kind !== 'compose' || there.kind !== 'compose') return
  const trained = functionsTrainedBy(there, here)
  if (trained.length > 0)
    refuse(
      `compositions of ${trained.join(', ')} are held out here and may have been trained on there (${fieldDifference(here, there, ['trainFunctions', 'heldOutFunctions'])})`,
    )
}

/** Fields that decide the shapes of a model, and the kind of task, by path. */
function shapeOf({ model, task }: RunConfig): Record<string, unknown> {
  const fields = Object.entries(model)
    .filter(([key]) => key !== 'regularization')
    .map(([key, value]) => [`model.${key}`, value] as const)
  return { ...Object.fromEntries(fields), 'task.kind': task.kind }
}

const longest = ({ promptLength, answerLength }: Task): number => promptLength + answerLength

function vocabularyDifference(own: readonly string[], theirs: readonly string[]): string | undefined {
  const at = own.findIndex((token, index) => token !== theirs[index])
  if (at === -1 && own.length === theirs.length) return undefined
  const place = at === -1 ? own.length : at
  const show = (token: string | undefined) => (token === undefined ? 'missing' : JSON.stringify(token))
  return `${own.length} tokens here and ${theirs.length} there, token ${place} is ${show(own[place])} here and ${show(theirs[place])} there`
}

/** Fields of a task that decide how long its sequences are. */
const lengthFields: Record<TaskConfig['kind'], readonly string[]> = {
  parity: ['bits'],
  compose: ['length', 'depth'],
  'hidden-method': ['keyLength'],
  dataset: ['file', 'sha256', 'tokens'],
}

/** What makes the lengths differ, in brackets. */
function lengthDifference(own: RunConfig, theirs: RunConfig): string {
  const words = fieldDifference(own.task, theirs.task, lengthFields[own.task.kind])
  return words === '' ? '' : ` (${words})`
}

/** Those of the fields of two tasks of one kind that differ, in words. */
function fieldDifference(own: object, theirs: object, fields: readonly string[]): string {
  const valueOf = (task: object, field: string): unknown =>
    Object.entries(task).find(([key]) => key === field)?.[1]
  return fields
    .filter((field) => valueOf(own, field) !== valueOf(theirs, field))
    .map(
      (field) =>
        `task.${field} is ${String(valueOf(own, field))} here and ${String(valueOf(theirs, field))} there`,
    )
    .join(', ')
}
