// Rules about what stages refer to: checkpoints of stages that lie before them, and numbers of attempts they have samples for.
// Whether another run has the checkpoint that is asked for is looked up when the run is queued.
import { problemAt, type ConfigProblem } from './problem'
import type { RunConfig } from './schema'
import { weightsFields } from './weights'

/** References of stages that cannot be followed, and a first stage that has no trained model to go by, or leaves it. */
export function referenceRules(config: RunConfig): ConfigProblem[] {
  return [...ofReferences(config), ...firstStage(config)]
}

function firstStage({ stages: [stage], init }: RunConfig): ConfigProblem[] {
  if (stage !== undefined && init !== undefined && stage.from !== 'previous')
    return [problemAt('init', `does nothing while stages.0.from is ${stage.from}`, 'warning')]
  if (stage === undefined || stage.from !== 'previous' || init !== undefined) return []
  const use =
    stage.kind === 'evaluate'
      ? 'measured'
      : stage.kind !== 'pretrain' && stage.sampler === 'policy'
        ? 'sampled from'
        : undefined
  if (use === undefined) return []
  const message = `previous: before stages.0 there is no stage, and no init names a checkpoint, so freshly initialised weights are ${use}`
  return [problemAt('stages.0.from', message, 'warning')]
}

function ofReferences({ stages }: RunConfig): ConfigProblem[] {
  return stages.flatMap((stage, index) => {
    const at = `stages.${index}`
    const references = weightsFields(stage).flatMap(({ path, text, reference }) => {
      if (reference.kind === 'run' || reference.stage < index) return []
      const earlier =
        index === 0
          ? 'there is none before stages.0'
          : index === 1
            ? 'only stage-0'
            : `stage-0 to stage-${index - 1}`
      return [problemAt(`${at}.${path}`, `must name an earlier stage (${earlier}), got ${text}`)]
    })
    if (stage.kind !== 'evaluate') return references
    const tooLarge = stage.k.filter((k) => k > stage.samples)
    if (tooLarge.length === 0) return references
    const message = `must be at most ${at}.samples (${stage.samples}), got ${tooLarge.join(', ')}`
    return [...references, problemAt(`${at}.k`, message)]
  })
}
