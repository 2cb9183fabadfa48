// Saved charts: written for people, listed with what is wrong with them, never outside their folder.
import { existsSync, mkdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { SavedCharts } from '../../../src/workbench/saved-charts'
import { comparisonOf } from '../../helpers/compared-run'
import { tempFolder } from '../../helpers/temp-folder'

test('a chart is kept as it was saved, under an id made from its name', async () => {
  const folder = join(tempFolder(), 'charts')
  const charts = new SavedCharts(folder)
  expect(await charts.list()).toEqual([])
  const comparison = comparisonOf({ name: 'Accuracy, by arm', group: ['arm'] })
  const first = await charts.save({ comparison })
  const second = await charts.save({ comparison })
  expect([first.id, second.id]).toEqual(['accuracy-by-arm', 'accuracy-by-arm-2'])
  expect(first.comparison).toEqual(comparison)
  expect(readFileSync(join(folder, 'accuracy-by-arm.json'), 'utf8')).toContain(
    '\n  "name": "Accuracy, by arm",\n',
  )
  const changed = await charts.save({ id: first.id, comparison: { ...comparison, kind: 'bars' } })
  expect((await charts.list()).map(({ id, comparison }) => [id, comparison?.kind])).toEqual([
    ['accuracy-by-arm', 'bars'],
    ['accuracy-by-arm-2', 'lines'],
  ])
  await charts.delete({ id: changed.id })
  expect((await charts.list()).map(({ id }) => id)).toEqual(['accuracy-by-arm-2'])
  await expect(charts.delete({ id: changed.id })).rejects.toMatchObject({ code: 'not-found' })
})

test('files that are no comparison are listed with the reason', async () => {
  const folder = tempFolder()
  writeFileSync(join(folder, 'torn.json'), '{"name"')
  writeFileSync(join(folder, 'wrong.json'), '{"kind":"pie"}')
  writeFileSync(join(folder, 'few.json'), '{"name":"z"}')
  writeFileSync(join(folder, 'notes.txt'), '')
  const listed = await new SavedCharts(folder).list()
  expect(listed.map(({ id }) => id)).toEqual(['torn', 'wrong', 'few'])
  expect(listed[0]?.problem).toMatch(/torn\.json: not valid JSON/)
  expect(listed[1]?.problem).toMatch(/wrong\.json: field kind: /)
  expect(listed[2]?.comparison).toEqual(comparisonOf({ name: 'z' }))
})

test('an id cannot leave the folder', async () => {
  const folder = join(tempFolder(), 'charts')
  mkdirSync(folder)
  const charts = new SavedCharts(folder)
  for (const id of ['../up', '..', '.hidden', 'a/b']) {
    await expect(charts.save({ id, comparison: comparisonOf() })).rejects.toMatchObject({
      code: 'invalid-input',
    })
    await expect(charts.delete({ id })).rejects.toMatchObject({ code: 'invalid-input' })
  }
  expect(existsSync(join(folder, '..', 'up.json'))).toBe(false)
})

test('charts of one name that are saved at once are two, and a file that is gone meanwhile is left out', async () => {
  const folder = join(tempFolder(), 'charts')
  const comparison = comparisonOf({ name: 'Same' })
  // Two windows, twice each.
  const [a, b] = [new SavedCharts(folder), new SavedCharts(folder)]
  const saved = await Promise.all([a, b, a, b].map((charts) => charts.save({ comparison })))
  const ids = ['same', 'same-2', 'same-3', 'same-4']
  expect(saved.map(({ id }) => id).sort()).toEqual(ids)
  symlinkSync(join(folder, 'nowhere'), join(folder, 'gone.json'))
  expect((await a.list()).map(({ id, comparison: read }) => [id, read?.name])).toEqual(
    ids.map((id) => [id, 'Same']),
  )
})

test('a file whose name is no id is listed with that', async () => {
  const folder = tempFolder()
  writeFileSync(join(folder, 'my chart.json'), '{"name":"z"}')
  const [listed] = await new SavedCharts(folder).list()
  expect(listed).toMatchObject({
    id: 'my chart',
    problem: expect.stringContaining('my chart.json') as string,
  })
  expect(listed?.problem).toContain('Rename the file')
  expect(listed?.comparison).toBeUndefined()
})

test('a chart that another window or an editor wrote since it was read is not replaced unasked', async () => {
  const folder = join(tempFolder(), 'charts')
  const charts = new SavedCharts(folder)
  const comparison = comparisonOf({ name: 'Shared' })
  const { id, modified } = await charts.save({ comparison })
  const path = join(folder, `${id}.json`)
  writeFileSync(path, '{"name":"Theirs"}')
  utimesSync(path, new Date(), new Date(Date.parse(modified) + 5000))
  await expect(charts.save({ id, comparison, modified })).rejects.toMatchObject({ code: 'changed' })
  const [theirs] = await charts.list()
  expect(theirs?.comparison?.name).toBe('Theirs')
  const saved = await charts.save({ id, comparison, modified: theirs?.modified ?? '' })
  expect(saved.comparison).toEqual(comparison)
  await charts.delete({ id })
  expect((await charts.save({ id, comparison, modified: saved.modified })).comparison).toEqual(comparison)
})
