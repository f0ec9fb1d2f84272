import { describe, expect, it } from 'vitest'
import { cuts, instantAt, makeTrack, neighbour, positionOf, positions, stretches, withInstant } from './track'

const hours = ['2020-04-03T00:00:00Z', '2020-04-03T01:00:00Z', '2020-04-03T02:00:00Z', '2020-04-03T06:00:00Z']
const track = makeTrack({ kind: 'air-station', from: hours[0]!, to: hours[3]!, step: 'PT1H', hours })

describe('track', () => {
  it('is even in time, gaps included', () => {
    expect(positions(track)).toBe(6)
    expect(instantAt(track, 4)).toBe('2020-04-03T04:00:00Z')
    for (let p = 0; p <= 6; ++p) expect(positionOf(track, instantAt(track, p)!)).toBe(p)
  })

  it('keeps the slider inside the track', () => {
    expect(positionOf(track, '2019-01-01T00:00:00Z')).toBe(0)
    expect(positionOf(track, '2030-01-01T00:00:00Z')).toBe(6)
    expect(instantAt(track, 99)).toBe('2020-04-03T06:00:00Z')
  })

  it('steps over a gap to the next data, and stops at both ends', () => {
    expect(neighbour(track, '2020-04-03T02:00:00Z', 1)).toBe('2020-04-03T06:00:00Z')
    expect(neighbour(track, '2020-04-03T04:00:00Z', 1)).toBe('2020-04-03T06:00:00Z')
    expect(neighbour(track, '2020-04-03T04:00:00Z', -1)).toBe('2020-04-03T02:00:00Z')
    expect(neighbour(track, '2020-04-03T06:00:00Z', 1)).toBeNull()
    expect(neighbour(track, '2020-04-03T00:00:00Z', -1)).toBeNull()
  })

  it('grows when an instant arrives and stays the same when it was there', () => {
    expect(withInstant(track, hours[1]!)).toBe(track)
    const grown = withInstant(track, '2020-04-03T07:00:00Z')
    expect(positions(grown)).toBe(7)
    expect(neighbour(grown, '2020-04-03T06:00:00Z', 1)).toBe('2020-04-03T07:00:00Z')
    expect(withInstant(track, '2020-04-03T04:00:00Z').have).toHaveLength(5)
  })

  it('shows stretches of data and the gap between them', () => {
    expect(stretches(track)).toEqual([{ from: 0, to: 2 / 6 }, { from: 1, to: 1 }])
  })

  it('cuts a gap of years short, and every position is still an instant of the track in order', () => {
    const far = withInstant(withInstant(track, '2026-11-24T10:00:00Z'), '2026-11-24T11:00:00Z')
    expect(positions(far)).toBe(6 + 8 + 2)
    expect(cuts(far)).toHaveLength(1)
    expect(cuts(track)).toEqual([])
    for (let p = 0; p <= positions(far); ++p) {
      expect(positionOf(far, instantAt(far, p)!)).toBe(p)
      if (p > 0) expect(instantAt(far, p)! > instantAt(far, p - 1)!).toBe(true)
    }
    expect(instantAt(far, 99)).toBe('2026-11-24T11:00:00Z')
    expect(stretches(far)).toHaveLength(3)
  })

  it('of no data has no instant', () => {
    const none = makeTrack({ kind: 'x', from: '', to: '', step: 'PT1H', hours: [] })
    expect(positions(none)).toBe(0)
    expect(instantAt(none, 0)).toBeNull()
    expect(positionOf(none, '2020-04-03T00:00:00Z')).toBe(0)
  })

  it('takes unsorted and repeated instants', () => {
    const again = makeTrack({ kind: 'x', from: hours[0]!, to: hours[3]!, step: 'PT1H', hours: [...hours, ...hours].reverse() })
    expect(again).toEqual({ ...track, kind: 'x' })
  })
})
