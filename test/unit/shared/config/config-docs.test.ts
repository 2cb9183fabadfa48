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
import {
  algorithms,
  plain,
  policyGradientPresets,
  rejectionPresets,
} from '../../../../src/shared/config/schema/presets'
import { ruleOf } from '../../../../src/shared/config/words'
import { presetChoices } from '../../../../src/renderer/features/editor/preset-text'

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
arms: { GRPO: {}, STaR: { stages.1.algorithm: star } } # optional: named variants, each may set several fields
sweep: { task.longFraction: [0.1, 0.2, 0.4], seed: [0, 1, 2] } # optional: a grid, one run a point
\`\`\`

A random sweep draws its points instead of listing them. Together with a \`sweep\` over seeds every point that is drawn is
trained with each of the seeds:

\`\`\`yaml
random:
  count: 20
  axes:
    stages.0.optimizer.learningRate: { min: 1.0e-4, max: 1.0e-2, scale: log }
    model.layers: { min: 1, max: 4, integer: true }
    stages.1.algorithm: [grpo, rloo]
sweep: { seed: [0, 1, 2] }
\`\`\`
`
const rules = `## Rules across fields

- \`model.heads\` divides \`model.width\`. \`optimizer.warmupSteps\` is at most the stage's \`steps\`.
- An axis of \`sweep\` is the dotted path of a field of this config with at least one value; the last axis changes fastest. Every
  point is checked as a config of its own. A swept \`algorithm\` brings its own defaults along for every field that the file
  leaves out.
- \`arms\` are one more axis, the outermost. An arm sets any fields, a whole stage (\`stages.1\`) or all \`stages\` included, or
  none; axes of the sweep are written after it and may not overwrite it. A run's point names its arm: \`{ arm: GRPO, seed: 0 }\`.
- \`random\` has paths as \`sweep\` has them, and shares none with it or with an arm; its points come inside the arms and around the sweep. A
  value is a function of \`random.seed\`, path and number of the draw: the same study draws the same points everywhere, a larger \`count\`
  begins with the points of a smaller one, and a further axis leaves the values of the others as they are. Values of a range have five
  digits; whole numbers on scale log come with probability proportional to log((n + 1) / n). No point is drawn twice, so \`count\` is at
  most the number of different points.
- Arms, draws and sweep together have at most 10,000 points.
- \`quick\` has the same paths, \`sweep.<axis>\`, \`random.axes.<axis>\` and \`arms.<name>.<path>\` too; \`arms\` with a list of names keeps those arms. The
  quick study is checked with the study.
- \`stage-<i>\` names an earlier stage; \`k\` is at most \`samples\`.

Refused, because nothing would be learned or two fields contradict each other:

- \`group\` 1 with \`baseline\` group-mean or leave-one-out, a group's \`scale\`, or groups without signal dropped or drawn again; one
  \`prompts\` x \`group\` with the batch's mean or spread;
- \`updatesPerBatch\` that does not divide \`prompts\` x \`group\`;
- both weights 0; \`rightWeight\` 0 with \`wrongReward\` 0 and no baseline; \`wrongReward\` 1;
- \`sampler\` data with a \`group\` above 1, groups dropped or drawn again, a group's \`baseline\` or \`scale\` (each answer has a
  prompt of its own), or a greedy \`baseline\` (nothing is sampled); where the task's answers are all right (all but hidden-method's)
  also \`baseline\` batch-mean and \`rightWeight\` 0;
- \`baseline\` critic with a group's \`scale\`; \`scale\` group-mean with a negative \`wrongReward\` or a KL in the reward;
- \`scale\` group-std with a baseline that is not the group's while all groups are kept, and batch-std without a baseline: where
  all answers are right the spread is 0 and the advantages are not; group-mean with \`baseline\` batch-mean or greedy likewise;
- \`clipHigh\` without \`clip\`; \`clip\` with \`surrogate\` log-probability (there is no ratio);
- \`kl.estimator\` k1 with \`kl.in\` loss (its expected gradient is zero); \`kl.target\` with \`kl.coefficient\` 0, or with a \`kl.horizon\` of a fifth of the sequences of a step or less;
- SFT on all of a model's own fresh samples at temperature 1 with \`aggregation\` sequence-sum (zero expected gradient).

Warnings, because they do nothing or not what they seem to: \`clip\` with one update on fresh samples; \`refreshEvery\` where
\`sampler\` is not policy; a temperature with SFT on data; a mixture's \`longFraction\` where a model writes
the answers, and a point of it with neither \`longFraction\` nor \`levels\`; fields of \`kl\` with \`kl.coefficient\` 0, and \`kl.horizon\` without
\`kl.target\`; fields of \`critic\` with another \`baseline\`; \`leap\` with \`partialFraction\` 0; \`distinct\` with \`group\` 1; a KL to the start of a stage of one update; groups dropped against a batch mean; a KL in the
reward under \`scale\` group-std with all groups kept; SFT on all of a model's own samples with 1/T, or on those of its earlier
weights or of the ones it begins with; a first stage that samples or measures freshly initialised weights; training on more of the task's sequences than there are inputs; an axis that has a value
twice, or two arms that set the same.
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
      isFixed || field.required
        ? 'needed'
        : field.default === BY_PRESET
          ? BY_PRESET
          : field.default === undefined
            ? 'none'
            : code(field.default)
    const unit = field.unit === undefined ? '' : ` Unit: ${field.unit}.`
    const meaning = field.description === '' ? 'Tells it apart.' : field.description
    return `| \`${field.key}\` | ${cell(ruleOf(field))} | ${fallback} | ${cell(meaning)}${unit} |`
  })
  return rows.length === 0
    ? ''
    : ['| field | must be | default | meaning |', '| --- | --- | --- | --- |', ...rows].join('\n')
}

/** Stands for a default that differs from preset to preset. */
const BY_PRESET = 'by preset'

/** One group for members that have the same fields; a default they do not share is left to the preset. */
function merged(groups: readonly GroupField[]): GroupField {
  const [first] = groups
  if (!first) throw new Error('a family has members')
  return {
    ...first,
    fields: first.fields
      .filter((field) => field.key !== 'algorithm' && field.key !== 'kind')
      .map((field): FormField => {
        const all = groups.flatMap((group) => group.fields.filter((each) => each.key === field.key))
        if (field.kind === 'group') return merged(all.filter((each) => each.kind === 'group'))
        const isShared = new Set(all.map((each) => JSON.stringify(each.default))).size === 1
        return isShared ? field : { ...field, default: BY_PRESET }
      }),
  }
}

/** RL's algorithms: two families, each with its fields once and a table of its presets. */
function algorithmSection(union: UnionField, depth: number): string {
  const family = (presets: object, title: string, text: string) => {
    const groups = union.members.flatMap(({ value, field }) =>
      value in presets && field.kind === 'group' ? [field] : [],
    )
    const rows = Object.entries(algorithms).flatMap(([name, { title: long, source, formula }]) =>
      name in presets
        ? [
            `| \`${name}\` | ${long} | \`${cell(formula)}\` | ${
              presetChoices(name)
                .map((choice) => `\`${choice}\``)
                .join(', ') || 'nothing'
            } | ${cell(source)} |`,
          ]
        : [],
    )
    const head = [
      '| algorithm | name | weight of log pi(y) | sets | source |',
      '| --- | --- | --- | --- | --- |',
    ]
    return [
      `${'#'.repeat(depth)} ${title}\n\n${text}\n`,
      [...head, ...rows].join('\n'),
      '',
      section(
        'Its fields',
        { ...merged(groups), description: 'By preset: the value the table above gives, else that of plain.' },
        depth + 1,
      ),
    ].join('\n')
  }
  const choices = Object.entries(plain).map(([name, value]) => `\`${name} ${JSON.stringify(value)}\``)
  return [
    family(
      policyGradientPresets,
      'Policy gradient',
      `One set of choices; an \`algorithm\` is a preset of them, and every choice can be set on its own. Plain, where a preset says nothing: ${choices.join(', ')}.`,
    ),
    family(
      rejectionPresets,
      'Rejection sampling',
      'Rounds of sampling, keeping right answers and fine-tuning on them.',
    ),
  ].join('\n')
}

function section(heading: string, field: GroupField | UnionField, depth: number): string {
  const title = `${'#'.repeat(depth)} ${heading}\n\n${field.description}\n`
  if (field.kind === 'union' && field.discriminator === 'algorithm')
    return [title, algorithmSection(field, depth + 1)].join('\n')
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
