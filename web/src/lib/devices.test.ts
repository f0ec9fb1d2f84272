import { describe, expect, it } from 'vitest'
import type { Device } from './device_types'
import { features, filtered, listPause_ms, refusals, refusedTotal, stateOf, tally, withOnline } from './devices'

const device = (mn: string, more: Partial<Device> = {}): Device => ({
  mn, site: `out.${mn}`, name_zh: '东郊排口', name_en: 'East outlet', lon: 117.2, lat: 29.3, outlet: 'DW001', note: '', system_code: '32', password: '123456',
  minute_interval_min: 10, label_is_end: false, addresses: [], expires: null, cipher_key_set: false, accept_modbus_crc: false, accept_bad_crc: false, silent_after_s: 7200,
  revision: 1, state: 'active', online: true, edition: '2017', peer: '10.0.0.1:5000', connected_since: null, last_seen: null, frames: 0, answered: 0, observations: 0,
  refused: {}, last_words: '', clock_offset_s: null, takeovers: 0, silent: false, ...more,
})

describe('devices', () => {
  it('are retired or expired whatever the line says, and silent before offline', () => {
    expect(stateOf(device('A'))).toBe('online')
    expect(stateOf(device('A', { online: false }))).toBe('offline')
    expect(stateOf(device('A', { silent: true }))).toBe('silent')
    expect(stateOf(device('A', { online: false, silent: true }))).toBe('silent')
    expect(stateOf(device('A', { state: 'retired', silent: true }))).toBe('retired')
    expect(stateOf(device('A', { state: 'expired', online: false }))).toBe('expired')
  })

  const score = (n: number | null): Pick<Device, 'conformity'> => ({ conformity: { score: n, messages: 9, findings: [] } })
  const all = [device('A1', score(79.9)), device('A2', { ...score(80), online: false }), device('B1', { ...score(null), silent: true, name_zh: '西郊' }), device('B2', { note: '备用' })]

  it('are counted by state; one without a score is not low', () => {
    expect(tally(all)).toEqual({ online: 2, offline: 1, silent: 1, expired: 0, retired: 0, low: 1 })
  })

  it('are found by filter and by every word of the search', () => {
    const mns = (filter: Parameters<typeof filtered>[1], search: string): string[] => filtered(all, filter, search).map((d) => d.mn)
    expect(mns('all', '')).toEqual(['A1', 'A2', 'B1', 'B2'])
    expect(mns('low', '')).toEqual(['A1'])
    expect(mns('silent', '')).toEqual(['B1'])
    expect(mns('all', '西郊')).toEqual(['B1'])
    expect(mns('all', ' dw001 备用 ')).toEqual(['B2'])
    expect(mns('online', 'a')).toEqual(['A1', 'B2'])
    expect(mns('all', 'nowhere')).toEqual([])
  })

  it('tell refusals, the most frequent first', () => {
    const d = device('A', { refused: { 'wrong crc': 2, 'wrong password': 30 } })
    expect(refusedTotal(d)).toBe(32)
    expect(refusals(d)).toBe('wrong password × 30, wrong crc × 2')
    expect(refusals(device('A'))).toBe('')
  })

  it('change by what the stream tells, and only the one it speaks of', () => {
    const [a, b] = withOnline(all, 'A1', false)
    expect(a?.online).toBe(false)
    expect(b).toBe(all[1])
    expect(withOnline(all, 'A1', true)[0]).toBe(all[0])
  })

  it('stand on the map where their site has a position, urgent ones above', () => {
    const { features: points } = features([...all, device('C', { lon: null, lat: null })])
    expect(points.map((p) => p.properties.mn)).toEqual(['A1', 'A2', 'B1', 'B2'])
    const order = (mn: string): number => points.find((p) => p.properties.mn === mn)!.properties.order
    expect(order('B1')).toBeGreaterThan(order('A2'))
    expect(order('A2')).toBeGreaterThan(order('A1'))
  })

  it('are asked for the less often the more there are', () => {
    expect(listPause_ms(20)).toBeLessThan(listPause_ms(2000))
    expect(listPause_ms(2000)).toBeLessThan(listPause_ms(20_000))
  })
})
