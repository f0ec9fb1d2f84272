import { describe, expect, it } from 'vitest'
import type { Judgement, Site } from './api_types'
import { translator } from './i18n'
import { face, grey, spoken } from './site_view'

const t = translator('en')
const site: Site = { id: 'air.2344A', kind: 'air-station', name_zh: '兽医站', name_en: 'Veterinary Station', lon: 117.2, lat: 29.3, county: '360203', code: '2344A', attributes: {} }
const judged: Judgement = {
  site: 'air.2344A', kind: 'air-station', rule: 'aqi-hourly', edition: 'HJ 633-2012', edition_by: 'data-date', time: '2020-04-03T08:00:00Z', averaging: 'PT1H',
  verdict: { status: 'judged', value: 56, level: 2, name_zh: '良', name_en: 'Good', colour: '#ffff00', text_colour: '#000000', primary: ['PM10'], over_limit: [] },
  inputs: [],
}

describe('site view', () => {
  it('says number, colour and word as the server gave them', () => {
    expect(face(judged, judged.time, 'en', t)).toEqual({ label: '56', colour: '#ffff00', text: '#000000', word: 'Good', judged: true, voided: false, stale: false })
  })

  it('is grey with a dash where nothing was judged, and says why', () => {
    const f = face({ ...judged, verdict: { ...judged.verdict, status: 'not-judged', value: null, reason_en: 'No usable value', reason_zh: '没有可用的监测值' } }, judged.time, 'en', t)
    expect(f).toMatchObject({ label: '—', colour: grey.colour, word: 'No usable value', judged: false })
    expect(face(undefined, null, 'en', t)).toMatchObject({ label: '—', judged: false })
  })

  it('marks data that is older than the time shown, and only that', () => {
    expect(face(judged, '2020-04-03T09:00:00Z', 'en', t).stale).toBe(true)
    expect(face(judged, '2020-04-03T08:00:00Z', 'en', t).stale).toBe(false)
  })

  it('shows the class of a section', () => {
    const water = { ...judged, rule: 'water-class' as const, verdict: { ...judged.verdict, value: null, class: 'II', class_label: 'Ⅱ' } }
    expect(face(water, null, 'zh', t).label).toBe('Ⅱ')
  })

  it('speaks a whole sentence', () => {
    expect(spoken(site, judged, face(judged, judged.time, 'en', t), 'en', t)).toBe('Veterinary Station, Air station, AQI 56, Good, 2020-04-03 16:00')
  })
})
