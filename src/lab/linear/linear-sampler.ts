// Answers of a linear model, sampled or greedy, in the form of the other models' completions. One uniform number a decision, in
// the order of the decisions; a stream is read no further than that.
import type { RandomStream } from '../../engine/random'
import type { Task } from '../../shared/tasks/task'
import { logisticLoss, sigmoid } from '../../theory/linear-features'
import type { Sampled } from '../sampler'
import { decideGreedily, type Decide, type Heads, type LinearSequence } from './heads'

/** How an answer is drawn. */
export interface DrawOptions {
  readonly task: Task
  readonly heads: Heads
  readonly sequence: LinearSequence
  readonly temperature: number
}

/** Index of head 2a, whose decision shares a token with its neighbour: to stop is the end token, to go on the next bit. */
const STOP = 1

/**
 * Draws an answer to one prompt. Its log-probabilities are at the temperature, those of a greedy answer (no `noise`) at 1; the
 * entropy of a token is that of the decisions made for it.
 */
export function drawAnswer(
  { task, heads, sequence, temperature }: DrawOptions,
  prompt: Int32Array,
  promptIndex: number,
  noise: RandomStream | undefined,
): Sampled {
  const at = noise === undefined ? 1 : temperature
  const logprobs: number[] = []
  const entropies: number[] = []
  let goesOn = { logprob: 0, entropy: 0 }
  const decide: Decide = (head, logit) => {
    const scaled = logit / at
    const probability = sigmoid(scaled)
    const decision =
      noise === undefined ? decideGreedily(head, logit) : noise.uniform() < probability ? 1 : -1
    const surprise = logisticLoss(scaled)
    // -log(1 - sigmoid(z)) = z - log sigmoid(z)
    const entropy = surprise + (1 - probability) * scaled
    const logprob = decision > 0 ? -surprise : -surprise - scaled
    if (head === STOP && decision > 0) goesOn = { logprob, entropy }
    else {
      const before = head === STOP + 1 ? goesOn : { logprob: 0, entropy: 0 }
      logprobs.push(before.logprob + logprob)
      entropies.push(before.entropy + entropy)
    }
    return decision
  }
  sequence.setPrompt(prompt)
  const output = sequence.answer(heads, decide)
  // A whole chain ends by itself: its end token is certain.
  if (output.length > 1) {
    logprobs.push(0)
    entropies.push(0)
  }
  output.push(task.endToken)
  return { promptIndex, prompt, output, logprobs, entropies }
}
