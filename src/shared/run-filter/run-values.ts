// What a filter and a column may read of a run: its summary, and its config as values by path.
import { ARM_KEY } from '../config/sweep'
import type { RunSummary } from '../workbench-api'

/** A value of a config that has no parts. */
export type Scalar = string | number | boolean

/**
 * A config's values by path. A value in a list stands under its place (`stages.1.algorithm`) and, with those of the other
 * items, under the path without places (`stages.algorithm`).
 */
export type ConfigValues = ReadonlyMap<string, readonly Scalar[]>

/** A step of a run; without a stage, of the last stage that has the metric there. */
export interface StepOfRun {
  readonly stage?: number
  readonly step: number
}

/** A run as filters and columns see it. */
export interface FilterRun {
  readonly summary: RunSummary
  /** Everything but the seed. */
  readonly config?: ConfigValues | undefined
  readonly seed?: number | undefined
  /** What a bare word is looked for in, lower case. */
  readonly text: string
  /** A metric's value at a step by the field's name (`eval/accuracy.at(1-40)`), where it has been read. */
  readonly valueAt?: ((field: string) => number | undefined) | undefined
}

/** A run's summary with its config, made ready for filters. */
export function filterRun(
  summary: RunSummary,
  config?: { readonly values: ConfigValues; readonly seed?: number | undefined },
  valueAt?: FilterRun['valueAt'],
): FilterRun {
  const { record, annotations } = summary
  const point = Object.entries(record.point).map(([path, value]) => {
    const text = typeof value === 'string' ? value : JSON.stringify(value)
    return path === ARM_KEY ? text : `${path.slice(path.lastIndexOf('.') + 1)} ${text}`
  })
  const parts = [record.id, record.study, record.state, ...point, ...annotations.tags, annotations.notes]
  return {
    summary,
    config: config?.values,
    seed: config?.seed,
    text: parts.join('\n').toLowerCase(),
    valueAt,
  }
}

/** Values by path of a config as it stands in config.json; null is no value. */
export function configValues(config: unknown): ConfigValues {
  const values = new Map<string, Scalar[]>()
  const add = (path: string, value: Scalar) => {
    const known = values.get(path)
    if (known) known.push(value)
    else values.set(path, [value])
  }
  const walk = (value: unknown, path: readonly string[]) => {
    if (typeof value === 'object' && value !== null) {
      for (const [key, child] of Object.entries(value)) walk(child, [...path, key])
    } else if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
      const placed = path.join('.')
      const plain = path.filter((part) => !/^\d+$/.test(part)).join('.')
      add(placed, value)
      if (plain !== placed) add(plain, value)
    }
  }
  walk(config, [])
  return values
}
