// Round tick values and how numbers are written on axes.

/** Ticks on an axis. */
export interface Ticks {
  min: number
  max: number
  /** Distance of neighbours; on a log axis the factor is in `values`. */
  interval: number
  values: number[]
}

/** Keeps values computed in steps of .1 from reading .30000000000000004. */
const clean = (value: number): number => Number(value.toPrecision(12))

/** The round distance (1, 2, 2.5 or 5 times a power of ten) that gives at most `count` ticks over a span. */
export function niceInterval(span: number, count: number): number {
  const raw = span / Math.max(1, count)
  const power = 10 ** Math.floor(Math.log10(raw))
  const factor = [1, 2, 2.5, 5, 10].find((candidate) => candidate * power >= raw * (1 - 1e-9)) ?? 10
  return clean(factor * power)
}

/** Ticks that enclose low and high, about `count` of them. */
export function enclosingTicks(low: number, high: number, count: number): Ticks {
  const [from, to] = low === high ? around(low) : [low, high]
  const interval = niceInterval(to - from, count)
  const min = clean(Math.floor(from / interval + 1e-9) * interval)
  const max = clean(Math.ceil(to / interval - 1e-9) * interval)
  return { min, max, interval, values: multiples(min, max, interval) }
}

/** A span for a single value; 0 is where most metrics begin. */
function around(value: number): [number, number] {
  return value === 0 ? [0, 1] : [value - Math.abs(value) / 2, value + Math.abs(value) / 2]
}

/** Round values between two fixed ends; the ends are ticks only where they are round themselves. */
export function innerTicks(min: number, max: number, count: number, isWhole = false): Ticks {
  if (!(max > min)) return { min, max, interval: 1, values: [min] }
  const nice = niceInterval(max - min, count)
  const interval = isWhole ? Math.max(1, Math.ceil(nice)) : nice
  return { min, max, interval, values: multiples(min, max, interval) }
}

function multiples(min: number, max: number, interval: number): number[] {
  const first = Math.ceil(min / interval - 1e-9)
  const last = Math.floor(max / interval + 1e-9)
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) =>
    clean((first + index) * interval),
  )
}

/** Powers of a base between two positive ends, thinned to about `count`; the ends too where fewer than two lie between. */
export function logTicks(min: number, max: number, count: number, base: 2 | 10 = 10): number[] {
  const power = base === 2 ? Math.log2 : Math.log10
  const first = Math.ceil(power(min) - 1e-9)
  const last = Math.floor(power(max) + 1e-9)
  if (last - first < 1) return [min, max]
  const step = Math.max(1, Math.ceil((last - first + 1) / count))
  return Array.from(
    { length: Math.floor((last - first) / step) + 1 },
    (_, index) => base ** (first + index * step),
  )
}

const scales = [
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
] as const

/** A number on an axis: 1,500 but 192k, 0.0003 as 3e-4. */
export function formatTick(value: number): string {
  const size = Math.abs(value)
  if (size >= 10_000) {
    const [unit, letter] = scales.find(([limit]) => size >= limit) ?? [1, '']
    return `${clean(value / unit)}${letter}`
  }
  if (size >= 1000) return value.toLocaleString('en-US', { maximumFractionDigits: 1 })
  if (size > 0 && size < 0.001) return value.toExponential().replace('e+', 'e')
  return String(clean(value))
}

/** A value in a tooltip or label: four significant digits, plain where that is short. */
export function formatValue(value: number): string {
  if (!Number.isFinite(value)) return String(value)
  const size = Math.abs(value)
  if (size >= 1000) return value.toLocaleString('en-US', { maximumFractionDigits: 0 })
  if (size > 0 && size < 0.001) return value.toExponential(2)
  return String(Number(value.toPrecision(4)))
}
