// Which runs a run came from and which came from it, laid out from left to right. Pure; drawing is LineageGraph.vue's.
import type { RunSummary } from '../../../shared/workbench-api'

/** A run in the graph; `column` counts from the oldest ancestor, `row` from the top. */
export interface LineageNode {
  readonly id: string
  /** Missing where the run is not in the workspace any more. */
  readonly run: RunSummary | undefined
  readonly column: number
  readonly row: number
}
interface LineageEdge {
  readonly from: string
  readonly to: string
  /** `<stage>-<step>`. */
  readonly checkpoint: string
}
export interface Lineage {
  readonly nodes: readonly LineageNode[]
  readonly edges: readonly LineageEdge[]
  /** Related runs that are not shown. */
  readonly hidden: number
}

/** More runs than this make no small graph. */
const MOST_NODES = 24

/** Ancestors, descendants and forks of the ancestors of some runs; the runs themselves and their ancestors are always in it. */
export function lineageOf(ids: readonly string[], runs: ReadonlyMap<string, RunSummary>): Lineage {
  const parents = new Map<string, { run: string; checkpoint: string }>()
  const children = new Map<string, string[]>()
  for (const { record } of runs.values()) {
    if (record.forkedFrom === undefined) continue
    parents.set(record.id, record.forkedFrom)
    const siblings = children.get(record.forkedFrom.run)
    if (siblings) siblings.push(record.id)
    else children.set(record.forkedFrom.run, [record.id])
  }
  const ancestorsOf = (id: string): string[] => {
    const chain = [id]
    for (
      let parent = parents.get(id);
      parent && !chain.includes(parent.run);
      parent = parents.get(parent.run)
    )
      chain.push(parent.run)
    return chain
  }
  const wanted = new Set(ids.flatMap(ancestorsOf))
  const related = new Set(wanted)
  const waiting = [...wanted]
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
    for (const child of children.get(next) ?? []) {
      if (related.has(child)) continue
      related.add(child)
      waiting.push(child)
    }
  const shown = new Set([...wanted, ...related].slice(0, Math.max(MOST_NODES, wanted.size)))
  const nodes: LineageNode[] = []
  let row = 0
  const place = (id: string, column: number) => {
    const own = row
    nodes.push({ id, run: runs.get(id), column, row: own })
    const shownChildren = (children.get(id) ?? []).filter((child) => shown.has(child)).sort()
    shownChildren.forEach((child, index) => {
      if (index > 0) row += 1
      place(child, column + 1)
    })
  }
  for (const id of shown) {
    const parent = parents.get(id)
    if (parent && shown.has(parent.run)) continue
    if (nodes.length > 0) row += 1
    place(id, 0)
  }
  const edges = nodes.flatMap(({ id }) => {
    const parent = parents.get(id)
    return parent && shown.has(parent.run)
      ? [{ from: parent.run, to: id, checkpoint: parent.checkpoint }]
      : []
  })
  return { nodes, edges, hidden: related.size - shown.size }
}
