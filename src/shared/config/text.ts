// Study texts: YAML 1.2 (JSON is part of it) to a plain value and back, and edits that keep comments and layout.
// Whether the value is a valid study is for parse.ts.
import {
  Document,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
  YAMLMap,
  YAMLSeq,
  type Pair,
  type Scalar,
} from 'yaml'
import { activeFields, fieldAt, isRecord, studyForm, type FormField } from './form'
import { messageOf } from '../errors'
import { inlineYaml } from './inline-yaml'
import { getPath, splitPath } from './paths'
import type { ConfigProblem } from './problem'

/** A parsed text: its value, and the document that knows where each field stands. */
export interface StudyDocument {
  yaml: Document
  lines: LineCounter
}
export type ReadText =
  { ok: true; value: unknown; document: StudyDocument } | { ok: false; problems: ConfigProblem[] }

/** Longest line a group is kept on. */
const WIDTH = 100
/** The same for a text that a person has laid out. */
const EDIT_WIDTH = 128

/** The plain value of a YAML or JSON text; syntax errors carry their line. */
export function readStudyText(text: string): ReadText {
  const lines = new LineCounter()
  const yaml = parseDocument(text, { lineCounter: lines, prettyErrors: false, version: '1.2' })
  // Only the first: what follows it is mostly its consequence.
  const error = yaml.errors[0]
  if (error) {
    const { line, col } = lines.linePos(error.pos[0])
    return refused(`syntax error at column ${col}: ${error.message}`, line)
  }
  if (yaml.contents === null) return refused('the study is empty')
  try {
    return { ok: true, value: yaml.toJS({ maxAliasCount: 100 }), document: { yaml, lines } }
  } catch (error) {
    return refused(`syntax error: ${messageOf(error)}`)
  }
}

function refused(message: string, line?: number): ReadText {
  return {
    ok: false,
    problems: [{ path: '', message, severity: 'error', ...(line === undefined ? {} : { line }) }],
  }
}

/**
 * The line of a field, from 1: of its group where it is missing; for a point of the grid, of the axis or the arm's setting
 * that sets the field there.
 */
export function lineOf(
  { yaml, lines }: StudyDocument,
  path: string,
  point?: Readonly<Record<string, unknown>>,
): number | undefined {
  const arm = point?.['arm']
  const pair =
    point === undefined
      ? gridPair(yaml, path)
      : (gridPair(yaml, `sweep.${path}`) ??
        gridPair(yaml, `random.axes.${path}`) ??
        (typeof arm === 'string' ? settingPair(yaml, `${arm}.${path}`) : undefined))
  if (pair) return positionOf(pair, lines)
  const parts = splitPath(path.replace(/^sweep\./, ''))
  for (let length = parts.length; length > 0; length--) {
    const line = positionOf(pairAt(yaml, parts.slice(0, length)), lines)
    if (line !== undefined) return line
  }
  return undefined
}

/** The entry of sweep, arms or quick that a path names, or one for a group around it. */
function gridPair(yaml: Document, path: string): Pair | undefined {
  const own = path.slice(path.indexOf('.') + 1)
  if (path.startsWith('sweep.')) return pairAround(yaml.get('sweep'), own)
  if (path.startsWith('random.axes.'))
    return pairAround(yaml.getIn(['random', 'axes']), path.slice('random.axes.'.length))
  if (path.startsWith('quick.')) return pairAround(yaml.get('quick'), own)
  if (!path.startsWith('arms.')) return undefined
  return settingPair(yaml, own) ?? pairAround(yaml.get('arms'), own)
}

/** What an arm sets: `path` begins with the arm's name. */
function settingPair(yaml: Document, path: string): Pair | undefined {
  const arm = pairAround(yaml.get('arms'), path)
  return arm && pairAround(arm.value, path.slice(keyOf(arm).length + 1))
}

/** The entry of a group whose key is `path` or its beginning; the longest of several. */
function pairAround(group: unknown, path: string): Pair | undefined {
  if (!isMap(group)) return undefined
  const around = group.items.filter((pair) => path === keyOf(pair) || path.startsWith(`${keyOf(pair)}.`))
  return around.sort((a, b) => keyOf(b).length - keyOf(a).length)[0]
}

function pairAt(yaml: Document, parts: readonly string[]): unknown {
  const parent = parts.length === 1 ? yaml.contents : yaml.getIn(parts.slice(0, -1), true)
  const key = parts.at(-1) ?? ''
  if (isMap(parent)) return parent.items.find((pair) => keyOf(pair) === key)
  return yaml.getIn(parts, true)
}

const keyOf = (pair: Pair): string => String(isScalar(pair.key) ? pair.key.value : pair.key)

function positionOf(node: unknown, lines: LineCounter): number | undefined {
  const start: unknown = isPair(node) ? node.key : node
  const range = (start as { range?: readonly number[] | null } | undefined)?.range
  return range?.[0] === undefined ? undefined : lines.linePos(range[0]).line
}

/**
 * A study, as it was written or completed, as YAML in a fixed key order: less the fields that say what holds anyway,
 * the essential ones aside. A part whose kind or algorithm is swept keeps all it says, since its defaults differ from
 * point to point; so give this the study as written, not the completed one, where there is a sweep.
 */
export function toYaml(value: unknown): string {
  const yaml = new Document(ordered(value, studyForm, '', sweptUnions(value)))
  for (const node of topNodes(yaml)) flatten(node)
  return write(yaml, WIDTH)
}

/**
 * A study text with one field set (undefined: taken out). A plain value is exchanged in place and nothing else is touched;
 * other edits keep comments, write the text in the library's layout, and put what is new where the schema has it. Groups on the way that are missing are made. A text
 * that does not parse stays as it is. An axis of the sweep is one part of `path`, dots and all.
 */
export function editStudyText(text: string, path: readonly string[], value: unknown): string {
  const yaml = parseDocument(text, { version: '1.2' })
  if (yaml.errors.length > 0 || (yaml.contents !== null && !isMap(yaml.contents))) return text
  const node = yaml.getIn(path, true)
  if (value === undefined) yaml.deleteIn(path)
  else if (isScalar(node) && isInline(node) && node.range && !isRecord(value) && !Array.isArray(value))
    return `${text.slice(0, node.range[0])}${inlineYaml(value)}${text.slice(node.range[1])}`
  else {
    const made = path.findIndex((_, index) => !yaml.hasIn(path.slice(0, index + 1)))
    yaml.setIn(path, isRecord(value) || Array.isArray(value) ? yaml.createNode(value) : value)
    if (made >= 0) putInOrder(yaml, path.slice(0, made))
    flatten(yaml.getIn(made < 0 ? path : path.slice(0, made + 1), true))
  }
  return write(yaml, EDIT_WIDTH)
}

/** Puts the last entry of a group where the schema has it: before the first one that comes later there. */
function putInOrder(yaml: Document, group: readonly string[]): void {
  const node: unknown = group.length === 0 ? yaml.contents : yaml.getIn(group)
  const value: unknown = yaml.toJS()
  const field = fieldAt(group, value)
  if (!isMap(node) || (field?.kind !== 'group' && field?.kind !== 'union')) return
  const order = activeFields(field, getPath(value, group)).map(({ key }) => key)
  const last = node.items.at(-1)
  if (!last) return
  const place = order.indexOf(keyOf(last))
  const later = node.items.findIndex((pair) => order.indexOf(keyOf(pair)) > place)
  if (place < 0 || later < 0) return
  node.items.pop()
  node.items.splice(later, 0, last)
}

/** A study text with the items of a list moved, added or taken out; what is written around an item goes with it. */
export function editStudyList(
  text: string,
  path: readonly string[],
  edit: (items: readonly unknown[]) => unknown[],
): string {
  const yaml = parseDocument(text, { version: '1.2' })
  const list = yaml.errors.length > 0 ? undefined : yaml.getIn(path, true)
  if (!isSeq(list)) return text
  list.items = edit(list.items)
  return write(yaml, EDIT_WIDTH)
}

/** Whether a value stands on its line, between others: block scalars (`>-`) do not, and an empty one has no place at all. */
function isInline({ type, range }: Scalar): boolean {
  const isFlow = type === 'QUOTE_DOUBLE' || type === 'QUOTE_SINGLE' || type === 'PLAIN'
  return isFlow && range !== null && range !== undefined && range[0] < range[1]
}

/** `{ a: 1 }` but `[1, 2]`: the library pads both or neither, so each kind of collection sets its own padding. */
function write(yaml: Document, lineWidth: number): string {
  const pad = (node: YAMLMap | YAMLSeq, flowCollectionPadding: string) => {
    const plain = node.toString.bind(node)
    node.toString = (context, ...rest) => plain(context && { ...context, flowCollectionPadding }, ...rest)
  }
  visit(yaml, { Map: (_, node) => pad(node, ' '), Seq: (_, node) => pad(node, '') })
  return yaml.toString({ lineWidth, indentSeq: true })
}

/** Paths of the parts whose member an axis or an arm chooses. */
function sweptUnions(value: unknown): string[] {
  const { sweep, arms } = isRecord(value) ? value : {}
  const paths = [
    sweep,
    getPath(value, ['random', 'axes']),
    ...(isRecord(arms) ? Object.values(arms) : []),
  ].flatMap((each) => (isRecord(each) ? Object.keys(each) : []))
  return paths.map((path) => splitPath(path).slice(0, -1).join('.'))
}

function ordered(
  value: unknown,
  field: FormField | undefined,
  path: string,
  keep: readonly string[],
): unknown {
  if (Array.isArray(value) && field?.kind === 'list')
    return value.map((item, index) => ordered(item, field.item, join(path, String(index)), keep))
  if (!isRecord(value) || (field?.kind !== 'group' && field?.kind !== 'union')) return value
  const children = activeFields(field, value)
  const known = children.filter((child) => Object.hasOwn(value, child.key))
  const unknown = Object.keys(value).filter((key) => !children.some((child) => child.key === key))
  const isKept = path !== '' && keep.some((prefix) => path === prefix || path.startsWith(`${prefix}.`))
  const entries = known.flatMap((child): [string, unknown][] => {
    const inner = ordered(value[child.key], child, join(path, child.key), keep)
    const isImplied = !isKept && !child.required && !child.essential && saysNothing(inner, child)
    return isImplied || inner === undefined ? [] : [[child.key, inner]]
  })
  return Object.fromEntries([...entries, ...unknown.map((key): [string, unknown] => [key, value[key]])])
}

function saysNothing(value: unknown, field: FormField): boolean {
  if (field.kind === 'group' && isRecord(value) && Object.keys(value).length === 0) return true
  if (field.kind === 'union') {
    const standard = field.default
    return (
      isRecord(standard) &&
      isRecord(value) &&
      Object.entries(value).every(([key, inner]) => same(inner, standard[key]))
    )
  }
  return field.default !== undefined && same(value, field.default)
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)
const join = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`)

function topNodes(yaml: Document): unknown[] {
  return isMap(yaml.contents) ? yaml.contents.items.map((pair) => pair.value) : []
}

/** Writes innermost groups and lists on one line, where they fit. */
function flatten<T>(node: T): T {
  if (!(node instanceof YAMLMap) && !(node instanceof YAMLSeq)) return node
  const children = node.items.map((item: unknown): unknown => (isPair(item) ? item.value : item))
  for (const child of children) flatten(child)
  const isPlain = children.every((child) => isScalar(child) || (child instanceof YAMLSeq && child.flow))
  if (isPlain && JSON.stringify(node).length <= WIDTH) node.flow = true
  return node
}
