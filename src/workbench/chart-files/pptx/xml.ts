// Small helpers for Office Open XML: text in XML, lengths, colours.

/** Start of every part. */
export const xmlHeader = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
export const namespaces =
  'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'

/** English metric units an inch. */
export const EMU_PER_INCH = 914_400
const EMU_PER_POINT = 12_700

/** Text as XML has it; control characters, which it cannot have, are left out. */
export function escaped(text: string): string {
  return text
    .replaceAll(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}

/** A filled colour, see-through where opacity is below 1. */
export function solidFill(colour: string, opacity = 1): string {
  const alpha = opacity < 1 ? `<a:alpha val="${Math.round(opacity * 100_000)}"/>` : ''
  return `<a:solidFill><a:srgbClr val="${colour}">${alpha}</a:srgbClr></a:solidFill>`
}

const dashNames = { solid: 'solid', dashed: 'dash', dotted: 'sysDot', 'dash-dot': 'dashDot' } as const

/** A line's look; `points` wide. */
export function lineLook(
  points: number,
  colour: string,
  options: { opacity?: number; dash?: keyof typeof dashNames } = {},
): string {
  const { opacity = 1, dash = 'solid' } = options
  const width = Math.max(0, Math.round(points * EMU_PER_POINT))
  return `<a:ln w="${width}" cap="${dash === 'solid' ? 'rnd' : 'flat'}">${solidFill(colour, opacity)}<a:prstDash val="${dashNames[dash]}"/><a:round/></a:ln>`
}

/** A relationship of one part to another. */
export function relationship(id: number, kind: string, target: string): string {
  const base = kind.startsWith('metadata/')
    ? 'http://schemas.openxmlformats.org/package/2006/relationships'
    : 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
  return `<Relationship Id="rId${id}" Type="${base}/${kind}" Target="${target}"/>`
}

/** The part that says what a part is related to. */
export function relationships(entries: readonly string[]): string {
  return `${xmlHeader}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${entries.join('')}</Relationships>`
}
