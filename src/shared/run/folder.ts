// Names inside a workspace and a run folder (docs/run-folder.md). Pure strings; no file access.

/** File and folder names of a run folder. */
export const runFiles = {
  config: 'config.json',
  record: 'run.json',
  control: 'control.json',
  annotations: 'annotations.json',
  metrics: 'metrics.jsonl',
  samples: 'samples.jsonl',
  /** Byte offset of the first row of each (stage, step) in samples.jsonl: {"stage","step","offset"} a line. */
  samplesIndex: 'samples.index.jsonl',
  evaluations: 'evaluations',
  checkpoints: 'checkpoints',
  /** Weights an `init` config starts from, copied in when the run is queued. */
  init: 'init.safetensors',
  /** Weights of other runs that the stages name, copied in when the run is queued: see borrowedWeights. */
  weights: 'weights',
  /** Rows of the run's own data set, copied in when the run is queued. */
  dataset: 'dataset.jsonl',
  /** What a run that met numbers that are not finite was working on. */
  failure: 'failure.json',
  /** What `afterword measure` was told to measure, answered; no run's file. */
  measurement: 'measurement.json',
  log: 'trainer.log',
} as const

/** Files of a checkpoint folder. */
export const checkpointFiles = {
  model: 'model.safetensors',
  optimizer: 'optimizer.safetensors',
  state: 'state.json',
} as const

/** Names inside a workspace. */
export const workspaceFiles = {
  history: 'workbench.json',
  lock: 'workbench.lock',
  studies: 'studies',
  charts: 'charts',
  settings: 'settings.json',
  runs: 'runs',
  /** What can be built again from the run folders: columns/<run id>.bin. */
  cache: 'cache',
} as const

/** Where in a run folder the weights of another run's checkpoint lie. */
export function borrowedWeights(run: string, checkpoint: string): string {
  return `${runFiles.weights}/${run}-${checkpoint}.safetensors`
}

/** The name of an evaluation's file in `evaluations`. */
export function evaluationFile(stage: number, step: number): string {
  return `${checkpointName(stage, step)}.jsonl`
}

/** `<stage>-<step>`, the name of a checkpoint folder. */
export function checkpointName(stage: number, step: number): string {
  return `${stage}-${step}`
}

/** Stage and step of a checkpoint folder's name, or undefined where it is none. */
export function parseCheckpointName(name: string): { stage: number; step: number } | undefined {
  const match = /^(\d+)-(\d+)$/.exec(name)
  return match ? { stage: Number(match[1]), step: Number(match[2]) } : undefined
}
