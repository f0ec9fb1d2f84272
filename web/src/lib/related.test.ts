import { describe, expect, it } from 'vitest'
import { byGroup, found, relatedParts } from './related'
import { aRecord } from './register_sample'
import type { RelatedItem, SystemItem } from './register_types'

const may = { read: true, write: true, create: true, withdraw: false }
const system = (id: string, group: string, zh: string, registers: string[]): SystemItem => ({
  id, group, name: { zh, en: id }, clause: '', source: '', trust: 'design',
  registers: registers.map((r) => ({ id: r, name: { zh: `${zh}台账`, en: r }, kind: 'register', on_map: true, count: 1, may })),
})
const systems = [system('waste', 'waste', '危险废物', ['waste-container', 'waybill']), system('permit', 'sources', '排污许可', ['enterprise', 'outlet']), system('credit', 'governance', '信用', ['credit'])]
const item = (register: string, n: number): RelatedItem => ({ register, field: 'enterprise', name: { zh: register, en: register }, page: { items: Array.from({ length: n }, () => aRecord({})), next: null, total: n } })

describe('groups of systems', () => {
  it('stand in the order of the plan, what is not known last', () => {
    expect(byGroup([{ group: 'sources' }, { group: 'other' }, { group: 'air' }]).map((g) => g.group)).toEqual(['air', 'sources', 'other'])
  })

  it('gather what refers to one enterprise, without empty registers', () => {
    const parts = relatedParts([item('outlet', 2), item('credit', 0), item('waste-container', 1), item('unknown', 1)], systems)
    expect(parts.map((g) => [g.group, g.items.map((i) => i.register)])).toEqual([['waste', ['waste-container']], ['governance', ['unknown']], ['sources', ['outlet']]])
  })

  it('are searched by every word in names of systems and of registers', () => {
    expect(found(systems, '').length).toBe(3)
    expect(found(systems, 'waybill').map((s) => s.registers.map((r) => r.id))).toEqual([['waybill']])
    expect(found(systems, '危险 废物')[0]!.registers.length).toBe(2)
    expect(found(systems, '危险 许可')).toEqual([])
  })
})
