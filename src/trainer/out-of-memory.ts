// A batch that does not fit into memory, in words: which function, which tensor, and which config field to make smaller.
import { readFileSync } from 'node:fs'
import { totalmem } from 'node:os'
import { EngineError } from '../engine/errors'
import type { RunConfig } from '../shared/config/schema'
import { AfterwordError, messageOf } from '../shared/errors'
import { memoryAdvice, type RunPart } from '../theory/memory'
import type { FunctionCall } from './engine-watch'

/** What TensorFlow, XLA and V8 say when there is no room. */
const noRoom =
  /OOM when allocating|RESOURCE_EXHAUSTED|Resource exhausted|out of memory|bad_alloc|Array buffer allocation failed|Invalid (typed )?array length/i

/** Whether an error says that memory did not suffice. */
export function isOutOfMemory(error: unknown): boolean {
  if (error instanceof EngineError && error.code === 'out-of-memory') return true
  return error instanceof Error && noRoom.test(error.message)
}

/** The failure of a run whose batch did not fit, with a batch size to try. `call`: the function that ran. */
export function outOfMemory(
  error: unknown,
  config: RunConfig,
  stage: number,
  call: FunctionCall | undefined,
): AfterwordError {
  const said = messagesOf(error)
  // While a function is recorded there is no call of it; the engine's message names it.
  const name = call?.name ?? /function "(\w+)"/.exec(said)?.[1] ?? ''
  const rows = call && rowsOf(call)
  const tensor = tensorIn(said)
  const advice = memoryAdvice({
    config,
    stage,
    part: partOf(name),
    ...(rows === undefined ? {} : { rows }),
    limitBytes: memoryLimit(),
    usedBytes: process.resourceUsage().maxRSS * 1024,
    ...(tensor === undefined ? {} : { tensorBytes: tensor.bytes }),
  })
  const what = tensor === undefined ? '' : ` for a tensor [${tensor.shape.join(', ')}]`
  const where = `stage ${stage}${name === '' ? '' : `, function ${name}`}`
  return new AfterwordError('run-failed', `${where}: memory does not suffice${what}; ${advice}`, {
    cause: error,
  })
}

/** The message of an error and of what caused it. */
function messagesOf(error: unknown): string {
  const cause = error instanceof Error && error.cause !== undefined ? `\n${messagesOf(error.cause)}` : ''
  return `${messageOf(error)}${cause}`
}

/** What a function of the experiment's programs does, by its name. */
function partOf(name: string): RunPart {
  if (name.startsWith('evaluate')) return 'evaluation'
  return name.startsWith('rollout') ? 'rollout' : 'update'
}

/** Sequences a function works on. */
function rowsOf({ definition: { inputs } }: FunctionCall): number | undefined {
  const rows = Object.values(inputs).map(({ shape }) => (shape.length === 2 ? (shape[0] ?? 0) : 0))
  return rows.length === 0 ? undefined : Math.max(...rows)
}

/** The tensor of "OOM when allocating tensor with shape[4096,22] and type float". */
function tensorIn(message: string): { shape: number[]; bytes: number } | undefined {
  const [, dimensions] = /allocating tensor with shape\[([\d,]*)\]/.exec(message) ?? []
  if (dimensions === undefined) return undefined
  const shape = dimensions === '' ? [] : dimensions.split(',').map(Number)
  return { shape, bytes: 4 * shape.reduce((product, length) => product * length, 1) }
}

/** Bytes this process may use: the machine's, its container's, or the limit on its address space. */
function memoryLimit(): number {
  const container = process.constrainedMemory?.() ?? 0
  const limits = [totalmem(), container, addressSpaceLimit()]
  return Math.min(...limits.filter((limit) => limit > 0))
}

/** `ulimit -v` in bytes; 0 where there is none. */
function addressSpaceLimit(): number {
  try {
    const [, soft = ''] = /^Max address space\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? []
    return Number(soft)
  } catch {
    // Only Linux has the file.
    return 0
  }
}
