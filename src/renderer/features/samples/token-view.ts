// Completions cut into tokens, and the colours of what is known of each: log-probability, entropy, divergence. Pure. Strength
// is what says how much, so that the scale is read without telling hues apart; the numbers are in the readout.
import type { SampleRow } from '../../../shared/run/rows'

/** What tokens are coloured by. */
export const tokenMeasures = ['logprob', 'entropy', 'kl'] as const
export type TokenMeasure = (typeof tokenMeasures)[number]

/** One piece of a completion with what is known of its token. */
export interface TokenPiece {
  readonly text: string
  readonly isEnd: boolean
  /** Id in the vocabulary; undefined where the text could not be cut. */
  readonly token?: number
  readonly logprob?: number
  readonly entropy?: number
  readonly kl?: number
}

const endMark = '\u23ce'

/**
 * A completion cut into its tokens where every token is one character, one `<name>` or, where that fits, one word; else in one
 * piece, without numbers. The end token is drawn as a mark.
 */
export function piecesOf(row: SampleRow): TokenPiece[] {
  const texts = textsOf(row)
  if (texts === undefined) return [{ text: row.completion, isEnd: false }]
  return texts.map((text, index) => {
    const isEnd = text === '<end>' && index === texts.length - 1
    const [logprob, entropy, kl] = [row.logprobs[index], row.entropies?.[index], row.kls?.[index]]
    return {
      text: isEnd ? endMark : text,
      isEnd,
      token: row.tokens[index] ?? -1,
      ...(logprob === undefined ? {} : { logprob }),
      ...(entropy === undefined ? {} : { entropy }),
      ...(kl === undefined ? {} : { kl }),
    }
  })
}

function textsOf({ completion, tokens }: SampleRow): string[] | undefined {
  const ways = [completion.match(/<[\w-]+>|[^]/gu), completion.match(/<[\w-]+>|\s*[^\s<]+/gu)]
  for (const way of ways) {
    const texts: string[] = [...(way ?? [])]
    if (texts.length === tokens.length - 1 && texts.at(-1) !== '<end>') texts.push('<end>')
    if (texts.length === tokens.length) return texts
  }
  return undefined
}

/** Ends of a scale: values at and beyond them have the strongest colour. Signed ones are as strong on both sides of 0. */
export interface TokenScale {
  readonly measure: TokenMeasure
  /** The value with the strongest colour: a log-probability below 0, else above. */
  readonly end: number
  readonly isSigned: boolean
}

/** A token of this probability or less has the strongest colour. */
const RAREST = 0.05

/** The scale of completions: log-probabilities end at 5 %, the others at the largest value shown (99th percentile). */
export function scaleOf(rows: readonly SampleRow[], measure: TokenMeasure): TokenScale {
  if (measure === 'logprob') return { measure, end: Math.log(RAREST), isSigned: false }
  const values = rows.flatMap((row) => (measure === 'entropy' ? row.entropies : row.kls) ?? [])
  const sizes = Float64Array.from(values.filter(Number.isFinite), Math.abs).sort()
  const end = sizes[Math.floor(0.99 * (sizes.length - 1))] ?? 1
  return { measure, end: end > 0 ? end : 1, isSigned: values.some((value) => value < 0) }
}

/** Whether any of the rows has the measure. */
export function hasMeasure(rows: readonly SampleRow[], measure: TokenMeasure): boolean {
  if (measure === 'logprob') return rows.some((row) => row.logprobs.length > 0)
  return rows.some((row) => (measure === 'entropy' ? row.entropies : row.kls) !== undefined)
}

/** The value of a piece. */
export function valueOf(piece: TokenPiece, measure: TokenMeasure): number | undefined {
  return piece[measure]
}

/** How strong a value's colour is, 0 to 1, below 0 for values below 0 of a signed scale. */
export function strengthOf(value: number | undefined, { end, isSigned }: TokenScale): number {
  if (value === undefined || Number.isNaN(value)) return 0
  const share = value / end
  return isSigned ? Math.min(1, Math.max(-1, share)) : Math.min(1, Math.max(0, share))
}

/** Red, green, blue: amber, violet, and for divergences orange above and blue below 0 (told apart by the colour-blind). */
const hues: Readonly<Record<TokenMeasure, readonly number[]>> = {
  logprob: [245, 158, 11],
  entropy: [167, 139, 250],
  kl: [249, 115, 22],
}
const BELOW_ZERO = [96, 165, 250]
const STRONGEST = 0.9

const hueOf = (strength: number, measure: TokenMeasure) => (strength < 0 ? BELOW_ZERO : hues[measure])

/** The background of a strength, over the page's own. */
export function backgroundOf(strength: number, measure: TokenMeasure): string {
  if (strength === 0) return 'transparent'
  return `rgb(${hueOf(strength, measure).join(' ')} / ${(STRONGEST * Math.abs(strength)).toFixed(2)})`
}

/** Below this strength text has the page's colour. */
const FAINT = 0.15

/**
 * Black or white, whichever is read better on a strength over a page of this theme (contrast by WCAG 2.2, 4.58 at least);
 * undefined where the page's own colour is.
 */
export function textColourOn(strength: number, measure: TokenMeasure, isDark: boolean): string | undefined {
  if (Math.abs(strength) < FAINT) return undefined
  const share = STRONGEST * Math.abs(strength)
  const page = isDark ? 15 : 255
  const mixed = hueOf(strength, measure).map((value) => share * value + (1 - share) * page)
  return luminanceOf(mixed) > EQUAL_CONTRAST ? '#000' : '#fff'
}

/** Luminance on which black and white are read equally well: (L + 0.05)^2 = 1.05 * 0.05. */
const EQUAL_CONTRAST = Math.sqrt(1.05 * 0.05) - 0.05

/** Relative luminance of an sRGB colour, 0 to 1 (WCAG 2.2). */
function luminanceOf(rgb: readonly number[]): number {
  const linear = rgb.map((value) => {
    const share = value / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  const [red = 0, green = 0, blue = 0] = linear
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/** "p 0.83, log p -0.186, entropy 0.41 nats, KL 0.002 nats": what is known of a token. */
export function tokenText({ logprob, entropy, kl }: TokenPiece): string {
  return [
    ...(logprob === undefined
      ? []
      : [`p ${Math.exp(logprob).toPrecision(3)}`, `log p ${logprob.toFixed(3)}`]),
    ...(entropy === undefined ? [] : [`entropy ${entropy.toFixed(3)} nats`]),
    ...(kl === undefined ? [] : [`KL ${kl.toFixed(4)} nats`]),
  ].join(', ')
}

/** The place from which two lists of pieces are no longer alike; undefined where they are alike. */
export function firstDifference(a: readonly TokenPiece[], b: readonly TokenPiece[]): number | undefined {
  const length = Math.max(a.length, b.length)
  for (let at = 0; at < length; at++) if (a[at]?.text !== b[at]?.text) return at
  return undefined
}
