// A small register for tests.

import type { Field, FieldType, Register, RegisterRecord, Values } from './register_types'

export function aField(id: string, type: FieldType, more: Partial<Field> = {}): Field {
  return { id, type, zh: id, en: id, ...more }
}

export function aRegister(fields: Field[], more: Partial<Register> = {}): Register {
  return {
    id: 'fume-unit', system: 'fume-island', name: { zh: '油烟集中治理设施', en: 'Fume treatment unit' }, kind: 'register', fields,
    codes: [{ id: 'fume-kind', items: [{ code: 'kitchen', zh: '餐饮', en: 'Kitchen' }, { code: 'kiln', zh: '窑炉', en: 'Kiln' }], more: false }],
    lifecycle: null, views: [], map: null, indicators: [], may: { read: true, write: true, create: true, withdraw: true }, source: '', trust: 'design', ...more,
  }
}

export function aRecord(values: Values, more: Partial<RegisterRecord> = {}): RegisterRecord {
  return {
    register: 'fume-unit', id: 'YY000001', revision: 1, title: '', state: '', gone: false, valid_from: '2026-06-01T00:00:00Z', known_at: '2026-06-01T00:00:00Z',
    opened: '2026-06-01T00:00:00Z', since_state: '2026-06-01T00:00:00Z', who: 'zhang', why: '', values, names: {}, steps: [], dues: [], findings: [], ...more,
  }
}
