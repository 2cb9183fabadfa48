// Which metrics stand together on one chart of a run's page, and in which order. Pure.
import { metricInfo } from '../../../shared/run/metrics'

/** A chart of a run's page. */
export interface ChartGroup {
  title: string
  metrics: readonly string[]
}

/** The charts that answer the questions of a study, most telling first. */
const mainGroups: readonly ChartGroup[] = [
  { title: 'Accuracy', metrics: ['eval/greedy_accuracy', 'eval/accuracy'] },
  { title: 'Answer length', metrics: ['eval/median_length', 'eval/mean_length'] },
  { title: 'Loss per sequence', metrics: ['train/loss_per_sequence'] },
  { title: 'Reward', metrics: ['rl/reward'] },
  { title: 'Long fraction', metrics: ['eval/long_fraction'] },
  { title: 'Long and short answers', metrics: ['eval/long_accuracy', 'eval/short_accuracy'] },
  { title: 'Rollout length', metrics: ['rl/mean_length', 'rl/mean_length_right', 'rl/mean_length_wrong'] },
  { title: 'Entropy', metrics: ['rl/entropy'] },
  {
    title: 'Groups without signal',
    metrics: ['rl/frac_reward_zero_std', 'rl/frac_all_right', 'rl/frac_all_wrong'],
  },
  { title: 'KL to the reference', metrics: ['rl/kl_reference'] },
  { title: 'Clipping', metrics: ['rl/clip_ratio'] },
]

/** Metrics of a split's levels, which stand on one chart a split: `eval/heldout/level-2/accuracy`. */
const levelMetric = /^eval\/(train|heldout)\/level-\d+\/(greedy_accuracy|accuracy)$/
/** `eval/pass@8` and `eval/maj@8`, of a level too: over the number of attempts they are charts of their own. */
const attemptMetric = /^eval\/((train|heldout)\/level-\d+\/)?(pass|maj)@\d+$/

function levelGroups(logged: ReadonlySet<string>): ChartGroup[] {
  const names = [...logged].sort()
  return (['train', 'heldout'] as const).flatMap((split) =>
    (['greedy_accuracy', 'accuracy'] as const).flatMap((kind): ChartGroup[] => {
      const metrics = names.filter((name) => {
        const found = levelMetric.exec(name)
        return found?.[1] === split && found[2] === kind
      })
      const what = kind === 'accuracy' ? 'Sampled accuracy' : 'Greedy accuracy'
      const where = split === 'train' ? 'train' : 'held out'
      return metrics.length === 0 ? [] : [{ title: `${what} by level, ${where}`, metrics }]
    }),
  )
}

/** The charts for the metrics a run has: the main ones, and every other metric on a chart of its own. */
export function chartGroups(logged: ReadonlySet<string>): { main: ChartGroup[]; more: ChartGroup[] } {
  const main = [...mainGroups, ...levelGroups(logged)]
    .map((group) => ({ ...group, metrics: group.metrics.filter((name) => logged.has(name)) }))
    .filter((group) => group.metrics.length > 0)
  const placed = new Set(main.flatMap((group) => group.metrics))
  const more = [...logged]
    .filter((name) => !placed.has(name) && !attemptMetric.test(name) && !name.startsWith('theory/'))
    .sort()
    .map((name) => ({ title: '', metrics: [name] }))
  return { main, more }
}

/** What a line is called on a chart of these metrics: its level where they are one metric by level. */
export function lineLabel(name: string, metrics: readonly string[]): string {
  const level = /\/level-(\d+)\//.exec(name)?.[1]
  return level !== undefined && metrics.length > 1 ? `Level ${level}` : metricInfo(name).title
}
