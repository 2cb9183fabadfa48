// A batch that does not fit into memory, in words: which function, which tensor, and which config field to make smaller.
import { readFileSync } from 'node:fs'
import { totalmem } from 'node:os'
import type { RunConfig } from '../shared/config/schema'
import { AfterwordError, messageOf } from '../shared/errors'
import { memoryAdvice, type RunPart } from '../theory/memory'
import type { FunctionCall } from './engine-watch'

/** The failure of a run whose batch did not fit, with a batch size to try. `call`: the function that ran; `before`: as the stage began. */
export function outOfMemory(
  error: unknown,
  config: RunConfig,
  stage: number,
  call: FunctionCall | undefined,
  before: MemoryUse,
): AfterwordError {
  const { limitBytes, peakBytes } = memoryUse()
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
    limitBytes,
    baseBytes: before.usedBytes,
    usedBytes: peakBytes,
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

/** Bytes this process uses, has used at most, and may use: of memory, or of address space where that is limited. */
export interface MemoryUse {
  usedBytes: number
  peakBytes: number
  limitBytes: number
}

/** Memory use at this moment. */
export function memoryUse(): MemoryUse {
  const container = process.constrainedMemory?.() ?? 0
  const limitBytes = container > 0 ? Math.min(container, totalmem()) : totalmem()
  const addressLimit = kilobytesIn('/proc/self/limits', /^Max address space\s+(\d+)/m) / 1024
  if (addressLimit > 0 && addressLimit < limitBytes) {
    return {
      usedBytes: kilobytesIn('/proc/self/status', /^VmSize:\s+(\d+) kB/m),
      peakBytes: kilobytesIn('/proc/self/status', /^VmPeak:\s+(\d+) kB/m),
      limitBytes: addressLimit,
    }
  }
  return {
    usedBytes: process.memoryUsage.rss(),
    peakBytes: process.resourceUsage().maxRSS * 1024,
    limitBytes,
  }
}

/** A number of kilobytes in a file of the kernel, in bytes; 0 where there is none: only Linux has the files. */
function kilobytesIn(path: string, pattern: RegExp): number {
  try {
    return Number(pattern.exec(readFileSync(path, 'utf8'))?.[1] ?? 0) * 1024
  } catch {
    return 0
  }
}
