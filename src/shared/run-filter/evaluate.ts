// A filter's tree to a test of runs. Names and values are checked first: a filter that cannot be meant is refused with the place.
// A run without a value fails every comparison but `!=`, which is always the opposite of `=`.
import { assertNever } from '../assert'
import { nearestName } from '../config/words'
import type { FieldCatalog, RunField } from './fields'
import { parseFilter } from './parse'
import { parseMoment, type Moment } from './moments'
import type { FilterRun, Scalar } from './run-values'
import type { FilterOperator, FilterProblem } from './tokens'
import type { FilterName, FilterNode, FilterValue } from './tree'

type Test = (run: FilterRun) => boolean

/** A filter ready for use, or what is wrong with it. */
export type RunFilter =
  | {
      readonly ok: true
      readonly tree: FilterNode
      readonly matches: Test
      /** Fields that need values at a step, which are in no summary. */
      readonly stepFields: readonly RunField[]
    }
  | { readonly ok: false; readonly problem: FilterProblem }

/** What a filter is read with: the fields there are, and the time (milliseconds since 1970) that `today` is meant from. */
interface FilterContext {
  readonly catalog: FieldCatalog
  readonly now: number
}

/** Reads and checks a filter. */
export function readFilter(text: string, context: FilterContext): RunFilter {
  const parsed = parseFilter(text)
  if (!parsed.ok) return parsed
  const checker = new Checker(context)
  try {
    const matches = checker.test(parsed.tree, parsed.tree.kind === 'text')
    return { ok: true, tree: parsed.tree, matches, stepFields: [...checker.stepFields.values()] }
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, problem: error.problem }
    throw error
  }
}

/** Ends the check; seen by readFilter only. */
class Refusal extends Error {
  constructor(readonly problem: FilterProblem) {
    super(problem.message)
  }
}

const meansOf: Readonly<Record<RunField['kind'], readonly FilterOperator[]>> = {
  text: ['=', '!=', '~'],
  choice: ['=', '!=', '~'],
  tags: ['=', '!=', '~'],
  flag: ['=', '!='],
  number: ['=', '!=', '<', '<=', '>', '>='],
  time: ['=', '!=', '<', '<=', '>', '>='],
}

const kindWords: Readonly<Record<RunField['kind'], string>> = {
  text: 'text',
  choice: 'text',
  tags: 'text',
  flag: 'true or false',
  number: 'a number',
  time: 'a time',
}

/** Comparisons that fit a field. */
export function operatorsOf(field: RunField): readonly FilterOperator[] {
  return meansOf[field.kind]
}

class Checker {
  readonly stepFields = new Map<string, RunField>()

  constructor(private readonly context: FilterContext) {}

  /** `isAlone`: a word that is the whole filter is text even where it names a field. */
  test(node: FilterNode, isAlone = false): Test {
    switch (node.kind) {
      case 'all':
        return () => true
      case 'and': {
        const tests = node.items.map((item) => this.test(item))
        return (run) => tests.every((test) => test(run))
      }
      case 'or': {
        const tests = node.items.map((item) => this.test(item))
        return (run) => tests.some((test) => test(run))
      }
      case 'not': {
        const test = this.test(node.item)
        return (run) => !test(run)
      }
      case 'has': {
        const field = this.field(node.field)
        return (run) => field.read(run).length > 0
      }
      case 'in': {
        const field = this.field(node.field)
        const tests = node.values.map((value) => this.comparison(field, '=', value))
        return (run) => tests.some((test) => test(run))
      }
      case 'compare':
        return this.comparison(this.field(node.field), node.operator, node.value)
      case 'text':
        return this.word(node.value, isAlone)
      default:
        return assertNever(node)
    }
  }

  private word({ text, isQuoted, at }: FilterValue, isAlone: boolean): Test {
    const wanted = text.toLowerCase()
    const found = isQuoted ? undefined : this.context.catalog.find(text)
    if (found?.ok && found.field.kind === 'flag') {
      const { read } = found.field
      return (run) => read(run)[0] === true
    }
    if (found?.ok && !isAlone) {
      const operators = operatorsOf(found.field).join(', ')
      const message = `expected ${operators} or in after the field ${text} (in quotes it is text)`
      throw new Refusal({ message, ...at })
    }
    const [, before = '', after = ''] = isQuoted ? [] : (/^([^:]+):(.*)$/.exec(text) ?? [])
    if (before !== '' && this.context.catalog.find(before).ok)
      throw new Refusal({ message: `expected ${before} = ${after === '' ? '…' : after}`, ...at })
    return (run) => run.text.includes(wanted)
  }

  private field({ name, at }: FilterName): RunField {
    const found = this.context.catalog.find(name)
    if (!found.ok) throw new Refusal({ message: found.message, ...at })
    if (found.field.metric?.value.of === 'at') this.stepFields.set(found.field.name, found.field)
    return found.field
  }

  private comparison(field: RunField, operator: FilterOperator, value: FilterValue): Test {
    if (!operatorsOf(field).includes(operator)) {
      const what = kindWords[field.kind]
      const message = `${field.name} is ${what}: expected ${operatorsOf(field).join(', ')} or in, not ${operator}`
      throw new Refusal({ message, ...value.at })
    }
    if (operator === '!=') {
      const isEqual = this.comparison(field, '=', value)
      return (run) => !isEqual(run)
    }
    const holds = this.valueTest(field, operator, value)
    return (run) => field.read(run).some(holds)
  }

  private valueTest(
    field: RunField,
    operator: FilterOperator,
    value: FilterValue,
  ): (value: Scalar) => boolean {
    switch (field.kind) {
      case 'number':
        return numberTest(operator, this.number(field, value))
      case 'time':
        return timeTest(operator, this.moment(field, value))
      case 'flag': {
        const wanted = this.flag(field, value)
        return (own) => own === wanted
      }
      case 'choice':
      case 'text':
      case 'tags':
        if (operator === '~') return containsTest(value)
        if (field.kind === 'choice') this.checkChoice(field, value)
        return equalsTest(value.text)
    }
  }

  private number(field: RunField, { text, at }: FilterValue): number {
    const number = /^[-+]?(?:\d|\.\d|Infinity)/.test(text) || text === 'NaN' ? Number(text) : undefined
    if (number !== undefined && (text === 'NaN' || !Number.isNaN(number))) return number
    throw new Refusal({ message: `${field.name} is a number: expected one, not "${text}"`, ...at })
  }

  private moment(field: RunField, { text, at }: FilterValue): Moment {
    const moment = parseMoment(text, this.context.now)
    if (moment) return moment
    const message = `${field.name} is a time: expected 2026-11-21, 2026-11-21T14:30, today, yesterday or -7d, not "${text}"`
    throw new Refusal({ message, ...at })
  }

  private flag(field: RunField, { text, at }: FilterValue): boolean {
    const word = text.toLowerCase()
    if (word === 'true' || word === 'false') return word === 'true'
    throw new Refusal({ message: `${field.name} is true or false, not "${text}"`, ...at })
  }

  private checkChoice({ name, choices }: RunField, { text, at }: FilterValue): void {
    if (choices.some((choice) => choice.toLowerCase() === text.toLowerCase())) return
    const nearest = nearestName(text, choices)
    const hint = nearest === undefined ? `: expected ${choices.join(', ')}` : `; did you mean ${nearest}?`
    throw new Refusal({ message: `${name} is never "${text}"${hint}`, ...at })
  }
}

function numberTest(operator: FilterOperator, wanted: number): (value: Scalar) => boolean {
  const is = (compare: (own: number) => boolean) => (own: Scalar) => typeof own === 'number' && compare(own)
  switch (operator) {
    case '<':
      return is((own) => own < wanted)
    case '<=':
      return is((own) => own <= wanted)
    case '>':
      return is((own) => own > wanted)
    case '>=':
      return is((own) => own >= wanted)
    default:
      return is((own) => own === wanted || (Number.isNaN(own) && Number.isNaN(wanted)))
  }
}

/** A moment lasts: a day, a minute or no time at all. */
function timeTest(operator: FilterOperator, { start, end }: Moment): (value: Scalar) => boolean {
  const is = (compare: (own: number) => boolean) => (own: Scalar) => compare(Date.parse(String(own)))
  switch (operator) {
    case '<':
      return is((own) => own < start)
    case '<=':
      return is((own) => own < end || own === start)
    case '>':
      return is((own) => own >= end && own !== start)
    case '>=':
      return is((own) => own >= start)
    default:
      return is((own) => own === start || (own >= start && own < end))
  }
}

function equalsTest(text: string): (value: Scalar) => boolean {
  const wanted = text.toLowerCase()
  return (own) => String(own).toLowerCase() === wanted
}

function containsTest({ text, flags }: FilterValue): (value: Scalar) => boolean {
  if (flags === undefined) {
    const wanted = text.toLowerCase()
    return (own) => String(own).toLowerCase().includes(wanted)
  }
  const pattern = new RegExp(text, flags.replaceAll(/[gy]/g, ''))
  return (own) => pattern.test(String(own))
}
