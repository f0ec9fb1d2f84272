import { describe, expect, it } from 'vitest'
import { countQueue, deviceBands, fingerprint, flaggedValues, isOpen, lastPerson, mainReason, needsEyes, percent, proposed, readNumber, reasonOf, reasonsFor, ruleHead, rulesOf, transitionsFrom, wayOf } from './review'
import type { DecisionRequest, QueueItem, ReviewTerms, Sheet, SheetColumn, SheetRow } from './review_types'

const flag = (rule: string): SheetRow['flags'][number] => ({ rule, voids: false, reason_zh: rule, reason_en: rule })
const row = (time: string, more: Partial<SheetRow> = {}): SheetRow => ({ time, raw: 1, value: 1, device_flag: 'N', flags: [], proposal: 'valid', probability: null, decision: null, ...more })
const column = (rows: SheetRow[]): SheetColumn => ({ series: 1, property: 'PM10', averaging: 'PT1H', unit: 'ug/m3', decimals: 0, rows })
const sheet = (rows: SheetRow[]): Sheet => ({ site: 'a', name_zh: '', name_en: '', kind: 'air-station', day: '2020-04-03', days: 1, state: 'open', revision: 1, history: [], columns: [column(rows)], decisions: [], completeness: [] })
const terms: ReviewTerms = {
  actions: [],
  reasons: [
    { id: 'other', zh: '', en: '', actions: [] },
    { id: 'spike', zh: '', en: '', actions: ['void'] },
    { id: 'drift', zh: '', en: '', actions: ['drift'] },
  ],
  states: [],
  transitions: [
    { id: 'submit', zh: '', en: '', from: 'open', to: 'submitted', another_person: false, needs_why: false },
    { id: 'check', zh: '', en: '', from: 'submitted', to: 'checked', another_person: true, needs_why: false },
  ],
}

describe('review', () => {
  it('asks for eyes only where something is proposed and nothing decided', () => {
    expect(needsEyes(row('', { proposal: 'void' }))).toBe(true)
    expect(needsEyes(row('', { proposal: 'void', decision: 4 }))).toBe(false)
    expect(needsEyes(row('', { flags: [flag('spike')] }))).toBe(false)
  })

  it('lists the flagged values of the day: undecided first, voids before suspects; midnight is of the day it ends', () => {
    const found = flaggedValues(sheet([
      row('2020-04-02T16:00:00Z', { proposal: 'void' }), // 24:00 of the day before
      row('2020-04-02T17:00:00Z', { proposal: 'suspect' }),
      row('2020-04-03T02:00:00Z', { proposal: 'void', decision: 2 }),
      row('2020-04-03T03:00:00Z'),
      row('2020-04-03T16:00:00Z', { proposal: 'void' }),
    ]))
    expect(found.map((f) => f.place)).toEqual([4, 1, 2])
  })

  it('joins hours of calibration into one band, and parts of others stay apart', () => {
    const hour = 3_600_000
    const at = (h: number, f: string): SheetRow => row(new Date(h * hour).toISOString(), { device_flag: f })
    expect(deviceBands([at(1, 'C'), at(2, 'C'), at(3, 'N'), at(4, 'C'), at(5, 'M')], hour)).toEqual([
      { kind: 'calibration', from: 0, to: 2 * hour },
      { kind: 'calibration', from: 3 * hour, to: 4 * hour },
      { kind: 'maintenance', from: 4 * hour, to: 5 * hour },
    ])
  })

  it('finds the values a rule has flagged, the busiest rule first', () => {
    const found = rulesOf(column([row('1', { flags: [flag('spike')] }), row('2', { flags: [flag('flat'), flag('flat')] }), row('3', { flags: [flag('flat')] })]))
    expect(found.map((f) => [f.rule, f.places])).toEqual([['flat', [1, 2]], ['spike', [0]]])
  })

  it('names a rule by the head of its words', () => {
    expect(['突跳：由 20 到 900', '数值 -2.5 超出可信范围 0～500', 'negative value'].map(ruleHead)).toEqual(['突跳', '数值 … 超出可信范围 …', 'negative value'])
    expect(ruleHead('differs from the value beside it by 12.5 times what is usual for this series')).toBe('differs from the value beside it by…')
  })

  it('takes over what is proposed void, one decision for each column and reason; what is suspect or missing is left to eyes', () => {
    const c = column([
      row('2', { proposal: 'void', flags: [flag('peak')] }), row('1', { proposal: 'void', flags: [flag('spike')] }), row('3', { proposal: 'suspect', flags: [flag('flat-line')] }),
      row('4', { proposal: 'void', raw: null }), row('5', { proposal: 'void', flags: [flag('beyond-range')] }), row('6', { proposal: 'void', decision: 1 }),
    ])
    const made = proposed(c.rows.map((r, place) => ({ column: c, place, row: r })), terms, 'as proposed')
    expect(made.map((d) => [d.action, d.reason, d.times])).toEqual([['void', 'spike', ['1', '2']], ['void', 'other', ['5']]])
  })

  it('finds a reason by the device first, then by the flags, and never one the pack has not', () => {
    const reasons = ['instrument-fault', 'calibration', 'spike'].map((id) => ({ id, zh: '', en: '', actions: ['void'] }))
    const pack = { ...terms, reasons }
    expect(reasonOf(pack, { device_flag: 'C', flags: [flag('spike')] })).toBe('calibration')
    expect(reasonOf(pack, { device_flag: 'N', flags: [flag('gap'), flag('rate-of-change')] })).toBe('spike')
    expect(reasonOf(pack, { device_flag: 'M', flags: [flag('flat-line')] })).toBe('instrument-fault')
    expect(reasonOf(null, { device_flag: 'N', flags: [] })).toBe('')
  })

  it('knows the way forward, and ways back that lead from several states', () => {
    const states = ['open', 'submitted', 'locked'].map((id) => ({ id, zh: '', en: '' }))
    const back = { id: 'return', zh: '', en: '', from: ['submitted', 'locked'], to: 'open', another_person: false, needs_why: true }
    const lock = { ...back, id: 'lock', from: 'submitted', to: 'locked' }
    const way = { ...terms, states, transitions: [terms.transitions[0]!, lock, back] }
    expect(wayOf(way)).toEqual(['open', 'submitted', 'locked'])
    expect(transitionsFrom(way, 'locked').map((x) => x.id)).toEqual(['return'])
    expect(wayOf(null)).toEqual([])
  })

  it('offers the reasons that fit the action', () => {
    expect(reasonsFor(terms, 'void').map((r) => r.id)).toEqual(['other', 'spike'])
    expect(reasonsFor(null, 'void')).toEqual([])
  })

  it('knows whether exactly this was previewed', () => {
    const d: DecisionRequest = { property: 'PM10', averaging: 'PT1H', times: ['1', '2'], action: 'offset', numbers: { offset: 2 }, reason: 'r', note: 'n' }
    expect(fingerprint('a', [{ ...d, times: ['2', '1'], note: ' n ' }])).toBe(fingerprint('a', [d]))
    for (const other of [{ ...d, times: ['1'] }, { ...d, numbers: { offset: 3 } }, { ...d, reason: 'x' }, { ...d, action: 'void' }]) expect(fingerprint('a', [other])).not.toBe(fingerprint('a', [d]))
    expect(fingerprint('b', [d])).not.toBe(fingerprint('a', [d]))
  })

  it('reads numbers and nothing else', () => {
    expect([' -1.5', '−2', '3'].map(readNumber)).toEqual([-1.5, -2, 3])
    for (const text of ['', '1,5', 'x', '1e3', '.5']) expect(readNumber(text)).toBeNull()
  })

  it('takes a sheet for open while it can be submitted', () => {
    expect(isOpen(terms, 'open')).toBe(true)
    expect(isOpen(terms, 'submitted')).toBe(false)
    expect(isOpen({ ...terms, states: [{ id: 'submitted', zh: '', en: '', open: true }] }, 'submitted')).toBe(true)
  })

  it('tells the last person, the main reason and counts', () => {
    const act = (at: string, who: string): Sheet['history'][number] => ({ at, who, why: '', transition: '', from: '', to: '' })
    expect(lastPerson({ history: [act('2', 'Li'), act('1', 'Wang')] })).toBe('Li')
    expect(lastPerson({ history: [] })).toBe('')
    const reason = (rule: string, n: number): QueueItem['reasons'][number] => ({ rule, count: n, zh: '', en: '' })
    expect(mainReason({ reasons: [reason('a', 1), reason('b', 3)] })?.rule).toBe('b')
    expect(mainReason({ reasons: [] })).toBeNull()
    const items = [{ need_eyes: 2, complete: false }, { need_eyes: 1, complete: null }] as QueueItem[]
    expect(countQueue(items)).toEqual({ sheets: 2, eyes: 3, incomplete: 1 })
    expect([percent(0.874), percent(null)]).toEqual(['87%', ''])
  })
})
