// Reads a PDF of PDFKit as a viewer does: what text it shows, which fonts it carries, whether it holds images. Text is found
// through each font's own map from glyphs to characters.
import { inflateSync } from 'node:zlib'

/** What a reader of the PDF finds. */
interface PdfContent {
  /** Texts in the order they are drawn, one a drawing command. */
  texts: string[]
  /** Names of embedded fonts without their subset's prefix. */
  fonts: string[]
  images: number
  /** Size of the page in points. */
  page: [width: number, height: number]
  /** Drawing commands of the page. */
  commands: string
}

export function pdfContent(bytes: Uint8Array): PdfContent {
  const text = Buffer.from(bytes).toString('latin1')
  const objects = new Map(
    [...text.matchAll(/(\d+) 0 obj\n([^]*?)\nendobj/g)].map(([, id = '', body = '']) => [id, body]),
  )
  const all = [...objects.values()]
  const page = all.find((body) => /\/Type \/Page\n/.test(body)) ?? ''
  const [, , , width = 0, height = 0] = /\/MediaBox \[(\S+) (\S+) (\S+) (\S+)\]/.exec(page)?.map(Number) ?? []
  const commands = stream(objects.get(/\/Contents (\d+) 0 R/.exec(page)?.[1] ?? '') ?? '')
  const resources = objects.get(/\/Resources (\d+) 0 R/.exec(page)?.[1] ?? '') ?? ''
  const maps = new Map(
    [...resources.matchAll(/\/(F\d+) (\d+) 0 R/g)].map(([, name = '', id = '']) => [
      name,
      glyphMap(objects, id),
    ]),
  )
  return {
    texts: shownTexts(commands, maps),
    fonts: all
      .filter((body) => body.includes('/FontFile2'))
      .map((body) => /\/FontName \/\w+\+([\w-]+)/.exec(body)?.[1] ?? '')
      .sort(),
    images: all.filter((body) => body.includes('/Subtype /Image')).length,
    page: [width, height],
    commands,
  }
}

function stream(body: string): string {
  const data = /stream\n([^]*)\nendstream/.exec(body)?.[1] ?? ''
  return inflateSync(Buffer.from(data, 'latin1')).toString('latin1')
}

/** Characters of a font's glyphs, in the order of the glyphs' numbers. */
function glyphMap(objects: ReadonlyMap<string, string>, id: string): string[] {
  const map = stream(objects.get(/\/ToUnicode (\d+) 0 R/.exec(objects.get(id) ?? '')?.[1] ?? '') ?? '')
  return [...map.matchAll(/<[0-9a-f]+> <[0-9a-f]+> \[([^\]]*)\]/g)].flatMap(([, list = '']) =>
    [...list.matchAll(/<([0-9a-f ]*)>/g)].map(([, codes = '']) => {
      const bytes = Buffer.from(codes.replaceAll(' ', ''), 'hex')
      return bytes.swap16().toString('utf16le')
    }),
  )
}

function shownTexts(commands: string, maps: ReadonlyMap<string, string[]>): string[] {
  const texts: string[] = []
  let font: string[] = []
  for (const [, name, array] of commands.matchAll(/\/(F\d+) [\d.]+ Tf|\[([^\]]*)\] TJ/g)) {
    if (name) font = maps.get(name) ?? []
    else {
      const glyphs = [...(array ?? '').matchAll(/<([0-9a-f]+)>/g)].flatMap(
        ([, hex = '']) => hex.match(/.{4}/g) ?? [],
      )
      texts.push(glyphs.map((glyph) => font[parseInt(glyph, 16)] ?? '?').join(''))
    }
  }
  return texts
}
