// Chooses and opens an engine.
import type { EngineName, EngineRequest } from '../shared/run/record'
import type { Engine } from './types'

/** An engine with what a run's record says about it. */
export interface OpenedEngine {
  engine: Engine
  name: EngineName
  /** Why this engine: a sentence. */
  reason: string
  device: string
  threads: number
  versions: Record<string, string>
}

/** Opens the engine asked for; `auto`: eager where native TensorFlow loads, else js. */
export declare function openEngine(
  request: EngineRequest,
  options: { threads?: number },
): Promise<OpenedEngine>
