// What a run's trainer uses, in words and as the course of the last minutes. Pure.
import type { RunUsage } from '../../../shared/workbench-api'
import { formatBytes } from '../../ui/format'

/** One of processor, memory and GPU. */
export interface UsagePart {
  readonly name: 'cores' | 'memory' | 'gpu'
  readonly text: string
  readonly help: string
  /** Newest last; `most`: what the top of a chart stands for where that is known. */
  readonly course: readonly number[]
  readonly most?: number
}

/** Of looks at a run, oldest first: "1.9 cores", "830 MB", "GPU 97%, 12 of 24 GB". What the last look does not tell is left out. */
export function usageParts(looks: readonly RunUsage[]): UsagePart[] {
  const { cores, memory, gpu } = looks.at(-1) ?? {}
  const course = (read: (look: RunUsage) => number | undefined) => looks.flatMap((look) => read(look) ?? [])
  const parts: UsagePart[] = []
  if (cores !== undefined)
    parts.push({
      name: 'cores',
      text: `${cores.toFixed(1)} cores`,
      help: 'Processor cores kept busy, over the last two minutes',
      course: course((look) => look.cores),
    })
  if (memory !== undefined)
    parts.push({
      name: 'memory',
      text: formatBytes(memory),
      help: 'Resident memory of its process, over the last two minutes',
      course: course((look) => look.memory),
    })
  if (gpu !== undefined)
    parts.push({
      name: 'gpu',
      text: `GPU ${Math.round(gpu.utilization * 100)}%, ${formatBytes(gpu.memory)} of ${formatBytes(gpu.memoryTotal)}`,
      help: 'The whole GPU it was placed on: share of the time a kernel ran over the last two minutes, and memory in use',
      course: course((look) => look.gpu?.utilization),
      most: 1,
    })
  return parts
}
