import { describe, expect, it } from 'vitest'
import { averagingOf, coarser, countByCounty, countOver, endOf, isOver, readingAt, timeAt, toMoments, windowOf, type MomentsAnswer } from './map_moments'
import { toInstant, toMs } from './time'
import { makeTrack } from './track'

const answer: MomentsAnswer = {
  property: 'PM2.5', unit: 'ug/m3', averaging: 'PT1H', rule: 'aqi-hourly', edition: 'HJ 633-2012',
  sites: ['a', 'b', 'c'],
  times: ['2020-04-03T01:00:00Z', '2020-04-03T02:00:00Z', '2020-04-03T04:00:00Z'],
  values: [[10, 80, null], [75, 75.1, 200], [null, null, 5]],
  levels: [[0, 2, null], [1, 2, 4], [null, null, 0]],
  scale: ['1', '2', '3', '4', '5'].map((code) => ({ code, colour: '#000000', label_zh: code, label_en: code })),
}
const m = toMoments(answer)

describe('moments', () => {
  it('are columns that find each site at each time, and nothing where nobody measured', () => {
    expect(timeAt(m, toMs('2020-04-03T02:00:00Z'))).toBe(1)
    expect(timeAt(m, toMs('2020-04-03T03:00:00Z'))).toBe(-1)
    expect(readingAt(m, 0, 'b')).toEqual({ value: 80, level: 2, step: answer.scale[2] })
    expect(readingAt(m, 0, 'c')).toBeNull()
    expect(readingAt(m, -1, 'b')).toBeNull()
    expect(readingAt(m, 0, 'nobody')).toBeNull()
  })

  it('are over a limit above its value alone, or from its step on', () => {
    expect([isOver(75, 1, { value: 75 }), isOver(75.1, 1, { value: 75 }), isOver(1, 2, { level: 2 }), isOver(1, 1, { level: 2 }), isOver(1, -1, { level: 0 })]).toEqual([false, true, true, false, false])
  })

  it('are counted at each time: the same as counting one by one', () => {
    const { over, all } = countOver(m, { value: 75 })
    expect([...over]).toEqual([1, 2, 0])
    expect([...all]).toEqual([2, 3, 1])
    expect([...countOver(m, { level: 2 }).over]).toEqual([1, 2, 0])
  })

  it('are counted by county, the worst first, and the counties sum to the whole', () => {
    const rows = countByCounty(m, 1, { value: 75 }, (site) => (site === 'a' ? 'north' : 'south'))
    expect(rows).toEqual([{ county: 'south', over: 2, all: 2 }, { county: 'north', over: 0, all: 1 }])
    expect(rows.reduce((n, r) => n + r.over, 0)).toBe(countOver(m, { value: 75 }).over[1])
    expect(countByCounty(m, -1, { value: 75 }, () => 'x')).toEqual([])
  })

  it('a lower limit is never over at fewer sites', () => {
    let before = Infinity
    for (let value = 0; value < 220; value += 5) {
      const sum = countOver(m, { value }).over.reduce((n, x) => n + x, 0)
      expect(sum).toBeLessThanOrEqual(before)
      before = sum
    }
  })
})

describe('means on the slider', () => {
  const hours = ['2020-04-02T15:00:00Z', '2020-04-02T16:00:00Z', '2020-04-02T17:00:00Z', '2020-04-30T16:00:00Z', '2020-04-30T17:00:00Z']
  const track = makeTrack({ kind: 'air-station', from: '', to: '', step: 'PT1H', hours })

  it('end with the legal day: 24:00 in Beijing is still of its day', () => {
    expect(hours.slice(0, 3).map((h) => toInstant(endOf(toMs(h), 'day')))).toEqual(['2020-04-02T16:00:00Z', '2020-04-02T16:00:00Z', '2020-04-03T16:00:00Z'])
    expect(coarser(track, 'day').have.map(toInstant)).toEqual(['2020-04-02T16:00:00Z', '2020-04-03T16:00:00Z', '2020-04-30T16:00:00Z', '2020-05-01T16:00:00Z'])
  })

  it('end with the month', () => {
    expect(coarser(track, 'month').have.map(toInstant)).toEqual(['2020-04-30T16:00:00Z', '2020-05-31T16:00:00Z'])
    expect(coarser(track, null)).toBe(track)
  })

  it('are asked by their names', () => expect([averagingOf(null, track), averagingOf('hour', track), averagingOf('day', track), averagingOf('month', track)]).toEqual(['PT1H', 'PT1H', 'P1D', 'P1M']))
})

describe('the window that is fetched', () => {
  it('holds its instant, is the same for its neighbours, and keeps the answer small', () => {
    for (const sites of [1, 5, 2000, 50_000]) {
      for (const at of ['2020-04-03T08:00:00Z', '2026-01-01T00:00:00Z', '1999-12-31T23:00:00Z']) {
        const w = windowOf(toMs(at), 'PT1H', sites)
        expect(toMs(w.from)).toBeLessThanOrEqual(toMs(at))
        expect(toMs(w.to)).toBeGreaterThanOrEqual(toMs(at))
        expect(windowOf(toMs(w.from), 'PT1H', sites)).toEqual(w)
        expect(windowOf(toMs(w.to), 'PT1H', sites)).toEqual(w)
        const steps = (toMs(w.to) - toMs(w.from) + 1000) / 3_600_000
        expect(steps).toBeGreaterThanOrEqual(24)
        expect(steps * sites).toBeLessThanOrEqual(Math.max(300_000, 24 * sites))
      }
    }
  })
})
