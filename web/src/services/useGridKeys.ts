import type { Ref } from 'vue'
import { nextCell } from '../lib/table_layout'

const cells = 'td, th'
const inside = 'a[href], button, input, select, textarea, summary'
const typing = 'input:not([type=checkbox]), textarea, select'
const page_rows = 12

/**
 * Arrow keys lead from cell to cell of a table, Enter to what can be used in the cell, Escape back to it. Gives the listener for
 * the element that holds the table and takes the focus by Tab. Rows with data-row count; others are passed over.
 */
export function useGridKeys(scroll: Ref<HTMLElement | null>): (e: KeyboardEvent) => void {
  const rowsOf = (): HTMLTableRowElement[] => [...(scroll.value?.querySelectorAll<HTMLTableRowElement>('tr[data-row]') ?? [])]

  function go(cell: HTMLElement | undefined): void {
    if (!cell) return
    cell.tabIndex = -1
    cell.focus({ preventScroll: true })
    cell.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }

  return (e) => {
    const at = e.target instanceof HTMLElement ? e.target : null
    if (!at || e.defaultPrevented || e.altKey || at.closest(typing)) return
    const cell = at.closest<HTMLElement>(cells)
    const row = cell?.closest<HTMLTableRowElement>('tr[data-row]')
    if (at === scroll.value) {
      if (e.key !== 'ArrowDown' && e.key !== 'ArrowRight') return
      e.preventDefault()
      return go(rowsOf()[0]?.cells[0])
    }
    if (!cell || !row) return
    if (e.key === 'Enter' && at === cell) {
      const use = cell.querySelector<HTMLElement>(inside)
      if (!use) return
      e.preventDefault()
      return use.focus()
    }
    if (e.key === 'Escape' && at !== cell) {
      e.preventDefault()
      return go(cell)
    }
    const rows = rowsOf()
    const to = nextCell(e.key, e.ctrlKey || e.metaKey, rows.indexOf(row), [...row.cells].indexOf(cell as HTMLTableCellElement), rows.length, row.cells.length, page_rows)
    if (!to) return
    e.preventDefault()
    go(rows[to[0]]?.cells[to[1]])
  }
}
