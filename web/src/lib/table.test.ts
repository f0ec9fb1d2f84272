import { describe, expect, it } from 'vitest'
import { matches, rangeText, toCsv } from './table'

describe('table', () => {
  it('tells the least and the greatest of what is there', () => {
    expect(rangeText([{ v: 9 }, { v: null }, { v: 3 }], (r) => r.v)).toBe('3–9')
    expect(rangeText([{ v: 3 }], (r) => r.v, (n) => n.toFixed(1))).toBe('3.0')
    expect(rangeText([{ v: null }], (r) => r.v)).toBe('')
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
