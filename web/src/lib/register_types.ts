// The shapes of /api/v1 that speak of systems, registers and records (docs/api_registers.md).

import type { Geometry } from 'geojson'
import type { Instant, Trust } from './api_types'
import type { Finding } from './problem'

export type { Finding }

export interface Words {
  zh: string
  en: string
}

export interface May {
  read: boolean
  write: boolean
  create: boolean
  withdraw: boolean
}

export type RegisterKind = 'register' | 'ledger' | 'case'

export interface RegisterItem {
  id: string
  name: Words
  kind: RegisterKind
  on_map: boolean
  count: number
  may: May
}

export interface SystemItem {
  id: string
  name: Words
  group: string
  clause: string
  source: string
  trust: Trust
  registers: RegisterItem[]
}

/** A pack that serves a row of the plan. */
export interface RowSystem {
  id: string
  name: Words
  source: string
  trust: Trust
  /** its own calculation or check */
  rule: Words
  lacks: Words | null
  registers: string[]
}

/** A system that the city's plan asks for. */
export interface PlanRow {
  id: string
  kind: string
  name: Words
  /** as printed: "12.2; 7.2 跨部门数据共享" */
  clause: string
  clauses: string[]
  group: Words
  duty: Words
  /** "pai wu kou" */
  pinyin: string
  initials: string
  /** the page of ours that serves it */
  page: string | null
  systems: RowSystem[]
}

export const fieldTypes = ['text', 'number', 'whole', 'yes-no', 'date', 'time', 'code', 'reference', 'site', 'point', 'line', 'area', 'files'] as const
export type FieldType = (typeof fieldTypes)[number]

export interface Field {
  id: string
  type: FieldType
  zh: string
  en: string
  help?: Words
  /** code list or register */
  of?: string
  many?: boolean
  needed?: boolean
  unique?: boolean
  search?: boolean
  index?: boolean
  personal?: boolean
  /** UCUM */
  unit?: string
  min?: number | null
  max?: number | null
  decimals?: number | null
  length_max?: number
  count_max?: number
  pattern?: string
  accept?: string[]
  /** computed, not entered */
  formula?: string
  source?: string
  trust?: Trust
}

export interface Code {
  code: string
  zh: string
  en: string
}

export interface CodeList {
  id: string
  items: Code[]
  /** there are more than came along: they are asked for by words */
  more: boolean
  source?: string
  trust?: Trust
}

export interface LifeState {
  id: string
  zh: string
  en: string
  final?: boolean
}

export type EvidenceKind = 'photo' | 'document' | 'measurement'

export interface Evidence {
  id: string
  kind: EvidenceKind
  zh: string
  en: string
  count: number
  taken?: string
  near_m?: number
}

export interface LifeStep {
  id: string
  zh: string
  en: string
  from: string[]
  to: string
}

export interface Deadline {
  id: string
  zh: string
  en: string
  source?: string
  trust?: Trust
}

export interface Lifecycle {
  first: string
  states: LifeState[]
  steps: LifeStep[]
  deadlines: Deadline[]
}

export interface RegisterView {
  id: string
  zh: string
  en: string
  columns: string[]
  sort?: string
  /** which records it holds, as the pack says it */
  where?: string
}

export interface MapStyle {
  geometry: string
  colour_by?: string
  colours?: Record<string, string>
  symbol?: string
  zoom_min?: number
}

export interface Indicator {
  id: string
  zh: string
  en: string
  unit: string
  value?: number | string | null
  formula?: string
}

/** What a register is, as the pack says it. */
export interface Register {
  id: string
  system: string
  name: Words
  kind: RegisterKind
  /** how a record is called: "{name}" */
  title?: string
  /** the fields that rights go by: the county, and the enterprise whose record it is; null for none */
  division?: string | null
  enterprise?: string | null
  fields: Field[]
  codes: CodeList[]
  lifecycle: Lifecycle | null
  views: RegisterView[]
  map: MapStyle | null
  indicators: Indicator[]
  may: May
  source: string
  trust: Trust
}

/** A value of a field; a text for codes, references, sites, dates, times; hashes for files. */
export type Value = string | number | boolean | null | Geometry | (string | number)[]
export type Values = Record<string, Value>

export interface Due {
  deadline: string
  zh: string
  en: string
  /** a day in Beijing; it ends with that day */
  ends: string
  overdue: boolean
  warned: boolean
  escalated_to: string | null
}

export interface GivenEvidence {
  id: string
  file: string | null
  site: string | null
  property: string | null
  from: Instant | null
  to: Instant | null
  note: string
}

export interface TakenStep {
  step: string
  from: string
  to: string
  who: string
  why: string
  at: Instant
  evidence: GivenEvidence[]
}

export interface RegisterRecord {
  register: string
  id: string
  revision: number
  title: string
  state: string
  gone: boolean
  valid_from: Instant
  known_at: Instant
  opened: Instant
  since_state: Instant
  who: string
  why: string
  values: Values
  /** titles of what the references and sites name; of several, in their order, parted by "; " */
  names: Record<string, string>
  steps: TakenStep[]
  dues: Due[]
  findings: Finding[]
}

export interface RecordPage {
  items: RegisterRecord[]
  next: string | null
  total?: number | null
  total_is_more?: boolean
}

export interface RelatedItem {
  register: string
  field: string
  name: Words
  page: RecordPage
}

export interface PossibleStep {
  id: string
  zh: string
  en: string
  to: string
  needs: string[]
  evidence: Evidence[]
  why: boolean
  missing: Finding[]
}

export interface Preview {
  record: RegisterRecord | null
  findings: Finding[]
}

export interface AlikeItem {
  record: RegisterRecord
  distance_m: number
  /** 0..1 */
  likeness: number
}

export interface BulkAnswer {
  items: { id: string; record?: RegisterRecord | null; findings: Finding[] }[]
  changed: number
}

export interface RecordImport {
  id: string
  register: string
  name: string
  state: 'queued' | 'running' | 'done' | 'failed'
  rows: number
  done: number
  added: number
  changed: number
  unchanged: number
  refused: number
  preview: boolean
  error: string | null
}

export interface Attachment {
  hash: string
  name: string
  media_type: string
  bytes: number
  taken_at?: Instant | null
}

export interface PackAnswer {
  good: boolean
  error?: string | null
  system?: PackSystem | null
}

/** A checked pack: what its registers will be. */
export interface PackSystem {
  id: string
  name: Words
  registers: Register[]
}
