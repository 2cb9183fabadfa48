// Numbers as the files of a run and the documents of the command line hold them: JSON has no NaN and no infinities. Reading
// them back is rows.ts.

/** The string or number that stands for a value in JSON. */
export function toLoggedNumber(value: number): number | 'NaN' | 'Infinity' | '-Infinity' {
  if (Number.isFinite(value)) return value
  if (Number.isNaN(value)) return 'NaN'
  return value > 0 ? 'Infinity' : '-Infinity'
}
