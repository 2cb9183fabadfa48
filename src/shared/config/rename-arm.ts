// Another name for an arm of a study text: its key, and every place that names it (quick, statements, charts). Nothing else of
// the text is touched, so order, comments and layout stay. Whether the new name is a good one is for arms.ts. Pure.
import { isMap, isScalar, isSeq, parseDocument, visit, type Pair, type Scalar } from 'yaml'
import { inlineYaml } from './inline-yaml'

/** The text with the arm `from` called `to`; as it was where it does not parse, has no such arm, or has one called `to`. */
export function renameArm(text: string, from: string, to: string): string {
  const yaml = parseDocument(text, { version: '1.2' })
  const arms = yaml.errors.length > 0 ? undefined : yaml.get('arms')
  if (!isMap(arms) || !arms.has(from) || arms.has(to)) return text
  const others = arms.items.map(keyOf).filter((name) => name !== from)
  const edits: { node: Scalar; value: string }[] = []
  const rename = (node: unknown) => {
    if (isScalar(node) && String(node.value) === from) edits.push({ node, value: to })
  }
  for (const { key } of arms.items) rename(key)
  const quick = yaml.get('quick')
  for (const { key, value } of isMap(quick) ? quick.items : []) {
    if (isScalar(key) && key.value === 'arms' && isSeq(value)) value.items.forEach(rename)
    const own = settingOf(String(isScalar(key) ? key.value : ''), from, others)
    if (isScalar(key) && own !== undefined) edits.push({ node: key, value: `arms.${to}${own}` })
  }
  for (const part of ['statements', 'charts']) {
    const node = yaml.get(part)
    if (!isSeq(node)) continue
    visit(node, {
      Pair(_, pair) {
        if (!isMap(pair.value)) return
        const isLines = keyOf(pair) === 'lines'
        const choices = isLines ? pair.value.items.map(({ value }) => value) : [pair.value]
        if (!isLines && keyOf(pair) !== 'where') return
        for (const choice of choices.filter(isMap)) {
          const arm = choice.get('arm', true) as unknown
          for (const each of isSeq(arm) ? arm.items : [arm]) rename(each)
        }
      },
    })
  }
  // From the end on, so that the places before stay where they are.
  return edits
    .flatMap(({ node, value }) => (node.range ? [{ start: node.range[0], end: node.range[1], value }] : []))
    .sort((a, b) => b.start - a.start)
    .reduce((now, { start, end, value }) => now.slice(0, start) + inlineYaml(value) + now.slice(end), text)
}

const keyOf = ({ key }: Pair): string => String(isScalar(key) ? key.value : key)

/** What follows the arm's name in a path of quick; undefined where the path belongs to another arm. */
function settingOf(path: string, from: string, others: readonly string[]): string | undefined {
  const isOf = (name: string) => path.startsWith(`arms.${name}.`)
  if (!isOf(from) || others.some((name) => name.length > from.length && isOf(name))) return undefined
  return path.slice(`arms.${from}`.length)
}
