// The shapes of /api/v1/plan.

import type { Trust } from './api_types'

export const planStatuses = ['met', 'likely', 'on-path', 'unlikely', 'behind', 'unknown', 'no-data', 'waits', 'unmeasurable'] as const
export type PlanStatus = (typeof planStatuses)[number]

export interface Outlook {
  method: 'none' | 'kept' | 'broken' | 'trend' | 'level' | 'milestones'
  expected: number | null
  low: number | null
  high: number | null
  probability: number | null
  years: number
  slope: number
}

/** What the program says of one promise for a year, place and edition. */
export interface PromiseNow {
  id: string
  chapter: string
  section: string
  name_zh: string
  name_en: string
  /** word of the plan's table, which may be another than the value's */
  unit: string
  /** UCUM, of value, path and goal; a server may leave it out */
  value_unit?: string | null
  kind: string
  sense: string
  standing: 'computed' | 'waits' | 'unmeasurable'
  span: 'year' | 'since_start' | 'state'
  baseline_text: string | null
  target_text: string | null
  target_zh: string
  target_en: string
  year_due: number
  baseline: number | null
  goal: number | null
  strict: boolean
  owner: string
  owner_zh?: string
  owner_en?: string
  value: number | null
  /** the year asked has not ended */
  so_far: boolean
  complete: number
  path: number | null
  /** share of the way from baseline to goal that is gone */
  way: number | null
  time: number
  status: PlanStatus
  outlook: Outlook
  tasks: number
  milestones: number
  milestones_done: number
  milestones_overdue: number
  reason_zh?: string
  reason_en?: string
  waits_for?: string | null
}

export interface PlanPlace {
  id: string
  name_zh: string
  name_en: string
  division: string
  whole: boolean
}

export interface PlanEdition {
  id: string
  name_zh: string
  name_en: string
}

export interface PlanAbout {
  id: string
  name_zh: string
  name_en: string
  first: number
  last: number
  base: number
  history: number
  today: string
  last_year: number
  evaluations: number[]
  places: PlanPlace[]
  editions: PlanEdition[]
  standings: Partial<Record<PromiseNow['standing'], number>>
  milestones: { in_time: number; late: number }
  run: { at: string; seconds: number; asked: number; worked_out: number }
}

export interface PromisesAnswer {
  year: number
  place: string
  edition: string
  items: PromiseNow[]
}

export interface YearValue {
  year: number
  value: number | null
  complete: number
  /** the year has ended */
  whole: boolean
  estimated: boolean
}

export interface ElsewhereValue {
  id: string
  name_zh: string
  name_en: string
  value: number | null
  complete: number
  status: PlanStatus
  years: YearValue[]
}

export interface PlanMeasure {
  id: string
  name_zh: string
  name_en: string
  unit: string
  formula: string
  source: string | null
  trust: Trust
  value: number | null
}

export interface CountedItem {
  id?: string
  title?: string
  site?: string
  property?: string
  time?: string
  values: Record<string, string>
}

export interface Counted {
  how: string
  from: string
  field: string | null
  name_zh?: string
  name_en?: string
  is_register?: boolean
  where: string | null
  looked_at: number
  matched: number
  items: CountedItem[]
}

export interface PlanMilestone {
  id: string
  title: string
  due: string
  done_on: string | null
  overdue: boolean
}

export interface PlanTask {
  id: string
  title: string
  owner: string | null
  due: string | null
  planned_10k: number | null
  spent_10k: number | null
  done: number
  overdue: number
  milestones: PlanMilestone[]
}

export interface PromiseDetail {
  year: number
  place: string
  edition: string
  promise: PromiseNow
  evidence: string
  note: string | null
  sources: string[]
  years: YearValue[]
  paths: { year: number; value: number }[]
  places: ElsewhereValue[]
  editions: ElsewhereValue[]
  months: { month: number; value: number; complete: number }[]
  formula: string | null
  formula_unit: string | null
  source: string | null
  trust: Trust
  measures: PlanMeasure[]
  counted: Counted[]
  tasks: PlanTask[]
}

export interface TreePromise {
  id: string
  chapter: string
  section: string
  name_zh: string
  name_en: string
  kind: string
  status: PlanStatus
  year_due: number
  owner: string
  tasks: PlanTask[]
}

export interface PlanTree {
  today: string
  items: TreePromise[]
}

export interface Supposed {
  register: string
  id: string
  values: Record<string, string>
  state?: string
}

export interface WhatIf {
  before: PromiseNow
  after: PromiseNow
}

export interface PlanRun {
  night: string
  known_at: string
  run: {
    plan: string
    seconds: number
    asked: number
    worked_out: number
    statuses: Partial<Record<PlanStatus, number>>
    moved_total: number
    moved: { promise: string; year: number; place: string; edition: string; before: number | null; after: number | null }[]
  }
}
