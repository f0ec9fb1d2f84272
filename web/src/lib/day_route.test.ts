import { describe, expect, it } from 'vitest'
import { route, stops } from './day_route'
import { aRecord } from './register_sample'
import type { RegisterRecord, Values } from './register_types'

const firm = (id: string, lon: number, values: Values = {}): RegisterRecord => ({ ...aRecord({}), register: 'enterprise', id, title: id, dues: [], values: { place: { type: 'Point', coordinates: [lon, 29] }, visits: 1, visits_max: 4, band: 'green', ...values } })
const matter = (id: string, ends: string, overdue: boolean, values: Values): RegisterRecord => ({ ...aRecord({}), register: 'complaint', id, title: id, values, dues: [{ deadline: 'x', zh: '', en: '', ends, overdue, warned: false, escalated_to: null }] })
const today = '2026-11-29'

describe('the stops of a day', () => {
  it('gather what is due at the firm it is about, the riskiest first, each with its reasons', () => {
    const all = stops([matter('a', '2026-11-20', true, { enterprise: 'F1' }), matter('b', '2026-12-02', false, { enterprise: 'F1' }), matter('c', '2026-12-03', false, { enterprise: 'F2' })], [firm('F1', 117.1), firm('F2', 117.2, { band: 'red' }), firm('F3', 117.3)], today)
    expect(all.map((s) => [s.id, s.reasons.map((r) => r.kind)])).toEqual([['F1', ['overdue', 'due-soon']], ['F2', ['credit-red']]])
    expect(all[0]!.visits).toBe(1)
  })

  it('take a matter without a firm by its own place, and leave out what has none', () => {
    const all = stops([matter('a', '2026-11-20', true, { place: { type: 'Point', coordinates: [117, 29] } }), matter('b', '2026-11-20', true, {})], [], today)
    expect(all.map((s) => s.id)).toEqual(['a'])
  })

  it('do not send anybody again to a firm at its yearly number but for what is due there', () => {
    const full = { visits: 4, visits_max: 4, band: 'yellow' }
    const all = stops([matter('a', '2026-11-29', false, { enterprise: 'F2' })], [firm('F1', 117.1, full), firm('F2', 117.2, full)], today)
    expect(all.map((s) => [s.id, s.capped])).toEqual([['F2', false], ['F1', true]])
    expect(route(all, 6, null).map((s) => s.id)).toEqual(['F2'])
  })

  it('walk from one to the nearest not yet seen, every stop once, and begin with the riskiest where nobody knows the place', () => {
    const all = stops([], [firm('far', 117.5, { band: 'red' }), firm('near', 117.11, { band: 'yellow' }), firm('middle', 117.2, { band: 'yellow' })], today)
    expect(route(all, 6, { lon: 117.1, lat: 29 }).map((s) => s.id)).toEqual(['near', 'middle', 'far'])
    const walked = route(all, 6, null)
    expect(walked.map((s) => s.id)).toEqual(['far', 'middle', 'near'])
    expect(walked[0]!.leg_m).toBeNull()
    expect(walked[1]!.leg_m).toBeGreaterThan(29_000)
    expect(route(all, 2, null).length).toBe(2)
  })
})
