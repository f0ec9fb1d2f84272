// The shapes of /api/v1. Times are ISO 8601 in UTC; a missing number is null. Levels, classes and colours come from
// the server alone: nothing here judges.

import type { Finding } from './problem'

export type Instant = string
export type Trust = 'verified' | 'secondary' | 'memory' | 'design'
/** id of a rule of /api/v1/standards: "aqi-hourly", "water-class", "stack-ceramic" ... */
export type Rule = string
/** "air-station", "river-section", "city": a register may bring more. */
export type SiteKind = string

export interface City {
  id: string
  name_zh: string
  name_en: string
  center: [number, number]
  bounds: [number, number, number, number]
  time_zone: string
  version: string
  map: { tianditu_token: string | null; /** number of the review that Tianditu's map passed */ tianditu_review?: string | null }
  replay: Replay
  /** divisions of the city, where the server tells them */
  counties?: { adcode: string; name_zh: string; name_en: string }[]
}

export interface Replay {
  active: boolean
  data_day: string | null
}

export interface Property {
  id: string
  name_zh: string
  name_en: string
  unit: string
  unit_label: string
  decimals: number
  medium: string
}

export interface Site {
  id: string
  kind: SiteKind
  name_zh: string
  name_en: string
  lon: number
  lat: number
  county: string
  code: string
  attributes: Record<string, unknown>
  position_note?: string | null
  position_note_zh?: string | null
  position_note_en?: string | null
  valid_from?: Instant
}

export interface Series {
  id: number
  site: string
  property: string
  averaging: string
  statistic: string
  stage: string
  unit: string
  first: Instant | null
  last: Instant | null
  count: number
}

export interface Quality {
  rule: string
  voids: boolean
  reason_zh: string
  reason_en: string
}

export interface ObservationColumns {
  series: Series
  phenomenon_end: Instant[]
  value: (number | null)[]
  device_flag: string[]
  quality: Quality[][]
  result_time: Instant[]
  source: string[]
  truncated?: boolean
}

export interface StreamObservation {
  site: string
  property: string
  averaging: string
  statistic: string
  phenomenon_end: Instant
  value: number | null
  unit: string
  device_flag: string
  quality: Quality[]
  result_time: Instant
  source: string
}

export interface Period {
  kind: SiteKind
  from: Instant
  to: Instant
  step: string
  hours: Instant[]
}

export interface Verdict {
  status: 'judged' | 'not-judged'
  reason_zh?: string
  reason_en?: string
  value: number | null
  level: number | null
  name_zh: string
  name_en: string
  class?: string | null
  class_label?: string | null
  colour: string | null
  text_colour: string | null
  /** where the rule says met or not met */
  attains?: boolean
  advice_zh?: string
  advice_en?: string
  primary: string[]
  over_limit: string[]
  /** the inputs that alone would give this verdict */
  deciding?: string[]
}

/** A number the rule worked out on its way: a mean, a percentile, an index of its own. */
export interface JudgedNumber {
  name: string
  value: number | null
  unit: string
  text_zh: string
  text_en: string
  reason_zh?: string
  reason_en?: string
}

export interface JudgementInput {
  property: string
  averaging?: string
  value: number | null
  unit: string
  rounded?: number | null
  index: number | null
  class: string | null
  class_label?: string | null
  colour?: string | null
  text_colour?: string | null
  /** times over the limit, where the rule says so */
  multiple?: number
  used: boolean
  /** why it was left out */
  reason_zh?: string
  reason_en?: string
  // What the archive knows of a value it holds; a value that was only sent to be judged has none of it.
  voided?: boolean
  device_flag?: string
  quality?: Quality[]
  phenomenon_end?: Instant | null
  result_time?: Instant | null
  source?: string | null
}

export interface Step {
  subject: string
  text_zh: string
  text_en: string
  clause: string
  trust: Trust
}

/** What the law says of some values, and why. */
export interface Judged {
  rule: Rule
  edition: string
  edition_by: 'data-date' | 'asked'
  time: Instant
  averaging?: string
  verdict: Verdict
  numbers?: JudgedNumber[]
  inputs: JudgementInput[]
  why?: Step[]
}

/** ... of the values of a site. */
export interface Judgement extends Judged {
  site: string
  kind: SiteKind
  averaging: string
}

export interface AirLevel {
  level: number
  name_zh: string
  name_en: string
  colour: string
  text_colour: string
  from: number
  to: number | null
}

export interface WaterClass {
  class: string
  label: string
  name_zh: string
  name_en?: string
  colour: string
  text_colour?: string
}

export interface Edition {
  edition: string
  valid_from: string
  valid_before: string | null
  rules: string[]
  trust: Trust
  title_zh: string
  title_en?: string
  /** of its table; 0 where it is no table */
  rows: number
  unverified_rows: number
}

/** A circumstance a rule asks for beside its inputs. */
export interface RuleField {
  name: string
  about_zh: string
  about_en: string
  /** taken when it is not given; empty where there is none */
  otherwise: string
  /** empty: any text or number */
  choices: string[]
}

export interface RuleFace {
  rule: Rule
  title_zh: string
  title_en: string
  medium: string
  inputs_zh: string
  inputs_en: string
  editions: string[]
  fields: RuleField[]
}

export interface StandardRow {
  item: string
  name_zh: string
  name_en: string
  unit: string
  /** one for each circumstance of the table; empty where it does not matter */
  given: string[]
  class: string
  label: string
  holds: string
  note: string
  source: string
  trust: Trust
}

export interface StandardTable {
  rule: Rule
  edition: string
  given: { name: string; about_zh: string; about_en: string }[]
  rows: StandardRow[]
}

/** One time judged under several editions. */
export interface ComparedTime {
  time: Instant
  differs: boolean
  /** the inputs whose own index, class or limit differs */
  because: string[]
  editions: Judged[]
}

export interface ComparisonAnswer {
  site: string
  rule: Rule
  editions: string[]
  judged: number
  differing: number
  items: ComparedTime[]
}

export interface Standards {
  items: Edition[]
  rules: RuleFace[]
  air_levels: AirLevel[]
  water_classes: WaterClass[]
}

export interface WatchEvent {
  id: number
  rule: string
  site: string
  property: string | null
  opened_at: Instant
  phenomenon_end: Instant | null
  value: number | null
  text_zh: string
  text_en: string
  case: number | null
}

export interface Case {
  id: number
  state: 'open' | 'closed'
  title_zh: string
  title_en: string
  site: string
  opened_at: Instant
  closed_at: Instant | null
  closed_by: string | null
  reason: string | null
  events: number[]
  revision: number
}

export interface PlanTarget {
  id: string
  chapter: string
  name_zh: string
  name_en: string
  unit: string
  baseline_2025: number | string | null
  target: number | string | null
  target_year: number | string | null
  kind: string
  sense: string
  evidence: string
  note: string
}

export interface ImportJob {
  id: number | string
  name: string
  format: string
  state: 'running' | 'done' | 'failed'
  bytes_read: number
  bytes_total: number | null
  rows_read: number
  added: number
  unchanged: number
  corrected: number
  rejected: number
  errors: { line: number; field: string; reason: string }[]
  started_at: Instant
  finished_at: Instant | null
}

/** RFC 9457. */
export interface Problem {
  type: string
  title: string
  status: number
  detail?: string
  field?: string
  findings?: Finding[]
  newest?: unknown
}
