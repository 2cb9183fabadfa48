// Rows in files: what is appended is read back, and a cut at any byte loses only what it touches.
import { appendFileSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cutRows, JsonlWriter, readRows } from '../../../src/run-folder/jsonl'
import { metricsRowSchema, type MetricsRow } from '../../../src/shared/run/rows'
import { tempFolder } from '../../helpers/temp-folder'

const value = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => (Object.is(number, -0) ? 0 : number)),
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
)
const row: fc.Arbitrary<MetricsRow> = fc.record({
  stage: fc.nat(3),
  step: fc.nat(1000),
  time: fc.nat(10_000).map((tenths) => tenths / 10),
  sequences: fc.nat(),
  tokens: fc.nat(),
  values: fc.dictionary(fc.string({ unit: 'grapheme', minLength: 1 }).filter(isPlainKey), value),
})
const rows = fc.array(row, { maxLength: 8 })

test('a file cut at any byte gives exactly the rows before the cut, and reading goes on once the line is whole', async () => {
  const path = join(tempFolder(), 'metrics.jsonl')
  await fc.assert(
    fc.asyncProperty(rows, fc.double({ min: 0, max: 1, noNaN: true }), async (written, share) => {
      const bytes = write(path, written)
      const cut = Math.round(share * bytes.length)
      truncateSync(path, cut)
      const before = await readRows(path, metricsRowSchema)
      const whole = bytes.subarray(0, cut).filter((byte) => byte === 0x0a).length
      expect(before.rows).toEqual(written.slice(0, whole))
      expect(before.problems).toEqual([])

      appendFileSync(path, bytes.subarray(cut))
      const after = await readRows(path, metricsRowSchema, before.nextOffset)
      expect([...before.rows, ...after.rows]).toEqual(written)
      expect(after.nextOffset).toBe(bytes.length)
    }),
    { numRuns: 150 },
  )
})

test('cutting keeps the bytes of the leading rows and nothing else, wherever the file was torn', async () => {
  const path = join(tempFolder(), 'metrics.jsonl')
  await fc.assert(
    fc.asyncProperty(rows, fc.nat(8), fc.nat(400), async (unnumbered, keep, torn) => {
      const written = unnumbered.map((entry, step) => ({ ...entry, step }))
      const bytes = write(path, written)
      truncateSync(path, Math.max(0, bytes.length - torn))
      const whole = (await readRows(path, metricsRowSchema)).rows
      await cutRows(path, metricsRowSchema, ({ step }) => step < keep)
      const left = readFileSync(path)
      expect(left).toEqual(bytes.subarray(0, left.length))
      const after = await readRows(path, metricsRowSchema)
      expect(after.rows).toEqual(whole.slice(0, keep))
      expect(after.nextOffset).toBe(left.length)
    }),
    { numRuns: 150 },
  )
})

test('a damaged line is named by file, offset and field, and the rows around it survive', async () => {
  const path = join(tempFolder(), 'metrics.jsonl')
  const first = { stage: 0, step: 1, time: 0, sequences: 1, tokens: 1, values: {} }
  const line = `${JSON.stringify(first)}\n`
  writeFileSync(path, `${line}{"stage":"0"}\n{oops\n${line}`)
  const { rows: read, problems } = await readRows(path, metricsRowSchema)
  expect(read).toEqual([first, first])
  expect(problems).toHaveLength(2)
  expect(problems[0]).toContain(`${path}: at byte ${line.length}: field stage: `)
  expect(problems[1]).toContain('not valid JSON')
})

test('a missing file has no rows, and one that became shorter says so', async () => {
  const path = join(tempFolder(), 'metrics.jsonl')
  expect(await readRows(path, metricsRowSchema)).toEqual({ rows: [], nextOffset: 0, problems: [] })
  expect(await cutRows(path, metricsRowSchema, () => true)).toBe(0)
  writeFileSync(path, 'x\n')
  expect((await readRows(path, metricsRowSchema, 100)).nextOffset).toBe(0)
})

test('an index of offsets leads to the rows of one step', async () => {
  const path = join(tempFolder(), 'metrics.jsonl')
  const writer = new JsonlWriter(path)
  const steps = [1, 2, 3].map((step) => ({
    stage: 0,
    step,
    time: 0,
    sequences: 1,
    tokens: 1,
    values: { 'ä/b': step },
  }))
  const offsets = steps.map((entry) => {
    const { offset } = writer
    writer.append([entry])
    return offset
  })
  writer.close()
  expect((await readRows(path, metricsRowSchema, offsets[1], offsets[2])).rows).toEqual([steps[1]])
})

test('a file that cannot be opened is named', () => {
  const folder = tempFolder()
  expect(() => new JsonlWriter(join(folder, 'none', 'metrics.jsonl'))).toThrow(
    `${join(folder, 'none', 'metrics.jsonl')}: cannot be opened`,
  )
})

function write(path: string, written: readonly MetricsRow[]): Buffer {
  writeFileSync(path, '')
  const writer = new JsonlWriter(path)
  writer.append(written)
  writer.close()
  return readFileSync(path)
}

/** zod drops a key named __proto__; no metric is called that. */
function isPlainKey(key: string): boolean {
  return key !== '__proto__'
}
