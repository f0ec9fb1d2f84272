// What /api/v1/review, /errata, /reports, /depends and /why speak of. Days are legal days of Beijing, "yyyy-mm-dd".

import type { Instant, ObservationColumns } from './api_types'

export interface Words {
  zh: string
  en: string
}

export interface ReviewAction extends Words {
  id: string
  changes_value: boolean
  /** names of the numbers it needs: "offset", "factor" ... */
  needs: string[]
}

export interface ReviewReason extends Words {
  id: string
  /** the actions it may be given for; empty: any */
  actions: string[]
}

export interface Transition extends Words {
  id: string
  /** states it leads from */
  from: string | string[]
  to: string
  another_person: boolean
  needs_why: boolean
}

export interface ReviewTerms {
  actions: ReviewAction[]
  reasons: ReviewReason[]
  /** a sheet begins in the first; values may be decided upon where it is open */
  states: (Words & { id: string; open?: boolean })[]
  transitions: Transition[]
}

export interface Completeness {
  property: string
  have: number
  expected: number
  need: number
  enough: boolean
}

export interface FlagCount extends Words {
  rule: string
  count: number
}

/** A sheet as it stands in the queue. */
export interface QueueItem {
  site: string
  name_zh: string
  name_en: string
  kind: string
  day: string
  state: string
  revision: number
  values: number
  missing: number
  need_eyes: number
  proposed_void: number
  proposed_suspect: number
  decided: number
  complete: boolean | null
  completeness: Completeness[]
  reasons: FlagCount[]
  priority: number
}

export interface Queue {
  from: string
  to: string
  days_known: { first: string; last: string } | null
  items: QueueItem[]
  total: number
}

export type Proposal = 'valid' | 'suspect' | 'void'

export interface ValueFlag {
  rule: string
  voids: boolean
  strength?: number | string | null
  reason_zh: string
  reason_en: string
}

export interface SheetRow {
  time: Instant
  /** as it came */
  raw: number | null
  /** as it counts: null when void or missing */
  value: number | null
  device_flag: string
  flags: ValueFlag[]
  proposal: Proposal
  probability: number | null
  /** the decision that holds for it */
  decision: number | null
}

export interface SheetColumn {
  series: number
  property: string
  averaging: string
  unit: string
  decimals: number
  rows: SheetRow[]
}

export interface Decision {
  id: number
  property: string
  averaging: string
  from: Instant
  to: Instant
  action: string
  numbers: Record<string, number>
  reason: string
  note: string
  who: string
  at: Instant
  values: number
  /** taken over from a review made elsewhere, with what was noted there of each value */
  elsewhere: boolean
  notes: { time: Instant; note: string }[]
}

/** How many rows of a table of pairs became what. */
export const pairCounts = ['rows', 'accepted', 'voided', 'corrected', 'raw_added', 'unchanged', 'superseded', 'empty', 'refused'] as const
export type PairCount = (typeof pairCounts)[number]

export interface PairProblem extends Words {
  line: number
  field: string
  value: string
  remedy_zh: string
  remedy_en: string
}

/** An import of values before and after a review made elsewhere. */
export interface PairImport {
  id: number
  who: string
  name: string
  state: 'reading' | 'ready' | 'saving' | 'done' | 'failed' | 'let-go'
  bytes_read: number
  bytes_total: number
  rows_read: number
  counts: Record<PairCount, number>
  unread_columns: string[]
  error: string | null
  digest: string
  decisions: number[]
  erratum_id: number | null
  /** absent once the server does not have the rows at hand any more */
  problems?: PairProblem[]
  erratum?: Erratum | null
  started_at: Instant
  finished_at: Instant | null
}

export interface Hole extends Words {
  from: Instant
  to: Instant
  reason: string
}

export interface SheetAct {
  at: Instant
  who: string
  why: string
  transition: string
  from: string
  to: string
}

export interface Sheet {
  site: string
  name_zh: string
  name_en: string
  kind: string
  day: string
  days: number
  state: string
  revision: number
  history: SheetAct[]
  columns: SheetColumn[]
  decisions: Decision[]
  completeness: (Completeness & { holes?: Hole[] })[]
}

export interface DecisionRequest {
  property: string
  averaging: string
  times: Instant[]
  action: string
  numbers: Record<string, number>
  reason: string
  note: string
}

export type ErratumLevel = 'hour' | 'day' | 'month' | 'year'

export interface ChangedValue {
  level: ErratumLevel | string
  site: string
  name_zh: string
  name_en: string
  property: string
  averaging: string
  statistic: string
  time: Instant
  unit: string
  old: number | null
  new: number | null
}

export interface ChangedVerdict {
  site: string
  name_zh: string
  name_en: string
  rule: string
  time: Instant
  edition: string
  old: number | string | null
  new: number | string | null
  old_zh: string
  new_zh: string
  old_en: string
  new_en: string
  colour_old: string | null
  colour_new: string | null
}

export interface ChangedEvent extends Words {
  rule: string
  site: string
  property: string | null
  time: Instant
  value: number | null
  event?: number | null
  case?: number | null
}

export interface ChangedCase {
  id: number | null
  title_zh: string
  title_en: string
  state: string
}

export interface ChangedFigure {
  ref: string
  zh?: string
  en?: string
  old: number | string | null
  new: number | string | null
  unit?: string
}

export interface ChangedReport {
  id: number | string
  title_zh: string
  title_en: string
  figures: ChangedFigure[]
}

/** What a change changes: before it is saved a preview, afterwards an erratum with its number. */
export interface Erratum {
  id?: number
  at?: Instant
  who?: string
  why?: string
  cause: Words & { kind: string; decisions?: number[] }
  digest: string
  /** of so many in all, where not every one is listed */
  values_total?: number
  values: ChangedValue[]
  verdicts: ChangedVerdict[]
  verdicts_total?: number
  events: { withdrawn: ChangedEvent[]; due: ChangedEvent[]; withdrawn_total?: number; due_total?: number }
  cases: ChangedCase[]
  reports: ChangedReport[]
}

export interface ErratumFace {
  id: number
  at: Instant
  who: string
  why: string
  cause: (Words & { kind: string }) | string
  changed: number
  verdicts: number
  events: number
  reports: number
}

export interface Dependants {
  series: number
  at: Instant
  derived: { level: string; site: string; property: string; averaging: string; statistic: string; time: Instant; value: number | null; unit: string; series: number }[]
  verdicts: (Words & { site: string; rule: string; time: Instant })[]
  events: { id?: number; text_zh: string; text_en: string; phenomenon_end?: Instant | null }[]
  cases: { id: number; title_zh: string; title_en: string; state?: string }[]
  reports: { id: number | string; title_zh: string; title_en: string }[]
  sheet: { site: string; day: string; state: string } | null
}

export interface EvidenceInput {
  series: number
  site: string
  property: string
  averaging: string
  time: Instant
  value: number | null
  unit: string
  raw: number | null
  /** "derived" for what was made here; what came in is reviewed on a sheet */
  stage?: string
  /** number of the decision that holds for it, or what is told of it */
  decision: number | string | { id?: number | string; decision?: number | string } | null
  message_batch: number | null
}

export interface Evidence {
  series: number
  at: Instant
  value: number | null
  formula_zh: string
  formula_en: string
  source: string
  inputs: EvidenceInput[]
}

export interface ReportFace {
  id: number | string
  kind: string
  title_zh: string
  title_en: string
  day: string
  issued_at: Instant
  who: string
  figures: number
  errata: number
}

export interface Figure extends Words {
  ref: string
  site: string
  name_zh: string
  name_en: string
  property: string
  averaging: string
  statistic: string
  time: Instant
  series: number | null
  unit: string
  value: number | null
  /** as printed, where the report says so */
  text?: string
}

export interface Report {
  id: number | string
  kind: string
  /** of reports that were made from one: they have files and a page of their own */
  template?: string
  title_zh: string
  title_en: string
  day: string
  issued_at: Instant
  known_at: Instant
  who: string
  why: string
  figures: Figure[]
  errata: { id: number; at: Instant; why: string; figures: ChangedFigure[] }[]
}

/** Every version of one value, with the messages it came in. */
export interface Versions {
  versions: ObservationColumns
  raw: { received: Instant; source: string; detail: string; bytes: string }[]
}
