import { describe, expect, it } from 'vitest'
import { matches, sorted, toCsv } from './table'

describe('table', () => {
  it('sorts numbers as numbers and puts missing values last both ways', () => {
    const rows = [{ v: 9 }, { v: null }, { v: 10 }, { v: 1 }]
    expect(sorted(rows, (r) => r.v, false, 'en').map((r) => r.v)).toEqual([1, 9, 10, null])
    expect(sorted(rows, (r) => r.v, true, 'en').map((r) => r.v)).toEqual([10, 9, 1, null])
    expect(rows[0]).toEqual({ v: 9 })
  })

  it('sorts codes by the numbers in them', () => {
    expect(sorted(['P10', 'P9', 'P100'], (r) => r, false, 'en')).toEqual(['P9', 'P10', 'P100'])
  })

  it('finds rows by all words, wherever they are', () => {
    expect(matches('pm 昌江', '昌江断面', 'PM2.5')).toBe(true)
    expect(matches('pm 乐安河', '昌江断面', 'PM2.5')).toBe(false)
    expect(matches('', 'x')).toBe(true)
  })

  it('writes CSV that quotes, starts with a mark and disarms formulas', () => {
    const columns = [{ id: 'a', label: 'a', value: (r: string | number) => r }]
    expect(toCsv(columns, ['x,"y"', -1, '=1+1', '-5', ''])).toBe('\ufeffa\r\n"x,""y"""\r\n-1\r\n\'=1+1\r\n-5\r\n\r\n')
  })
})
