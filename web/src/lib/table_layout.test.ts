import { describe, expect, it } from 'vitest'
import { blocksSeen, movedColumn, nextCell, readLayout, shownColumns, sortedBy, startLayout, turned } from './table_layout'

const cols = ['a', 'b', 'c', 'd'].map((id) => ({ id }))

describe('the layout of a table', () => {
  it('reads what it wrote, and takes anything else as the start', () => {
    const layout = { columns: ['b', 'a'], sorts: [{ id: 'b', descending: true }], dense: true }
    expect(readLayout(JSON.stringify(layout))).toEqual(layout)
    for (const odd of [null, '', 'x', '3', '{"columns":3,"sorts":[7],"dense":"yes"}']) expect(readLayout(odd)).toEqual(startLayout)
  })
  it('shows the chosen columns in their order, the first one first, and all where none of them is there any more', () => {
    expect(shownColumns(cols, null).map((c) => c.id)).toEqual(['a', 'b', 'c', 'd'])
    expect(shownColumns(cols, ['d', 'b', 'gone', 'b']).map((c) => c.id)).toEqual(['a', 'd', 'b'])
    expect(shownColumns(cols, ['a']).map((c) => c.id)).toEqual(['a'])
    expect(shownColumns(cols, ['gone']).map((c) => c.id)).toEqual(['a', 'b', 'c', 'd'])
  })
  it('moves a column by one, and not over an end', () => {
    expect(movedColumn(['a', 'b', 'c'], 'c', -1)).toEqual(['a', 'c', 'b'])
    expect(movedColumn(['a', 'b', 'c'], 'c', 1)).toEqual(['a', 'b', 'c'])
    expect(movedColumn(['a', 'b', 'c'], 'x', 1)).toEqual(['a', 'b', 'c'])
  })
  it('turns a column rising, falling, off; with Shift beside the others', () => {
    const up = turned([], 'a', false)
    expect(up).toEqual([{ id: 'a', descending: false }])
    const down = turned(up, 'a', false)
    expect(down).toEqual([{ id: 'a', descending: true }])
    expect(turned(down, 'a', false)).toEqual([])
    const two = turned(down, 'b', true)
    expect(two).toEqual([{ id: 'a', descending: true }, { id: 'b', descending: false }])
    expect(turned(two, 'b', true)[1]).toEqual({ id: 'b', descending: true })
    expect(turned(turned(two, 'b', true), 'b', true)).toEqual(down)
    expect(turned(two, 'c', false)).toEqual([{ id: 'c', descending: false }])
  })
  it('sorts by several columns, missing last in each, equal rows as they were', () => {
    const rows = [{ n: 2, t: 'x' }, { n: 1, t: 'y' }, { n: 2, t: null }, { n: null, t: 'a' }, { n: 2, t: 'b' }]
    const by = (descending: boolean): { n: number | null; t: string | null }[] => sortedBy(rows, [{ value: (r) => r.n, descending }, { value: (r) => r.t, descending: false }], 'en')
    expect(by(false).map((r) => r.t)).toEqual(['y', 'b', 'x', null, 'a'])
    expect(by(true).map((r) => r.t)).toEqual(['b', 'x', null, 'y', 'a'])
    expect(sortedBy(rows, [], 'en')).toEqual(rows)
    expect(sortedBy(['P10', 'P9', 'P100'], [{ value: (r) => r, descending: false }], 'en')).toEqual(['P9', 'P10', 'P100'])
    expect(rows[0]).toEqual({ n: 2, t: 'x' })
  })
  it('draws the blocks that are seen and a screen around them', () => {
    const heights = Array.from({ length: 100 }, () => 1000)
    expect(blocksSeen(heights, 0, 700)).toEqual({ first: 0, last: 1 })
    expect(blocksSeen(heights, 50_000, 700)).toEqual({ first: 49, last: 51 })
    expect(blocksSeen(heights, 99_300, 700).last).toBe(99)
    expect(blocksSeen([], 0, 700)).toEqual({ first: 0, last: 0 })
  })
  it('leads the keys from cell to cell and stops at the edges', () => {
    expect(nextCell('ArrowDown', false, 0, 2, 3, 4, 10)).toEqual([1, 2])
    expect(nextCell('ArrowUp', false, 0, 2, 3, 4, 10)).toEqual([0, 2])
    expect(nextCell('End', true, 0, 0, 3, 4, 10)).toEqual([2, 3])
    expect(nextCell('Home', false, 2, 3, 3, 4, 10)).toEqual([2, 0])
    expect(nextCell('PageDown', false, 0, 1, 30, 4, 10)).toEqual([10, 1])
    expect(nextCell('x', false, 0, 0, 3, 4, 10)).toBeNull()
  })
})
