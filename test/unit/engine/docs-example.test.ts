// The example of docs/engine.md: it stands there as it runs here, and what it prints too.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { openEngines } from './engines'
import { fitLine } from './fit-line'

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8')
const page = read('../../../docs/engine.md')
const engines = await openEngines({ withXla: true })

describe('the example of docs/engine.md', () => {
  it('stands there word for word', () => {
    const source = read('./fit-line.ts')
    const body = source.slice(source.indexOf('/** Fits'))
    expect(page).toContain(body.trim())
  })

  it.each(engines.map(({ name }) => name))('fits a line on %s', async (name) => {
    const x = Float32Array.of(-1, 0, 1, 2)
    const [w, text] = await fitLine(
      name,
      x,
      x.map((value) => 3 * value),
    )
    expect(w).toBeCloseTo(3, 4)
    if (name === 'graph') expect(page).toContain(text.trim())
  })
})
