import { describe, expect, it } from 'vitest'
import type { Field, Register } from './register_types'
import { tellFields, tellMissing, tellValues, tellable, type Told } from './tell'

const f = (id: string, type: Field['type'], more: Partial<Field> = {}): Field => ({ id, type, zh: id, en: id, ...more })
const complaint: Register = {
  id: 'complaint', system: 'complaint', name: { zh: '投诉举报', en: 'Complaint' }, kind: 'case',
  fields: [
    f('subject', 'text', { needed: true, length_max: 20 }), f('division', 'code', { of: 'division', needed: true }), f('kind', 'code', { of: 'complaint-kind', needed: true }), f('story', 'text', { length_max: 2000 }),
    f('happened_at', 'time', { needed: true }), f('place', 'point', { needed: true }), f('photos', 'files'), f('reporter', 'text', { personal: true }), f('phone', 'text', { personal: true }),
    f('wants_answer', 'yes-no'), f('outcome', 'text', { length_max: 1000 }), f('client_key', 'text', { needed: true }),
  ],
  codes: [{ id: 'complaint-kind', items: [{ code: 'smell', zh: '恶臭异味', en: 'Smell' }], more: false }],
  lifecycle: null, views: [], map: null, indicators: [], may: { read: false, write: false, create: true, withdraw: false }, source: '', trust: 'verified',
}
const told: Told = { kind: 'smell', lon: 117.2, lat: 29.3, when: '2026-06-01T21:30', story: ' 夜里有刺鼻气味\n从窑炉方向来 ', personal: { phone: ' ', reporter: '' }, answer: false }

describe('what the public tells', () => {
  const fields = tellFields(complaint)

  it('asks what, where, when, a photo and words, whatever the pack calls them', () => {
    expect([fields.kind, fields.place, fields.when, fields.photos, fields.story, fields.subject, fields.answer].map((x) => x?.id)).toEqual(['kind', 'place', 'happened_at', 'photos', 'story', 'subject', 'wants_answer'])
    expect(fields.personal.map((x) => x.id)).toEqual(['reporter', 'phone'])
    expect(fields.kinds.map((x) => x.code)).toEqual(['smell'])
  })

  it('sends the instant of the Beijing time, a subject that fits, and nothing of a person who told nothing', () => {
    expect(tellValues(fields, told, '恶臭异味')).toEqual({
      kind: 'smell', place: { type: 'Point', coordinates: [117.2, 29.3] }, happened_at: '2026-06-01T13:30:00Z', story: '夜里有刺鼻气味\n从窑炉方向来', subject: '恶臭异味：夜里有刺鼻气味',
    })
    const long = tellValues(fields, { ...told, story: '很'.repeat(50), personal: { phone: '0798-1' }, answer: true }, '恶臭异味')
    expect(String(long['subject'])).toHaveLength(20)
    expect([long['phone'], long['wants_answer']]).toEqual(['0798-1', true])
    expect(tellValues(fields, { ...told, story: '' }, '恶臭异味')['subject']).toBe('恶臭异味')
  })

  it('names what is missing before anything is sent', () => {
    expect(tellMissing(fields, told)).toEqual([])
    expect(tellMissing(fields, { ...told, kind: '', lon: '', when: 'soon' })).toEqual(['kind', 'place', 'when'])
  })

  it('offers the kinds of cases that anybody may add to', () => {
    const may = (create: boolean): { create: boolean } => ({ create })
    expect(tellable([{ id: 'a', kind: 'case', may: may(true) }, { id: 'b', kind: 'case', may: may(false) }, { id: 'c', kind: 'ledger', may: may(true) }])).toEqual(['a'])
  })
})
