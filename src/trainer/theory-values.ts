// The closed forms' predictions that hold for a stage, as metrics theory/….
import type { RunConfig } from '../shared/config/schema'

export function theoryValues(_config: RunConfig, _stage: number): Record<string, number> {
  return {}
}
