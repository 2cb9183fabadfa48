// From a comparison and its runs to what is drawn: the one way of the window, the workbench's worker and the command line.
import type { Chart, ChartSpec } from '../../shared/chart'
import type { Comparison } from '../../shared/comparison'
import { buildGroupChart } from '../run-chart'
import { attemptsChart } from './attempts-chart'
import { comparedGroups, type ComparedRun } from './compared-groups'
import { barChart, boxChart, scatterChart } from './figure-charts'
import { heatChart } from './heat-chart'
import { parallelChart } from './parallel-chart'

/** How finely lines are drawn; complete without it, as exports of data need it. */
export interface DrawnFinely {
  /** Points that a panel's width can show. */
  limit: number
  /** The part of each panel's x axis that is seen; null: all of it. */
  ranges?: readonly (readonly [number, number] | null)[]
}

/**
 * The charts of a comparison, one a metric (parallel coordinates: one). Throws invalid-input where the baseline is none of
 * the runs.
 */
export function comparisonCharts(
  runs: readonly ComparedRun[],
  comparison: Comparison,
  thinning?: DrawnFinely,
): Chart[] {
  const groups = comparedGroups(runs, comparison)
  const byId = new Map(runs.map((run) => [run.id, run]))
  const { kind, metrics } = comparison
  if (kind === 'parallel') return [parallelChart(groups, byId, comparison)]
  const keyed = (chart: ChartSpec): ChartSpec => ({ ...chart, colourKeys: groups.colourKeys })
  return metrics.map((metric): Chart => {
    switch (kind) {
      case 'lines':
        return keyed(
          buildGroupChart(groups.facets, {
            metric,
            xAxis: comparison.x,
            ...(comparison.stages.only ? { stages: comparison.stages.only } : {}),
            isJoined: comparison.stages.layout === 'joined',
            xScale: comparison.xScale,
            yScale: comparison.yScale,
            spread: comparison.spread,
            smoothing: comparison.smoothing,
            hasTheory: comparison.theory,
            isClipped: comparison.clipOutliers,
            ...(groups.difference ? { difference: groups.difference } : {}),
            ...(thinning ? { thinning } : {}),
          }),
        )
      case 'attempts':
        return keyed(attemptsChart(groups, comparison, metric))
      case 'scatter':
        return keyed(scatterChart(groups, byId, comparison, metric))
      case 'bars':
        return keyed(barChart(groups, comparison, metric))
      case 'boxes':
        return keyed(boxChart(groups, comparison, metric))
      case 'heat':
        return heatChart(runs, comparison, metric)
    }
  })
}
