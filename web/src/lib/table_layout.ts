// How a table is laid out by the person before it: columns, order of rows, density; which rows are drawn; where the keys lead.

import type { Cell } from './table'

export interface Sort {
  id: string
  descending: boolean
}

export interface Layout {
  /** ids of the shown columns in their order; null: as the table has them */
  columns: string[] | null
  sorts: Sort[]
  dense: boolean
}

export const startLayout: Layout = { columns: null, sorts: [], dense: false }

const sorts_max = 4

/** What is kept as text; anything else gives the start. */
export function readLayout(text: string | null): Layout {
  try {
    const told: unknown = JSON.parse(text ?? 'null')
    if (typeof told !== 'object' || told === null) return startLayout
    const t = told as Record<string, unknown>
    const texts = (v: unknown): string[] | null => (Array.isArray(v) ? v.filter((x): x is string => typeof x === 'string') : null)
    const sorts = Array.isArray(t['sorts']) ? t['sorts'] : []
    return {
      columns: texts(t['columns']),
      sorts: sorts.filter((s): s is Sort => typeof s === 'object' && s !== null && typeof (s as Sort).id === 'string').map((s) => ({ id: s.id, descending: s.descending === true })).slice(0, sorts_max),
      dense: t['dense'] === true,
    }
  } catch {
    return startLayout
  }
}

/** The columns that are shown: chosen ones that are still there, the first one always first; all where nothing is left. */
export function shownColumns<C extends { id: string }>(all: readonly C[], chosen: readonly string[] | null): C[] {
  const first = all[0]
  if (!first || chosen === null) return [...all]
  const rest = [...new Set(chosen)].filter((id) => id !== first.id).flatMap((id) => all.find((c) => c.id === id) ?? [])
  return rest.length === 0 && !chosen.includes(first.id) ? [...all] : [first, ...rest]
}

/** A column one place to the left (-1) or right (1); at an end nothing changes. */
export function movedColumn(ids: readonly string[], id: string, by: -1 | 1): string[] {
  const at = ids.indexOf(id)
  const to = at + by
  if (at < 0 || to < 0 || to >= ids.length) return [...ids]
  const out = [...ids]
  out.splice(at, 1)
  out.splice(to, 0, id)
  return out
}

/**
 * The order of rows after a press on a column's head: rising, falling, none. With `add` the column joins the others (Shift), else it
 * is the only one.
 */
export function turned(sorts: readonly Sort[], id: string, add: boolean): Sort[] {
  const now = sorts.find((s) => s.id === id)
  const next: Sort | null = !now ? { id, descending: false } : now.descending ? null : { id, descending: true }
  if (!add) return next && sorts.length > 1 && now ? [{ id, descending: false }] : next ? [next] : []
  if (now) return next ? sorts.map((s) => (s.id === id ? next : s)) : sorts.filter((s) => s.id !== id)
  return next ? [...sorts, next].slice(0, sorts_max) : [...sorts]
}

const isMissing = (v: Cell): boolean => v === null || v === undefined || v === '' || (typeof v === 'number' && Number.isNaN(v))

/** A copy in order of several columns; missing values last in each, equal rows as they were. */
export function sortedBy<Row>(rows: readonly Row[], by: readonly { value: (row: Row) => Cell; descending: boolean }[], locale: string): Row[] {
  if (by.length === 0) return [...rows]
  const collator = new Intl.Collator(locale, { numeric: true })
  const keyed = rows.map((row) => ({ row, keys: by.map((b) => b.value(row)) }))
  keyed.sort((a, b) => {
    for (const [i, { descending }] of by.entries()) {
      const x = a.keys[i]
      const y = b.keys[i]
      if (isMissing(x) || isMissing(y)) {
        if (isMissing(x) !== isMissing(y)) return isMissing(x) ? 1 : -1
        continue
      }
      const way = typeof x === 'number' && typeof y === 'number' ? x - y : collator.compare(String(x), String(y))
      if (way !== 0) return descending ? -way : way
    }
    return 0
  })
  return keyed.map(({ row }) => row)
}

/** Rows are drawn in blocks; one that is far from what is seen is a gap as high as it was. */
export const block_rows = 60

/** First and last block (both included) that touch what is seen, with one screen before and after. */
export function blocksSeen(heights: readonly number[], top: number, height: number): { first: number; last: number } {
  const from = top - height
  const to = top + 2 * height
  let y = 0
  let first = -1
  let last = 0
  heights.forEach((h, i) => {
    if (y + h > from && first < 0) first = i
    if (y < to) last = i
    y += h
  })
  return { first: Math.max(0, first < 0 ? heights.length - 1 : first), last: Math.max(0, last) }
}

/** The cell a key leads to from (row, column); null where the key is none of the grid's. */
export function nextCell(key: string, control: boolean, row: number, column: number, rows: number, columns: number, page: number): [number, number] | null {
  const r = (n: number): number => Math.max(0, Math.min(rows - 1, n))
  const c = (n: number): number => Math.max(0, Math.min(columns - 1, n))
  switch (key) {
    case 'ArrowDown':
      return [r(row + 1), column]
    case 'ArrowUp':
      return [r(row - 1), column]
    case 'ArrowRight':
      return [row, c(column + 1)]
    case 'ArrowLeft':
      return [row, c(column - 1)]
    case 'PageDown':
      return [r(row + page), column]
    case 'PageUp':
      return [r(row - page), column]
    case 'Home':
      return [control ? 0 : row, 0]
    case 'End':
      return [control ? r(rows - 1) : row, c(columns - 1)]
    default:
      return null
  }
}
