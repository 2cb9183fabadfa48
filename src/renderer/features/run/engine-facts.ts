// What the run page says of the engine: which, why, how long it took to get ready, and where it changed. Pure.
import type { EngineSegment, RunRecord } from '../../../shared/run/record'
import { formatDuration } from '../../ui/format'

/** A fact of a run: a term, its value and what to know about it. */
export interface RunFact {
  term: string
  value: string
  help: string
}

/** Engine and time to get ready; an empty value where nothing is known. */
export function engineFacts({ engine, engineReason, preparation }: RunRecord): RunFact[] {
  const facts: RunFact[] = [{ term: 'Engine', value: engine ?? '', help: capitalised(engineReason ?? '') }]
  if (preparation === undefined) return facts
  const { recordSeconds, loadSeconds, compileSeconds } = preparation
  const total = recordSeconds + loadSeconds + compileSeconds
  if (total === 0) return facts
  const parts = `Recorded in ${formatDuration(recordSeconds)}, loaded in ${formatDuration(loadSeconds)}, compiled in ${formatDuration(compileSeconds)}`
  return [
    ...facts,
    {
      term: 'Ready in',
      value: formatDuration(total),
      help: `${parts}: once a stage, and no part of the step times.`,
    },
  ]
}

/** Where a run changed engine, threads or device, in a sentence; undefined where it did not. */
export function engineChanges({ engineHistory = [] }: RunRecord): string | undefined {
  const [first, ...later] = engineHistory
  if (first === undefined || later.length === 0) return undefined
  const places = later.map((each) => `${nameOf(each)} from stage ${each.stage}, step ${each.step} on`)
  return `Computed on ${[nameOf(first), ...places].join(', then ')}: the numbers may differ in the last bits from those of a run that stayed on one.`
}

function nameOf({ engine, threads, device }: EngineSegment): string {
  return `${engine} (${device}, ${threads} ${threads === 1 ? 'thread' : 'threads'})`
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
