// What a run's programs are, as one hash: equal hashes mean programs that cost the same, whatever their seeds, rates and
// numbers of steps.
import { createHash } from 'node:crypto'
import type { RunConfig } from '../shared/config/schema'
import { runProgram, sorted } from '../shared/run/stage-program'

/** SHA-256 of a config's programs and of the versions that run them. */
export function programSignature(config: RunConfig, versions: Readonly<Record<string, string>>): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted({ ...runProgram(config), versions })))
    .digest('hex')
}
