// Which metrics stand together on one chart of a run's page, and in which order. Pure.

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
  { title: 'Rollout length', metrics: ['rl/mean_length'] },
  { title: 'Entropy', metrics: ['rl/entropy'] },
  { title: 'Groups without signal', metrics: ['rl/frac_reward_zero_std'] },
]

/** The charts for the metrics a run has: the main ones, and every other metric on a chart of its own. */
export function chartGroups(logged: ReadonlySet<string>): { main: ChartGroup[]; more: ChartGroup[] } {
  const main = mainGroups
    .map((group) => ({ ...group, metrics: group.metrics.filter((name) => logged.has(name)) }))
    .filter((group) => group.metrics.length > 0)
  const placed = new Set(mainGroups.flatMap((group) => group.metrics))
  const more = [...logged]
    .filter((name) => !placed.has(name) && !name.startsWith('theory/'))
    .sort()
    .map((name) => ({ title: '', metrics: [name] }))
  return { main, more }
}
