import { describe, expect, it } from 'vitest'
import { alarmQuery, caseValues, isFact, parted, percent, scoreText, shownItems, stepDefaults, timesUsual, type Alarm, type DutyItem } from './duty'
import { translator } from './i18n'

const item = (more: Partial<DutyItem>): DutyItem => ({
  id: 'event:1', kind: 'alarm', zh: '', en: '', score: 50, confidence: 0.9, act_now: true, since: '2020-04-03T00:00:00Z', factors: [], reasons: [], medium: 'water', site: 'water.a', property: 'NH3-N', averaging: 'PT4H',
  rule: null, time: '2020-04-03T00:00:00Z', value: 2, limit: 1, unit: 'mg/L', fault: 0.1, legal: true, count: 1, events: [], register: null, record: null, state: null, ends: null, mn: null, ...more,
})
const alarm = { event: null, site: 'water.a', name_zh: '甲', name_en: 'A', county: '360202', property: 'NH3-N', time: '2020-04-03T00:00:00Z', value: 2, unit: 'mg/L', rule: { limit: 1, sense: 'above', source: 'GB 3838' } } as unknown as Alarm

describe('the duty desk', () => {
  it('parts what must be done now from the rest, in the order it came', () => {
    const all = [item({ id: 'a' }), item({ id: 'b', act_now: false }), item({ id: 'c' })]
    expect(parted(all).now.map((i) => i.id)).toEqual(['a', 'c'])
    expect(parted(all).later.map((i) => i.id)).toEqual(['b'])
  })
  it('narrows to a medium and a kind', () => {
    const all = [item({ id: 'a' }), item({ id: 'b', medium: 'air' }), item({ id: 'c', kind: 'review', medium: null })]
    expect(shownItems(all, { medium: 'water', kind: null }).map((i) => i.id)).toEqual(['a'])
    expect(shownItems(all, { medium: null, kind: 'review' }).map((i) => i.id)).toEqual(['c'])
    expect(shownItems(all, { medium: null, kind: null })).toHaveLength(3)
  })
  it('says a share in percent, and nothing for none', () => {
    expect(percent(0.934)).toBe('93%')
    expect(percent(null)).toBe('—')
    expect(timesUsual(2.4, 1)).toBe('×2.4')
    expect(timesUsual(2.4, 0)).toBe('')
    expect(timesUsual(null, 1)).toBe('')
  })
  it('shows what the score is made of', () => {
    const text = scoreText({ score: 68.4, factors: [{ id: 'weight', factor: 80 }, { id: 'certainty', factor: 0.855 }] }, translator('en'))
    expect(text).toContain('80')
    expect(text).toContain('0.85')
    expect(text.endsWith('= 68')).toBe(true)
  })
  it('asks for an alarm by its newest event, else by series and time, else not at all', () => {
    expect(alarmQuery(item({ events: [7, 3] }))).toEqual({ event: '7' })
    expect(alarmQuery(item({}))).toEqual({ site: 'water.a', property: 'NH3-N', time: '2020-04-03T00:00:00Z', averaging: 'PT4H' })
    expect(alarmQuery(item({ kind: 'case-due', site: null, property: null, time: null }))).toBeNull()
  })
  it('gives a case what the rule says, and no more', () => {
    expect(stepDefaults(alarm)).toEqual({ sense: 'above', limit: 1, limit_source: 'GB 3838' })
    expect(stepDefaults({ rule: null })).toEqual({})
    expect(caseValues(alarm)).toMatchObject({ site: 'water.a', property: 'NH3-N', value: 2, division: '360202', limit: 1 })
    expect(isFact('case-due')).toBe(true)
    expect(isFact('alarm')).toBe(false)
  })
})
