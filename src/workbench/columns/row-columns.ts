// Lines of metrics.jsonl read into columns, as they are appended. A line that is no row (torn, damaged, of another shape) is
// left out, as everywhere. The checks are those of shared/run/rows.ts, by hand: a schema takes ten times as long.
import { isRecord } from '../../shared/config/form'
import { rowColumns, type Columns, type MetricColumn, type RowColumn } from './columns'
import { GrowingColumn } from './growing-column'

interface GrowingMetric {
  /** Row of each value. */
  rows: GrowingColumn
  values: GrowingColumn
}

/** Columns in memory that grow line by line. */
export class RowColumns implements Columns {
  private readonly base: Readonly<Record<RowColumn, GrowingColumn>>
  private readonly byName = new Map<string, GrowingMetric>()

  /** Begins with the rows of other columns; empty without. */
  constructor(start?: Columns) {
    const column = (name: RowColumn) => new GrowingColumn(start?.row(name))
    this.base = {
      stage: column('stage'),
      step: column('step'),
      time: column('time'),
      sequences: column('sequences'),
      tokens: column('tokens'),
    }
    for (const name of start?.metrics ?? []) {
      const metric = start?.metric(name)
      if (metric === undefined) continue
      const rows = metric.rows ?? Float64Array.from(metric.values.keys())
      this.byName.set(name, { rows: new GrowingColumn(rows), values: new GrowingColumn(metric.values) })
    }
  }

  get length(): number {
    return this.base.stage.length
  }

  get metrics(): string[] {
    return [...this.byName.keys()]
  }

  row(column: RowColumn): Float64Array {
    return this.base[column].view()
  }

  metric(name: string): MetricColumn | undefined {
    const found = this.byName.get(name)
    if (found === undefined) return undefined
    const isEveryRow = found.rows.length === this.length
    return { rows: isEveryRow ? undefined : found.rows.view(), values: found.values.view() }
  }

  /** Adds the row of a line, where it is one. */
  addLine(line: string): void {
    const row = parsed(line)
    if (!isRecord(row) || !rowColumns.every((name) => typeof row[name] === 'number')) return
    const { values } = row
    if (!isRecord(values) || !Number.isInteger(row['stage']) || !Number.isInteger(row['step'])) return
    const entries = Object.entries(values)
    if (!entries.every(([, value]) => typeof value === 'number' || isNonFinite(value))) return
    const place = this.length
    for (const name of rowColumns) this.base[name].push(row[name] as number)
    for (const [name, value] of entries) {
      let metric = this.byName.get(name)
      if (metric === undefined) {
        metric = { rows: new GrowingColumn(), values: new GrowingColumn() }
        this.byName.set(name, metric)
      }
      metric.rows.push(place)
      metric.values.push(Number(value))
    }
  }
}

const isNonFinite = (value: unknown): boolean =>
  value === 'NaN' || value === 'Infinity' || value === '-Infinity'

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
