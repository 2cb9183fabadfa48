// The column cache: the same curves as the rows give, grown line by line, built again when the file is another one.
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { rowCurves, type RunCurves } from '../../../../src/charts/curves'
import { readRows } from '../../../../src/run-folder/jsonl'
import { metricsRowSchema } from '../../../../src/shared/run/rows'
import { ColumnStore } from '../../../../src/workbench/columns/column-store'
import { tempFolder } from '../../../helpers/temp-folder'

const line = (stage: number, step: number, values: Record<string, number | string>): string =>
  `${JSON.stringify({ stage, step, time: step + stage / 7, sequences: 8 * step, tokens: 80 * step, values })}\n`

function place() {
  const folder = tempFolder()
  const run = { id: 'run', folder: join(folder, 'run') }
  mkdirSync(run.folder)
  const file = join(run.folder, 'metrics.jsonl')
  const cache = join(folder, 'cache')
  /** The curves of a store that knows only what is in the files. */
  const fresh = async (): Promise<RunCurves> => {
    const store = new ColumnStore(cache)
    await store.update(run)
    return store.curves(run) ?? rowCurves([])
  }
  return { run, file, cache, fresh, store: new ColumnStore(cache) }
}

/** Everything two runs' curves say of some metrics. */
function told(curves: RunCurves | undefined, metrics: readonly string[]) {
  return metrics.map((metric) =>
    (curves?.stagesOf(metric) ?? []).map((stage) => {
      const curve = curves?.curve(stage, metric)
      const along = (['time', 'sequences', 'tokens'] as const).map((counter) => [
        ...(curve?.along(counter) ?? []),
      ])
      return {
        stage,
        steps: [...(curve?.steps ?? [])],
        values: [...(curve?.values ?? [])],
        along,
        before: curves?.before(stage),
      }
    }),
  )
}

async function rowsTold(file: string, metrics: readonly string[]) {
  const { rows } = await readRows(file, metricsRowSchema)
  return told(rowCurves(rows), metrics)
}

const metrics = ['train/loss', 'eval/accuracy', 'never']

describe('the columns of a file', () => {
  test('hold what the rows hold: sparse metrics, NaN, stages, a step logged twice', async () => {
    const { file, fresh } = place()
    writeFileSync(
      file,
      [
        line(0, 0, { 'eval/accuracy': 0.5 }),
        line(0, 1, { 'train/loss': 3 }),
        line(0, 2, { 'train/loss': 'NaN', 'eval/accuracy': 0.6 }),
        line(0, 2, { 'train/loss': 2, 'eval/accuracy': 0.7 }),
        line(1, 0, { 'eval/accuracy': 0.7 }),
        line(1, 1, { 'train/loss': '-Infinity' }),
      ].join(''),
    )
    const expected = await rowsTold(file, metrics)
    expect(expected[0]?.[0]).toMatchObject({ steps: [1, 2], values: [3, 2] })
    expect(told(await fresh(), metrics)).toEqual(expected)
    // The second time from the cache alone.
    expect(told(await fresh(), metrics)).toEqual(expected)
  })
  test('leave out a torn line, damaged ones and rows of another shape', async () => {
    const { file, store, run } = place()
    writeFileSync(
      file,
      `${line(0, 1, { 'train/loss': 3 })}{"stage":0,\n{"stage":0.5,"step":1,"time":1,"sequences":1,"tokens":1,"values":{}}\n{"stage":0,"step":2,"time":2,"sequences":1,"tokens":1,"values":{"train/loss":"high"}}\n\n${line(0, 3, { 'train/loss': 1 }).slice(0, -9)}`,
    )
    await store.update(run)
    expect(told(store.curves(run), metrics)).toEqual(await rowsTold(file, metrics))
    expect([...(store.curves(run)?.curve(0, 'train/loss').steps ?? [])]).toEqual([1])
    // The torn line is a row once the rest of it has come.
    appendFileSync(file, line(0, 3, { 'train/loss': 1 }).slice(-9))
    await store.update(run)
    expect([...(store.curves(run)?.curve(0, 'train/loss').steps ?? [])]).toEqual([1, 3])
  })
  test('are those of the rows for any rows', async () => {
    const value = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.constantFrom('NaN', 'Infinity', '-Infinity'),
    )
    const values = fc.dictionary(fc.constantFrom('train/loss', 'eval/accuracy', 'odd "name"\n'), value)
    const rows = fc.array(fc.tuple(fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: 9 }), values), {
      maxLength: 40,
    })
    await fc.assert(
      fc.asyncProperty(rows, fc.integer({ min: 0, max: 40 }), async (all, cut) => {
        const { file, store, run, fresh } = place()
        const names = [...metrics, 'odd "name"\n']
        const text = (part: typeof all) => part.map(([stage, step, of]) => line(stage, step, of)).join('')
        writeFileSync(file, text(all.slice(0, cut)))
        await store.update(run)
        appendFileSync(file, text(all.slice(cut)))
        await store.update(run)
        const expected = await rowsTold(file, names)
        expect(told(store.curves(run), names)).toEqual(expected)
        expect(told(await fresh(), names)).toEqual(expected)
      }),
      { numRuns: 60 },
    )
  })
})

describe('a file that changes', () => {
  const steps = (curves: RunCurves | undefined) => [...(curves?.curve(0, 'train/loss').steps ?? [])]
  const text = (from: number, to: number, loss = 1) =>
    Array.from({ length: to - from }, (_, index) => line(0, from + index, { 'train/loss': loss })).join('')

  test('is read from where it was left, and says how much is missing', async () => {
    const { file, store, run } = place()
    expect(store.missingBytes(run)).toBe(1)
    writeFileSync(file, text(1, 4))
    await store.update(run)
    expect(store.missingBytes(run)).toBe(0)
    const more = text(4, 6)
    appendFileSync(file, more)
    expect(store.missingBytes(run)).toBe(more.length)
    await Promise.all([store.update(run), store.update(run)])
    expect(steps(store.curves(run))).toEqual([1, 2, 3, 4, 5])
  })
  test('is read anew when a resumed run has cut it, also when it has become longer since', async () => {
    const { file, store, run, fresh } = place()
    writeFileSync(file, text(1, 40, 5))
    await store.update(run)
    truncateSync(file, text(1, 10).length)
    await store.update(run)
    expect(steps(store.curves(run))).toHaveLength(9)
    writeFileSync(file, text(1, 60, 7))
    await store.update(run)
    expect(store.curves(run)?.curve(0, 'train/loss').values[0]).toBe(7)
    expect(steps(store.curves(run))).toHaveLength(59)
    expect(steps(await fresh())).toHaveLength(59)
  })
  test('that was only touched is not read again', async () => {
    const { file, cache, run, store } = place()
    writeFileSync(file, text(1, 4))
    await store.update(run)
    utimesSync(file, 1e9, 1e9)
    await store.update(run)
    expect(steps(store.curves(run))).toEqual([1, 2, 3])
    expect(readdirSync(cache)).toEqual(['run.bin'])
  })
})

describe('the cache', () => {
  test('may be deleted or damaged at any time', async () => {
    const { file, cache, run, fresh } = place()
    writeFileSync(file, line(0, 1, { 'train/loss': 3 }))
    const path = join(cache, `${run.id}.bin`)
    const expected = await rowsTold(file, metrics)
    expect(told(await fresh(), metrics)).toEqual(expected)
    const whole = readFileSync(path)
    for (const damaged of [
      Buffer.alloc(0),
      whole.subarray(0, -3),
      Buffer.from('something else'),
      Buffer.concat([whole, whole]),
    ]) {
      writeFileSync(path, damaged)
      expect(told(await fresh(), metrics)).toEqual(expected)
    }
    rmSync(cache, { recursive: true })
    expect(told(await fresh(), metrics)).toEqual(expected)
    expect(existsSync(path)).toBe(true)
  })
  test('that cannot be written costs nothing but time', async () => {
    const { file, cache, run, store } = place()
    writeFileSync(cache, 'a file where the folder would be')
    writeFileSync(file, line(0, 1, { 'train/loss': 3 }))
    await store.update(run)
    expect(told(store.curves(run), metrics)).toEqual(await rowsTold(file, metrics))
  })
  test('of a run without rows is empty', async () => {
    const { run, store } = place()
    await store.update(run)
    expect(store.curves(run)?.stagesOf('train/loss')).toEqual([])
    expect(store.missingBytes(run)).toBe(0)
  })
})

test('a line longer than a piece is read whole', async () => {
  const { file, run, store } = place()
  const values = Object.fromEntries(
    Array.from({ length: 60_000 }, (_, index) => [`metric/number_${index}`, index]),
  )
  writeFileSync(file, line(0, 1, values) + line(0, 2, { 'metric/number_7': 8 }))
  await store.update(run)
  expect([...(store.curves(run)?.curve(0, 'metric/number_7').values ?? [])]).toEqual([7, 8])
})

test('of more growing runs than are kept in memory the others are as complete', async () => {
  const folder = tempFolder()
  const runs = Array.from({ length: 70 }, (_, number) => ({
    id: `run-${number}`,
    folder: join(folder, `run-${number}`),
  }))
  const append = (step: number) =>
    runs.forEach((run) =>
      appendFileSync(join(run.folder, 'metrics.jsonl'), line(0, step, { 'train/loss': step })),
    )
  runs.forEach((run) => mkdirSync(run.folder))
  const store = new ColumnStore(join(folder, 'cache'))
  for (const step of [1, 2]) {
    append(step)
    for (const run of runs) await store.update(run)
  }
  const steps = runs.map((run) => [...(store.curves(run)?.curve(0, 'train/loss').steps ?? [])])
  expect(steps).toEqual(runs.map(() => [1, 2]))
  expect(runs.filter((run) => store.missingBytes(run) > 0)).toEqual([])
})
