// A row of samples.jsonl for tests.
import type { SampleRow } from '../../src/shared/run/rows'

/** "01" and the end token, sampled, with reward 1. */
export function sampleRow(part: Partial<SampleRow>): SampleRow {
  return {
    stage: 1,
    step: 5,
    prompt_id: 'a',
    prompt: '01<sep>',
    completion: '01<end>',
    tokens: [0, 1, 3],
    logprobs: [-0.1, -2, 0],
    reward: 1,
    length: 2,
    greedy: false,
    ...part,
  }
}
