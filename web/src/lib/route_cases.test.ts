import { describe, expect, it } from 'vitest'
import { readHash, startView, writeHash, type Page, type View } from './route'
import { startCases, type CasesView } from './route_cases'

const at = (page: Page, more: Partial<CasesView>): View => ({ ...startView, page, cases: { ...startCases, ...more } })

describe('addresses of cases and people', () => {
  it('give back what was written', () => {
    const views = [
      at('cases', { part: 'board', register: 'complaint', county: '360281', owner: '张三', words: '异味 瓷厂' }),
      at('cases', { part: 'alarms' }),
      at('admin', { admin: 'audit' }),
      at('public', { follow: 'K7Q-2M9' }),
      at('field', { field: 'new', register: 'inspection', record: 'QY/1'.replace('/', '-') }),
    ]
    for (const view of views) expect(readHash(writeHash(view))).toEqual(view)
    expect(writeHash(at('field', {}))).toBe('#/field')
  })

  it('leave behind what is not of the page, and drop what is no name', () => {
    expect(readHash('#/map?part=board&register=complaint')).toEqual(startView)
    expect(readHash('#/public?follow=<script>')).toEqual(at('public', {}))
    expect(readHash('#/cases?part=nowhere&register=a b')).toEqual(at('cases', {}))
    expect(writeHash({ ...at('cases', { words: 'x' }), page: 'map' })).toBe('#/map')
  })
})
