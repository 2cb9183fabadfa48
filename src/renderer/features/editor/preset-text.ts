// What an RL preset sets, what a stage changed of it, and what stays of a group when its kind changes. Pure.
import { activeFields, isRecord, type FormField, type UnionField } from '../../../shared/config/form'
import { policyGradientPresets, rejectionPresets } from '../../../shared/config/schema/presets'
import { toText } from './field-text'

/** Names of the choices in a preset as the config has them. */
const paths: Readonly<Record<string, string>> = {
  klCoefficient: 'kl.coefficient',
  klIn: 'kl.in',
  klEstimator: 'kl.estimator',
}

/** The choices of a preset in which it differs from plain policy gradient: `baseline group-mean`. */
export function presetChoices(algorithm: string): string[] {
  const presets: Readonly<Record<string, { choices: object }>> = {
    ...policyGradientPresets,
    ...rejectionPresets,
  }
  return Object.entries(presets[algorithm]?.choices ?? {}).map(
    ([name, value]) => `${paths[name] ?? name} ${toText(value) || 'none'}`,
  )
}

/** Whether a value is written that is not what holds without it. */
function isChanged(field: FormField, value: unknown): boolean {
  return (
    value !== undefined &&
    field.default !== undefined &&
    JSON.stringify(value) !== JSON.stringify(field.default)
  )
}

/** Fields of a stage that say something else than its preset, with their values: `clip 0.2`, `kl.coefficient 0.1`. */
export function changedChoices(fields: readonly FormField[], stage: unknown, prefix = ''): string[] {
  return fields.flatMap((field) => {
    const value = isRecord(stage) ? stage[field.key] : undefined
    const path = `${prefix}${field.key}`
    if (field.kind === 'group') return changedChoices(field.fields, value, `${path}.`)
    return isChanged(field, value) ? [`${path} ${toText(value) || 'none'}`] : []
  })
}

/** A value with another member of a union chosen: what both members have stays. */
export function withMember(union: UnionField, value: unknown, member: string): Record<string, unknown> {
  const chosen = { [union.discriminator]: member }
  const keys = activeFields(union, chosen).map((field) => field.key)
  const kept = Object.entries(isRecord(value) ? value : {}).filter(
    ([key]) => key !== union.discriminator && keys.includes(key),
  )
  return { ...chosen, ...Object.fromEntries(kept) }
}
