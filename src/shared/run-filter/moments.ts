// Times as a person writes them in a filter, in the zone of the machine. Pure: the present is passed in.

/** A stretch of time in milliseconds since 1970, `end` not in it; a point in time has no length. */
export interface Moment {
  readonly start: number
  readonly end: number
}

const unitMs = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const

/**
 * `2026-11-21` and `today`, `yesterday`: a day. `2026-11-21T14:30`: a minute. `-7d`, `-2h`, `-30m`, `-1w`: that long ago. A full
 * ISO time: itself. Undefined for anything else.
 */
export function parseMoment(text: string, now: number): Moment | undefined {
  const word = text.toLowerCase()
  if (word === 'today') return dayOf(new Date(now), 0)
  if (word === 'yesterday') return dayOf(new Date(now), -1)
  const [, amount, unit] = /^-(\d+(?:\.\d+)?)([mhdw])$/.exec(word) ?? []
  if (amount !== undefined) {
    const start = now - Number(amount) * unitMs[unit as keyof typeof unitMs]
    return { start, end: start }
  }
  const [, year, month, day, hour, minute] =
    /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2}))?$/i.exec(text) ?? []
  if (year !== undefined) {
    const date = new Date(
      Number(year),
      Number(month) - 1,
      Number(day),
      Number(hour ?? 0),
      Number(minute ?? 0),
    )
    // 14:75 is none; 02:30 where the clock goes from 2 to 3 is one.
    const isTime = Number(hour ?? 0) < 24 && Number(minute ?? 0) < 60
    const isReal = isTime && date.getMonth() === Number(month) - 1 && date.getDate() === Number(day)
    if (!isReal) return undefined
    return hour === undefined ? dayOf(date, 0) : { start: date.getTime(), end: date.getTime() + unitMs.m }
  }
  const full = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:/.test(text) ? Date.parse(text) : NaN
  return Number.isNaN(full) ? undefined : { start: full, end: full }
}

function dayOf(date: Date, offset: number): Moment {
  const at = (days: number) => new Date(date.getFullYear(), date.getMonth(), date.getDate() + days).getTime()
  return { start: at(offset), end: at(offset + 1) }
}
