// The kinds of stages as a menu lists them. Pure.
import { algorithms } from '../../../shared/config/schema/presets'

/** `pretrain`, `rl: grpo`. */
export function nameOf(stage: Readonly<Record<string, unknown>>): string {
  return [stage['kind'], stage['algorithm']].filter((part) => typeof part === 'string').join(': ')
}

interface StageItem {
  label: string
  description: string
  value: string
}

const plainKinds: Readonly<Record<string, { label: string; description: string }>> = {
  pretrain: { label: 'Pretrain', description: 'Next tokens of fresh sequences of the task' },
  sft: {
    label: 'SFT',
    description: 'Next tokens of right answers: of the task, a teacher or the model itself',
  },
  evaluate: { label: 'Evaluate', description: 'Several samples a problem: pass@k and majority' },
}

/** Stages without an algorithm, then RL with the weight that each algorithm gives a sequence. */
export function stageItems(kinds: readonly Readonly<Record<string, string>>[]): StageItem[][] {
  const items = kinds.map((kind): StageItem & { isRl: boolean } => {
    const preset = Object.entries(algorithms).find(([name]) => name === kind['algorithm'])?.[1]
    const own = preset
      ? { label: preset.title, description: preset.formula }
      : (plainKinds[kind['kind'] ?? ''] ?? { label: nameOf(kind), description: '' })
    return { ...own, value: nameOf(kind), isRl: preset !== undefined }
  })
  return [items.filter(({ isRl }) => !isRl), items.filter(({ isRl }) => isRl)].map((group) =>
    group.map(({ label, description, value }) => ({ label, description, value })),
  )
}
