// What is logged of sampled completions: counted by hand on a few answers to one parity.
import { expect, test } from 'vitest'
import { rolloutValues, scoreRollouts } from '../../../src/lab/recipes/rollouts'
import { taskOf } from '../../helpers/task'

const task = taskOf({ kind: 'parity', bits: 3 })
const end = task.endToken
const pad = task.padToken
/** 1 1 0: prefix parities 1, 0, 0. */
const prompt = Int32Array.of(1, 1, 0, 2)
const sampled = [
  // A right and a wrong bare answer, no answer, the chain, a wrong chain, one that does not end.
  ...[[0, end], [1, end], [end], [1, 0, 0, end], [1, 1, 1, end], [1, 0, 0, pad]],
].map((output) => ({
  promptIndex: 0,
  prompt,
  output,
  logprobs: output.map(() => -1),
  entropies: output.map((_, at) => (at === 0 ? 0.5 : 0)),
}))

test('lengths by outcome and by kind, shares and groups: an empty answer is neither short nor long', () => {
  const values = rolloutValues(scoreRollouts(sampled, 'answer', -1, task), 3, task)
  expect(values).toEqual({
    'rl/reward': -2 / 6,
    // Groups of rewards 1, -1, -1 and 1, -1, -1.
    'rl/reward_std': expect.closeTo(Math.sqrt(8 / 9), 12) as number,
    'rl/frac_reward_zero_std': 0,
    'rl/frac_all_right': 0,
    'rl/frac_all_wrong': 0,
    'rl/entropy': expect.closeTo((6 * 0.5) / 17, 12) as number,
    'rl/mean_length': 12 / 6,
    'rl/min_length': 0,
    'rl/max_length': 4,
    'rl/mean_terminated_length': (1 + 1 + 0 + 3 + 3) / 5,
    'rl/mean_length_right': (1 + 3) / 2,
    'rl/mean_length_wrong': (1 + 0 + 3 + 4) / 4,
    'rl/mean_length_long': (3 + 3 + 4) / 3,
    'rl/mean_length_short': 1,
    'rl/long_fraction': 3 / 6,
    'rl/truncated_fraction': expect.closeTo(1 / 6, 12) as number,
  })
})

test('what there is nothing of is left out: outcomes, kinds, ended answers, and the spread of groups of one', () => {
  const cut = rolloutValues(scoreRollouts(sampled.slice(-1), 'answer', 0, task), 1, task)
  expect(cut).not.toHaveProperty(['rl/mean_terminated_length'])
  expect(cut['rl/truncated_fraction']).toBe(1)
  const right = scoreRollouts(sampled.slice(0, 1), 'answer', 0, task)
  const names = Object.keys(rolloutValues(right, 1, task))
  expect(names.filter((name) => /wrong|long$|std|frac_/.test(name))).toEqual([])
})
