import { describe, expect, it } from 'vitest'
import type { PlanTarget } from './api_types'
import { clauseOf, endOfDay, figure, formulaWords, groupsOf, hasStatus, noValueColour, openWork, percent, planRows, seriesWay, shownRows, statusCounts, statusSigns, supposeDone, trendOf, valueColours } from './plan'
import { aPromise } from './plan_sample'
import { planStatuses, type Counted, type PlanTask } from './plan_types'

const target = (more: Partial<PlanTarget>): PlanTarget => ({ id: 'JDZ-P001', chapter: '1', name_zh: '优良天数', name_en: 'Good days', unit: '%', baseline_2025: 98, target: 99, target_year: 2030, kind: 'expected', sense: 'higher', evidence: 'line 25: 98%以上', note: '', ...more })
const all = { chapter: '', kind: '', owner: '', status: '', words: '' }

describe('the plan at a glance', () => {
  const targets = [target({ chapter: '10' }), target({ id: 'JDZ-P002', chapter: '2', kind: 'action' }), target({ id: 'JDZ-P003', chapter: '2', kind: 'action' })]
  const told = planRows(targets, [aPromise({ id: 'JDZ-P001', status: 'behind', owner: 'water' }), aPromise({ id: 'JDZ-P002', status: 'met' }), aPromise({ id: 'JDZ-P003', status: 'unlikely' })])

  it('joins the words of the text with what the program says, and does without where nobody is told', () => {
    expect(told.map((x) => x.now?.status)).toEqual(['behind', 'met', 'unlikely'])
    expect(planRows(targets, null).every((x) => x.now === null)).toBe(true)
  })
  it('groups chapters by number, statuses from good to bad, the rest by how many there are', () => {
    expect(groupsOf(told, 'chapter').map((g) => [g.value, g.items.length])).toEqual([['2', 2], ['10', 1]])
    expect(groupsOf(told, 'status').map((g) => g.value)).toEqual(['met', 'unlikely', 'behind'])
    expect(groupsOf(told, 'kind').map((g) => g.value)).toEqual(['action', 'expected'])
    expect(groupsOf(told, 'owner').map((g) => g.value)).toEqual(['ecology', 'water'])
    expect(groupsOf([], 'kind')).toEqual([])
  })
  it('narrows by all that is asked for together', () => {
    expect(shownRows(told, { ...all, chapter: '2' })).toHaveLength(2)
    expect(shownRows(told, { ...all, status: 'failing' }).map((x) => x.id)).toEqual(['JDZ-P001', 'JDZ-P003'])
    expect(shownRows(told, { ...all, status: 'failing', owner: 'water' })).toHaveLength(1)
    expect(shownRows(told, { ...all, words: 'good 98%' })).toHaveLength(3)
    expect(shownRows(told, { ...all, words: 'no such' })).toHaveLength(0)
    expect(shownRows(planRows(targets, null), { ...all, status: 'met' })).toHaveLength(0)
  })
  it('counts every status, and each has a sign of its own', () => {
    expect(statusCounts(told)).toMatchObject({ met: 1, unlikely: 1, behind: 1, waits: 0 })
    expect(new Set(planStatuses.map((s) => statusSigns[s])).size).toBe(planStatuses.length)
  })
  it('counts as failing what is unlikely or behind, not what is merely unknown', () => {
    expect(planStatuses.filter((s) => hasStatus('failing', s))).toEqual(['unlikely', 'behind'])
    expect(hasStatus('', undefined)).toBe(true)
    expect(hasStatus('met', undefined)).toBe(false)
  })
  it('tells a trend only of a line through the years, and whether it is the right way', () => {
    const of = (method: 'trend' | 'level' | 'none', slope: number, sense: string) => trendOf(aPromise({ sense, outlook: { method, slope } }))
    expect(of('trend', -1, 'lower')).toEqual({ sign: '↓', way: 'down', good: true })
    expect(of('trend', -1, 'higher')).toMatchObject({ good: false })
    expect(of('trend', 1, 'equal')).toMatchObject({ sign: '↑', good: null })
    expect(of('level', 0.1, 'higher')).toMatchObject({ sign: '→', good: null })
    expect(of('none', 0, 'higher')).toBeNull()
  })
})

describe('numbers and words', () => {
  it('round for the eye, and a missing one is a dash', () => {
    expect([figure(23.2), figure(1234.56), figure(0.12345), figure(-7.005), figure(98)]).toEqual(['23.2', '1234.6', '0.123', '-7', '98'])
    expect([figure(null), figure(undefined), figure(Number.NaN), percent(null), percent(0.126)]).toEqual(['—', '—', '—', '—', '13%'])
  })
  it('tell the line of the text from its words', () => {
    expect(clauseOf('line 25: 98%以上')).toEqual({ line: 25, text: '98%以上' })
    expect(clauseOf('98%')).toEqual({ line: null, text: '98%' })
  })
  it('put names into a formula where ids stand: whole words only, no fields and nothing in quotes', () => {
    const names = new Map([['good_days', '优良天数比率'], ['plan-project', '规划项目']])
    expect(formulaWords("100 * count(plan-project where kind = 'plan-project') + good_days", names)).toBe("100 * count(规划项目 where kind = 'plan-project') + 优良天数比率")
    expect(formulaWords('good_days_more', names)).toBe('good_days_more')
    expect(formulaWords('avg(air-period.pm25) + pm25', new Map([['pm25', 'PM2.5'], ['avg', 'mean']]))).toBe('mean(air-period.pm25) + PM2.5')
    expect(formulaWords('day is not none', new Map([['is not none', 'is there'], ['not', 'NOT']]))).toBe('day is there')
  })
  it('take a day as its end in Beijing', () => {
    expect(endOfDay('2026-07-01')).toBe('2026-07-01T23:59:59+08:00')
    for (const none of ['', '2026-07', '2026-13-40', 'today']) expect(endOfDay(none)).toBeNull()
  })
})

describe('what would help', () => {
  const task: PlanTask = { id: 'T1', title: 'A task', owner: 'ecology', due: '2027-12-31', planned_10k: null, spent_10k: null, done: 1, overdue: 1, milestones: [{ id: 'M1', title: 'first', due: '2026-06-30', done_on: '2026-06-01', overdue: false }, { id: 'M2', title: 'second', due: '2026-09-30', done_on: null, overdue: true }] }
  const counted = (from: string, where: string | null, ...ids: string[]): Counted => ({ how: 'count', from, field: null, where, looked_at: 3, matched: ids.length, items: ids.map((id) => ({ id, title: `title of ${id}`, values: {} })) })

  it('lists what is not done: milestones of tasks, and what was looked at but not counted as built', () => {
    const open = openWork([task], [counted('plan-project', '(built_on is not none)', 'P1'), counted('plan-project', null, 'P1', 'P2'), counted('plan-milestone', null, 'M1', 'M2', 'M3'), counted('enterprise', null, 'E1')])
    expect(open.map((w) => `${w.register}/${w.id}`)).toEqual(['plan-milestone/M2', 'plan-project/P2', 'plan-milestone/M3'])
    expect(open[0]).toMatchObject({ overdue: true, due: '2026-09-30' })
  })
  it('supposes each done on the day, a project built too', () => {
    const open = openWork([task], [counted('plan-project', null, 'P2')])
    expect(supposeDone(open, '2026-11-29')).toEqual([
      { register: 'plan-milestone', id: 'M2', values: { done_on: '2026-11-29' } },
      { register: 'plan-project', id: 'P2', values: { built_on: '2026-11-29' }, state: 'built' },
    ])
    expect(openWork([], [])).toEqual([])
  })
})

describe('from a row to where its values are seen', () => {
  const item = { site: 'city.360200', property: 'AQI', time: '2016-03-02T16:00:00Z', values: {} }
  it('a day on the map, a period as its series', () => {
    expect(seriesWay({ from: 'air-day' }, item, 2016)).toEqual({ page: 'map', site: 'city.360200', time: '2016-03-02T16:00:00Z' })
    expect(seriesWay({ from: 'air-period' }, item, 2016)).toEqual({ page: 'charts', series: ['city.360200:PM2.5:P1D'], from: '2016-01-01', to: '2016-12-31' })
    expect(seriesWay({ from: 'air-day' }, { values: {} }, 2016)).toBeNull()
  })
  it('a section with the items it has, over the month where there is one', () => {
    const section = { site: 'water.x', property: 'water-class', time: '2021-04-30T16:00:00Z', values: { codmn: '2', nh3n: '0.1', class: '2' } }
    expect(seriesWay({ from: 'water-section' }, section, 2021)).toEqual({ page: 'charts', series: ['water.x:CODMn:PT4H', 'water.x:NH3-N:PT4H'], from: '2021-01-01', to: '2021-12-31' })
    expect(seriesWay({ from: 'water-month' }, { ...section, values: { ...section.values, month: '2' } }, 2024)).toMatchObject({ from: '2024-02-01', to: '2024-02-29' })
    expect(seriesWay({ from: 'water-month' }, { ...section, values: {} }, 2024)).toBeNull()
  })
})

describe('colours of a map by value', () => {
  it('go from the least to the greatest, and a missing value has none of them', () => {
    const colours = valueColours([{ id: 'a', value: 1 }, { id: 'b', value: 3 }, { id: 'c', value: null }])
    expect(colours.get('a')).toBe('#e4f0ea')
    expect(colours.get('b')).toBe('#2f6d5d')
    expect(colours.get('c')).toBe(noValueColour)
  })
  it('are the middle one where all are alike, and nothing breaks where there are none', () => {
    expect(valueColours([{ id: 'a', value: 2 }, { id: 'b', value: 2 }]).get('a')).toBe('#8abfa9')
    expect(valueColours([{ id: 'a', value: null }]).get('a')).toBe(noValueColour)
  })
})
