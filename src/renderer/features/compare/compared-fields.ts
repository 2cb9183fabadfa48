// The fields in which compared runs differ: what they can be grouped, coloured and split by. Pure.
import { valueText } from '../../../charts/comparison/compared-groups'
import { ARM_KEY } from '../../../shared/config/sweep'
import type { FilterRun, Scalar } from '../../../shared/run-filter/run-values'

/** A field of the runs' configs (or study, or arm) that has several values among them. */
export interface ComparedField {
  readonly path: string
  /** Its last part. */
  readonly label: string
  /** An axis of the runs' studies, not only something that follows from it. */
  readonly isAxis: boolean
  readonly isNumeric: boolean
  /** How many values there are, and the first of them. */
  readonly count: number
  readonly examples: string
}

/** What a comparison can name (src/shared/comparison.ts). */
const pathRule = /^[A-Za-z]\w*(\.\w+)*$/
const isPlain = (value: unknown): value is Scalar => typeof value !== 'object' && value !== undefined
/** Fields that only name a run. */
const names = ['name', 'description']
const SHOWN = 4

/** Axes first, in their order, the seed last of them; then the rest of the configs by path. */
export function comparedFields(runs: readonly FilterRun[]): ComparedField[] {
  const axes = new Set<string>()
  const values = new Map<string, Set<unknown>>()
  const put = (path: string, value: unknown) => {
    const known = values.get(path)
    if (known) known.add(value)
    else values.set(path, new Set([value]))
  }
  // Runs that differ in their seed alone have one map between them.
  const configs = new Set(runs.flatMap(({ config }) => config ?? []))
  for (const { summary, seed } of runs) {
    put('study', summary.record.study)
    put(ARM_KEY, summary.record.point[ARM_KEY])
    put('seed', seed)
    for (const path of Object.keys(summary.record.point)) axes.add(path)
  }
  const paths = new Set([...configs].flatMap((config) => [...placedPaths(config.keys())]))
  for (const config of configs)
    for (const path of paths) {
      const own = config.get(path)
      put(path, own && own.length > 1 ? JSON.stringify(own) : own?.[0])
    }
  const order = (path: string): number =>
    path === 'study' ? 0 : path === ARM_KEY ? 1 : path === 'seed' ? 3 : axes.has(path) ? 2 : 4
  const placed = [...axes]
  const placeOf = (path: string): number => placed.indexOf(path)
  return [...values]
    .filter(([path, found]) => found.size > 1 && pathRule.test(path) && !names.includes(path))
    .map(([path, found]) => fieldOf(path, [...found], axes.has(path) || order(path) < 3))
    .sort((a, b) => order(a.path) - order(b.path) || placeOf(a.path) - placeOf(b.path))
}

function fieldOf(path: string, found: readonly unknown[], isAxis: boolean): ComparedField {
  const plain = found.filter(isPlain)
  const isNumeric = plain.length > 0 && plain.every((value) => typeof value === 'number')
  const sorted = isNumeric ? [...plain].sort((a, b) => Number(a) - Number(b)) : plain
  const texts = sorted.map(valueText)
  return {
    path,
    label: path.slice(path.lastIndexOf('.') + 1),
    isAxis,
    isNumeric,
    count: found.length,
    examples: `${texts.slice(0, SHOWN).join(', ')}${texts.length > SHOWN ? ', …' : ''}`,
  }
}

/** Paths that lead to one value: `stages.1.steps`, not `stages.steps`, which is of all stages. */
function placedPaths(paths: Iterable<string>): Set<string> {
  const all = new Set(paths)
  const shared = new Set(
    [...all].flatMap((path) => {
      const plain = path.replaceAll(/\.\d+(?=\.|$)/g, '')
      return plain === path ? [] : [plain]
    }),
  )
  return new Set([...all].filter((path) => !shared.has(path)))
}
