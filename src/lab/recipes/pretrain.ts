// Pretraining: next-token prediction on the task's mixture, or on the stage's schedule of it. Fresh sequences every step, loss
// on the answer only (mean over its tokens, end token included).
import { createStream } from '../../engine/random'
import type { PretrainStage } from '../../shared/config/schema'
import { mixtureAt } from '../mixture'
import { joinSequences } from '../model/language-model'
import { adamValues, learningRateAt } from '../optimizer'
import { countPromptTokens } from '../../shared/tasks/task'
import type { Examples, Task } from '../../shared/tasks/task'
import { nextTokenUpdate } from '../updates'
import { sequenceWeights } from '../weights'
import type { Recipe, RecipeOptions } from './recipe'
import { scalarOf } from './recipe'

/** The recipe of a pretrain stage. */
export function createPretrain(stage: PretrainStage, options: RecipeOptions): Recipe {
  const { task, model, seed, clock } = options
  const { batch, optimizer } = stage
  return {
    functions: { train: nextTokenUpdate({ task, model, optimizer, rows: batch }) },
    step({ program, step, countUpdate }) {
      const begin = clock()
      const stream = createStream({ seed, purpose: 'examples', stage: options.stage, step })
      const examples = task.drawExamples(stream, batch, mixtureAt(stage.mixture, step, stage.steps))
      const lengths = outputLengths(task, examples)
      const tokens = lengths.reduce((sum, length) => sum + length, 0)
      const rate = learningRateAt(optimizer, step, stage.steps)
      const drawn = clock()
      const outputs = program.call('train', {
        sequences: joinSequences(task, examples.prompts, examples.answers, batch),
        answers: examples.answers,
        weights: sequenceWeights(lengths, batch, task.answerLength, 'token-mean'),
        adam: adamValues(optimizer, rate, countUpdate()),
      })
      const loss = scalarOf(outputs, 'loss')
      return {
        values: {
          'train/loss': loss,
          'train/loss_per_sequence': (loss * tokens) / batch,
          'train/grad_norm': scalarOf(outputs, 'gradientNorm'),
          'train/learning_rate': rate,
        },
        sequences: batch,
        tokens: tokens + countPromptTokens(task, examples.prompts),
        completions: [],
        seconds: { data: drawn - begin, update: clock() - drawn },
      }
    },
  }
}

/** Tokens of each answer, end token included. */
function outputLengths(task: Task, { answers, count }: Examples): number[] {
  return Array.from({ length: count }, (_, row) => {
    const answer = answers.subarray(row * task.answerLength, (row + 1) * task.answerLength)
    return answer.indexOf(task.endToken) + 1
  })
}
