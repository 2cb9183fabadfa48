// The schema as data a form, a message or the docs can walk: a tree of fields with titles, units, bounds and defaults.
// Made from schema.ts through JSON Schema, so it cannot drift from what is accepted. It validates nothing.
import { z } from 'zod'
import { assert } from '../assert'
import { studySchema } from './schema'

interface FieldBase {
  /** Key in its group; '*' for the items of a list, '' for the study itself. */
  key: string
  title: string
  description: string
  unit?: string
  /** Hidden behind "more settings". */
  advanced: boolean
  /** Heading an advanced field stands under; none: at the top. */
  section?: string
  /** Written into a study's text even where it equals the default: it says what the study is about. */
  essential: boolean
  /** Has to be written: there is no default. */
  required: boolean
  /** null is a value: "none". */
  nullable: boolean
  /** What an absent field means; undefined where it is required or simply absent. */
  default?: unknown
}
/** A bound is inclusive unless `exclusive` says otherwise. */
export interface NumberField extends FieldBase {
  kind: 'integer' | 'number'
  min?: number
  max?: number
  exclusiveMin?: number
  exclusiveMax?: number
}
export interface TextField extends FieldBase {
  kind: 'text'
  minLength?: number
  maxLength?: number
  pattern?: string
  example?: string
}
/** One of a few words; the discriminator of a union is one too (a choice without a default). */
interface ChoiceField extends FieldBase {
  kind: 'choice'
  choices: readonly string[]
}
/** Any number of equal items, or (`items`) a fixed number of them. */
interface ListField extends FieldBase {
  kind: 'list'
  item: FormField
  minItems: number
  items?: readonly FormField[]
}
export interface GroupField extends FieldBase {
  kind: 'group'
  fields: readonly FormField[]
}
/** A group whose fields depend on the value of `discriminator`; a member may be a union again (stages: kind, then algorithm). */
export interface UnionField extends FieldBase {
  kind: 'union'
  discriminator: string
  members: readonly UnionMember[]
}
interface UnionMember {
  value: string
  field: GroupField | UnionField
  /** A whole value of this member with every default filled in. */
  defaults: Record<string, unknown>
}
/** Items by any name: the sweep's axes, the arms, what an arm sets. */
interface MapField extends FieldBase {
  kind: 'map'
  item: FormField
}
/** Any JSON value, or (`rule`) what the field says of it. */
interface AnyField extends FieldBase {
  kind: 'any'
  rule?: string
}
export type FormField =
  NumberField | TextField | ChoiceField | ListField | GroupField | UnionField | MapField | AnyField

interface JsonSchema {
  type?: string
  title?: string
  description?: string
  unit?: string
  advanced?: boolean
  section?: string
  essential?: boolean
  example?: string
  rule?: string
  default?: unknown
  const?: string
  enum?: string[]
  minimum?: number
  maximum?: number
  exclusiveMinimum?: number
  exclusiveMaximum?: number
  minLength?: number
  maxLength?: number
  pattern?: string
  minItems?: number
  items?: JsonSchema | false
  prefixItems?: JsonSchema[]
  properties?: Record<string, JsonSchema>
  additionalProperties?: JsonSchema | false
  required?: string[]
  oneOf?: JsonSchema[]
  anyOf?: JsonSchema[]
}

/** The study's fields as a tree. */
export const studyForm: GroupField = buildStudyForm()

function buildStudyForm(): GroupField {
  const root = z.toJSONSchema(studySchema, { io: 'input', unrepresentable: 'any' }) as JsonSchema
  const field = toField('', root, true)
  assert(field.kind === 'group', 'a study is a group of fields')
  return field
}

function toField(key: string, schema: JsonSchema, required: boolean): FormField {
  const nullable = schema.anyOf?.some((option) => option.type === 'null') ?? false
  const shape = nullable ? { ...schema, ...schema.anyOf?.find((option) => option.type !== 'null') } : schema
  const base: FieldBase = {
    key,
    title: schema.title ?? titleOf(key),
    description: schema.description ?? '',
    ...(schema.unit === undefined ? {} : { unit: schema.unit }),
    advanced: schema.advanced ?? false,
    ...(schema.section === undefined ? {} : { section: schema.section }),
    essential: schema.essential ?? false,
    required: required && schema.default === undefined,
    nullable,
    ...(schema.default === undefined ? {} : { default: schema.default }),
  }
  if (shape.oneOf) return toUnion(base, shape.oneOf)
  if (shape.enum) return { ...base, kind: 'choice', choices: shape.enum }
  if (shape.const !== undefined) return { ...base, kind: 'choice', choices: [shape.const] }
  switch (shape.type) {
    case 'integer':
    case 'number':
      return { ...base, kind: shape.type, ...bounds(shape) }
    case 'string':
      return { ...base, kind: 'text', ...textRules(shape) }
    case 'array':
      return toList(base, shape)
    default:
      return toObject(base, shape)
  }
}

function toObject(base: FieldBase, schema: JsonSchema): FormField {
  if (schema.properties) return toGroup(base, schema)
  if (!schema.additionalProperties)
    return { ...base, kind: 'any', ...(schema.rule === undefined ? {} : { rule: schema.rule }) }
  return { ...base, kind: 'map', item: toField('*', schema.additionalProperties, false) }
}

function toGroup(base: FieldBase, schema: JsonSchema): GroupField {
  const required = new Set(schema.required)
  const fields = Object.entries(schema.properties ?? {}).map(([key, property]) =>
    toField(key, property, required.has(key)),
  )
  const group: GroupField = { ...base, kind: 'group', fields }
  return base.default === undefined ? group : { ...group, default: defaultOf(group) }
}

function toUnion(base: FieldBase, options: readonly JsonSchema[]): UnionField {
  const discriminator = discriminatorOf(options)
  const members = options.map((option): UnionMember => {
    const field = toField(base.key, option, base.required)
    assert(field.kind === 'group' || field.kind === 'union', `${base.key} is a union of groups`)
    const value = constantsOf(option, discriminator)[0]
    assert(value !== undefined, `${base.key} is told apart by ${discriminator}`)
    return { value, field, defaults: defaultOf(field) as Record<string, unknown> }
  })
  const union: UnionField = { ...base, kind: 'union', discriminator, members }
  return base.default === undefined ? union : { ...union, default: members[0]?.defaults }
}

/** The first property that is a constant in every option and tells the options apart (or the only constant there is). */
function discriminatorOf(options: readonly JsonSchema[]): string {
  const first = flattened(options)[0]
  const names = Object.keys(first?.properties ?? {}).filter((name) =>
    options.every((option) => constantsOf(option, name).length === 1),
  )
  const values = (name: string) => new Set(options.flatMap((option) => constantsOf(option, name)))
  const found = names.find((name) => values(name).size === options.length)
  assert(found !== undefined, 'options of a union differ in one constant')
  return found
}

function constantsOf(schema: JsonSchema, name: string): string[] {
  const found = flattened([schema]).flatMap((option) => option.properties?.[name]?.const ?? [])
  return [...new Set(found)]
}

function flattened(options: readonly JsonSchema[]): JsonSchema[] {
  return options.flatMap((option) => (option.oneOf ? flattened(option.oneOf) : [option]))
}

function toList(base: FieldBase, schema: JsonSchema): ListField {
  const fixed = schema.prefixItems?.map((item, index) => toField(String(index), item, true))
  const item = fixed?.[0] ?? toField('*', schema.items || {}, true)
  const items = fixed === undefined ? {} : { items: fixed }
  return { ...base, kind: 'list', item, minItems: fixed?.length ?? schema.minItems ?? 0, ...items }
}

function bounds(schema: JsonSchema) {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema
  const isBounded = maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER
  return {
    ...(minimum === undefined ? {} : { min: minimum }),
    ...(isBounded ? { max: maximum } : {}),
    ...(exclusiveMinimum === undefined ? {} : { exclusiveMin: exclusiveMinimum }),
    ...(exclusiveMaximum === undefined ? {} : { exclusiveMax: exclusiveMaximum }),
  }
}

function textRules({ minLength, maxLength, pattern, example }: JsonSchema) {
  return {
    ...(minLength === undefined ? {} : { minLength }),
    ...(maxLength === undefined ? {} : { maxLength }),
    ...(pattern === undefined ? {} : { pattern }),
    ...(example === undefined ? {} : { example }),
  }
}

/** A word for a key that has no title of its own: `learningRate` -> `Learning rate`. */
function titleOf(key: string): string {
  const words = key.replaceAll(/([A-Z])/g, ' $1').toLowerCase()
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** The value an absent field stands for, every default inside filled in; required parts without one are left out. */
export function defaultOf(field: FormField): unknown {
  if (field.kind === 'union') return field.default ?? field.members[0]?.defaults
  if (field.kind !== 'group') return field.default
  const entries = field.fields.flatMap((child): [string, unknown][] => {
    if (child.kind === 'choice' && child.required && child.choices.length === 1)
      return [[child.key, child.choices[0]]]
    const value = child.default === undefined ? undefined : defaultOf(child)
    return value === undefined ? [] : [[child.key, value]]
  })
  return Object.fromEntries(entries)
}

/**
 * The child of a field under a key, for a given value of the field (which picks the member of a union); undefined where
 * there is none. A union's own discriminator is a choice of its members.
 */
export function childField(field: FormField, key: string, value: unknown): FormField | undefined {
  switch (field.kind) {
    case 'group':
      return field.fields.find((child) => child.key === key)
    case 'list':
      return /^\d+$/.test(key) ? (field.items ? field.items[Number(key)] : field.item) : undefined
    case 'map':
      return field.item
    case 'union':
      if (key === field.discriminator) return discriminatorField(field)
      return activeFields(field, value).find((child) => child.key === key)
    default:
      return undefined
  }
}

/** The fields a group or union shows for a value: of the chosen member, discriminators first. */
export function activeFields(field: GroupField | UnionField, value: unknown): FormField[] {
  if (field.kind === 'group') return [...field.fields]
  const chosen = isRecord(value) ? value[field.discriminator] : undefined
  const member = field.members.find((candidate) => candidate.value === chosen)
  const own = discriminatorField(field)
  if (member) return [own, ...activeFields(member.field, value).filter((child) => child.key !== own.key)]
  return field.members.length === 1 && field.members[0]
    ? [own, ...activeFields(field.members[0].field, value).filter((child) => child.key !== own.key)]
    : [own]
}

function discriminatorField(union: UnionField): ChoiceField {
  const choices = union.members.map((member) => member.value)
  const title = titleOf(union.discriminator)
  const description = `Which ${union.title.toLowerCase()} this is.`
  const rest = { advanced: false, essential: true, required: true, nullable: false, choices }
  return { kind: 'choice', key: union.discriminator, title, description, ...rest }
}

/** Whether a value is a plain mapping of fields. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The field at a path, walking along a value that picks the members of unions; undefined where there is none. */
export function fieldAt(path: readonly string[], value: unknown): FormField | undefined {
  let field: FormField | undefined = studyForm
  let current = value
  for (const key of path) {
    if (!field) return undefined
    field = childField(field, key, current)
    current =
      isRecord(current) || Array.isArray(current) ? (current as Record<string, unknown>)[key] : undefined
  }
  return field
}
