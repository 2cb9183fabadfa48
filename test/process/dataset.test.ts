// A person's own data set through the command line: trained on, copied into the run, shown; bad rows refused by file and line.
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readConfig } from '../../src/run-folder/run-folder'
import { tempFolder } from '../helpers/temp-folder'
import { metricsOf } from '../helpers/trainer'
import { afterword, toyEngine, toyStudy } from '../helpers/workbench'

/** Sums of two digits, the units carried in the chain; every fourth is held out. */
const sums = Array.from({ length: 40 }, (_, index) => {
  const [a, b] = [index % 10, Math.floor(index / 10) + 3]
  return {
    prompt: `${a}+${b}=`,
    chain: `${a},${b};`,
    answer: `${a + b}`,
    split: index % 4 === 0 ? 'heldout' : 'train',
  }
})

function study(rows: readonly object[], changes: Record<string, unknown> = {}) {
  const folder = tempFolder()
  const content = rows.map((row) => `${JSON.stringify(row)}\n`).join('')
  writeFileSync(join(folder, 'sums.jsonl'), content)
  const path = join(folder, 'study.yaml')
  const text = toyStudy({
    name: 'sums',
    task: { kind: 'dataset', file: 'sums.jsonl', longFraction: 0.5 },
    stages: [
      { kind: 'pretrain', steps: 12, batch: 8 },
      { kind: 'evaluate', samples: 2 },
    ],
    evaluate: { every: 4, samples: 16, cells: 8 },
    ...changes,
  })
  writeFileSync(path, text)
  return { path, content, workspace: join(folder, 'workspace') }
}

test('a run on a data set trains on its own copy of the file, named with its hash', async () => {
  const { path, content, workspace } = study(sums)
  const sha256 = createHash('sha256').update(content).digest('hex')
  const result = await afterword(workspace, 'run', '--engine', toyEngine, path, '--json')
  expect(result).toMatchObject({ code: 0 })
  const { runs } = JSON.parse(result.stdout) as { runs: { id: string; folder: string; state: string }[] }
  const [run] = runs
  expect(run?.state).toBe('finished')
  const folder = run?.folder ?? ''
  expect(readFileSync(join(folder, 'dataset.jsonl'), 'utf8')).toBe(content)
  expect((await readConfig(folder)).task).toMatchObject({ kind: 'dataset', sha256 })

  const last = (await metricsOf(folder)).filter(({ stage }) => stage === 0).at(-1)?.values ?? {}
  expect(last['train/loss']).toBeGreaterThan(0)
  for (const split of ['train', 'heldout']) {
    const accuracy = last[`eval/${split}/level-1/accuracy`] ?? NaN
    expect(accuracy).toBeGreaterThanOrEqual(0)
    expect(accuracy).toBeLessThanOrEqual(1)
  }
  // What was evaluated are problems of the file, with its answers, in their own split.
  const problems = readFileSync(join(folder, 'evaluations', '1-0.jsonl'), 'utf8')
    .trim()
    .split('\n')
  const heldOut = problems
    .map((line) => JSON.parse(line) as { split: string; prompt: string; answer: string })
    .filter(({ split }) => split === 'heldout')
  expect(heldOut.length).toBeGreaterThan(0)
  for (const { prompt, answer } of heldOut) {
    const row = sums.find((one) => `${one.prompt}<sep>` === prompt)
    expect(row).toMatchObject({ split: 'heldout', answer })
  }

  const shown = await afterword(workspace, 'show', run?.id ?? '')
  expect(shown).toMatchObject({ code: 0 })
  expect(shown.stdout).toMatch(new RegExp(`kind: dataset\\n +file: .*sums.jsonl\\n[^]*sha256: ${sha256}`))
})

test('a row with a missing field is refused with file, line and field, and nothing is trained', async () => {
  const { path, workspace } = study([
    ...sums.slice(0, 3),
    { prompt: '9+9=', chain: '9,9;' },
    ...sums.slice(3),
  ])
  const result = await afterword(workspace, 'run', path, '--json')
  expect(result.code).toBe(2)
  expect(result.stderr).toMatch(/sums\.jsonl, line 4: .*answer/)
  expect((await afterword(workspace, 'list')).stdout).toBe('')
})

test('a file that is not there, or not the one the study names by its hash, is refused', async () => {
  const { path, workspace } = study(sums)
  const missing = await afterword(workspace, 'run', path, '--set', 'task.file=other.jsonl')
  expect(missing).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/other\.jsonl: no such file/) as string,
  })
  const changed = await afterword(workspace, 'run', path, '--set', `task.sha256=${'0'.repeat(64)}`)
  expect(changed).toMatchObject({ code: 2, stderr: expect.stringContaining('sha256') as string })
})
