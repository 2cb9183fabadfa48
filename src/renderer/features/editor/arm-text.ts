// What an arm sets as text, one field a line, and back. Pure.
import { parseDocument } from 'yaml'
import { isRecord } from '../../../shared/config/form'
import { inlineYaml } from '../../../shared/config/inline-yaml'

/** `stages.1.clip: 0.2` a line; '' for an arm that sets nothing. */
export function settingsText(arm: unknown): string {
  if (!isRecord(arm)) return ''
  return Object.entries(arm)
    .map(([path, value]) => `${path}: ${inlineYaml(value)}`)
    .join('\n')
}

/** The settings a text stands for; undefined where it is no list of fields. */
export function settingsFromText(text: string): Record<string, unknown> | undefined {
  const yaml = parseDocument(text)
  if (yaml.errors.length > 0) return undefined
  const value: unknown = yaml.toJS()
  if (value === null || value === undefined) return {}
  return isRecord(value) ? value : undefined
}
