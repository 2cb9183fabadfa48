// Experiments of linear models for tests.
import { openEngine } from '../../../src/engine/open-engine'
import { createExperiment, type Experiment } from '../../../src/lab/experiment'
import { configOf } from './small'

const { engine } = await openEngine('js', {})

/** The experiment of a config with a linear model, lambda 1e-3 where not given. */
export function linearExperiment(fields: Record<string, unknown>): Experiment {
  const config = configOf({ model: { kind: 'linear', regularization: 1e-3 }, ...fields })
  return createExperiment({ engine, config, clock: () => performance.now() / 1000 })
}
