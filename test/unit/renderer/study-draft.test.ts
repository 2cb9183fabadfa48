// The draft of a study: nothing that was typed is lost or taken for saved, whoever writes the file meanwhile.
import { expect, test } from 'vitest'
import { nextTick, shallowRef } from 'vue'
import { openDrafts } from '../../../src/renderer/api/drafts'
import { openStudyDraft } from '../../../src/renderer/features/editor/use-study-draft'
import { usePage } from '../../helpers/page'

const page = usePage()

function opened(name: string, text: string | undefined) {
  const drafts = openDrafts('workspace')
  const file = shallowRef(text)
  const study = { name, savedText: () => file.value, newText: 'name: new\n' }
  const draft = page.scope.run(() => openStudyDraft(drafts, study))
  if (!draft) throw new Error('no draft')
  return { draft, drafts, file }
}

test('what is typed while the file is being written stays a draft', () => {
  const { draft, drafts } = opened('workspace a', 'name: a\n')
  draft.write('name: ab\n', 'name')
  const asked = draft.text.value
  draft.write('name: abc\n', 'name')
  draft.markSaved('workspace a', asked, asked)
  expect(draft.isDirty.value).toBe(true)
  expect(draft.isOutdated.value).toBe(false)
  expect(drafts.list.value.get('workspace a')?.text).toBe('name: abc\n')
  draft.markSaved('workspace a', 'name: abc\n', 'name: abc\n')
  expect(draft.isDirty.value).toBe(false)
  expect([...drafts.list.value]).toEqual([])
})

test('of a study that gets its file then, it becomes the draft of that file', () => {
  const { draft, drafts } = opened('new 1', undefined)
  const asked = draft.text.value
  draft.write('name: newer\n', 'name')
  draft.markSaved('workspace new', asked, asked)
  expect([...drafts.list.value.keys()]).toEqual(['workspace new'])
  expect(drafts.list.value.get('workspace new')).toMatchObject({ text: 'name: newer\n', base: asked })
})

test('a file that another program writes is taken where nothing was edited, and can be undone', async () => {
  const { draft, file } = opened('workspace a', 'name: a\n')
  file.value = 'name: b\n'
  await nextTick()
  expect(draft.text.value).toBe('name: b\n')
  expect(draft.isDirty.value).toBe(false)
  draft.undo()
  expect(draft.text.value).toBe('name: a\n')
})

test('and is told of where something was', async () => {
  const { draft, file } = opened('workspace a', 'name: a\n')
  draft.write('name: mine\n', 'name')
  file.value = 'name: b\n'
  await nextTick()
  expect(draft.text.value).toBe('name: mine\n')
  expect(draft.isOutdated.value).toBe(true)
  draft.discard()
  expect(draft.text.value).toBe('name: b\n')
  expect(draft.isOutdated.value).toBe(false)
})
