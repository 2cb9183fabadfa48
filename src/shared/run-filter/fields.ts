// The fields a filter or a column may name: of the record, of the annotations, of the config, and metrics' values. A path of the
// config may be cut to its last parts where only one field ends so. It reads values and compares nothing.
import { assert } from '../assert'
import { nearestName } from '../config/words'
import { metricInfo, metrics as knownMetrics } from '../run/metrics'
import { configFields, type ConfigField } from './config-fields'
import { recordFields, type FieldKind } from './record-fields'
import type { FilterRun, Scalar, StepOfRun } from './run-values'
import { filterKeywords } from './tree'

type FieldSection = 'Run' | 'Annotations' | 'Config' | 'Metrics'

/** Which value of a metric: its last, its best by the metric's direction, or that of a step. */
type MetricValue = { readonly of: 'last' | 'best' } | { readonly of: 'at'; readonly at: StepOfRun }

/** Something a run has. */
export interface RunField {
  /** The full name. */
  readonly name: string
  readonly section: FieldSection
  readonly kind: FieldKind
  readonly title: string
  readonly help: string
  /** The words it may be; others are a mistake. */
  readonly choices: readonly string[]
  readonly metric?: { readonly name: string; readonly value: MetricValue }
  /** All its values; none where the run has none. */
  readonly read: (run: FilterRun) => readonly Scalar[]
}

/** A field, or why a name is none. */
type FoundField =
  { readonly ok: true; readonly field: RunField } | { readonly ok: false; readonly message: string }

/** The fields of some runs. */
export interface FieldCatalog {
  /** Fields a person may choose from: every metric with its last value, and with its best where it has one. */
  readonly fields: readonly RunField[]
  /** A field by its name, by the last parts of it, or with a metric's value: `eval/accuracy.at(0-1500)`. */
  find(name: string): FoundField
  /** The shortest name that means the field. */
  shortName(field: RunField): string
}

const fixedFields: readonly RunField[] = recordFields.map((field) => ({
  ...field,
  choices: field.choices ?? [],
  read: ({ summary }) => {
    const value = field.read(summary)
    return value === undefined ? [] : typeof value === 'object' ? value : [value]
  },
}))
const fixedByName: ReadonlyMap<string, RunField> = new Map(fixedFields.map((field) => [field.name, field]))

/** `names`: the metrics that runs have logged. */
export function fieldCatalog(names: Iterable<string>): FieldCatalog {
  const logged = new Set(names)
  const ofConfig = [...configFields.values()].map((field) => configRunField(field, field.path))
  const ofMetrics = [...logged].sort(byDepth).flatMap((name) => {
    const last = metricField(name, { of: 'last' })
    return metricInfo(name).better === undefined ? [last] : [last, metricField(name, { of: 'best' })]
  })
  const found = new Map<string, FoundField>()
  return {
    fields: [...fixedFields, ...ofConfig, ...ofMetrics],
    find(name) {
      const known = found.get(name) ?? findField(name, logged)
      found.set(name, known)
      return known
    },
    shortName: (field) =>
      field.section === 'Config' ? (shortNames.get(field.name) ?? field.name) : field.name,
  }
}

function findField(name: string, logged: ReadonlySet<string>): FoundField {
  const fixed = fixedByName.get(name.toLowerCase())
  if (fixed) return { ok: true, field: fixed }
  const [, stem = name, suffix] = /^(.+)\.(last|best|at\([^()]*\))$/i.exec(name) ?? []
  if (suffix !== undefined || name.includes('/')) return findMetric(stem, suffix ?? 'last', logged)
  return findConfig(name)
}

function findMetric(stem: string, suffix: string, logged: ReadonlySet<string>): FoundField {
  const all = [...new Set([...logged, ...Object.keys(knownMetrics)])].sort(byDepth)
  const isKnown = (name: string) => logged.has(name) || metricInfo(name).help !== ''
  const [shortest, second] = all.filter((name) => name.endsWith(`/${stem}`))
  const isSure = shortest !== undefined && (second === undefined || depthOf(second) > depthOf(shortest))
  const name = isKnown(stem) ? stem : isSure ? shortest : undefined
  if (name === undefined) {
    const nearest =
      nearestName(stem, all) ??
      nearestName(
        stem,
        all.map((each) => each.split('/').at(-1) ?? ''),
      )
    return no(`there is no metric ${stem}${nearest === undefined ? '' : `; did you mean ${nearest}?`}`)
  }
  const kind = suffix.toLowerCase()
  if (kind === 'last') return { ok: true, field: metricField(name, { of: 'last' }) }
  if (kind !== 'best') return findStep(name, suffix)
  if (metricInfo(name).better !== undefined) return { ok: true, field: metricField(name, { of: 'best' }) }
  return no(`${name} has no better direction and so no best value; use ${name}.last`)
}

function findStep(name: string, suffix: string): FoundField {
  const [, stage, step] = /^at\((?:(\d+)-)?(\d+)\)$/i.exec(suffix) ?? []
  if (step === undefined)
    return no(`expected a step in ${name}.${suffix}: at(40), or at(1-40) for step 40 of stage 1`)
  const at = { ...(stage === undefined ? {} : { stage: Number(stage) }), step: Number(step) }
  return { ok: true, field: metricField(name, { of: 'at', at }) }
}

function findConfig(name: string): FoundField {
  const plain = name.replaceAll(/\.\d+(?=\.|$)/g, '')
  const exact = configFields.get(plain)
  if (exact) return { ok: true, field: configRunField(exact, name) }
  const matches = [...configFields.values()].filter(({ path }) => path.endsWith(`.${name}`))
  const [only] = matches
  if (only !== undefined && matches.length === 1) return { ok: true, field: configRunField(only, only.path) }
  if (matches.length > 1) return no(`${name} may be ${matches.map(({ path }) => path).join(' or ')}`)
  const names = [...fixedByName.keys(), ...configFields.keys(), ...new Set(shortNames.values())]
  const nearest = nearestName(name, names)
  return no(`there is no field ${name}${nearest === undefined ? '' : `; did you mean ${nearest}?`}`)
}

/** `path`: as it is read, with the places of lists where they were written. */
function configRunField(field: ConfigField, path: string): RunField {
  const { title, help, choices, kind } = field
  const owner = field.path.includes('.') ? `${field.path.slice(0, field.path.lastIndexOf('.'))}: ` : ''
  return {
    name: path,
    section: 'Config',
    kind,
    title,
    help: `${owner}${help}`,
    choices,
    read:
      path === 'seed'
        ? ({ seed }) => (seed === undefined ? [] : [seed])
        : ({ config }) => config?.get(path) ?? none,
  }
}

const none: readonly Scalar[] = []

function metricField(name: string, value: MetricValue): RunField {
  const info = metricInfo(name)
  const suffix = value.of === 'at' ? `at(${stepText(value.at)})` : value.of
  const full = `${name}.${suffix}`
  const one = (found: number | undefined) => (found === undefined ? none : [found])
  const read = ({ summary, valueAt }: FilterRun) =>
    one(value.of === 'at' ? valueAt?.(full) : summary[value.of][name])
  const which = { last: 'Last value.', best: 'Best value.', at: 'Value at a step.' }[value.of]
  return {
    name: full,
    section: 'Metrics',
    kind: 'number',
    title: value.of === 'last' ? info.title : `${info.title}, ${suffix.replace(/^at\((.*)\)$/, 'step $1')}`,
    help: `${which} ${info.help}`.trim(),
    choices: [],
    metric: { name, value },
    read,
  }
}

const stepText = ({ stage, step }: StepOfRun): string =>
  stage === undefined ? `${step}` : `${stage}-${step}`

/** The last parts of each path of the config that only it ends in. */
const shortNames: ReadonlyMap<string, string> = namesOfPaths()

function namesOfPaths(): Map<string, string> {
  const paths = [...configFields.keys()]
  const isTaken = (short: string) => fixedByName.has(short) || filterKeywords.includes(short)
  return new Map(
    paths.map((path) => {
      const parts = path.split('.')
      const candidates = parts.map((_, index) => parts.slice(parts.length - 1 - index).join('.'))
      const short = candidates.find(
        (each) =>
          each === path ||
          (!isTaken(each) &&
            !configFields.has(each) &&
            paths.filter((other) => other.endsWith(`.${each}`)).length === 1),
      )
      assert(short !== undefined, 'a path is a name of itself')
      return [path, short]
    }),
  )
}

const depthOf = (name: string): number => name.split('/').length

/** `eval/accuracy` before `eval/heldout/level-1/accuracy`. */
function byDepth(a: string, b: string): number {
  return depthOf(a) - depthOf(b) || a.localeCompare(b, 'en', { numeric: true })
}

function no(message: string): FoundField {
  return { ok: false, message }
}
