// Pretraining of a linear model: fresh sequences of the task's mixture, one SGD update a sequence and head. Heads 2 … d are
// updated on long sequences only, each with its own counter.
import type { PretrainStage } from '../../shared/config/schema'
import { countPromptTokens } from '../../shared/tasks/task'
import type { StepResult } from '../experiment'
import { mixtureAt } from '../mixture'
import { averagesOf, streamOf, type LinearRun, type StageStep } from './linear-run'

/** One step: `batch` sequences. The losses are those of the model as the step found it. */
export function pretrainStep(run: LinearRun, stage: PretrainStage, at: StageStep): StepResult {
  const { task, sequence, trained, clock } = run
  const { promptLength, answerLength, endToken } = task
  const begin = clock()
  const mixture = mixtureAt(stage.mixture, at.step, stage.steps)
  const { prompts, answers, count } = task.drawExamples(streamOf(run, 'examples', at), stage.batch, mixture)
  const drawn = clock()
  const before = averagesOf(run).map((average) => average.slice())
  let [loss, tokens] = [0, 0]
  for (let row = 0; row < count; row++) {
    sequence.setPrompt(prompts.subarray(row * promptLength, (row + 1) * promptLength))
    const start = row * answerLength
    const length = answers.indexOf(endToken, start) - start
    loss += sequence.loss(before, answers, start, length)
    tokens += length + 1
    sequence.walk(answers, start, length, (head, label) => {
      trained[head]?.update(sequence.featuresOf(head), label)
    })
  }
  for (const one of trained) one.round()
  return {
    values: {
      'train/loss': loss / tokens,
      'train/loss_per_sequence': loss / count,
      'train/learning_rate': trained[0]?.rate ?? 0,
    },
    sequences: count,
    tokens: tokens + countPromptTokens(task, prompts),
    completions: [],
    seconds: { data: drawn - begin, update: clock() - drawn },
  }
}
