import { describe, expect, it } from 'vitest'
import type { ComparedTime, ComparisonAnswer, Judged } from './api_types'
import { changesLevel, dayBefore, dayOf, dayOfEnd, dayStart, joined, pieces, reasons } from './comparison'

const judged = (value: number | null, level: number | null): Judged => ({
  rule: 'aqi-daily', edition: 'x', edition_by: 'asked', time: '2015-01-01T16:00:00Z', inputs: [],
  verdict: { status: value === null ? 'not-judged' : 'judged', value, level, name_zh: '', name_en: '', colour: null, text_colour: null, primary: [], over_limit: [] },
})
const compared = (because: string[], ...editions: Judged[]): ComparedTime => ({ time: '2015-01-01T16:00:00Z', differs: true, because, editions })

describe('a period', () => {
  it('is days of Beijing', () => {
    expect(dayOf(dayStart('2015-03-01'))).toBe('2015-03-01')
    expect(dayOfEnd('2015-01-01T16:00:00Z')).toBe('2015-01-01')
    expect(dayOfEnd('2015-01-01T17:00:00Z')).toBe('2015-01-02')
    expect(dayBefore('2015-03-01', 29)).toBe('2015-01-31')
    for (const day of ['', '2015-02-30', '2015-1-1', 'yesterday']) expect(dayStart(day), day).toBeNaN()
  })

  it('of one day holds its hours 1:00 to 24:00', () => {
    expect(pieces('2015-01-01', '2015-01-01', 92)).toEqual([{ from: '2014-12-31T16:00:01Z', to: '2015-01-01T16:00:00Z' }])
  })

  it('is cut into pieces that leave nothing out and hold nothing twice', () => {
    const all = pieces('2015-01-01', '2015-12-31', 92)
    expect(all.length).toBe(4)
    expect(all[0]?.from).toBe('2014-12-31T16:00:01Z')
    expect(all[3]?.to).toBe('2015-12-31T16:00:00Z')
    all.slice(1).forEach((p, i) => expect(Date.parse(p.from) - Date.parse(all[i]!.to)).toBe(1000))
  })

  it('that ends before it begins, or is none, has no pieces', () => {
    expect(pieces('2015-01-02', '2015-01-01', 92)).toEqual([])
    expect(pieces('', '2015-01-01', 92)).toEqual([])
    expect(pieces('2015-01-01', '', 92)).toEqual([])
  })
})

describe('answers', () => {
  it('add up', () => {
    const answer = (n: number): ComparisonAnswer => ({ site: 's', rule: 'r', editions: ['a', 'b'], judged: n, differing: 1, items: [compared(['PM10'])] })
    expect(joined([])).toBeNull()
    expect(joined([answer(3), answer(4)])).toMatchObject({ judged: 7, differing: 2, items: [{ because: ['PM10'] }, { because: ['PM10'] }] })
  })

  it('tell a change of level from a change of the number alone', () => {
    expect(changesLevel(compared([], judged(57, 2), judged(60, 2)))).toBe(false)
    expect(changesLevel(compared([], judged(98, 2), judged(101, 3)))).toBe(true)
    expect(changesLevel(compared([], judged(98, 2), judged(null, null)))).toBe(true)
  })

  it('count what decided', () => {
    expect(reasons([compared(['PM10', 'CO']), compared(['PM10']), compared(['PM2.5'])])).toEqual([{ item: 'PM10', n: 2 }, { item: 'CO', n: 1 }, { item: 'PM2.5', n: 1 }])
  })
})
