// The SVG that charts are drawn as, read into elements: the few kinds ECharts writes, with attributes and style in one map. No
// general reader of SVG: what it does not know, it names in an error.
import { AfterwordError } from '../../shared/errors'

/** An element with its attributes, those of its style included. */
export interface SvgElement {
  name: string
  attributes: ReadonlyMap<string, string>
  text: string
  children: SvgElement[]
}

const known = new Set([
  'svg',
  'g',
  'defs',
  'clipPath',
  'path',
  'polygon',
  'polyline',
  'rect',
  'circle',
  'line',
  'text',
])

/** The root element. */
export function svgElements(svg: string): SvgElement {
  const root: SvgElement = { name: '', attributes: new Map(), text: '', children: [] }
  const open = [root]
  for (const [, close, name = '', attributes = '', empty, text = ''] of svg.matchAll(
    /<(\/?)([A-Za-z]+)((?:\s+[\w:-]+="[^"]*")*)\s*(\/?)>([^<]*)/g,
  )) {
    if (close) {
      open.pop()
      continue
    }
    if (!known.has(name)) throw new AfterwordError('internal', `a chart's <${name}> cannot be written as PDF`)
    const element = { name, attributes: attributesOf(attributes), text: decoded(text), children: [] }
    open.at(-1)?.children.push(element)
    if (!empty) open.push(element)
  }
  const [svgElement] = root.children
  if (svgElement?.name !== 'svg')
    throw new AfterwordError('internal', 'a chart that is no SVG cannot be written as PDF')
  return svgElement
}

/** Attributes of a tag, those of its style included. */
export function attributesOf(text: string): Map<string, string> {
  const attributes = new Map<string, string>()
  for (const [, name = '', value = ''] of text.matchAll(/([\w:-]+)="([^"]*)"/g))
    attributes.set(name, decoded(value))
  for (const declaration of attributes.get('style')?.split(';') ?? []) {
    const [name, ...value] = declaration.split(':')
    if (name?.trim() && value.length > 0) attributes.set(name.trim(), value.join(':').trim())
  }
  return attributes
}

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' }

/** Text without entities. */
export function decoded(text: string): string {
  return text.replaceAll(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi, (whole, decimal, hexadecimal, name) => {
    if (decimal) return String.fromCodePoint(Number(decimal))
    if (hexadecimal) return String.fromCodePoint(parseInt(String(hexadecimal), 16))
    return entities[String(name)] ?? whole
  })
}
