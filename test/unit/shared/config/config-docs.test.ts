// docs/config.md is written from the schema. When this fails after a change of the schema, write it anew:
// npx vitest run --project unit test/unit/shared/config/config-docs.test.ts --update
import { format, resolveConfig } from 'prettier'
import { expect, test } from 'vitest'
import {
  studyForm,
  type FormField,
  type GroupField,
  type UnionField,
} from '../../../../src/shared/config/form'
import { ruleOf } from '../../../../src/shared/config/words'

const intro = `# The config of a study

A study is a YAML or JSON file. Needed are \`name\`, \`task\` and \`stages\`; everything else has a default. Unknown keys are
errors that name the nearest valid key. \`afterword run\` completes the config and writes it to \`config.json\` of the run's
folder, defaults and seed included.

This page is made from the schema (\`src/shared/config/schema.ts\`) by a test; do not edit it.

\`\`\`yaml
name: parity-ntp-then-grpo
task: { kind: parity, bits: 20, longFraction: 0.2 }
stages:
  - { kind: pretrain, steps: 1500, optimizer: { warmupSteps: 50, decay: linear, clipNorm: 1 } }
  - { kind: rl, algorithm: grpo }
sweep: { task.longFraction: [0.1, 0.2, 0.4], seed: [0, 1, 2] } # optional: a grid, one run a point
\`\`\`
`
const rules = `## Rules across fields

- \`model.heads\` divides \`model.width\`.
- \`optimizer.warmupSteps\` is at most the stage's \`steps\`.
- \`group\` is at least 2 where \`baseline\` is \`group-mean\` or \`scale\` is \`group-std\`.
- \`updatesPerBatch\` divides \`prompts\` x \`group\`.
- An axis of \`sweep\` is the dotted path of a field of this config (not \`name\` or \`description\`) with at least one value; the
  last axis changes fastest. Every point is checked as a config of its own. A swept \`algorithm\` brings its own defaults along
  for every field that the file leaves out.

Warnings, not errors: a \`clip\` with \`updatesPerBatch\` 1 does nothing; pretraining on more sequences than there are inputs
(2^bits) lets a model memorise them; an axis that has a value twice repeats runs.
`

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '&lt;')
const code = (value: unknown): string => `\`${JSON.stringify(value)}\``

function isLeaf(field: FormField): boolean {
  return field.kind !== 'group' && field.kind !== 'union' && !(field.kind === 'list' && isNested(field.item))
}
const isNested = (field: FormField): boolean => field.kind === 'group' || field.kind === 'union'

function table(fields: readonly FormField[]): string {
  const rows = fields.filter(isLeaf).map((field) => {
    const isFixed = field.kind === 'choice' && field.required && field.choices.length === 1
    const fallback =
      isFixed || field.required ? 'needed' : field.default === undefined ? 'none' : code(field.default)
    const unit = field.unit === undefined ? '' : ` Unit: ${field.unit}.`
    const meaning = field.description === '' ? 'Tells it apart.' : field.description
    return `| \`${field.key}\` | ${cell(ruleOf(field))} | ${fallback} | ${cell(meaning)}${unit} |`
  })
  return rows.length === 0
    ? ''
    : ['| field | must be | default | meaning |', '| --- | --- | --- | --- |', ...rows].join('\n')
}

function section(heading: string, field: GroupField | UnionField, depth: number): string {
  const title = `${'#'.repeat(depth)} ${heading}\n\n${field.description}\n`
  if (field.kind === 'union') {
    const members = field.members.map((member) =>
      section(`\`${field.discriminator}: ${member.value}\``, member.field, depth + 1),
    )
    return [title, ...members].join('\n')
  }
  const inner = field.fields.flatMap((child) => {
    if (child.kind === 'group' || child.kind === 'union')
      return [section(`\`${child.key}\``, child, depth + 1)]
    if (child.kind === 'list' && (child.item.kind === 'group' || child.item.kind === 'union'))
      return [section(`\`${child.key}\``, { ...child.item, description: child.description }, depth + 1)]
    return []
  })
  return [title, table(field.fields), '', ...inner].join('\n')
}

test('docs/config.md says what the schema says', async () => {
  const text = [intro, section('Fields', studyForm, 2), rules].join('\n')
  const options = await resolveConfig('docs/config.md')
  const formatted = await format(text, { ...options, parser: 'markdown' })
  await expect(formatted).toMatchFileSnapshot('../../../../docs/config.md')
})
