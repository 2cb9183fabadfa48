// What an evaluation says of its answers.
import { describe, expect, it } from 'vitest'
import { summarise } from '../../../src/lab/evaluation'

const answers = (count: number, length: number, right: number) =>
  Array.from({ length: count }, (_, index) => ({ length, isRight: index < right }))

describe('an evaluation', () => {
  it('judges greedy and sampled answers, long and short ones apart', () => {
    const greedy = [...answers(3, 1, 1), ...answers(1, 20, 1)]
    const sampled = [...answers(60, 20, 54), ...answers(140, 1, 70)]
    expect(summarise(greedy, sampled)).toEqual({
      'eval/greedy_accuracy': 0.5,
      'eval/median_length': 1,
      'eval/accuracy': 0.62,
      'eval/mean_length': 6.7,
      'eval/long_fraction': 0.3,
      'eval/long_accuracy': 0.9,
      'eval/short_accuracy': 0.5,
    })
  })

  it('leaves out an accuracy over fewer than 50 answers, and counts empty answers as neither long nor short', () => {
    const sampled = [...answers(50, 2, 50), ...answers(49, 1, 49), ...answers(1, 0, 0)]
    const values = summarise(answers(2, 1, 2), sampled)
    expect(values['eval/long_accuracy']).toBe(1)
    expect(values).not.toHaveProperty('eval/short_accuracy')
    expect(values['eval/long_fraction']).toBe(0.5)
  })

  it('takes the mean of the two middle lengths as the median of an even number', () => {
    const greedy = [...answers(1, 1, 0), ...answers(1, 4, 0), ...answers(2, 9, 0)]
    expect(summarise(greedy, answers(1, 1, 1))['eval/median_length']).toBe(6.5)
    expect(summarise(greedy.slice(1), answers(1, 1, 1))['eval/median_length']).toBe(9)
  })
})
