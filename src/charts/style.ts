// How charts look: colours for light, dark and print, text sizes, and the sizes charts are exported at. No chart is made
// here. Colours are Okabe and Ito's (2008), which colour-blind readers can tell apart, darkened or lightened to stand at
// least 3:1 against their background.
import type { ExportSize } from '../shared/chart-export'

/** Everything about a chart's look that is not its data. Sizes are in pixels of the chart. */
export interface ChartStyle {
  width: number
  height: number
  /** Positions scale with the container: `width` and `height` are then only what text density is judged by. */
  isFluid: boolean
  /** Size of the smallest text: tick labels and legend. */
  textSize: number
  lineWidth: number
  fontFamily: string
  /** `transparent` lets the page or slide show through. */
  background: string
  /** What text is outlined with where it lies over lines. */
  halo: string
  text: string
  muted: string
  axis: string
  grid: string
  tooltip: { background: string; border: string; text: string }
  palette: readonly string[]
  /** Share of its own colour a band is filled with. */
  bandOpacity: number
  ghostOpacity: number
  showLegend: boolean
  showTitle: boolean
}

type ChartTheme = 'light' | 'dark' | 'print'

const fontFamily = "'Inter Variable', Inter, 'Helvetica Neue', Arial, sans-serif"

const themes = {
  light: {
    background: '#ffffff',
    halo: '#ffffff',
    text: '#27272a',
    muted: '#5f5f68',
    axis: '#a1a1aa',
    grid: '#ececef',
    tooltip: { background: '#ffffff', border: '#d4d4d8', text: '#27272a' },
    palette: ['#0072b2', '#d55e00', '#00896a', '#b5529b', '#9a7100', '#3d96cc', '#6b6b75', '#8a3a1a'],
    bandOpacity: 0.16,
    ghostOpacity: 0.38,
  },
  dark: {
    background: '#131317',
    halo: '#131317',
    text: '#e4e4e7',
    muted: '#a1a1aa',
    axis: '#52525b',
    grid: '#26262c',
    tooltip: { background: '#1c1c21', border: '#3a3a43', text: '#e4e4e7' },
    palette: ['#5ab4f0', '#ff8f52', '#2fc79a', '#e48fc7', '#f0bd4a', '#9dc3ff', '#b4b4bd', '#ff7a70'],
    bandOpacity: 0.2,
    ghostOpacity: 0.42,
  },
  print: {
    background: 'transparent',
    halo: '#ffffff',
    text: '#000000',
    muted: '#333333',
    axis: '#777777',
    grid: '#e4e4e4',
    tooltip: { background: '#ffffff', border: '#d4d4d8', text: '#000000' },
    palette: ['#0072b2', '#d55e00', '#00896a', '#b5529b', '#9a7100', '#3d96cc', '#6b6b75', '#8a3a1a'],
    bandOpacity: 0.18,
    ghostOpacity: 0.4,
  },
} as const

/**
 * Sizes to export at. Text is 18 points on a slide of 13.3 x 7.5 inches, and 8 in a paper's column of 3.5 inches or across two
 * of 7; `pixelsPerInch` is how large the drawing is shown.
 */
export const chartSizes = {
  slide: { width: 1920, height: 1080, textSize: 36, pixelsPerInch: 144 },
  'half-slide': { width: 960, height: 1080, textSize: 36, pixelsPerInch: 144 },
  column: { width: 1050, height: 700, textSize: 33.5, pixelsPerInch: 300 },
  'two-columns': { width: 2100, height: 900, textSize: 33.5, pixelsPerInch: 300 },
} as const satisfies Record<ExportSize, object>

/** What a style is made from; text is sized for a full-height slide where it is not given. */
export interface StyleOptions {
  theme: ChartTheme
  width: number
  height: number
  textSize?: number
  isFluid?: boolean
  showLegend?: boolean
  showTitle?: boolean
  /** Instead of the theme's own. */
  background?: string
}

/** Lines of text that fit on the height of a slide. */
const LINES_PER_SLIDE = 30
/** Width of a line as a share of the text size. */
const LINE_WIDTH = 0.105

/** The complete style of a chart of a given size. */
export function chartStyle(options: StyleOptions): ChartStyle {
  const { theme, width, height, textSize = height / LINES_PER_SLIDE } = options
  const { isFluid = false, showLegend = true, showTitle = true } = options
  const colours = themes[theme]
  return {
    ...colours,
    background: options.background ?? colours.background,
    width,
    height,
    isFluid,
    textSize,
    lineWidth: Math.max(1.5, textSize * LINE_WIDTH),
    fontFamily,
    showLegend,
    showTitle,
  }
}

/** Colours by name, in the order names first appear; after the last colour they repeat. */
export function colorsOf(names: readonly string[], palette: readonly string[]): Map<string, string> {
  const distinct = [...new Set(names)]
  return new Map(distinct.map((name, index) => [name, palette[index % palette.length] ?? '#888888']))
}

/** The colour halfway between two (`#rrggbb`). */
export function mixed(a: string, b: string): string {
  return mixedBy(a, b, 0.5)
}

/** The colour a share of the way from one to another (`#rrggbb`). */
export function mixedBy(a: string, b: string, share: number): string {
  const channels = [1, 3, 5].map((start) => {
    const [one, other] = [a, b].map((colour) => parseInt(colour.slice(start, start + 2), 16))
    return Math.round((1 - share) * (one ?? 0) + share * (other ?? 0))
  })
  return `#${channels.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`
}
