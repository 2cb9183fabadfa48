// What the trainers of active runs use: processor time and memory from /proc (Linux; elsewhere nothing is said), and of the
// GPUs what one long-lived nvidia-smi tells every two seconds, for as long as somebody asks.
import { spawn, type ChildProcess } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { createInterface } from 'node:readline'
import type { GpuUsage, RunUsage } from '../shared/workbench-api'
import type { RunTail } from './run-tail'

/** Clock ticks a second in /proc/<pid>/stat: 100 on every Linux of the last twenty years. */
const TICKS = 100
/** Bytes of a page of memory. */
const PAGE = 4096
/** Without a question for so long nvidia-smi is ended. */
const IDLE_MS = 10_000
const SMI_ARGUMENTS = [
  '--query-gpu=index,utilization.gpu,memory.used,memory.total',
  '--format=csv,noheader,nounits',
  '--loop=2',
]

interface Look {
  ticks: number
  at: number
}

/** Measures what runs use from one look to the next. */
export class UsageMeter {
  private looks = new Map<string, Look>()
  private readonly gpus: GpuReader

  constructor(hasGpus: () => Promise<boolean>) {
    this.gpus = new GpuReader(hasGpus)
  }

  /** Usage of these runs; processor time is the mean since the last call, so the first one has none. */
  async read(tails: readonly RunTail[]): Promise<RunUsage[]> {
    const gpus = tails.length === 0 ? new Map<number, GpuUsage>() : await this.gpus.read()
    const looks = new Map<string, Look>()
    const here = hostname()
    const found = await Promise.all(
      tails.map(async ({ id, storedRecord: { pid, place, host = here } }): Promise<RunUsage> => {
        // A process of another machine has a number that may be anybody's here.
        const own = pid === undefined || host !== here ? undefined : await readProcess(pid)
        if (own === undefined) return { runId: id }
        const before = this.looks.get(id)
        const now: Look = { ticks: own.ticks, at: performance.now() }
        looks.set(id, now)
        const cores = before && (now.ticks - before.ticks) / TICKS / ((now.at - before.at) / 1000)
        const gpu =
          place === undefined || place === 'cpu' ? undefined : gpus.get(Number(place.slice('gpu:'.length)))
        return {
          runId: id,
          memory: own.memory,
          ...(cores === undefined ? {} : { cores: Math.max(0, cores) }),
          ...(gpu === undefined ? {} : { gpu }),
        }
      }),
    )
    this.looks = looks
    return found
  }

  /** Ends what was started. */
  close(): void {
    this.gpus.close()
  }
}

/** Ticks of processor time (fields 14 and 15) and bytes of resident memory (field 24) of /proc/<pid>/stat. */
async function readProcess(pid: number): Promise<{ ticks: number; memory: number } | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  // The name before these fields may hold spaces; what follows its bracket begins with field 3.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return { ticks: Number(fields[11]) + Number(fields[12]), memory: Number(fields[21]) * PAGE }
}

/** One nvidia-smi for all GPUs and all questions. */
class GpuReader {
  private child: ChildProcess | undefined
  private idle: NodeJS.Timeout | undefined
  private readonly last = new Map<number, GpuUsage>()

  constructor(private readonly hasGpus: () => Promise<boolean>) {}

  async read(): Promise<ReadonlyMap<number, GpuUsage>> {
    if (!(await this.hasGpus())) return this.last
    this.child ??= this.start()
    clearTimeout(this.idle)
    this.idle = setTimeout(() => this.close(), IDLE_MS)
    this.idle.unref()
    return this.last
  }

  close(): void {
    clearTimeout(this.idle)
    this.child?.kill()
    this.child = undefined
    this.last.clear()
  }

  private start(): ChildProcess {
    const child = spawn('nvidia-smi', SMI_ARGUMENTS, { stdio: ['ignore', 'pipe', 'ignore'] })
    child.unref()
    // One that ends by itself is not started again before it was idle: a broken driver would have it every two seconds.
    child.on('error', () => undefined)
    createInterface({ input: child.stdout }).on('line', (line) => {
      const [index, utilization, used, total] = line.split(',').map((text) => Number(text.trim()))
      if (index === undefined || utilization === undefined || used === undefined || total === undefined)
        return
      if (![index, utilization, used, total].every(Number.isFinite)) return
      this.last.set(index, {
        utilization: utilization / 100,
        memory: used * MEGABYTE,
        memoryTotal: total * MEGABYTE,
      })
    })
    return child
  }
}

/** nvidia-smi counts memory in these. */
const MEGABYTE = 1024 * 1024
