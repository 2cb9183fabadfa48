// Rules about what stages refer to: checkpoints of stages that lie before them, and numbers of attempts they have samples for.
// Whether another run has the checkpoint that is asked for is looked up when the run is queued.
import { problemAt, type ConfigProblem } from './problem'
import type { RunConfig } from './schema'
import { weightsFields } from './weights'

/** References of stages that cannot be followed. */
export function referenceRules({ stages }: RunConfig): ConfigProblem[] {
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
