// The workbook inside a native chart: what opens when a person edits the chart's data. Each line has columns of its own.
import { strToU8, zipSync } from 'fflate'
import type { SlideSeries } from '../../../shared/slide-chart'
import { escaped, relationship, relationships, xmlHeader } from './xml'

const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
/** Files in a zip say when they were written; these always the same, so that equal charts are equal files. */
export const zipDate = new Date(2026, 0, 1)

/** A column of numbers under a heading, and where its cells are in formulas. */
interface SheetColumn {
  heading: string
  values: readonly (number | null)[]
}

/** The columns of a line: x, y, and the distances of its interval where it has error bars. */
export function sheetColumns({ name, points, errors }: SlideSeries): SheetColumn[] {
  return [
    { heading: `${name}: x`, values: points.map(([x]) => x) },
    { heading: name, values: points.map(([, y]) => y) },
    ...(errors
      ? [
          { heading: `${name}: below`, values: errors.map(([below]) => below) },
          { heading: `${name}: above`, values: errors.map(([, above]) => above) },
        ]
      : []),
  ]
}

/** Cells of a column as a formula: the heading, or the values below it. */
export function cells(column: number, values?: number): string {
  const name = columnName(column)
  return values === undefined ? `Sheet1!$${name}$1` : `Sheet1!$${name}$2:$${name}$${Math.max(1, values) + 1}`
}

/** A, B, …, Z, AA, … */
function columnName(index: number): string {
  const letter = String.fromCharCode(65 + (index % 26))
  return index < 26 ? letter : columnName(Math.floor(index / 26) - 1) + letter
}

/** The bytes of an .xlsx with one sheet of these columns. */
export function workbook(columns: readonly SheetColumn[]): Uint8Array {
  const parts: Record<string, string> = {
    '[Content_Types].xml': `${xmlHeader}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>`,
    '_rels/.rels': relationships([relationship(1, 'officeDocument', 'xl/workbook.xml')]),
    'xl/workbook.xml': `${xmlHeader}<workbook xmlns="${MAIN}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': relationships([relationship(1, 'worksheet', 'worksheets/sheet1.xml')]),
    'xl/worksheets/sheet1.xml': sheet(columns),
  }
  return zipSync(Object.fromEntries(Object.entries(parts).map(([name, text]) => [name, strToU8(text)])), {
    mtime: zipDate,
  })
}

function sheet(columns: readonly SheetColumn[]): string {
  const heading = columns
    .map(
      ({ heading: text }, index) =>
        `<c r="${columnName(index)}1" t="inlineStr"><is><t>${escaped(text)}</t></is></c>`,
    )
    .join('')
  const length = columns.reduce((most, { values }) => Math.max(most, values.length), 0)
  const rows = Array.from({ length }, (_, row) => {
    const filled = columns.map(({ values }, index) => {
      const value = values[row]
      return value === undefined || value === null
        ? ''
        : `<c r="${columnName(index)}${row + 2}"><v>${value}</v></c>`
    })
    return `<row r="${row + 2}">${filled.join('')}</row>`
  })
  return `${xmlHeader}<worksheet xmlns="${MAIN}"><sheetData><row r="1">${heading}</row>${rows.join('')}</sheetData></worksheet>`
}
