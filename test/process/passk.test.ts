// `afterword passk` on the files of other programs: documents, tables, and refusals.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tempFolder } from '../helpers/temp-folder'
import { afterword } from '../helpers/workbench'

/** AIME24 as in the paper's table: 30 problems, of which a model solves the first `solved`, each once in n samples. */
function aime(folder: string, name: string, solved: number, n: number): string {
  const path = join(folder, name)
  const rows = Array.from({ length: 30 }, (_, idx) => ({
    idx,
    score: Array.from({ length: n }, (_, i) => i === 0 && idx < solved),
  }))
  writeFileSync(path, rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
  return path
}

test('two models on AIME24: curves, the table of solved problems and Delta_SE', async () => {
  const folder = tempFolder()
  const files = [aime(folder, 'base.jsonl', 23, 64), aime(folder, 'rl.jsonl', 19, 8)]
  const json = await afterword(folder, 'passk', ...files, '--k', '8,1,4', '--json')
  expect(json).toMatchObject({ code: 0, stderr: '' })
  const { sets } = JSON.parse(json.stdout) as { sets: Record<string, unknown>[] }
  expect(sets.map((set) => Object.keys(set))).toEqual(
    Array(2).fill(['name', 'problems', 'samples', 'pass', 'interval', 'majority']),
  )
  expect(sets[0]).toMatchObject({ name: 'base.jsonl', problems: 30, samples: 64 })
  const { pass, interval, majority } = sets[1] as Record<string, Record<string, never>>
  expect(Object.keys(pass ?? {})).toEqual(['1', '4', '8'])
  expect(pass?.['8']).toBeCloseTo(19 / 30, 12)
  expect(pass?.['4']).toBeCloseTo((19 / 30) * (4 / 8), 12)
  expect(interval?.['8']?.[0]).toBeGreaterThan(0.4)
  expect(interval?.['8']?.[1]).toBeLessThan(0.82)
  // A single right answer against seven equal wrong ones wins where it is drawn first, or ties with one.
  expect(majority?.['4']).toBe(0)

  const text = await afterword(folder, 'passk', ...files)
  expect(text.stdout).toMatch(/base\.jsonl solves +63\.3% +13\.3%\n *does not +0\.0% +23\.3%/)
  // pass@64 of the base is 23/30, pass@1 of the other 19/30/8.
  expect(text.stdout).toContain(`minus pass@1 of rl.jsonl: ${(100 * (23 / 30 - 19 / 240)).toFixed(1)} points`)
  expect(text.stdout).toContain('a lower bound')
})

test('k beyond the samples, a k that is no number and a broken file are refused with the rule', async () => {
  const folder = tempFolder()
  const path = aime(folder, 'base.jsonl', 23, 4)
  const beyond = await afterword(folder, 'passk', path, '--k', '1,8', '--json')
  expect(beyond.code).toBe(2)
  expect(beyond.stderr).toMatch(/--k 8: problem "0" of base\.jsonl has 4 samples; k must be at most/)
  expect(JSON.parse(beyond.stdout)).toMatchObject({ error: { code: 'invalid-input' } })
  expect(await afterword(folder, 'passk', path, '--k', '0')).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/--k 0: "0" is not a whole number from 1 on/) as string,
  })
  writeFileSync(path, '{"idx": 1}\n')
  expect(await afterword(folder, 'passk', path)).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/base\.jsonl:1: field score: missing/) as string,
  })
})
