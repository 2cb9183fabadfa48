// The config diff of some runs as a table: a column for each config (runs that differ in the seed alone share one), a row for
// each field that differs, under the groups it is in. Pure.
import { configDifferences, shortText } from '../../../shared/config/diff'
import type { RunSummary } from '../../../shared/workbench-api'
import { formatPoint } from '../../ui/format'
import { withoutSeed } from './run-groups'

interface DiffColumn {
  readonly title: string
  readonly detail: string
  readonly runIds: readonly string[]
}
/** A group of fields (no values), or a field with its value in each column. */
interface DiffRow {
  readonly key: string
  readonly label: string
  readonly depth: number
  readonly cells: readonly { readonly text: string; readonly isLikeFirst: boolean }[]
}
export interface DiffTable {
  readonly columns: readonly DiffColumn[]
  readonly rows: readonly DiffRow[]
}

type Config = Readonly<Record<string, unknown>>

/** Longest value a cell shows. */
const LONGEST = 80

/** The diff of runs whose configs are known; names and descriptions of the studies are left to the headings. */
export function diffTable(
  runs: readonly RunSummary[],
  configOf: (runId: string) => Config | undefined,
): DiffTable {
  const known = runs.flatMap((run) => {
    const config = configOf(run.record.id)
    return config ? [{ run, config: without(config, ['name', 'description']) }] : []
  })
  const groups = new Map<string, { runs: RunSummary[]; config: Config }>()
  for (const { run, config } of known) {
    const key = JSON.stringify([run.record.study, without(config, ['seed'])])
    const group = groups.get(key)
    if (group) group.runs.push(run)
    else groups.set(key, { runs: [run], config })
  }
  const isBySeed = groups.size < 2
  const columns = isBySeed
    ? known.map(({ run, config }) => ({ runs: [run], config }))
    : [...groups.values()].map(({ runs: members, config }) => ({
        runs: members,
        // A seed is told apart only where every column is one run.
        config: known.length === groups.size ? config : without(config, ['seed']),
      }))
  const differences = configDifferences(columns.map(({ config }) => config))
  return { columns: columns.map(({ runs: members }) => columnOf(members)), rows: rowsOf(differences) }
}

function columnOf(runs: readonly RunSummary[]): DiffColumn {
  const [first] = runs
  const { study = '', point = {} } = first?.record ?? {}
  const detail = formatPoint(runs.length === 1 ? point : withoutSeed(point))
  return {
    title: study,
    detail: runs.length === 1 ? detail : [detail, `n ${runs.length}`].filter(Boolean).join(', '),
    runIds: runs.map(({ record }) => record.id),
  }
}

function rowsOf(differences: ReturnType<typeof configDifferences>): DiffRow[] {
  let open: readonly string[] = []
  return differences.flatMap(({ path, values }) => {
    const parents = path.slice(0, -1)
    const shared = parents.findIndex((part, index) => open[index] !== part)
    const fresh =
      shared < 0 ? [] : parents.slice(shared).map((label, index) => ({ label, depth: shared + index }))
    open = parents
    const texts = values.map((value) => shortText(value, LONGEST))
    return [
      ...fresh.map(({ label, depth }) => ({
        key: parents.slice(0, depth + 1).join('.'),
        label,
        depth,
        cells: [],
      })),
      {
        key: path.join('.'),
        label: path.at(-1) ?? '',
        depth: parents.length,
        cells: texts.map((text) => ({ text, isLikeFirst: text === texts[0] })),
      },
    ]
  })
}

function without(config: Config, fields: readonly string[]): Config {
  return Object.fromEntries(Object.entries(config).filter(([field]) => !fields.includes(field)))
}
