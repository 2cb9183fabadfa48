// Statements of a study file: what is refused, with field and rule, and what is only worth a warning.
import { expect, test } from 'vitest'
import { parseStudyText } from '../../../../src/shared/config/parse'

const study = (statement: string) =>
  parseStudyText(`name: s
task: { kind: parity }
stages: [{ kind: pretrain }]
sweep: { seed: [0, 1] }
statements:
  - { claim: It does., metric: eval/accuracy, ${statement} }
`)
const problems = (statement: string) => {
  const result = study(statement)
  return (result.ok ? result.value.warnings : result.problems).map(
    ({ path, message, severity, line }) => `${severity} ${line ?? '?'} ${path}: ${message}`,
  )
}

test('a statement with a band is fine', () => {
  expect(problems('stage: 0, lastSteps: 200, take: median, atLeast: .4, where: { seed: 1 }')).toEqual([])
})
test.each([
  ['stage: 0', 'atLeast: is missing: a statement needs a band (atLeast, atMost or contains)'],
  ['take: first, atMost: 30', 'reaches: is missing; take is first'],
  ['reaches: 1, atMost: 30', 'reaches: does nothing while take is last; it belongs to take first'],
  ['contains: 0', 'contains: needs over: interval, got over: each'],
  ['atLeast: 2, atMost: 1', 'atMost: must be at least atLeast (2), got 1'],
  ['lastSteps: 10, atLeast: 0', 'stage: is missing: steps and lastSteps count within a stage'],
  ['minus: {}, atLeast: 0', 'minus: must name other runs (where), another stage or another metric'],
  [
    'minus: { where: { seed: [0, 1] } }, atLeast: 0',
    'minus.where: matches several runs for one of where: it must name one value an axis',
  ],
  ['take: best, atLeast: 0', 'take: must be last, mean, median, max, min or first, got "best"'],
  ['atLeast: 0, atleast: 1', 'atleast: unknown key; did you mean atLeast?'],
])('%s is refused', (statement, message) => {
  expect(problems(statement)).toEqual([`error 6 statements.0.${message}`])
})
test('runs that no sweep makes are worth a warning: a quick study may lack them', () => {
  expect(problems('where: { seed: 7 }, atLeast: 0')).toEqual([
    'warning 6 statements.0.where: matches no run of the study',
  ])
  expect(problems('minus: { where: { task.bits: 8 } }, atLeast: 0')).toEqual([
    'warning 6 statements.0.minus.where: matches no run of the study',
  ])
})
