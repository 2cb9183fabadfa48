// A renamed arm: every place that names it follows, and nothing else of the text changes.
import { expect, test } from 'vitest'
import { parseStudyText } from '../../../../src/shared/config/parse'
import { renameArm } from '../../../../src/shared/config/rename-arm'

const study = `name: ladder # a comment
task: { kind: parity, bits: 5 }
stages:
  - { kind: pretrain, steps: 10 }
  - { kind: rl, algorithm: grpo, steps: 5 }
arms:
  'positives, only': { stages.1.algorithm: psr } # the first
  GRPO:   {}
  GRPO.2: { stages.1.steps: 7 }
quick: { arms: [GRPO, GRPO.2], arms.GRPO.stages.1.steps: 2, arms.GRPO.2.stages.1.steps: 3 }
statements:
  - claim: GRPO wins.
    where: { arm: ['positives, only', GRPO] }
    stage: 1
    metric: eval/accuracy
    minus: { where: { arm: GRPO.2 } }
    atLeast: 0
charts:
  - { metric: eval/accuracy, where: { arm: GRPO } }
  - { metric: eval/accuracy, over: stages.1.steps, lines: { Ours: { arm: [GRPO] }, Theirs: { arm: GRPO.2 } } }
`

test('the key, quick, statements and charts follow; order, comments and layout stay', () => {
  const renamed = renameArm(study, 'GRPO', 'all, weighted')
  expect(renamed).toBe(
    study
      .replace('GRPO:   {}', '"all, weighted":   {}')
      .replace('arms: [GRPO,', 'arms: ["all, weighted",')
      .replace('arms.GRPO.stages.1.steps: 2', '"arms.all, weighted.stages.1.steps": 2')
      .replaceAll('where: { arm: GRPO }', 'where: { arm: "all, weighted" }')
      .replace("only', GRPO] }", `only', "all, weighted"] }`)
      .replace('Ours: { arm: [GRPO] }', 'Ours: { arm: ["all, weighted"] }'),
  )
  const parsed = parseStudyText(renamed)
  expect(parsed.ok ? parsed.value.runs.map((run) => run.point['arm']) : parsed.problems).toEqual([
    'positives, only',
    'all, weighted',
    'GRPO.2',
  ])
})

test('a quoted name loses its quotes where it needs none, and takes them where it does', () => {
  expect(renameArm(study, 'positives, only', 'psr')).toContain(
    '  psr: { stages.1.algorithm: psr } # the first',
  )
  expect(renameArm(study, 'GRPO.2', 'true')).toMatch(/\n {2}"true": \{/)
})

test('nothing happens to a text without that arm, with an arm of the new name, or that is no YAML', () => {
  expect(renameArm(study, 'SFT', 'x')).toBe(study)
  expect(renameArm(study, 'GRPO', 'GRPO.2')).toBe(study)
  expect(renameArm('arms: { a: [', 'a', 'b')).toBe('arms: { a: [')
})
