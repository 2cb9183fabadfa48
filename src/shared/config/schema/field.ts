// A field of the study schema: its rule together with what a form and the docs say about it.
import { z } from 'zod'

/** What a form and the docs need to know about a field beside its type. */
interface FieldMeta {
  title: string
  /** One or two sentences: meaning, and the reason for the default. */
  description: string
  unit?: string
  /** Hidden behind "more settings" in a form. */
  advanced?: boolean
  /** Heading a form puts its advanced field under. */
  section?: string
  /** Written into a study's text even where it equals the default: it says what the study is about. */
  essential?: boolean
  /** A valid value, where the rule is a pattern. */
  example?: string
  /** What it must be, to go after "must be", where its type says too little. */
  rule?: string
  [key: string]: unknown
}

/** A rule with its title, explanation and unit. */
export const field = <T extends z.ZodType>(schema: T, meta: FieldMeta): T => schema.meta(meta)

/** A whole number of at least 1. */
export const count = (max = 1_000_000_000) => z.int().min(1).max(max)

/** A share between 0 and 1, both included. */
export const share = () => z.number().min(0).max(1)
