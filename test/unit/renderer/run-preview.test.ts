// Numbers of the card "What this will run".
import { expect, test } from 'vitest'
import { previewOf } from '../../../src/renderer/features/editor/run-preview'
import { parseStudyText } from '../../../src/shared/config/parse'

function preview(sweep: string) {
  const parsed = parseStudyText(`name: x
task: { kind: parity, bits: 20, longFraction: 0.2 }
stages:
  - { kind: pretrain, steps: 100, batch: 10 }
  - { kind: rl, algorithm: grpo, prompts: 4, group: 8, steps: 5 }
${sweep}`)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return previewOf(parsed.value)
}

test('a single run: its steps and sequences, and what theory expects of greedy decoding', () => {
  const { facts, predictions } = preview('')
  expect(Object.fromEntries(facts.map((fact) => [fact.term, fact.low]))).toMatchObject({
    Runs: 1,
    'Steps a run': 105,
    'Sequences a run': 1160,
  })
  expect(predictions).toHaveLength(1)
  expect(predictions[0]?.verdict).toContain('0.2 is below 1/3')
  expect(predictions[0]?.values).toContainEqual(
    expect.objectContaining({ term: 'Loss plateau', text: '1.055 nats' }),
  )
})

test('a sweep over mixtures has a prediction for each, and says which', () => {
  const { facts, predictions, morePredictions } = preview(
    'sweep: { task.longFraction: [0.1, 0.2, 0.3, 0.4, 0.5] }',
  )
  expect(facts[0]).toMatchObject({ term: 'Runs', low: 5 })
  expect(predictions.map((each) => each.name)).toEqual(['20 bits, p 0.1', '20 bits, p 0.2', '20 bits, p 0.3'])
  expect(morePredictions).toBe(2)
})

test('seeds that share their pretraining are counted once', () => {
  const { facts } = preview('sweep: { stages.1.algorithm: [grpo, reinforce] }')
  expect(facts.find((fact) => fact.term === 'Sequences in all')).toMatchObject({ low: 1000 + 2 * 160 })
})
