// Numbers of the card "What this will run". Pure.
import type { ParsedStudy } from '../../../shared/config/parse'

/** A quantity over all runs: one number, or its range. */
export interface PreviewFact {
  term: string
  help: string
  low: number
  high: number
}
export interface Prediction {
  /** The mixture it is for; '' where the study has only one. */
  name: string
  verdict: string
  values: readonly { term: string; text: string; help: string }[]
}
export interface Preview {
  facts: readonly PreviewFact[]
  predictions: readonly Prediction[]
  morePredictions: number
}

/** What a valid study amounts to. */
export function previewOf({ runs }: ParsedStudy): Preview {
  return { facts: [{ term: 'Runs', help: 'Points of the grid.', low: runs.length, high: runs.length }], predictions: [], morePredictions: 0 }
}
