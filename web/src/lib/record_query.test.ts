import { describe, expect, it } from 'vitest'
import { columnsOf, filterable, listQuery, nextSort, readCondition, testsOf, writeCondition } from './record_query'
import { aField, aRegister } from './register_sample'
import { startRegisters } from './route_registers'

const fields = [aField('name', 'text', { index: true }), aField('flow', 'number', { index: true }), aField('kind', 'code', { index: true }), aField('built_on', 'date', { index: true }), aField('place', 'point'), aField('note', 'text'), aField('rank', 'whole', { index: true })]
const views = [{ id: 'all', zh: '全部', en: 'All', columns: ['name', 'flow'], sort: 'name' }, { id: 'late', zh: '超期', en: 'Late', columns: ['name'] }]
const register = aRegister(fields, { views })

describe('the query of a list', () => {
  it('reads and writes conditions, and values keep their colons', () => {
    for (const text of ['kind:any_of:kiln|kitchen', 'seen:at_least:2026-06-01T00:00:00Z', 'name:absent']) expect(writeCondition(readCondition(text)!)).toBe(text)
    expect(readCondition('seen:at_least:2026-06-01T00:00:00Z')?.values).toEqual(['2026-06-01T00:00:00Z'])
    for (const text of ['', 'name', 'name:like:x', ':equal:x']) expect(readCondition(text)).toBeNull()
  })

  it('offers filters for what the server can find by, and none for places', () => {
    expect(filterable(register).map((f) => f.id)).toEqual(['name', 'flow', 'kind', 'built_on', 'rank'])
    expect(testsOf(fields[4]!)).toEqual([])
  })

  it('asks for the first view unless another is named; the order is split into field and direction', () => {
    const q = listQuery(register, { ...startRegisters, register: 'fume-unit', words: ' 窑 ', sort: '-flow', where: ['kind:equal:kiln'], states: ['open'] })
    expect(q).toEqual({ view: 'all', words: '窑', where: ['kind:equal:kiln'], state: ['open'], sort: 'flow', falling: 'yes', as_known_at: null, gone: null })
    expect(listQuery(register, { ...startRegisters, view: 'late' })['view']).toBe('late')
    expect(listQuery(register, { ...startRegisters, view: 'nowhere' })['view']).toBe('all')
  })

  it('shows the columns of the view, or those that were chosen and still exist', () => {
    expect(columnsOf(register, views[0]!, null).map((c) => c.id)).toEqual(['name', 'flow'])
    expect(columnsOf(register, views[0]!, ['flow', 'lost', 'id', 'flow']).map((c) => c.id)).toEqual(['flow', 'id'])
    expect(columnsOf({ ...register, title: '{name}' }, views[0]!, null).map((c) => c.id)).toEqual(['flow'])
    const life = { first: 'open', states: [], steps: [], deadlines: [] }
    expect(columnsOf(aRegister(fields, { views, lifecycle: life }), views[1]!, null).map((c) => c.id)).toEqual(['name', 'state', 'due'])
  })

  it('turns the order with each press: rising, falling, as the view says', () => {
    expect([nextSort(null, 'a'), nextSort('a', 'a'), nextSort('-a', 'a'), nextSort('-b', 'a')]).toEqual(['a', '-a', null, 'a'])
  })
})
