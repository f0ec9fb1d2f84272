import { describe, expect, it } from 'vitest'
import type { PlanTarget } from './api_types'
import { clauseOf, groupsOf, pathOf, shownTargets } from './plan'

const target = (more: Partial<PlanTarget>): PlanTarget => ({ id: 'JDZ-P001', chapter: '1', name_zh: '优良天数', name_en: 'Good days', unit: '%', baseline_2025: 98, target: 99, target_year: 2030, kind: 'expected', sense: 'higher', evidence: 'line 25: 98%以上', note: '', ...more })

describe('the plan at a glance', () => {
  it('groups chapters by number and kinds by how many there are', () => {
    const all = [target({ chapter: '10' }), target({ chapter: '2', kind: 'action' }), target({ chapter: '2', kind: 'action' })]
    expect(groupsOf(all, 'chapter').map((g) => [g.value, g.items.length])).toEqual([['2', 2], ['10', 1]])
    expect(groupsOf(all, 'kind').map((g) => g.value)).toEqual(['action', 'expected'])
    expect(groupsOf([], 'sense')).toEqual([])
  })
  it('narrows by all that is asked for together', () => {
    const all = [target({}), target({ kind: 'action', name_en: 'Plan issued' }), target({ chapter: '2' })]
    expect(shownTargets(all, { chapter: '1', kind: '', sense: '', words: '' })).toHaveLength(2)
    expect(shownTargets(all, { chapter: '1', kind: 'action', sense: 'higher', words: 'issued' })).toHaveLength(1)
    expect(shownTargets(all, { chapter: '', kind: '', sense: 'lower', words: '' })).toHaveLength(0)
  })
  it('draws a way only between two numbers', () => {
    expect(pathOf(target({}))).toEqual({ from: 98, to: 99 })
    expect(pathOf(target({ baseline_2025: '98', target: '99.5' }))).toEqual({ from: 98, to: 99.5 })
    for (const v of ['decreasing', '', null]) expect(pathOf(target({ target: v }))).toBeNull()
    expect(pathOf(target({ baseline_2025: '' }))).toBeNull()
  })
  it('tells the line of the text from its words', () => {
    expect(clauseOf('line 25: 98%以上')).toEqual({ line: 25, text: '98%以上' })
    expect(clauseOf('98%')).toEqual({ line: null, text: '98%' })
  })
})
