import { describe, expect, it } from 'vitest'
import { readHash, startView, writeHash, type View } from './route'

const at = (more: Partial<View['registers']>): View => ({ ...startView, page: 'registers', registers: { ...startView.registers, ...more } })

describe('the address of registers', () => {
  it('is short for the menu, a register, a record and the pack editor, and each is given back', () => {
    const list = at({ part: 'list', register: 'fume-unit' })
    const record = at({ part: 'record', register: 'fume-unit', record: 'YY000001' })
    expect(writeHash(at({}))).toBe('#/registers')
    expect(writeHash(list)).toBe('#/registers?register=fume-unit')
    expect(writeHash(record)).toBe('#/registers?register=fume-unit&record=YY000001')
    expect(writeHash(at({ part: 'pack' }))).toBe('#/registers?part=pack')
    for (const v of [at({}), list, record, at({ part: 'pack' }), at({ part: 'edit', register: 'a', record: '91360200MA35' }), at({ part: 'new', register: 'a' })]) expect(readHash(writeHash(v))).toEqual(v)
  })

  it('keeps what is asked for: view, words, conditions, states, order, moment, map', () => {
    const v = at({
      part: 'list', register: 'complaint', view: 'overdue', words: '油烟 扰民', where: ['kind:equal:kiln', 'built_on:at_least:2026-01-01', 'photos:absent'], states: ['open', 'working'],
      sort: '-due', at: '2026-06-01T00:00:00.123456Z', gone: true, map: true,
    })
    expect(readHash(writeHash(v))).toEqual(v)
  })

  it('is also read from the short form that a printed code has', () => {
    expect(readHash('#/registers/waste-container/WC000123')).toEqual(at({ part: 'record', register: 'waste-container', record: 'WC000123' }))
    expect(readHash('#/registers/outfall/%E6%8E%92%E5%8F%A3-1')).toEqual(at({ part: 'record', register: 'outfall', record: '排口-1' }))
  })

  it('names a system of the plan, also in the short form, and the list of all of them', () => {
    const v = at({ part: 'system', row: 'S072' })
    expect(writeHash(v)).toBe('#/registers?row=S072')
    expect(readHash('#/registers?row=S072')).toEqual(v)
    expect(readHash('#/registers/S072')).toEqual(v)
    expect(readHash('#/registers?row=72')).toEqual(at({}))
    expect(readHash(writeHash(at({ part: 'rows' })))).toEqual(at({ part: 'rows' }))
  })

  it('drops what is no name, condition or moment, and a record without its register', () => {
    expect(readHash('#/registers?register=A B&record=1')).toEqual(at({}))
    expect(readHash('#/registers?register=a&where=x&where=kind:like:1&in=<b>&sort=a b&as=soon&part=edit')).toEqual(at({ part: 'list', register: 'a' }))
    expect(readHash('#/registers/%zz')).toEqual(at({}))
  })

  it('leaves the registers behind on other pages', () => expect(writeHash({ ...at({ part: 'list', register: 'a' }), page: 'list' })).toBe('#/list'))
})
