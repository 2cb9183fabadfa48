// tfjs-core's own op tests against the recording backend. A test that passes op by op on tfjs-node applies; it passes when it
// passes with the values that graphs made of its recordings give.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { loadNative } from '../../src/engine/native'
import { runOpTests } from './jasmine'
import type { SpecResult } from './jasmine'
import { notApplicable, skipped } from './reasons'
import type { Reason } from './reasons'
import { createRecordingEnvironment } from './recording-environment'

let eager: SpecResult[] = []
let recorded: SpecResult[] = []
let graphReads = 0

process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2'
// The tensors are tiny.
process.env['TF_NUM_INTRAOP_THREADS'] ??= '1'
// tfjs warns about its second copy, which the tests bring, and about deprecated functions they call.
vi.spyOn(console, 'warn').mockImplementation(() => undefined)
const native = await loadNative().catch(() => undefined)

beforeAll(async () => {
  if (!native) return
  const recording = createRecordingEnvironment(native)
  const results = await runOpTests(
    [
      { name: 'eager', backendName: 'tensorflow' },
      { name: 'recording', backendName: recording.backendName },
    ],
    { before: recording.startRecording, after: recording.stopRecording },
  )
  eager = results.get('eager') ?? []
  recorded = results.get('recording') ?? []
  graphReads = recording.graphReads
}, 600_000)

afterAll(() => {
  vi.restoreAllMocks()
})

/** Whether `reason` explains the failure. */
const explains = (reason: Reason, spec: SpecResult): boolean =>
  (reason.message?.test(spec.message) ?? true) && (reason.names?.includes(spec.name) ?? true)

/** Failures by reason, and what no reason explains. */
function explain(failures: readonly SpecResult[], reasons: readonly Reason[]) {
  const counts: Record<string, number> = {}
  const unexplained: string[] = []
  for (const spec of failures) {
    const reason = reasons.find((one) => explains(one, spec))
    if (reason) counts[reason.why] = (counts[reason.why] ?? 0) + 1
    else unexplained.push(`${spec.name}: ${spec.message}`)
  }
  return { counts, unexplained }
}

/** The counts that the list of reasons states. */
const stated = (reasons: readonly Reason[], counts: Readonly<Record<string, number>>) =>
  Object.fromEntries(reasons.map(({ why, count }) => [why, count ?? counts[why]]))

describe.skipIf(!native)("tfjs-core's own op tests, on graphs made of recordings", () => {
  it('pass where they pass op by op, or are listed with a reason', () => {
    const passesOpByOp = new Set(eager.filter((spec) => spec.passed).map((spec) => spec.name))
    const applying = recorded.filter((spec) => passesOpByOp.has(spec.name))
    const passing = applying.filter((spec) => spec.passed)
    const missing = explain(
      applying.filter((spec) => !spec.passed),
      skipped,
    )
    console.log(
      `${recorded.length} tests, ${applying.length} apply, ${passing.length} pass (${((100 * passing.length) / applying.length).toFixed(1)} %), ${graphReads} graphs run`,
    )
    expect(missing.unexplained).toEqual([])
    expect(missing.counts).toEqual(stated(skipped, missing.counts))
    expect(applying.length).toBeGreaterThan(3300)
    expect(graphReads).toBeGreaterThan(3300)
    expect(passing.length / applying.length).toBeGreaterThan(0.9)
  })

  it('do not apply for a listed reason where tfjs-node fails them op by op', () => {
    const inapplicable = explain(
      eager.filter((spec) => !spec.passed),
      notApplicable,
    )
    expect(inapplicable.unexplained).toEqual([])
    expect(inapplicable.counts).toEqual(stated(notApplicable, inapplicable.counts))
  })

  it('include every test that a reason names', () => {
    const known = new Set(eager.map((spec) => spec.name))
    const named = [...notApplicable, ...skipped].flatMap(({ names }) => names ?? [])
    expect(named.filter((name) => !known.has(name))).toEqual([])
  })
})
