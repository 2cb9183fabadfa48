// Colours as readers see them: contrast by WCAG 2, sight without one kind of cone by Machado, Oliveira and Fernandes (2009,
// severity 1), distance in CIE Lab. The formulas here are written from those sources, apart from the palettes.
import { describe, expect, test } from 'vitest'
import { markedFor, paletteColours } from '../../../../src/charts/export/palettes'
import { isPanels } from '../../../../src/charts/chart'
import { withDashes } from '../../../../src/charts/repeated-colours'
import { chartStyle } from '../../../../src/charts/style'
import { eightLines } from '../../../helpers/eight-lines'

type Triple = [number, number, number]
const sights: readonly Triple[][] = [
  [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
]

function linear(colour: string): Triple {
  return [1, 3, 5].map((start) => {
    const share = parseInt(colour.slice(start, start + 2), 16) / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  }) as Triple
}
const product = ([a, b, c]: Triple, [x, y, z]: Triple) => a * x + b * y + c * z
const luminance = (colour: string) => product([0.2126, 0.7152, 0.0722], linear(colour))
function contrast(a: string, b: string): number {
  const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y)
  return (high + 0.05) / (low + 0.05)
}
function lab(colour: string, sight: readonly Triple[]): Triple {
  const seen = sight.map((row) => Math.min(1, Math.max(0, product(row, linear(colour))))) as Triple
  const root = (t: number) => (t > 216 / 24389 ? Math.cbrt(t) : (24389 / 27 / 116) * t + 16 / 116)
  const x = root(product([0.4124, 0.3576, 0.1805], seen) / 0.95047)
  const y = root(product([0.2126, 0.7152, 0.0722], seen))
  const z = root(product([0.0193, 0.1192, 0.9505], seen) / 1.08883)
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)]
}
function nearest(colours: readonly string[]): number {
  const distances = sights.flatMap((sight) => {
    const seen = colours.map((colour) => lab(colour, sight))
    return seen.flatMap((a, index) =>
      seen.slice(index + 1).map((b) => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])),
    )
  })
  return Math.min(...distances)
}

describe.each([
  ['light', '#ffffff'],
  ['print', '#ffffff'],
  ['dark', '#131317'],
] as const)('on %s', (theme, background) => {
  const style = chartStyle({ theme, width: 960, height: 540 })

  test('every line stands at least 3:1 against its background', () => {
    for (const palette of ['standard', 'colour-blind', 'grey'] as const)
      for (const colour of paletteColours(palette, theme, style))
        expect(contrast(colour, background), `${palette} ${colour}`).toBeGreaterThanOrEqual(3)
  })

  test('colour-blind readers tell any two of eight lines apart', () => {
    const colours = paletteColours('colour-blind', theme, style)
    expect(new Set(colours).size).toBe(8)
    expect(nearest(colours)).toBeGreaterThan(23)
  })

  test('greys have no hue and differ in lightness', () => {
    const colours = paletteColours('grey', theme, style)
    for (const colour of colours) expect(colour.slice(1, 3)).toBe(colour.slice(5, 7))
    expect(nearest(colours)).toBeGreaterThan(12)
  })
})

test('in grey sixteen lines are told apart, also where their colours in other palettes repeat', () => {
  const series = Array.from({ length: 16 }, (_, place) => ({
    name: `arm ${place}`,
    points: [
      { x: 0, y: place },
      { x: 1, y: place },
    ],
  }))
  const plain = { title: '', xLabel: 'Step', xScale: 'linear' as const, weight: 1, series }
  const spec = withDashes({ yLabel: 'Reward', panels: [plain] })
  expect(spec.panels[0]?.series.map(({ dash }) => dash ?? 'solid').slice(7, 9)).toEqual(['solid', 'dashed'])
  const marked = markedFor('grey', spec)
  if (!isPanels(marked)) throw new Error('a chart of panels stays one')
  const colours = paletteColours('grey', 'light', chartStyle({ theme: 'light', width: 960, height: 540 }))
  const looks = marked.panels[0]?.series.map(
    ({ dash, marker }, index) => `${colours[index % colours.length]} ${dash} ${marker}`,
  )
  expect(new Set(looks).size).toBe(16)
})

test('in grey no two lines have the same colour, dash and marker, and equal names look alike in all panels', () => {
  const marked = markedFor('grey', eightLines())
  if (!isPanels(marked)) throw new Error('a chart of panels stays one')
  const colours = paletteColours('grey', 'light', chartStyle({ theme: 'light', width: 960, height: 540 }))
  const looks = marked.panels.map(({ series }) =>
    series
      .filter(({ theory }) => !theory)
      .map(({ dash, marker }, index) => `${colours[index % colours.length]} ${dash} ${marker}`),
  )
  expect(new Set(looks[0]).size).toBe(8)
  expect(looks[1]).toEqual(looks[0])
  expect(marked.panels[0]?.series.at(-1)?.dash).toBeUndefined()
})
