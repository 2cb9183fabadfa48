import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { byCost } from '../../../src/renderer/api/study-order'
import type { StudySummary } from '../../../src/shared/workbench-api'

const folder = resolve(import.meta.dirname, '../../../resources/studies')

const tour = readFileSync(join(folder, 'parity-quick-tour.yaml'), 'utf8')

function study(id: string, text: string, source: StudySummary['source'] = 'built-in'): StudySummary {
  return { id, source, name: id, description: '', claim: '', text, modified: '2026-01-01T00:00:00.000Z' }
}

test('the quick tour leads the built-in studies, the one for a GPU comes behind its small version', () => {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.yaml'),
  )
  const builtIn = files.map((name) =>
    study(name.replace('.yaml', ''), readFileSync(join(folder, name), 'utf8')),
  )
  const ids = byCost(builtIn).map(({ id }) => id)
  expect(ids[0]).toBe('parity-quick-tour')
  expect(ids.indexOf('parity/paper')).toBeGreaterThan(ids.indexOf('parity/ntp-vs-rl'))
})

test("a person's own studies come behind and stay in their order; a built-in one that does not parse is the last of its kind", () => {
  const order = byCost([
    study('b', 'name: [', 'workspace'),
    study('broken', 'name: ['),
    study('small', tour),
    study('a', tour, 'workspace'),
  ])
  expect(order.map(({ id }) => id)).toEqual(['small', 'broken', 'b', 'a'])
})
