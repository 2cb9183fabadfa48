// The written files, read as other programs read them: PDF through its own character maps, PNG by its chunks, PowerPoint by its
// parts and the references between them.
import { inflateSync } from 'node:zlib'
import { strFromU8, unzipSync } from 'fflate'
import { describe, expect, test } from 'vitest'
import { exportSource } from '../../../../src/charts/export/export-source'
import type { ExportChoice } from '../../../../src/shared/chart-export'
import { chartBytes } from '../../../../src/workbench/chart-files/chart-bytes'
import { eightLines } from '../../../helpers/eight-lines'
import { pdfContent } from '../../../helpers/pdf-text'

const choice: ExportChoice = {
  format: 'pdf',
  size: 'column',
  theme: 'print',
  palette: 'standard',
  transparent: true,
  scale: 1,
  slide: 'chart',
}
const fileOf = (part: Partial<ExportChoice>) => chartBytes(exportSource(eightLines(), { ...choice, ...part }))

describe('a PDF', () => {
  test('has the true size, text in embedded fonts and no image', async () => {
    const { texts, fonts, images, page, commands } = pdfContent(await fileOf({ size: 'slide' }))
    expect(page).toEqual([960, 540])
    const whole = texts.join('')
    for (const text of [
      'Eight arms <& more>',
      'Loss per sequence (nats)',
      'arm 0, λ ≥ 0 (n = 3)',
      '1,500',
      'Step',
    ])
      expect(whole).toContain(text)
    // Greek letters are another part of Inter, and ≥ is in neither.
    expect(new Set(fonts)).toEqual(new Set(['Inter-Regular', 'Inter-SemiBold', 'NotoSansMath-Regular']))
    expect(images).toBe(0)
    // Curves are drawn as such.
    expect(commands.match(/ l\n/g)?.length).toBeGreaterThan(5000)
  })

  test('of a column is as wide as a column', async () => {
    const { page } = pdfContent(await fileOf({}))
    expect(page[0]).toBeCloseTo(3.5 * 72, 5)
  })
})

describe('a PNG', () => {
  /** Chunks by name, and the first pixel: the upper left one. */
  async function png(part: Partial<ExportChoice>) {
    const bytes = Buffer.from(await fileOf({ format: 'png', ...part }))
    expect(bytes.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n')
    const chunks = new Map<string, Buffer>()
    for (let at = 8; at < bytes.length;) {
      const length = bytes.readUInt32BE(at)
      const name = bytes.toString('latin1', at + 4, at + 8)
      const data = bytes.subarray(at + 8, at + 8 + length)
      chunks.set(name, Buffer.concat([chunks.get(name) ?? Buffer.alloc(0), data]))
      at += length + 12
    }
    const [header, density] = [chunks.get('IHDR'), chunks.get('pHYs')]
    const rows = inflateSync(chunks.get('IDAT') ?? Buffer.alloc(0))
    return {
      size: [header?.readUInt32BE(0), header?.readUInt32BE(4)],
      pixelsPerInch: Math.round((density?.readUInt32BE(0) ?? 0) * 0.0254),
      // Nothing stands left of or above it, so that every filter leaves it as it is.
      first: [...rows.subarray(1, 5)],
    }
  }

  test('has the pixels asked for, and says how large it is shown', async () => {
    expect(await png({ transparent: false })).toEqual({
      size: [1050, 700],
      pixelsPerInch: 300,
      first: [255, 255, 255, 255],
    })
    expect(await png({ scale: 2 })).toEqual({ size: [2100, 1400], pixelsPerInch: 600, first: [0, 0, 0, 0] })
  })
})

describe('a PowerPoint file', () => {
  const open = async (part: Partial<ExportChoice>) =>
    unzipSync(await fileOf({ format: 'pptx', size: 'slide', transparent: false, ...part }))
  const textOf = (files: Record<string, Uint8Array>, name: string) =>
    strFromU8(files[name] ?? new Uint8Array())

  test.each(['chart', 'picture'] as const)(
    'with a %s has every part it refers to, each with a type',
    async (slide) => {
      const files = await open({ slide, size: 'column' })
      const names = Object.keys(files)
      for (const name of names.filter((each) => each.endsWith('.rels'))) {
        const folder = name.replace(/_rels\/[^/]*$/, '')
        for (const [, target = ''] of textOf(files, name).matchAll(/Target="([^"]*)"/g))
          expect(names).toContain(new URL(target, `http://file/${folder}`).pathname.slice(1))
      }
      const types = textOf(files, '[Content_Types].xml')
      for (const name of names.filter((each) => each !== '[Content_Types].xml')) {
        const isNamed = types.includes(`PartName="/${name}"`)
        expect(isNamed || types.includes(`Extension="${name.split('.').pop()}"`), name).toBe(true)
      }
    },
  )

  test('has the drawn values in its charts and in their sheets', async () => {
    const files = await open({})
    const drawn = eightLines().panels[1]?.series[3]
    const chart = textOf(files, 'ppt/charts/chart2.xml')
    const series = [...chart.matchAll(/<c:ser>[^]*?<\/c:ser>/g)].map(([text]) => text)
    expect(series).toHaveLength(8)
    const values = (text: string) =>
      [...text.matchAll(/<c:pt idx="\d+"><c:v>([^<]*)</g)].map(([, value]) => Number(value))
    const part = (tag: string) => new RegExp(`<c:${tag}>([^]*?)</c:${tag}>`).exec(series[3] ?? '')?.[1] ?? ''
    expect(values(part('xVal'))).toEqual(drawn?.points.map(({ x }) => x))
    expect(values(part('yVal'))).toEqual(drawn?.points.map(({ y }) => y))
    const [, column = '', first, last] = /<c:f>Sheet1!\$(\w+)\$(\d+):\$\w+\$(\d+)</.exec(part('yVal')) ?? []
    expect([first, last]).toEqual(['2', '14'])
    const sheet = textOf(
      unzipSync(files['ppt/embeddings/sheet2.xlsx'] ?? new Uint8Array()),
      'xl/worksheets/sheet1.xml',
    )
    const cells = [...sheet.matchAll(new RegExp(`<c r="${column}\\d+"><v>([^<]*)<`, 'g'))].map(([, value]) =>
      Number(value),
    )
    expect(cells).toEqual(drawn?.points.map(({ y }) => y))
    expect(sheet).toContain('arm 3, λ ≥ 3')
    expect(textOf(files, 'ppt/slides/slide1.xml')).toContain('Eight arms &lt;&amp; more&gt;')
  })

  test('with a picture has it as SVG and as PNG', async () => {
    const files = await open({ slide: 'picture', size: 'column' })
    expect(textOf(files, 'ppt/media/chart.svg')).toMatch(/^<svg /)
    expect(Buffer.from(files['ppt/media/chart.png'] ?? []).readUInt32BE(16)).toBe(2100)
  })

  test('is the same file for the same chart', async () => {
    expect(Buffer.from(await fileOf({ format: 'pptx' })).equals(await fileOf({ format: 'pptx' }))).toBe(true)
  })
})
