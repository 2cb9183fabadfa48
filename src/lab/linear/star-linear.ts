// A STaR round of a linear model: sample, keep what earns reward 1, and run the SGD of pretraining on it from the start, from
// w = 0 and with new counters. No samples are stored: a further epoch draws the same ones again from the same counters.
import type { RejectionStage } from '../../shared/config/schema'
import { answerLengthOf } from '../../shared/tasks/task'
import type { StepResult } from '../experiment'
import { recordedCompletions, rolloutValues, scoreRollouts } from '../recipes/rollouts'
import type { Sampled } from '../sampler'
import type { Heads } from './heads'
import { averagesOf, streamOf, type LinearRun, type StageStep } from './linear-run'
import { drawAnswer } from './linear-sampler'

/** Prompts drawn at a time. */
const chunk = 4096
/** A round may have millions of samples: rl/… values, but for the kept fraction, are of so many of them, the first whole groups. */
const described = 16_384

/** One round. A head that no kept sample reaches (a chain's, where no long answer was kept) stays as it is. */
export function starRound(run: LinearRun, stage: RejectionStage, at: StageStep): StepResult {
  const { task, sequence, trained, clock } = run
  const begin = clock()
  const before = averagesOf(run).map((average) => average.slice())
  for (const one of trained) one.restart()
  const learn = ({ prompt, output }: Sampled) => {
    const length = answerLengthOf(task, output)
    sequence.setPrompt(prompt)
    sequence.walk(output, 0, length, (head, label) => trained[head]?.update(sequence.featuresOf(head), label))
  }
  const isKept = ({ prompt, output }: Sampled) => task.isRight(prompt, output, stage.reward)

  const mostSeen = Math.max(1, Math.floor(described / stage.group)) * stage.group
  const seen: Sampled[] = []
  const kept = { count: 0, loss: 0, tokens: 0 }
  const counts = { sequences: 0, tokens: 0 }
  drawRound(run, stage, at, before, (sampled) => {
    const { prompt, output } = sampled
    if (seen.length < mostSeen) seen.push(sampled)
    counts.sequences++
    counts.tokens += prompt.length + output.length
    if (!isKept(sampled)) return
    kept.count++
    kept.loss += sequence.loss(before, output, 0, answerLengthOf(task, output))
    kept.tokens += output.length
    learn(sampled)
  })
  for (let epoch = 1; epoch < stage.epochs; epoch++) {
    drawRound(run, stage, at, before, (sampled) => {
      if (isKept(sampled)) learn(sampled)
    })
  }
  for (const one of trained) one.round()
  const scored = scoreRollouts(seen, stage.reward, 0, task)
  return {
    values: {
      ...(kept.count === 0
        ? {}
        : {
            'train/loss': kept.loss / kept.tokens,
            'train/loss_per_sequence': kept.loss / kept.count,
            'train/learning_rate': trained[0]?.rate ?? 0,
          }),
      ...rolloutValues(scored, stage.group, task),
      'rl/kept_fraction': kept.count / counts.sequences,
    },
    ...counts,
    completions: recordedCompletions(scored, stage.group, at.step, { ...run, stage: at.stage }),
    seconds: { update: clock() - begin },
  }
}

/** Draws prompts x group answers, group by group. */
function drawRound(
  run: LinearRun,
  { prompts: count, group, temperature }: RejectionStage,
  at: StageStep,
  heads: Heads,
  visit: (sampled: Sampled) => void,
): void {
  const { task, sequence } = run
  const [promptStream, noise] = [streamOf(run, 'prompts', at), streamOf(run, 'rollout', at)]
  const options = { task, heads, sequence, temperature }
  for (let start = 0; start < count; start += chunk) {
    const size = Math.min(chunk, count - start)
    const prompts = task.drawPrompts(promptStream, size)
    for (let row = 0; row < size; row++) {
      const prompt = prompts.subarray(row * task.promptLength, (row + 1) * task.promptLength)
      for (let member = 0; member < group; member++) visit(drawAnswer(options, prompt, start + row, noise))
    }
  }
}
