// Engines for tests: js always, the others where native TensorFlow loads on this machine.
import type { Engine } from '../../../src/engine/types'
import { openEngine } from '../../../src/engine/open-engine'

/** The engines of this machine, slowest first. XLA compiles for seconds, so only tests of small programs ask for it. */
export async function openEngines({ withXla = false } = {}): Promise<Engine[]> {
  const js = await openEngine('js', {})
  const best = await openEngine('auto', { threads: 1 })
  if (best.name === 'js') return [js.engine]
  const names = ['eager', 'graph', ...(withXla ? (['xla'] as const) : [])] as const
  const native = await Promise.all(names.map((name) => openEngine(name, { threads: 1 })))
  return [js.engine, ...native.map(({ engine }) => engine)]
}

/** The fastest engine of this machine. */
export async function openFastest(): Promise<Engine> {
  return (await openEngine('auto', { threads: 1 })).engine
}
