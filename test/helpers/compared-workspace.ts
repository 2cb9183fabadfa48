// A workspace of finished runs with values that can be worked out by hand: two algorithms on two numbers of bits, seeds that pair
// them, one run that ended early. The last greedy accuracy of seed s is the arm's first value plus 0.02 s.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createRun } from '../../src/run-folder/run-folder'
import { comparedConfig } from './compared-run'

const comparedArms = [
  { algorithm: 'grpo', bits: 8, first: 0.9, seeds: 5 },
  { algorithm: 'rloo', bits: 8, first: 0.7, seeds: 3 },
  { algorithm: 'grpo', bits: 12, first: 0.6, seeds: 3 },
  { algorithm: 'rloo', bits: 12, first: 0.5, seeds: 3 },
] as const

/** Writes the runs; returns their ids. */
export async function makeComparedWorkspace(folder: string, study = 'two algorithms'): Promise<string[]> {
  mkdirSync(join(folder, 'runs'), { recursive: true })
  const ids: string[] = []
  for (const { algorithm, bits, first, seeds } of comparedArms)
    for (let seed = 0; seed < seeds; seed++) {
      const id = `${algorithm}-${bits}-${seed}`
      ids.push(id)
      const path = join(folder, 'runs', id)
      const config = comparedConfig({
        name: study,
        task: { kind: 'parity', bits, longFraction: 0.2 },
        stages: [
          { kind: 'pretrain', steps: 100, batch: 10 },
          { kind: 'rl', algorithm, prompts: 4, group: 4, steps: 40 },
        ],
        seed,
      })
      await createRun(path, {
        config,
        record: {
          version: 1,
          id,
          study,
          point: { 'stages.1.algorithm': algorithm, 'task.bits': bits, seed },
          state: 'finished',
          created: new Date(Date.UTC(2026, 0, 1, 0, 0, ids.length)).toISOString(),
          engineRequest: 'auto',
        },
      })
      // The last one was stopped in its RL stage.
      const end = id === 'rloo-12-2' ? 20 : 40
      writeFileSync(join(path, 'metrics.jsonl'), rowsOf(bits, first + 0.02 * seed, seed, end))
    }
  return ids
}

function rowsOf(bits: number, last: number, seed: number, end: number): string {
  const rows: string[] = []
  const put = (stage: number, step: number, values: Record<string, number>) => {
    const place = 100 * stage + step
    rows.push(
      JSON.stringify({
        stage,
        step,
        time: place / 10,
        sequences: 10 * place,
        tokens: 10 * place * bits,
        values,
      }),
    )
  }
  for (let step = 1; step <= 100; step++) {
    const loss = bits * Math.exp(-step / 25) + 0.7 + 0.05 * Math.sin(step * (seed + 2))
    const isEvaluated = step % 10 === 0
    put(0, step, {
      'train/loss_per_sequence': loss,
      ...(isEvaluated ? { 'eval/greedy_accuracy': 0.5, 'eval/median_length': 1 + (step + seed) / 50 } : {}),
    })
  }
  for (let step = 1; step <= end; step++) {
    const share = step / 40
    put(1, step, {
      'rl/reward': 0.4 + 0.5 * share + 0.03 * Math.sin(step * (seed + 1)),
      ...(step % 4 === 0
        ? {
            'eval/greedy_accuracy': 0.5 + (last - 0.5) * share,
            'eval/median_length': 3 + bits * share,
            // A model that answers in one attempt what it can answer in sixteen, but for a little.
            ...(step === 40
              ? { 'eval/pass@1': last - 0.05, 'eval/pass@4': last, 'eval/pass@16': last + 0.01 }
              : {}),
          }
        : {}),
    })
  }
  return `${rows.join('\n')}\n`
}
