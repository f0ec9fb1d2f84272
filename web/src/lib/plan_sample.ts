// A promise for tests.

import type { Outlook, PromiseDetail, PromiseNow } from './plan_types'

const outlook: Outlook = { method: 'none', expected: null, low: null, high: null, probability: null, years: 0, slope: 0 }

export function aPromise(more: Omit<Partial<PromiseNow>, 'outlook'> & { outlook?: Partial<Outlook> } = {}): PromiseNow {
  return {
    id: 'JDZ-P001', chapter: '1', section: '1', name_zh: '优良天数', name_en: 'Good days', unit: '%', kind: 'expected', sense: 'higher', standing: 'computed', span: 'year', baseline_text: null, target_text: null, target_zh: '', target_en: '',
    year_due: 2030, baseline: null, goal: null, strict: false, owner: 'ecology', value: null, so_far: false, complete: 1, path: null, way: null, time: 0, status: 'no-data', tasks: 0, milestones: 0, milestones_done: 0,
    milestones_overdue: 0, ...more, outlook: { ...outlook, ...more.outlook },
  }
}

export function aDetail(more: Partial<PromiseDetail> = {}): PromiseDetail {
  return {
    year: 2026, place: '360200', edition: 'in-force', promise: aPromise(), evidence: '', note: null, sources: [], years: [], paths: [], places: [], editions: [], months: [], formula: null, formula_unit: null, source: null,
    trust: 'design', measures: [], counted: [], tasks: [], ...more,
  }
}
