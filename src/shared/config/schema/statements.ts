// What a study claims, in a form a program can check: in words, and as a figure of its runs with a band; and the charts that
// show it. How figures are made is in src/statistics/statements.ts, rules across these fields in ../statement-rules.ts.
import { z } from 'zod'
import { count, field } from './field'

const where = field(z.record(z.string(), z.json()).default({}), {
  title: 'Where',
  description:
    'Which runs: dotted path of a config field (or arm) -> its value, or a list of values any of which will do; empty: all runs.',
})
const stage = field(z.int().min(-64).max(63).optional(), {
  title: 'Stage',
  description:
    'Index of the stage whose rows count, from 0; -1 is the last stage; empty: the rows of all stages.',
})
const metric = z.string().min(1)

/** A figure of a run: which rows, which metric, and what is made of its values. */
const figureFields = {
  where,
  stage,
  metric: field(metric, {
    title: 'Metric',
    description: 'Name of the metric.',
    example: 'eval/greedy_accuracy',
  }),
  against: field(metric.optional(), {
    title: 'Against',
    description:
      'Another metric of the same rows: the values are then the distances |metric - against|, at every row that has both.',
    example: 'theory/eval/long_fraction',
  }),
  steps: field(z.tuple([z.int().min(0), z.int().min(0)]).optional(), {
    title: 'Steps',
    description: 'First and last step of the stage whose rows count; empty: all.',
  }),
  lastSteps: field(count().optional(), {
    title: 'Last steps',
    unit: 'steps',
    description: 'Only rows of so many steps at the end of the stage count.',
  }),
  lastValues: field(count().optional(), {
    title: 'Last values',
    description: 'Only so many values count, the last ones.',
  }),
  take: field(z.enum(['last', 'mean', 'median', 'max', 'min', 'first']).default('last'), {
    title: 'Take',
    description:
      'What is made of the values of a run. first: where the metric reaches a level for the first time, in steps of the stage or sequences of the run.',
  }),
  reaches: field(z.number().optional(), {
    title: 'Reaches',
    description: 'With take first: the level, reached at this value or above.',
  }),
  unit: field(z.enum(['steps', 'sequences']).default('steps'), {
    title: 'Unit',
    description: 'With take first: what is counted.',
  }),
}

/** One statement of a study. */
export const statementSchema = z.strictObject({
  claim: field(z.string().min(1), {
    title: 'Claim',
    description: 'What the work says must be seen, in words.',
  }),
  ...figureFields,
  minus: field(
    z
      .strictObject({
        where,
        stage,
        metric: field(metric.optional(), { title: 'Metric', description: 'Empty: the same.' }),
      })
      .optional(),
    {
      title: 'Minus',
      description:
        'What is subtracted: the same figure of the run that is equal on all axes but those named in where (no where: of the run itself), at another stage or of another metric where these are given.',
    },
  ),
  over: field(z.enum(['each', 'mean', 'interval']).default('each'), {
    title: 'Over',
    description:
      'What must lie in the band: the figure of each run, the mean over seeds, or the whole 95% t interval of that mean.',
  }),
  atLeast: field(z.number().optional(), {
    title: 'At least',
    description: 'Lower end of the band, included.',
  }),
  atMost: field(z.number().optional(), { title: 'At most', description: 'Upper end of the band, included.' }),
  contains: field(z.number().optional(), {
    title: 'Contains',
    description: 'With over interval: a number the interval must contain, such as 0 for no difference.',
  }),
})

export type Statement = z.output<typeof statementSchema>

/** The statements of a study. */
export const statements = field(z.array(statementSchema).default([]), {
  title: 'Statements',
  description:
    'What the study claims, each with a figure of its runs and the band it must lie in; checked by `afterword reproduce`.',
  advanced: true,
})

const chartSchema = z.strictObject({
  ...figureFields,
  over: field(z.string().min(1).default('step'), {
    title: 'Over',
    description:
      'What the metric is drawn over: step, sequences or tokens (a curve), another metric (a path through both), k (pass@k: the metric without its @k), or a field of the config, such as an axis of the sweep (the figure of each run, as a statement makes it).',
  }),
  stages: field(z.array(z.int().min(0)).optional(), {
    title: 'Stages',
    description: 'For curves: the stages drawn; empty: all that have values.',
  }),
  scale: field(z.enum(['linear', 'log']).default('linear'), {
    title: 'Scale',
    description: 'Scale of the figures.',
  }),
  axisScale: field(z.enum(['linear', 'log2']).default('linear'), {
    title: 'Axis scale',
    description:
      'Where the metric is drawn over a field of the config: the scale of that field; log2 is logarithmic with ticks at powers of 2.',
  }),
  lines: field(z.record(z.string(), z.record(z.string(), z.json())).optional(), {
    title: 'Lines',
    description:
      'Where the metric is drawn over a field of the config: names of lines and which runs each is made of, as where has it; empty: a line for every combination of the other axes.',
  }),
  theory: field(metric.optional(), {
    title: 'Theory',
    description:
      'Where the metric is drawn over a field of the config: the closed form that is drawn dashed, one that `afterword theory` prints.',
    example: 'theory/star/rounds_to_flip',
  }),
})

export type StudyChart = z.output<typeof chartSchema>

/** The charts of a study. */
export const charts = field(z.array(chartSchema).default([]), {
  title: 'Charts',
  description: 'What `afterword reproduce` draws of the study.',
  advanced: true,
})
