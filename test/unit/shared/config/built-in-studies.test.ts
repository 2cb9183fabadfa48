// The studies that come with the workbench: valid, without a warning, and what they say they are.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { formatProblems, parseStudyText } from '../../../../src/shared/config/parse'
import { editStudyText } from '../../../../src/shared/config/text'

const folder = join(import.meta.dirname, '../../../../resources/studies')
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => name.replaceAll('\\', '/'))
const read = (name: string) => readFileSync(join(folder, name), 'utf8')
function parsed(name: string) {
  const result = parseStudyText(read(name))
  if (!result.ok) throw new Error(formatProblems(name, result.problems))
  return result.value
}

/** Studies with few enough bits to be learned by heart, which is part of what they show. */
const smallEnough = ['parity/cost.yaml']

describe.each(files)('%s', (name) => {
  test('is valid, without a warning, named after its file, and says what it is for', () => {
    const { study, warnings } = parsed(name)
    const unexpected = warnings.filter(({ path }) => !(smallEnough.includes(name) && path === 'task.bits'))
    expect(formatProblems(name, unexpected)).toBe('')
    expect(`${study.name}.yaml`).toBe(name)
    const { claim = '', lookFor = '', source = '' } = study.about ?? {}
    const isReproduction = name.includes('/')
    expect(
      isReproduction ? Math.min(claim.length, lookFor.length) : study.description.length,
    ).toBeGreaterThan(100)
    if (isReproduction)
      expect([source, study.statements.length > 0]).toEqual([expect.stringMatching(/\d{4}/), true])
  })
  test('stays byte for byte the same when the editor sets a field to the value it has', () => {
    const edited = editStudyText(read(name), ['name'], parsed(name).study.name)
    expect(edited).toBe(read(name))
  })
})

test('the first study is the one of the paper at a size for a workstation', () => {
  const { runs } = parsed('parity-ntp-then-grpo.yaml')
  expect(runs).toHaveLength(1)
  expect(runs[0]?.config).toMatchObject({
    task: { kind: 'parity', bits: 20, longFraction: 0.2 },
    model: { kind: 'transformer', layers: 2, width: 64, heads: 4 },
    stages: [
      {
        kind: 'pretrain',
        steps: 1500,
        batch: 128,
        optimizer: { learningRate: 1e-3, warmupSteps: 50, decay: 'linear', clipNorm: 1 },
      },
      {
        kind: 'rl',
        algorithm: 'grpo',
        prompts: 16,
        group: 16,
        steps: 40,
        temperature: 1,
        reward: 'answer',
        clip: null,
        baseline: 'group-mean',
        scale: 'group-std',
        aggregation: 'sequence-sum',
        updatesPerBatch: 1,
        optimizer: { learningRate: 3e-4, warmupSteps: 0, decay: 'constant', clipNorm: null, weightDecay: 0 },
      },
    ],
    evaluate: { every: 10, samples: 1024 },
    seed: 0,
  })
})
