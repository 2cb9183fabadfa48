// A plain value as YAML on one line. Pure.
import { stringify } from 'yaml'

/** A value as it may stand anywhere, in braces too: `0.2`, `'a, b'`, `{kind: rl, steps: 3}`. */
export function inlineYaml(value: unknown): string {
  const list = stringify([value], { collectionStyle: 'flow', lineWidth: 0, flowCollectionPadding: false })
  return list.slice('['.length, -']\n'.length)
}
