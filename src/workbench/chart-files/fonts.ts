// The fonts of pictures: Inter in two weights, cut into parts by script, and a mathematical one for signs that Inter lacks. Read
// from the installed packages, never from the machine. Scripts that none of them has (Chinese, for example) show as boxes.
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { inflateSync } from 'node:zlib'
import { create, type Font } from 'fontkit'

/** A font of pictures. */
export interface ChartFont {
  name: string
  isBold: boolean
  /** As a TrueType file. */
  bytes: Buffer
  font: Font
}
/** A stretch of text that one font has. */
export interface TextRun {
  font: ChartFont
  text: string
}

const scripts = ['latin', 'latin-ext', 'greek', 'cyrillic'] as const
const files = [
  ...([400, 600] as const).flatMap((weight) =>
    scripts.map((script) => ({
      name: `inter-${script}-${weight}`,
      isBold: weight === 600,
      file: `@fontsource/inter/files/inter-${script}-${weight}-normal.woff`,
    })),
  ),
  {
    name: 'math',
    isBold: false,
    file: '@fontsource/noto-sans-math/files/noto-sans-math-latin-400-normal.woff',
  },
]

/** All fonts, those to be tried first in front. */
export async function chartFonts(): Promise<ChartFont[]> {
  const { resolve } = createRequire(import.meta.url)
  return Promise.all(
    files.map(async ({ file, ...rest }) => {
      const bytes = trueType(await readFile(resolve(file)))
      const font = create(bytes)
      if ('fonts' in font) throw new Error(`${file} holds several fonts`)
      return { ...rest, bytes, font }
    }),
  )
}

/** A text in stretches of one font each; the first font where none has a character. */
export function textRuns(text: string, isBold: boolean, fonts: readonly ChartFont[]): TextRun[] {
  const choices = [...fonts.filter((font) => font.isBold === isBold), ...fonts]
  const runs: TextRun[] = []
  for (const character of text.replaceAll('\n', ' ')) {
    const code = character.codePointAt(0) ?? 0
    const font = choices.find((each) => each.font.hasGlyphForCodePoint(code)) ?? choices[0]
    const last = runs.at(-1)
    if (font === undefined) break
    if (last?.font === font) last.text += character
    else runs.push({ font, text: character })
  }
  return runs
}

const WOFF_HEADER = 44
const WOFF_ENTRY = 20
const HEADER = 12
const ENTRY = 16

/** The TrueType file inside a WOFF one (W3C, WOFF File Format 1.0): the same tables, uncompressed. PDFKit can cut only these. */
function trueType(woff: Buffer): Buffer {
  const count = woff.readUInt16BE(12)
  const head = Buffer.alloc(HEADER + ENTRY * count)
  const power = Math.floor(Math.log2(count))
  head.writeUInt32BE(woff.readUInt32BE(4), 0)
  head.writeUInt16BE(count, 4)
  head.writeUInt16BE(ENTRY * 2 ** power, 6)
  head.writeUInt16BE(power, 8)
  head.writeUInt16BE(ENTRY * (count - 2 ** power), 10)
  const parts = [head]
  let end = head.length
  for (let index = 0; index < count; index++) {
    const from = WOFF_HEADER + WOFF_ENTRY * index
    const field = (at: number) => woff.readUInt32BE(from + at)
    const [packed, length] = [field(8), field(12)]
    const stored = woff.subarray(field(4), field(4) + packed)
    const table = packed < length ? inflateSync(stored) : stored
    const to = HEADER + ENTRY * index
    woff.copy(head, to, from, from + 4)
    head.writeUInt32BE(field(16), to + 4)
    head.writeUInt32BE(end, to + 8)
    head.writeUInt32BE(length, to + 12)
    const padded = Buffer.concat([table, Buffer.alloc((4 - (length % 4)) % 4)])
    parts.push(padded)
    end += padded.length
  }
  return Buffer.concat(parts)
}
