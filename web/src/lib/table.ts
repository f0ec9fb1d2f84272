// Sorting, filtering and export of the dense tables.

export type Cell = string | number | boolean | null | undefined

export interface Column<Row> {
  id: string
  label: string
  /** what is sorted and exported */
  value: (row: Row) => Cell
  /** what is shown; the value itself if left out */
  text?: (row: Row) => string
  numeric?: boolean
  /** never broken over lines: days, times */
  whole?: boolean
  /** only in the export, where a cell that is drawn with its words becomes several columns */
  exportOnly?: boolean
  /** what the last row, of all rows together, says below the column */
  summary?: (rows: readonly Row[]) => string
}

/** "3–41": the least and the greatest of what is there; empty where nothing is. */
export function rangeText<Row>(rows: readonly Row[], value: (row: Row) => Cell, text: (n: number) => string = String): string {
  const numbers = rows.map(value).filter((v): v is number => typeof v === 'number' && !Number.isNaN(v))
  if (numbers.length === 0) return ''
  const least = numbers.reduce((a, b) => Math.min(a, b))
  const most = numbers.reduce((a, b) => Math.max(a, b))
  return least === most ? text(least) : `${text(least)}–${text(most)}`
}

/** True if every word of the search is somewhere in the texts. */
export function matches(search: string, ...texts: (string | null | undefined)[]): boolean {
  const all = texts.join('\n').toLowerCase()
  return search.toLowerCase().split(/\s+/).every((word) => all.includes(word))
}

function quoted(cell: Cell): string {
  const text = cell === null || cell === undefined ? '' : String(cell)
  // A leading sign would be read as a formula by spreadsheet programs; a number may begin with one.
  const safe = typeof cell === 'string' && /^[=+\-@\t]/.test(text) && Number.isNaN(Number(text)) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe
}

/** CSV of RFC 4180 with a byte order mark, as spreadsheet programs of the bureau expect. */
export function toCsv<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const lines = [columns.map((c) => quoted(c.label)), ...rows.map((row) => columns.map((c) => quoted(c.value(row))))]
  return `\ufeff${lines.map((l) => l.join(',')).join('\r\n')}\r\n`
}
