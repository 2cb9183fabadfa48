// Time left of a run: by the speed of its steps where little is known, by all it took where much is.
import { expect, test } from 'vitest'
import { progressOf } from '../../../src/renderer/ui/run-view'
import type { RunSummary } from '../../../src/shared/workbench-api'
import { runConfig } from '../../helpers/run-config'

const config = runConfig({ stages: [{ kind: 'pretrain', steps: 1000 }] })

/** A run that took `time` seconds to `step`, at `stepSeconds` a step now. */
function at(step: number, time: number, stepSeconds?: number): number | undefined {
  const run = {
    progress: { stage: 0, step, time, sequences: 0, tokens: 0 },
    last: stepSeconds === undefined ? {} : { 'perf/step_seconds': stepSeconds },
  } as unknown as RunSummary
  return progressOf(run, config)?.secondsLeft
}

test('a long first evaluation does not count for every step to come', () => {
  // 20 of 1,000 steps at .03 s, after 30 s of evaluation: 980 steps are half a minute and a bit, not 25 minutes.
  expect(at(20, 30.6, 0.03)).toBeGreaterThan(29)
  expect(at(20, 30.6, 0.03)).toBeLessThan(70)
})

test('evaluations on the way count as the stage goes on', () => {
  // 900 steps in 180 s, of which evaluations took 90 s.
  expect(at(900, 180, 0.1)).toBeCloseTo(100 * (0.1 * 0.1 + 0.9 * 0.2), 6)
})

test('without a measured step all steps so far tell; without any step nothing does', () => {
  expect(at(250, 50)).toBeCloseTo(150, 6)
  expect(at(0, 4)).toBeUndefined()
})
