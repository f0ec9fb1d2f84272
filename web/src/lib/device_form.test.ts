import { describe, expect, it } from 'vitest'
import { changes, emptyDraft, emptySite, newSite } from './device_form'

describe("the register's form", () => {
  it('sends only what was changed', () => {
    expect(changes(emptyDraft(), emptyDraft())).toEqual({})
    expect(changes({ ...emptyDraft(), outlet: ' DW001 ', label_is_end: true }, emptyDraft())).toEqual({ outlet: 'DW001', label_is_end: true })
  })

  it('sends addresses as a list, times as instants, minutes as seconds', () => {
    const draft = { ...emptyDraft(), addresses: '10.1.0.0/16\n10.2.0.1， 10.3.0.1', expires: '2027-01-01T08:00', silent_after_min: 90 }
    expect(changes(draft, emptyDraft())).toEqual({ addresses: ['10.1.0.0/16', '10.2.0.1', '10.3.0.1'], expires: '2027-01-01T00:00:00Z', silent_after_s: 5400 })
  })

  it('takes the end of validity away with an empty text', () => {
    const dated = { ...emptyDraft(), expires: '2027-01-01T08:00' }
    expect(changes({ ...dated, expires: '' }, dated)).toEqual({ expires: '' })
  })

  it('makes a site; what is missing is null, so that the server names it', () => {
    const site = { ...emptySite('new'), id: ' out.1 ', name_zh: '东郊排口', lon: 117.2, lat: '' as const }
    expect(newSite(site)).toEqual({ id: 'out.1', kind: 'outlet', name_zh: '东郊排口', name_en: '东郊排口', lon: 117.2, lat: null, county: '' })
  })
})
