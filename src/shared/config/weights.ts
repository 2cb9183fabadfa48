// References to weights in a config: `stage-0` (the end of an earlier stage of the same run) and `<run id>/0-1500` (a
// checkpoint of another run). Which fields hold them, and what they name. Reading the files is the trainer's.
import { isRejection, type StageConfig } from './schema'

/** What a reference names. */
export type WeightsReference =
  | { readonly kind: 'stage'; readonly stage: number }
  | { readonly kind: 'run'; readonly run: string; readonly checkpoint: string }

/** A field of a stage that names weights: its path within the stage and the reference as written. */
export interface WeightsField {
  readonly path: string
  readonly text: string
  readonly reference: WeightsReference
}

/** The reference a text stands for; undefined for words such as `previous`, `policy` or `start`. */
function parseWeights(text: string): WeightsReference | undefined {
  const ofStage = /^stage-(\d+)$/.exec(text)
  if (ofStage) return { kind: 'stage', stage: Number(ofStage[1]) }
  const ofRun = /^([^/\s]+)\/(\d+-\d+)$/.exec(text)
  if (ofRun) return { kind: 'run', run: ofRun[1] as string, checkpoint: ofRun[2] as string }
  return undefined
}

/** Every field of a stage that names weights of another stage or run. */
export function weightsFields(stage: StageConfig): WeightsField[] {
  const texts: [string, string][] = [['from', stage.from]]
  if (stage.kind === 'sft' || stage.kind === 'rl') texts.push(['sampler', stage.sampler])
  if (stage.kind === 'rl' && !isRejection(stage) && stage.kl.coefficient > 0)
    texts.push(['kl.reference', stage.kl.reference])
  return texts.flatMap(([path, text]) => {
    const reference = parseWeights(text)
    return reference === undefined ? [] : [{ path, text, reference }]
  })
}
