// Engines for tests: js always, eager where native TensorFlow loads on this machine.
import type { Engine } from '../../../src/engine/types'
import { openEngine } from '../../../src/engine/open-engine'

/** The engines of this machine, slow one first. */
export async function openEngines(): Promise<Engine[]> {
  const js = await openEngine('js', {})
  const best = await openEngine('auto', { threads: 1 })
  return best.name === 'js' ? [js.engine] : [js.engine, best.engine]
}

/** The fastest engine of this machine. */
export async function openFastest(): Promise<Engine> {
  return (await openEngine('auto', { threads: 1 })).engine
}
