// The edits of a saved chart beside its file, which other windows and programs write too.
import { expect, test } from 'vitest'
import { nextTick, shallowRef } from 'vue'
import { openChartDraft } from '../../../src/renderer/features/compare/chart-draft'
import { readDraft } from '../../../src/renderer/features/compare/drafts'
import type { SavedChart } from '../../../src/shared/workbench-api'
import { comparisonOf } from '../../helpers/compared-run'
import { usePage } from '../../helpers/page'

const page = usePage()

const asLines = comparisonOf({ name: 'Mine' })
const asBars = comparisonOf({ name: 'Mine', kind: 'bars' })
const asDots = comparisonOf({ name: 'Mine', figure: 'best' })
const chartOf = (comparison: typeof asLines, modified: string): SavedChart => ({
  id: 'mine',
  modified,
  comparison,
})

function opened(file = shallowRef<SavedChart | undefined>(chartOf(asLines, '1'))) {
  let told = 0
  const draft = page.scope.run(() =>
    openChartDraft(
      'workspace',
      'mine',
      () => file.value,
      () => told++,
    ),
  )
  if (!draft) throw new Error('no draft')
  return { draft, file, told: () => told }
}

test('a file that is written elsewhere is taken where nothing was edited', async () => {
  const { draft, file, told } = opened()
  file.value = chartOf(asBars, '2')
  await nextTick()
  expect(draft.history.value.value).toEqual(asBars)
  expect([draft.isChanged.value, draft.base(), told()]).toEqual([false, '2', 0])
})

test('where something was it is told of once, and saving would replace the file that was read', async () => {
  const { draft, file, told } = opened()
  draft.history.set(asDots)
  await nextTick()
  file.value = chartOf(asBars, '2')
  await nextTick()
  file.value = chartOf(asBars, '2')
  await nextTick()
  expect(draft.history.value.value).toEqual(asDots)
  expect([draft.base(), told()]).toEqual(['1', 1])
  expect(readDraft('workspace', 'mine')).toMatchObject({ comparison: asDots, modified: '1' })
  // Opened once more, it is told of again.
  const again = opened(file)
  expect([again.draft.base(), again.told()]).toEqual(['1', 1])
  again.draft.accept()
  expect(again.draft.base()).toBe('2')
})

test('taking the file goes on from it', async () => {
  const { draft, file } = opened()
  draft.history.set(asDots)
  await nextTick()
  file.value = chartOf(asBars, '2')
  await nextTick()
  draft.history.set(asBars)
  await nextTick()
  expect([draft.isChanged.value, draft.base()]).toEqual([false, '2'])
  expect(readDraft('workspace', 'mine')).toBeUndefined()
})

test('what is saved here is no news', async () => {
  const { draft, file, told } = opened()
  draft.history.set(asDots)
  await nextTick()
  await draft.saving(async () => {
    file.value = chartOf(asBars, '2')
    await nextTick()
    return chartOf(asBars, '2')
  })
  await nextTick()
  expect([draft.base(), told(), draft.isChanged.value]).toEqual(['2', 0, true])
})
