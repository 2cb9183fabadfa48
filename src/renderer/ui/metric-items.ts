// Metrics as the entries of a menu: under a heading for each first part of their names, each with how to read it. Pure.
import { metricInfo } from '../../shared/run/metrics'

/** Headings by the first part of a name, in the order they are read. */
const headings: Readonly<Record<string, string>> = {
  eval: 'Evaluation',
  rl: 'RL',
  train: 'Training',
  theory: 'Theory',
  perf: 'Speed',
  system: 'System',
}

/** An entry of a menu; a heading has no value. */
export interface MetricItem {
  type: 'label' | 'item'
  label: string
  /** How to read the metric. */
  description?: string
  /** Its name. */
  value: string
}

/** A list a heading: the heading first, then its metrics, those of splits and levels last. */
export function metricItems(names: Iterable<string>): MetricItem[][] {
  const groups = new Map<string, string[]>()
  for (const name of names) {
    const first = name.split('/')[0] ?? ''
    groups.set(first, [...(groups.get(first) ?? []), name])
  }
  const order = Object.keys(headings)
  const placeOf = (first: string) => (order.includes(first) ? order.indexOf(first) : order.length)
  return [...groups]
    .sort(([a], [b]) => placeOf(a) - placeOf(b) || a.localeCompare(b))
    .map(([first, members]) => [
      { type: 'label', label: headings[first] ?? first, value: '' },
      ...members.sort(byDepthThenName).map((name): MetricItem => ({
        type: 'item',
        label: metricInfo(name).title,
        description: metricInfo(name).help,
        value: name,
      })),
    ])
}

const depthOf = (name: string): number => name.split('/').length

/** `pass@2` before `pass@16`. */
function byDepthThenName(a: string, b: string): number {
  return depthOf(a) - depthOf(b) || a.localeCompare(b, 'en', { numeric: true })
}

/** How a menu of metrics looks: wide enough for their names, two lines of explanation each. */
export const metricMenuLook = {
  content: 'w-104 max-h-112',
  viewport: 'max-h-112',
  itemDescription: 'line-clamp-2 whitespace-normal text-2xs leading-snug',
} as const
