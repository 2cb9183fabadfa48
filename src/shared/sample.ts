// How the runs of the sample study that comes with the program are told: by a tag. Pure.
import type { Annotations } from './run/record'

/** Tag of the sample's runs; scripts/make-sample.mjs writes it. */
const SAMPLE_TAG = 'sample'

/** The name a person's own runs of the sample study go by, so that they are never grouped with the sample's. */
export const ownStudyName = (study: string): string => study.replace(/^sample\//, '')

/** Whether a run belongs to the sample, or a person says so. */
export const isSample = ({ annotations }: { annotations: Annotations }): boolean =>
  annotations.tags.includes(SAMPLE_TAG)
