import { describe, expect, it } from 'vitest'
import { dueRows, fits, headingOf, owners, underHeadings } from './due'
import type { Due, RegisterRecord, Values } from './register_types'

const moment = '2026-06-01T00:00:00Z'
const due = (ends: string, more: Partial<Due> = {}): Due => ({ deadline: 'handle', zh: '办理期限', en: 'Time to handle', ends, overdue: false, warned: false, escalated_to: null, ...more })
function record(id: string, dues: Due[], values: Values = {}): RegisterRecord {
  return {
    register: 'complaint', id, revision: 1, title: `异味 ${id}`, state: 'open', gone: false, valid_from: moment, known_at: moment, opened: moment, since_state: moment,
    who: '-', why: '', values, names: {}, steps: [], dues, findings: [],
  }
}

describe('the list of what is due', () => {
  it('has a row for each running deadline, the nearest first, each once', () => {
    const a = record('A', [due('2026-06-22'), due('2026-06-10', { deadline: 'visit' })])
    const b = record('B', [due('2026-06-11')])
    const rows = dueRows([a, { record: b, due: due('2026-06-11') }, { record: b }])
    expect(rows.map((r) => [r.record.id, r.due.ends])).toEqual([['A', '2026-06-10'], ['B', '2026-06-11'], ['A', '2026-06-22']])
  })

  it('puts the last day itself under today, the day after under overdue only when it has passed', () => {
    const today = '2026-06-12'
    expect(headingOf(due('2026-06-11'), today)).toBe('overdue')
    expect(headingOf(due('2026-06-12'), today)).toBe('today')
    expect(headingOf(due('2026-06-13'), today)).toBe('week')
    expect(headingOf(due('2026-06-19'), today)).toBe('week')
    expect(headingOf(due('2026-06-20'), today)).toBe('later')
    expect(headingOf(due('2026-06-20', { overdue: true }), today)).toBe('overdue')
  })

  it('leaves out headings without rows and loses none', () => {
    const rows = dueRows(['2026-06-01', '2026-06-12', '2026-07-12'].map((d, n) => record(String(n), [due(d)])))
    const groups = underHeadings(rows, '2026-06-12')
    expect(groups.map((g) => [g.heading, g.rows.length])).toEqual([['overdue', 1], ['today', 1], ['later', 1]])
  })

  it('is filtered by register, county, owner and every word', () => {
    const r = record('TS1', [], { division: '360281', owner: '李四', text: '夜间 刺鼻 气味' })
    const filter = { register: null, county: null, owner: null, words: null }
    expect(fits(r, filter)).toBe(true)
    expect(fits(r, { ...filter, register: 'exceedance' })).toBe(false)
    expect(fits(r, { ...filter, county: '360281' })).toBe(true)
    expect(fits(r, { ...filter, county: '360200' })).toBe(true)
    expect(fits(r, { ...filter, county: '360222' })).toBe(false)
    expect(fits(r, { ...filter, owner: '李四', words: '刺鼻 ts1' })).toBe(true)
    expect(fits(r, { ...filter, words: '刺鼻 废水' })).toBe(false)
    expect(owners([r, record('x', []), r])).toEqual(['李四'])
    // A unit of the city is shown and found by its name, not by its number.
    const unit = { ...record('TS2', [], { owner: 'ZR0004' }), names: { owner: '浮梁生态环境局' } }
    expect(owners([unit])).toEqual(['浮梁生态环境局'])
    expect(fits(unit, { ...filter, owner: '浮梁生态环境局' })).toBe(true)
    expect(fits(unit, { ...filter, owner: '李四' })).toBe(false)
  })
})
