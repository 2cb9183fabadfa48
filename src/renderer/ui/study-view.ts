// What the window says about a study's text without running it. Pure.
import { parseStudyText } from '../../shared/config/parse'
import { describeModel, describeTask } from '../../shared/config/describe'
import { stageSteps, type StageConfig } from '../../shared/config/schema'
import { writtenValue } from '../../shared/run-filter/tree'

/** The parts of a study a person tells it by. */
export interface StudyOutline {
  task: string
  model: string
  stages: readonly string[]
  runs: number
}

/** The outline, or undefined where the text does not parse. */
export function outlineOf(text: string): StudyOutline | undefined {
  const parsed = parseStudyText(text)
  if (!parsed.ok) return undefined
  const { study, runs } = parsed.value
  return {
    task: `${study.task.kind} ${describeTask(study.task)}`,
    model: describeModel(study.model),
    stages: study.stages.map(outlineOfStage),
    runs: runs.length,
  }
}

/** e.g. "pretrain 1,500", "grpo 40" or "evaluate 256 x 16". */
function outlineOfStage(stage: StageConfig): string {
  if (stage.kind === 'evaluate') return `evaluate ${stage.problems} x ${stage.samples}`
  return `${stage.kind === 'rl' ? stage.algorithm : stage.kind} ${stageSteps(stage).toLocaleString('en-US')}`
}

/** The first sentence of a text: up to a full stop that ends a line or has a capital behind it. */
export function firstSentence(text: string): string {
  return /^.*?[.?!](?=\s+[A-Z0-9]|\s*$)/s.exec(text.trim())?.[0] ?? text.trim()
}

/** A name that no study has yet: "x copy", "x copy 2". */
export function copyName(name: string, taken: ReadonlySet<string>): string {
  for (let index = 1; ; index++) {
    const candidate = index === 1 ? `${name}-copy` : `${name}-copy-${index}`
    if (!taken.has(candidate)) return candidate
  }
}

/** The filter of the history that shows the runs of a study. */
export function studyFilter(name: string): string {
  return `study = ${writtenValue(name)}`
}
