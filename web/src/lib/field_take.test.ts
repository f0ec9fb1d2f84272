import { describe, expect, it } from 'vitest'
import { keyField } from './field_queue'
import { beginValues, formErrand, formsFor, missingEvidence, missingFields, newKey, scanned, stepErrand } from './field_take'
import type { Field, PossibleStep, Register, RegisterRecord } from './register_types'

const moment = '2026-06-01T00:00:00Z'
const f = (id: string, type: Field['type'], more: Partial<Field> = {}): Field => ({ id, type, zh: id, en: id, ...more })

function register(id: string, fields: Field[], create = true): Register {
  return {
    id, system: 's', name: { zh: id, en: id }, kind: 'ledger', fields, codes: [], lifecycle: null, views: [], map: null, indicators: [],
    may: { read: true, write: create, create, withdraw: false }, source: '', trust: 'verified',
  }
}
const firm: RegisterRecord = {
  register: 'enterprise', id: '91360200MA35ABCD12', revision: 4, title: '示例瓷业', state: '', gone: false, valid_from: moment, known_at: moment, opened: moment, since_state: moment,
  who: '', why: '', values: { division: '360281', name: '示例瓷业', place: { type: 'Point', coordinates: [117.2, 29.3] } }, names: {}, steps: [], dues: [], findings: [],
}
const inspection = register('enterprise-inspection', [
  f('enterprise', 'reference', { of: 'enterprise', needed: true }), f('division', 'code', { formula: 'enterprise.division' }), f('inspected_on', 'date', { needed: true }),
  f('place', 'point'), f('result', 'code', { needed: true }), f('photos', 'files', { needed: true }), f(keyField, 'text', { unique: true }),
])
const today = '2026-06-12'

describe('what is taken into the field', () => {
  it('offers the forms that refer to the record, where the person may create', () => {
    const locked = register('credit-event', [f('enterprise', 'reference', { of: 'enterprise' })], false)
    const other = register('outfall', [f('river', 'reference', { of: 'river' })])
    expect(formsFor(firm, [inspection, locked, other]).map((x) => [x.register.id, x.field])).toEqual([['enterprise-inspection', 'enterprise']])
  })

  it('asks nothing twice: whom it is about, today and the place are there; what is computed is not', () => {
    const about = { record: firm, field: 'enterprise' }
    expect(beginValues(inspection, about, today)).toEqual({ enterprise: firm.id, inspected_on: today, place: firm.values['place'] })
    expect(beginValues(inspection, null, today)).toEqual({ inspected_on: today })
  })

  it('gives each errand a key of its own, which goes to the server where the register has the field', () => {
    const a = formErrand(inspection, { record: firm, field: 'enterprise' }, 'zhang', moment, today, '入企检查')
    const b = formErrand(inspection, null, 'zhang', moment, today, '入企检查')
    expect([a.keyed, a.title, a.state]).toEqual([true, '入企检查 · 示例瓷业', 'draft'])
    expect(a.key).not.toBe(b.key)
    expect(newKey()).toMatch(/^[0-9a-f]{32}$/)
    expect(formErrand(register('x', []), null, 'zhang', moment, today, 'x').keyed).toBe(false)
  })

  it('says what is missing, counting photos that are not at the server yet', () => {
    const a = formErrand(inspection, { record: firm, field: 'enterprise' }, 'zhang', moment, today, '入企检查')
    expect(missingFields(inspection, a)).toEqual(['result', 'photos'])
    const file = { id: 'p', name: 'p.jpg', media_type: 'image/jpeg', bytes: 1, taken_at: null, lon: null, lat: null, sha256: null, hash: null, field: 'photos', evidence: null }
    expect(missingFields(inspection, { values: { ...a.values, result: 'clean' }, files: [file] })).toEqual([])
    const step: PossibleStep = { id: 'finish', zh: '办结', en: 'Finish', to: 'watching', needs: [], why: true, missing: [], evidence: [{ id: 'after', kind: 'photo', zh: '', en: '', count: 2 }, { id: 'reading', kind: 'measurement', zh: '', en: '', count: 1 }] }
    const errand = stepErrand({ key: 'x', record: firm, related: [], steps: [step], taken_at: moment }, step, 'zhang', moment, '办结')
    expect([errand.id, errand.revision, errand.step]).toEqual([firm.id, 4, 'finish'])
    expect(missingEvidence(step, { files: [{ ...file, field: null, evidence: 'after' }] })).toEqual([{ id: 'after', missing: 1 }, { id: 'reading', missing: 1 }])
    const reading = { evidence: 'reading', site: 'air.2344A', property: 'PM10', from: '2026-06-01T00:00:00Z', to: '2026-06-01T08:00:00Z', note: '' }
    expect(missingEvidence(step, { files: [1, 2].map((n) => ({ ...file, id: String(n), field: null, evidence: 'after' })), measures: [reading] })).toEqual([])
  })

  it('reads printed codes in every form they are written, and nothing else', () => {
    const drum = { register: 'waste-container', id: 'WF000001' }
    for (const text of ['http://127.0.0.1:8080/#/registers/waste-container/WF000001', 'https://x.example/?lang=en#/registers/waste-container/WF000001', '#/registers?register=waste-container&record=WF000001', 'waste-container/WF000001'])
      expect(scanned(text), text).toEqual(drum)
    expect(scanned('#/registers/waste-container/WF%2F1')).toEqual({ register: 'waste-container', id: 'WF/1' })
    for (const text of ['', 'https://elsewhere.example/a/b', '#/map?site=x', 'a/b/c', '<b>/x', 'WF000001', '#/registers/waste-container']) expect(scanned(text), text).toBeNull()
  })
})
