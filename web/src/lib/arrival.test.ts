import { describe, expect, it } from 'vitest'
import type { Judgement } from './api_types'
import { arrival } from './arrival'

function judgement(time: string, source: string): Judgement {
  return {
    site: 's', kind: 'air-station', rule: 'aqi-hourly', edition: 'HJ 633-2012', edition_by: 'data-date', time, averaging: 'PT1H',
    verdict: { status: 'judged', value: 1, level: 1, name_zh: '优', name_en: 'Excellent', colour: null, text_colour: null, primary: [], over_limit: [] },
    inputs: [{ property: 'PM10', value: 1, unit: 'ug/m3', rounded: 1, index: 1, class: null, used: true, voided: false, device_flag: 'N', quality: [], phenomenon_end: time, source }],
  }
}

const live = (time: string): Judgement => judgement(time, 'hj212')
const replayed = (time: string): Judgement => judgement(time, 'hj212-replay')
const at10 = '2020-04-03T10:00:00Z'
const at11 = '2020-04-03T11:00:00Z'

describe('a judgement that arrives', () => {
  it('is shown if it is as new as what its mark shows, and not if it is older', () => {
    expect(arrival(live(at11), { chosen: null, followed: null, current: at10 })).toBe('show')
    expect(arrival(live(at10), { chosen: null, followed: null, current: at10 })).toBe('show')
    expect(arrival(live(at10), { chosen: null, followed: null, current: at11 })).toBe('keep')
    expect(arrival(live(at10), { chosen: null, followed: null, current: null })).toBe('show')
  })

  it('does not move a map that stands at a chosen time, but corrects that time', () => {
    expect(arrival(live(at11), { chosen: at10, followed: null, current: at10 })).toBe('keep')
    expect(arrival(replayed(at11), { chosen: at10, followed: null, current: at10 })).toBe('keep')
    expect(arrival(live(at10), { chosen: at10, followed: null, current: at10 })).toBe('show')
  })

  it('takes the map along with a replay, even back from newer data', () => {
    expect(arrival(replayed(at10), { chosen: null, followed: null, current: '2021-01-01T00:00:00Z' })).toBe('follow')
    expect(arrival(replayed(at11), { chosen: null, followed: at10, current: at10 })).toBe('follow')
    expect(arrival(replayed(at10), { chosen: null, followed: at10, current: null })).toBe('show')
  })

  it('ignores a late message of a replay and follows one that begins anew', () => {
    expect(arrival(replayed(at10), { chosen: null, followed: at11, current: at11 })).toBe('keep')
    expect(arrival(replayed('2020-04-03T01:00:00Z'), { chosen: null, followed: at11, current: at11 })).toBe('follow')
  })
})
