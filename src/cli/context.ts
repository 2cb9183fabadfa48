// What the commands share: where the workspace is, how it is opened, how a trainer is started. The trainer is the built
// one beside this program, out/main/cli.js.
import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { AfterwordError, messageOf } from '../shared/errors'
import { slotsSchema } from '../shared/settings'
import type { TrainerCommand } from '../workbench/start-trainer'
import { openWorkbench, type Workbench } from '../workbench/workbench'
import { workspaceExists } from '../workbench/workspace'
import type { Arguments } from './arguments'

/** The workspace of a command: the flag, else $AFTERWORD_WORKSPACE, else ~/Afterword. */
function workspaceFolder({ flags }: Arguments): string {
  const variable = process.env['AFTERWORD_WORKSPACE']
  return resolve(flags.workspace ?? (variable ? variable : join(homedir(), 'Afterword')))
}

/** How to start the trainer. */
export function trainerCommand(): TrainerCommand {
  return { execPath: process.execPath, script: join(dirname(process.argv[1] ?? ''), 'trainer.js') }
}

/** Opens the workspace, does the work and closes it, also when the work fails. */
export async function withWorkbench<T>(
  args: Arguments,
  role: 'command' | 'reader',
  work: (workbench: Workbench) => Promise<T>,
): Promise<T> {
  const folder = workspaceFolder(args)
  if (role === 'reader' && !(await workspaceExists(folder))) {
    throw new AfterwordError(
      'not-found',
      `there is no workspace at ${folder} (--workspace, AFTERWORD_WORKSPACE)`,
    )
  }
  const slots = args.flags.slots === undefined ? undefined : readSlots(args.flags.slots)
  const workbench = await openWorkbench({
    folder,
    role,
    trainer: trainerCommand(),
    ...(slots === undefined ? {} : { slots: { cpu: slots, gpu: slots } }),
  })
  try {
    for (const notice of (await workbench.workspace()).notices) process.stderr.write(`${notice}\n`)
    return await work(workbench)
  } finally {
    // What was to be done is done and stands in the run folders; closing saves a cache of it.
    await workbench.close().catch((error: unknown) => {
      process.stderr.write(`the history was not saved: ${messageOf(error)}\n`)
    })
  }
}

function readSlots(text: string): number {
  const parsed = slotsSchema.shape.cpu.safeParse(Number(text))
  if (parsed.success && text.trim() !== '') return parsed.data
  throw new AfterwordError('invalid-input', `--slots ${text}: must be a whole number from 1 to 64`)
}
