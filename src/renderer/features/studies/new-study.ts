// What a new study starts as: small enough to see its first curve within seconds. A starting text only, not a default. Also the text of
// a study that is made from another one or from a run. Pure.
import type { RunConfig } from '../../../shared/config/schema'
import { algorithms } from '../../../shared/config/schema/presets'
import { editStudyText, toYaml } from '../../../shared/config/text'

/** Tasks a new study may begin with, and how they are written. */
export const startTasks = {
  parity: { title: 'Parity', text: '{ kind: parity, bits: 16, longFraction: 0.2 }' },
  compose: { title: 'Composition', text: '{ kind: compose, longFraction: 0.2 }' },
  'hidden-method': { title: 'Hidden methods', text: '{ kind: hidden-method }' },
} as const
export type StartTask = keyof typeof startTasks
export type StartAlgorithm = keyof typeof algorithms

/** YAML of a new study: next-token prediction, then an RL preset. */
export function startText(task: StartTask, algorithm: StartAlgorithm): string {
  const isRounds = algorithm === 'star' || algorithm === 'rft'
  const rl = isRounds ? '' : ', prompts: 16, group: 16, steps: 40'
  return `name: my-study
description: Next-token prediction on short and long answers, then ${algorithms[algorithm].title}.
task: ${startTasks[task].text}
model: { kind: transformer, layers: 2, width: 64, heads: 4 }
stages:
  - { kind: pretrain, steps: 500, batch: 128, optimizer: { learningRate: 1.0e-3, warmupSteps: 50, decay: linear } }
  - { kind: rl, algorithm: ${algorithm}${rl} }
evaluate: { every: 10, samples: 512 }
seed: 0
`
}

/** YAML of a new study that nothing was chosen for. */
export const newStudyText = startText('parity', 'grpo')

/** A run's own config as a study of another name that says which run it is from. */
export function studyOfRun(config: RunConfig, { runId, name }: { runId: string; name: string }): string {
  return toYaml({ ...config, name, origin: { run: runId } })
}

/** A copy of a study's text under another name that says which study it is from; comments and layout stay. */
export function studyOfStudy(text: string, { from, name }: { from: string; name: string }): string {
  return editStudyText(editStudyText(text, ['name'], name), ['origin'], { study: from })
}
