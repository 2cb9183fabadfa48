// A saved chart (charts/*.json of the workspace): which runs are compared, in what, and how it is drawn. Its defaults are the
// picture that needs no hand: lines, everything but the seed grouped, mean with 95% interval, predictions dashed.
import { z } from 'zod'

const path = z
  .string()
  .max(200)
  .regex(
    /^[A-Za-z]\w*(\.\w+)*$/,
    'must be a dotted path into a config such as task.longFraction, or study or arm',
  )
const metric = z
  .string()
  .max(200)
  .regex(/^[\w.@-]+(\/[\w.@-]+)+$/, 'must be the name of a metric such as eval/greedy_accuracy')
/** What a figure of a run is told by: a metric, or a field of its config. */
const quantity = z.union([metric, path], 'must be a metric such as eval/accuracy or a path into a config')

/** Kinds of charts. */
const comparisonKinds = ['lines', 'attempts', 'scatter', 'bars', 'boxes', 'parallel', 'heat'] as const
/** Kinds that can show what groups differ by from a baseline. */
export const comparableKinds: readonly Comparison['kind'][] = ['lines', 'attempts', 'bars', 'boxes']
/**
 * Axes that every run has; a metric's name is an axis too. `samples`: completions sampled to train on; `flops`: of training, see
 * theory/flops.ts.
 */
const comparisonAxes = ['step', 'time', 'sequences', 'tokens', 'samples', 'flops'] as const
export type ComparisonAxis = (typeof comparisonAxes)[number]
/** What is drawn around a mean; `traces`: every run; `none`: nothing. */
const comparisonSpreads = ['interval', 'bootstrap', 'sd', 'se', 'min-max', 'iqm', 'traces', 'none'] as const
/** What is made of a run's values in a stage, where a chart has one figure a run; best: by the metric's direction. */
const figureKinds = ['last', 'best', 'mean', 'min', 'max'] as const

const smoothingSchema = z
  .strictObject({
    kind: z.enum(['none', 'ema', 'mean', 'gaussian']),
    /** ema: what remains of the past per point, below 1; mean: points; gaussian: standard deviation in points. */
    amount: z.number().min(0).max(10_000),
  })
  .refine(({ kind, amount }) => kind !== 'ema' || amount < 1, {
    path: ['amount'],
    message: 'must be below 1 for an exponential moving average: it is what remains of the past',
  })

/** Which runs: those a filter finds, also later ones, or these. */
const runsSchema = z.union(
  [
    z.strictObject({ filter: z.string().max(10_000) }),
    z.strictObject({ ids: z.array(z.string().min(1).max(120)).max(10_000) }),
  ],
  'must have either filter (a text) or ids (a list of run ids)',
)

/** What others are compared with: a run, or the runs with these values of config fields (or arm). */
const baselineSchema = z.union(
  [
    z.strictObject({ run: z.string().min(1).max(120) }),
    z.strictObject({
      where: z.record(path, z.json()).refine((where) => Object.keys(where).length > 0, 'names no field'),
    }),
  ],
  'must have either run (an id) or where (config fields and their values)',
)

/** A comparison. `version` grows when old files can no longer be read as they are. */
export const comparisonSchema = z
  .strictObject({
    version: z.literal(1).default(1),
    name: z.string().max(200).default(''),
    runs: runsSchema.default({ filter: '' }),
    kind: z.enum(comparisonKinds).default('lines'),
    /** A chart for each; of a scatter plot the y axes; of attempts with k for the number of them: eval/pass@k. */
    metrics: z.array(metric).min(1).max(20).default(['eval/greedy_accuracy']),
    /** Of lines an axis or a metric; of a scatter plot a metric or config field. */
    x: z.union([z.enum(comparisonAxes), quantity]).default('step'),
    stages: z
      .strictObject({
        /** A panel each, or one after the other on one axis. */
        layout: z.enum(['panels', 'joined']).default('panels'),
        /** Indices from 0; null: all that have values. Of kinds with one figure a run the last of them counts. */
        only: z.array(z.int().min(0).max(63)).min(1).nullable().default(null),
      })
      .prefault({}),
    /** seed: everything but the seed; run: nothing; else the values of these config fields. */
    group: z.union([z.enum(['seed', 'run']), z.array(path).min(1).max(8)]).default('seed'),
    colour: path.nullable().default(null),
    dash: path.nullable().default(null),
    facet: path.nullable().default(null),
    spread: z.enum(comparisonSpreads).default('interval'),
    smoothing: smoothingSchema.default({ kind: 'none', amount: 0 }),
    xScale: z.enum(['linear', 'log', 'log2']).default('linear'),
    yScale: z.enum(['linear', 'log']).default('linear'),
    clipOutliers: z.boolean().default(false),
    baseline: baselineSchema.nullable().default(null),
    /** percent: of the baseline's mean; paired: from the baseline's run of the same base checkpoint. */
    difference: z.enum(['none', 'percent', 'paired']).default('none'),
    theory: z.boolean().default(true),
    /** Kinds with one figure a run: what it is. */
    figure: z.enum(figureKinds).default('last'),
    /** Parallel coordinates: config fields before the metrics. */
    axes: z.array(path).max(20).default([]),
    /** Heat map: the config fields across and down. */
    across: path.nullable().default(null),
    down: path.nullable().default(null),
  })
  .superRefine((chart, context) => {
    const wrong = (field: string, message: string) =>
      context.addIssue({ code: 'custom', path: [field], message })
    const { kind, difference, baseline, yScale, x, across, down, axes } = chart
    if (difference !== 'none' && baseline === null)
      wrong('baseline', `difference ${difference} needs a baseline: a run, or the values of config fields`)
    if (difference !== 'none' && !comparableKinds.includes(kind))
      wrong('difference', `is for ${comparableKinds.join(', ')}; ${kind} shows values themselves`)
    const isOverAttempts = (metric: string) => metric.endsWith('@k')
    const misfit = chart.metrics.find((metric) => isOverAttempts(metric) !== (kind === 'attempts'))
    if (misfit !== undefined)
      wrong(
        'metrics',
        kind === 'attempts'
          ? `${misfit} is not measured for several numbers of attempts; attempts draws eval/pass@k, eval/maj@k and the like`
          : `${misfit} names no number of attempts; only attempts draws it over k, others need one such as ${misfit.replace(/k$/, '8')}`,
      )
    if (difference !== 'none' && yScale === 'log')
      wrong('yScale', 'must be linear for differences: they may be 0 or negative')
    if (kind === 'lines' && !isComparisonAxis(x) && !x.includes('/'))
      wrong('x', `must be ${comparisonAxes.join(', ')} or a metric for lines; config fields are for scatter`)
    if (kind === 'heat' && (across === null || down === null))
      wrong(across === null ? 'across' : 'down', 'must name a config field: a heat map has two swept axes')
    if (kind === 'heat' && across !== null && across === down) wrong('down', 'must not be the field across')
    if (kind === 'parallel' && axes.length + chart.metrics.length < 2)
      wrong('axes', 'parallel coordinates need two axes: name a config field or a second metric')
  })
export type Comparison = z.output<typeof comparisonSchema>

/** Whether an x axis is one that every run has. */
export const isComparisonAxis = (x: string): x is ComparisonAxis =>
  (comparisonAxes as readonly string[]).includes(x)
