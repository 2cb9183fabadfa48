// How many threads TensorFlow's kernels use. The libraries read the environment once, when they load: call before that.
import { availableParallelism } from 'node:os'
import { AfterwordError } from '../shared/errors'

/** Environment variable that overrides the default. */
const OVERRIDE = 'AFTERWORD_THREADS'

/** Variables read by oneDNN's OpenMP and by TensorFlow's two thread pools. */
const variables = ['OMP_NUM_THREADS', 'TF_NUM_INTRAOP_THREADS', 'TF_NUM_INTEROP_THREADS'] as const

/** The number a run uses: the recorded one where it continues, else AFTERWORD_THREADS, else this machine's available cores. */
export function chooseThreads(recorded: number | undefined): number {
  if (recorded !== undefined) return recorded
  const asked = process.env[OVERRIDE]
  if (asked === undefined || asked === '') return availableParallelism()
  const threads = Number(asked)
  if (Number.isInteger(threads) && threads >= 1) return threads
  throw new AfterwordError(
    'invalid-input',
    `${OVERRIDE}="${asked}": must be a whole number of threads, 1 or more`,
  )
}

/** Sets the number in this process's environment. */
export function applyThreads(threads: number): void {
  for (const name of variables) process.env[name] = String(threads)
}
