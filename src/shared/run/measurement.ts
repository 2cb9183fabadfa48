// What was measured of a run's programs on a machine: the document the trainer remembers and `afterword measure` prints.
// Nothing is measured or decided here.
import { z } from 'zod'
import { preparationSchema } from './record'

/** Engines that `auto` chooses between where native TensorFlow loads. */
export const measuredEngines = ['graph', 'xla'] as const
export type MeasuredEngine = (typeof measuredEngines)[number]

const stageTimesSchema = z.object({
  preparation: preparationSchema,
  /** Medians, compiling left out. */
  stepSeconds: z.number(),
  evaluateSeconds: z.number(),
})

/** A remembered measurement: what it is of, and the times by engine, one entry a stage. */
export const measurementSchema = z.object({
  version: z.literal(1),
  host: z.string(),
  device: z.string(),
  threads: z.int(),
  /** Hash of everything that decides what the programs compute and of the versions that compute it. */
  program: z.string(),
  /** What each stage computes (stage-program.ts); missing in measurements of earlier versions. */
  stages: z.array(z.string()).optional(),
  /** Name of the study it was measured with. */
  study: z.string(),
  /** ISO 8601, UTC. */
  measured: z.string(),
  engines: z.partialRecord(z.enum(measuredEngines), z.array(stageTimesSchema)),
  /** Why an engine has no times. */
  problems: z.partialRecord(z.enum(measuredEngines), z.string()),
})
export type Measurement = z.output<typeof measurementSchema>

/** One engine's cost of a whole run, by its measurement. */
const engineCostSchema = z.object({
  engine: z.enum(measuredEngines),
  /** Mean over the run's steps. */
  stepSeconds: z.number(),
  /** Steps, evaluations, recording, loading and compiling. */
  runSeconds: z.number(),
})
export type EngineCost = z.output<typeof engineCostSchema>

/** What `afterword measure` answers: the measurement, what the run costs by it (cheapest first), and the choice in words. */
export const measurementReportSchema = z.object({
  measurement: measurementSchema,
  costs: z.array(engineCostSchema),
  reason: z.string(),
  /** Where it is remembered. */
  file: z.string(),
})
export type MeasurementReport = z.output<typeof measurementReportSchema>
