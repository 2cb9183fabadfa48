// Groups of a study that are not written because all in them is as by default: what has to be written of them before one of their
// fields can be. Pure.
import { fieldAt, isRecord } from '../../../shared/config/form'
import { getPath } from '../../../shared/config/paths'

/**
 * The discriminators of the groups around a path that `study` leaves out, with their paths: a model without its kind is none.
 */
export function missingKinds(study: unknown, path: readonly string[]): [path: string[], value: unknown][] {
  return path.slice(0, -1).flatMap((_, index): [string[], unknown][] => {
    const group = path.slice(0, index + 1)
    if (getPath(study, group) !== undefined) return []
    const field = fieldAt(group, study)
    if (field?.kind !== 'union' || !isRecord(field.default)) return []
    return [[[...group, field.discriminator], field.default[field.discriminator]]]
  })
}
