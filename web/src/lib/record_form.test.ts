import { describe, expect, it } from 'vitest'
import { changesOf, cornersText, draftOf, filled, findingsByField, ownValues, shapeFrom, valueOf, valuesOf, worthSaying } from './record_form'
import { aField } from './register_sample'
import type { Finding, Values } from './register_types'

const fields = [
  aField('name', 'text'), aField('flow', 'number'), aField('open', 'yes-no'), aField('built_on', 'date'), aField('seen', 'time'), aField('kind', 'code'), aField('kinds', 'code', { many: true }),
  aField('operator', 'reference'), aField('place', 'point'), aField('course', 'line'), aField('photos', 'files'), aField('spare', 'number', { formula: 'flow * 2' }),
]
const values: Values = {
  name: '一号', flow: 12.5, open: false, built_on: '2026-06-01', seen: '2026-06-01T00:30:00Z', kind: 'kiln', kinds: ['kiln', 'kitchen'], operator: 'E1',
  place: { type: 'Point', coordinates: [117.2, 29.3] }, course: { type: 'LineString', coordinates: [[117, 29], [118, 30]] }, photos: ['abc'],
}

describe('the form of a record', () => {
  it('gives back every value that it was given, and leaves computed fields alone', () => {
    expect(valuesOf(fields, draftOf(fields, { ...values, spare: 25 }))).toEqual(values)
  })

  it('shows a moment as the clock in Beijing', () => expect(draftOf(fields, values)['seen']).toBe('2026-06-01T08:30'))

  it('sends nothing of what was left empty for a new record', () => {
    expect(filled(fields, draftOf(fields, {}))).toEqual({})
    expect(filled(fields, { ...draftOf(fields, {}), flow: '0', open: 'no' })).toEqual({ flow: 0, open: false })
  })

  it('begins a record of an enterprise or a county as theirs, where a person enters that at all', () => {
    const register = { fields: [aField('operator', 'reference'), aField('county', 'code')], enterprise: 'operator', division: 'county' }
    expect(ownValues(register, { enterprise: 'E1', division: '' })).toEqual({ operator: 'E1' })
    expect(ownValues(register, { enterprise: '', division: '360281' })).toEqual({ county: '360281' })
    expect(ownValues(register, { enterprise: '', division: '360200' })).toEqual({})
    expect(ownValues(register, null)).toEqual({})
    expect(ownValues({ ...register, enterprise: 'id', division: null }, { enterprise: 'E1', division: '360281' })).toEqual({})
    expect(ownValues({ ...register, fields: [aField('operator', 'reference', { formula: 'plant.operator' })] }, { enterprise: 'E1', division: '' })).toEqual({})
  })

  it('changes only what was touched; an emptied field becomes null', () => {
    const draft = { ...draftOf(fields, values), name: ' 二号 ', flow: '', kinds: ['kiln'] }
    expect(changesOf(fields, draft, values)).toEqual({ name: '二号', flow: null, kinds: ['kiln'] })
    expect(changesOf(fields, draftOf(fields, { seen: '2026-06-01T00:30:17Z' }), { seen: '2026-06-01T00:30:17Z' })).toEqual({})
  })

  it('reads numbers as people type them, and sends on what is none so that it is named', () => {
    const flow = aField('flow', 'number')
    expect(valueOf(flow, ' 1,200.50 ')).toBe(1200.5)
    expect(valueOf(flow, '-0.5')).toBe(-0.5)
    expect(valueOf(flow, '十二')).toBe('十二')
    expect(valueOf(flow, '1e999')).toBe('1e999')
  })

  it('sends half a place on rather than dropping it', () => {
    expect(valueOf(aField('place', 'point'), { lon: 117.2, lat: '' })).toEqual({ type: 'Point', coordinates: [117.2, ''] })
    expect(valueOf(aField('place', 'point'), { lon: '', lat: '' })).toBeNull()
  })

  it('puts findings beside their fields, errors and warnings apart, and those of no field at the top', () => {
    const told = findingsByField(
      [{ field: 'flow', check: 'range', severity: 'error', zh: '太大', en: 'too great' }, { field: 'flow', check: 'range', severity: 'error', zh: '不合', en: 'odd' }, { field: 'name', check: 'odd', severity: 'warning', zh: '少见', en: 'rare' }, { field: '', check: 'evidence', severity: 'error', zh: '缺证据', en: 'no evidence' }],
      fields, 'zh',
    )
    expect(told['flow']).toEqual({ error: '太大；不合', warning: '' })
    expect(told['name']).toEqual({ error: '', warning: '少见' })
    expect(told['']?.error).toBe('缺证据')
  })

  it('does not scold for what nobody has filled in yet', () => {
    const findings: Finding[] = [{ field: 'name', check: 'needed', severity: 'error', zh: '必填', en: 'needed' }, { field: 'flow', check: 'range', severity: 'error', zh: '太大', en: 'too great' }]
    expect(worthSaying(findings, new Set(), false)).toEqual([findings[1]])
    expect(worthSaying(findings, new Set(['name']), false)).toEqual(findings)
    expect(worthSaying(findings, new Set(), true)).toEqual(findings)
  })

  it('writes a shape as lines of corners and reads them back; an area is closed without being asked', () => {
    const area = { type: 'Polygon' as const, coordinates: [[[117, 29], [118, 29], [118, 30], [117, 29]]] }
    expect(cornersText(area)).toBe('117,29\n118,29\n118,30')
    expect(shapeFrom('area', cornersText(area))).toEqual(area)
    expect(shapeFrom('line', '117，29\n\n x \n118 30')).toEqual({ type: 'LineString', coordinates: [[117, 29], [118, 30]] })
    expect(shapeFrom('line', '')).toBeNull()
  })
})
