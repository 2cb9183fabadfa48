// How a training goes, for people, on stderr: one line that is written over on a terminal, sparse lines elsewhere.
import { stageSteps, type RunConfig } from '../shared/config/schema'
import type { RunSummary } from '../shared/workbench-api'
import { shortDuration, shortNumber } from './output'
import { pointParts } from './point'

/** Least time between two lines where they cannot be written over. */
const SPARSE_MS = 15_000
/** Span of training over which steps a second are measured. */
const RATE_SECONDS = 20

/** Metrics in a line, those that are there, with their short names. */
const keyMetrics = [
  ['train/loss_per_sequence', 'loss'],
  ['rl/reward', 'reward'],
  ['eval/greedy_accuracy', 'greedy'],
  ['eval/median_length', 'length'],
] as const

interface Stream {
  isTTY?: boolean
  columns?: number
  write(text: string): unknown
}

interface Mark {
  step: number
  time: number
}

/** Shows the progress of `total` runs. */
export class Progress {
  private title = ''
  private config: RunConfig | undefined
  private stage = -1
  private marks: Mark[] = []
  private lastLineAt = 0
  private isLineOpen = false

  constructor(
    private readonly stream: Stream,
    private readonly total: number,
  ) {}

  /** A run is about to start. */
  begin({ record }: RunSummary, index: number, config: RunConfig): void {
    const place = this.total > 1 ? [`run ${index + 1} of ${this.total}`] : []
    this.title = [record.study, ...place, ...pointParts(record.point)].join(', ')
    this.config = config
    this.stage = -1
    this.say(`${this.title}: ${record.id}`)
  }

  /** The run has new rows or another state. */
  update(summary: RunSummary): void {
    const { progress, record } = summary
    if (progress === undefined || record.state === 'queued') return
    const isNewStage = progress.stage !== this.stage
    if (isNewStage) this.marks = []
    this.stage = progress.stage
    this.marks.push({ step: progress.step, time: progress.time })
    while ((this.marks[1]?.time ?? Infinity) < progress.time - RATE_SECONDS) this.marks.shift()
    const line = this.line(summary)
    if (this.stream.isTTY) this.overwrite(line)
    else if (isNewStage || Date.now() - this.lastLineAt > SPARSE_MS) this.say(line)
  }

  /** The run is over. */
  end(summary: RunSummary): void {
    const { record, progress } = summary
    if (this.stream.isTTY && progress !== undefined) this.overwrite(this.line(summary))
    const time = record.seconds ?? progress?.time
    const after = time === undefined ? '' : ` after ${shortDuration(time)}`
    const reason = record.state === 'finished' ? '' : `: ${record.exitReason ?? 'no reason was recorded'}`
    this.say(`${this.title}: ${record.state}${after}${metricsText(summary)}${reason}`)
  }

  /** A line that stays. */
  say(text: string): void {
    this.stream.write(`${this.isLineOpen ? '\n' : ''}${text}\n`)
    this.isLineOpen = false
    this.lastLineAt = Date.now()
  }

  private overwrite(text: string): void {
    const width = (this.stream.columns ?? 80) - 1
    this.stream.write(`\r\u001B[2K${text.length > width ? `${text.slice(0, width - 1)}…` : text}`)
    this.isLineOpen = true
  }

  private line(summary: RunSummary): string {
    const stage = this.config?.stages[this.stage]
    const step = summary.progress?.step ?? 0
    if (this.config === undefined || stage === undefined) return this.title
    const name = stage.kind === 'rl' ? stage.algorithm : stage.kind
    const place = `stage ${this.stage + 1}/${this.config.stages.length} ${name}, step ${step}/${stageSteps(stage)}`
    const paused = summary.record.state === 'paused' ? ', paused' : ''
    return `${this.title}: ${place}${metricsText(summary)}${this.pace(stageSteps(stage) - step)}${paused}`
  }

  private pace(stepsLeft: number): string {
    const first = this.marks[0]
    const last = this.marks.at(-1)
    if (first === undefined || last === undefined || last.step <= first.step || last.time <= first.time)
      return ''
    const rate = (last.step - first.step) / (last.time - first.time)
    const isLastStage = this.config !== undefined && this.stage === this.config.stages.length - 1
    const left = `${shortDuration(stepsLeft / rate)} left${isLastStage ? '' : ' in this stage'}`
    return `, ${shortNumber(Number(rate.toPrecision(3)))} steps/s, ${left}`
  }
}

function metricsText({ last }: RunSummary): string {
  const parts = keyMetrics.flatMap(([name, short]) => {
    const value = last[name]
    return value === undefined ? [] : [`${short} ${shortNumber(Number(value.toPrecision(3)))}`]
  })
  return parts.length === 0 ? '' : `, ${parts.join(', ')}`
}
