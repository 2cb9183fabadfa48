// A choice of the page that survives a reload (which columns are shown, ...), in the page's own storage. Nothing that
// matters to a study is kept here.
import { shallowRef, watch, type ShallowRef } from 'vue'
import type { z } from 'zod'

/** A ref that starts from what was stored under `key`, where that fits the schema. */
export function useStored<Value>(key: string, schema: z.ZodType<Value>, fallback: Value): ShallowRef<Value> {
  const stored = shallowRef(read(key, schema, fallback))
  watch(stored, (value) => localStorage.setItem(`afterword.${key}`, JSON.stringify(value)))
  return stored
}

function read<Value>(key: string, schema: z.ZodType<Value>, fallback: Value): Value {
  const text = localStorage.getItem(`afterword.${key}`)
  if (text === null) return fallback
  try {
    return schema.parse(JSON.parse(text))
  } catch {
    // Written by another version: the choice is lost, nothing else.
    return fallback
  }
}
