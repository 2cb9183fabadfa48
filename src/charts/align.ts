// Runs meet where they logged a value at the same place (stage and step). Both axes are taken there; nothing is interpolated or
// carried forward, so that a run that ended early is missing from then on.

/** The points of one run, in order of their places. All arrays have equal lengths. */
export interface Track {
  /** Where a point stands: see placeOf. */
  places: Float64Array
  xs: Float64Array
  ys: Float64Array
}

/** Runs side by side at every place that one of them has. */
export interface AlignedTracks {
  places: Float64Array
  /** The mean over the runs that have a finite y there; NaN where none has. */
  xs: Float64Array
  /** One array a run; NaN where it has no value. */
  ys: Float64Array[]
}

/** Steps fit in 2^32; with the stage the sum is exact. */
const STAGE = 2 ** 32

/** A stage and a step as one number, in order. */
export const placeOf = (stage: number, step: number): number => stage * STAGE + step

/** The stage and the step of a place. */
export const stageStepOf = (place: number): [stage: number, step: number] => [
  Math.floor(place / STAGE),
  place % STAGE,
]

/** Puts tracks side by side. */
export function align(tracks: readonly Track[]): AlignedTracks {
  const places = unionOf(tracks.map((track) => track.places))
  const ys = tracks.map((track) => scattered(track.places, track.ys, places))
  const xs = meanX(
    tracks.map((track) => scattered(track.places, track.xs, places)),
    ys,
  )
  return { places, xs, ys }
}

/** The points of a track that have an x; a broken y stays and breaks the line. */
export function withX({ places, xs, ys }: Track): Track {
  if (xs.every(Number.isFinite)) return { places, xs, ys }
  const kept = [...xs.keys()].filter((index) => Number.isFinite(xs[index]))
  return { places: picked(places, kept), xs: picked(xs, kept), ys: picked(ys, kept) }
}

/** The values at some indices. */
export function picked(values: Float64Array, indices: readonly number[]): Float64Array {
  const result = new Float64Array(indices.length)
  for (let index = 0; index < indices.length; index++) result[index] = values[indices[index] ?? -1] ?? NaN
  return result
}

/** Tracks one after the other, as stages that are joined. */
export function joined(tracks: readonly Track[]): Track {
  const [first] = tracks
  if (first !== undefined && tracks.length === 1) return first
  const all = (key: keyof Track) => {
    const values = new Float64Array(tracks.reduce((sum, track) => sum + track[key].length, 0))
    let at = 0
    for (const track of tracks) {
      values.set(track[key], at)
      at += track[key].length
    }
    return values
  }
  return { places: all('places'), xs: all('xs'), ys: all('ys') }
}

function meanX(xs: readonly Float64Array[], ys: readonly Float64Array[]): Float64Array {
  const length = ys[0]?.length ?? 0
  const mean = new Float64Array(length)
  for (let index = 0; index < length; index++) {
    let [sum, count, first, isSame] = [0, 0, NaN, true]
    for (let run = 0; run < ys.length; run++) {
      if (!Number.isFinite(ys[run]?.[index])) continue
      const x = xs[run]?.[index] ?? NaN
      if (count === 0) first = x
      else if (x !== first) isSame = false
      sum += x
      count++
    }
    // Steps stay whole numbers: a sum of equal numbers may be rounded.
    mean[index] = count === 0 ? NaN : isSame ? first : sum / count
  }
  return mean
}

/** Every place once, in order. */
function unionOf(all: readonly Float64Array[]): Float64Array {
  const [first = new Float64Array(0), ...rest] = all
  if (rest.every((places) => isEqual(places, first))) return first
  const sorted = new Float64Array(all.reduce((sum, places) => sum + places.length, 0))
  let at = 0
  for (const places of all) {
    sorted.set(places, at)
    at += places.length
  }
  sorted.sort()
  let count = 0
  for (let index = 0; index < sorted.length; index++) {
    const place = sorted[index] ?? 0
    if (index === 0 || place !== sorted[count - 1]) sorted[count++] = place
  }
  return sorted.slice(0, count)
}

/** Whether two arrays hold the same numbers; NaN equals NaN. */
export function isEqual(a: Float64Array, b: Float64Array): boolean {
  return a.length === b.length && a.every((value, index) => Object.is(value, b[index]))
}

/** Values put to where their places are among `all`; NaN elsewhere. */
function scattered(places: Float64Array, values: Float64Array, all: Float64Array): Float64Array {
  // The union holds every place of the track: equal in number, they are the same.
  if (places.length === all.length) return values
  const result = new Float64Array(all.length).fill(NaN)
  let at = 0
  places.forEach((place, index) => {
    while ((all[at] ?? Infinity) < place) at++
    result[at] = values[index] ?? NaN
  })
  return result
}
