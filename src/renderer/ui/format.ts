// Numbers, durations and dates as the window writes them. Pure; English.
import { ARM_KEY } from '../../shared/config/sweep'

const integer = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })
const compact = new Intl.NumberFormat('en-US', { notation: 'compact', maximumSignificantDigits: 3 })

const clockFormat = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' })
const dayFormat = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' })

/** 1234567 -> 1,234,567 */
export function formatInteger(value: number): string {
  return integer.format(value)
}

/** 1234567 -> 1.23M; below 10,000 in full. */
export function formatCount(value: number): string {
  return value < 10_000 ? integer.format(value) : compact.format(value)
}

const flopUnits = ['', 'k', 'M', 'G', 'T', 'P', 'E', 'Z']

/** Floating-point operations with the prefix they go by: 448000000 -> 448 M, 1.2e15 -> 1.2 P. */
export function formatFlops(value: number): string {
  const place = value < 1000 ? 0 : Math.min(flopUnits.length - 1, Math.floor(Math.log10(value) / 3))
  return `${Number((value / 1000 ** place).toPrecision(3))} ${flopUnits[place] ?? ''}`.trim()
}

/** Steps a second: the digits that do not change with every step. */
export function formatPace(value: number): string {
  return value >= 10 ? integer.format(value) : value.toFixed(value >= 1 ? 1 : 2)
}

/** A metric's value with about four significant digits. */
export function formatValue(value: number | undefined): string {
  if (value === undefined) return ''
  if (!Number.isFinite(value)) return String(value)
  const size = Math.abs(value)
  if (size !== 0 && (size < 1e-3 || size >= 1e6)) return value.toExponential(2)
  if (Number.isInteger(value)) return integer.format(value)
  return value.toFixed(size >= 100 ? 1 : size >= 10 ? 2 : 3)
}

/** 1234567890 -> 1.2 GB, 34500000 -> 35 MB. */
export function formatBytes(bytes: number): string {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(bytes >= 1e10 ? 0 : 1)} GB` : `${Math.round(bytes / 1e6)} MB`
}

/** Seconds -> 0.4 s, 12 s, 3 min 4 s, 2 h 5 min. */
export function formatDuration(seconds: number | undefined): string {
  if (seconds === undefined || !Number.isFinite(seconds)) return ''
  if (seconds < 10) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  const minutes = Math.floor(whole / 60)
  if (minutes < 60) return `${minutes} min ${whole % 60} s`
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/** An ISO time -> "just now", "5 min ago", "14:02", "12 Nov". */
export function formatWhen(iso: string, now: number): string {
  const time = Date.parse(iso)
  const minutes = (now - time) / 60_000
  if (minutes < 1) return 'just now'
  if (minutes < 60) return `${Math.floor(minutes)} min ago`
  const date = new Date(time)
  const clock = clockFormat.format(date)
  if (date.toDateString() === new Date(now).toDateString()) return clock
  return `${dayFormat.format(date)} ${clock}`
}

/** A point of a grid -> "GRPO, longFraction 0.2, seed 1": the arm's name, the last part of each path and its value, the seed last. */
export function formatPoint(point: Readonly<Record<string, unknown>>): string {
  return Object.entries(point)
    .sort(([a], [b]) => Number(a === 'seed') - Number(b === 'seed'))
    .map(([path, value]) => {
      const text = typeof value === 'string' ? value : JSON.stringify(value)
      return path === ARM_KEY ? text : `${path.split('.').at(-1)} ${text}`
    })
    .join(', ')
}
