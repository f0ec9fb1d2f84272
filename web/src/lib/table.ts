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
}

function compare(a: Cell, b: Cell, collator: Intl.Collator): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  return collator.compare(String(a), String(b))
}

const isMissing = (v: Cell): boolean => v === null || v === undefined || v === '' || (typeof v === 'number' && Number.isNaN(v))

/** A sorted copy. Missing values come last in both directions; equal rows keep their order. */
export function sorted<Row>(rows: readonly Row[], value: (row: Row) => Cell, descending: boolean, locale: string): Row[] {
  const collator = new Intl.Collator(locale, { numeric: true })
  // Each value is worked out once, not at each comparison: tables have tens of thousands of rows.
  const keyed = rows.map((row) => ({ row, key: value(row) }))
  keyed.sort(({ key: a }, { key: b }) => {
    if (isMissing(a) || isMissing(b)) return Number(isMissing(a)) - Number(isMissing(b))
    return descending ? compare(b, a, collator) : compare(a, b, collator)
  })
  return keyed.map(({ row }) => row)
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
