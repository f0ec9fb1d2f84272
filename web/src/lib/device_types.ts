// The shapes of /api/v1 that speak of field units: register, requests, gaps, messages, upstream platforms.

import type { Instant, Trust } from './api_types'

export type Edition212 = '2005' | '2017' | '2025'

/** One thing a device does that the standard does not say, and what to do about it. */
export interface Finding {
  name: string
  count: number
  /** of its messages, 0..1 */
  share: number
  /** points it takes from the score */
  weight: number
  name_zh: string
  name_en: string
  fix_zh: string
  fix_en: string
  clause: string
  trust: Trust
}

export interface Conformity {
  /** 0..100; null before there are messages enough */
  score: number | null
  messages: number
  findings: Finding[]
}

/** What people decide of a device: its entry in the register. */
export interface DeviceEntry {
  site: string
  outlet: string
  note: string
  system_code: string
  password: string
  minute_interval_min: number
  label_is_end: boolean
  /** CIDR; empty: any */
  addresses: string[]
  expires: Instant | null
  accept_modbus_crc: boolean
  accept_bad_crc: boolean
  /** 0: as the rules of the city say */
  silent_after_s: number
}

export interface Device extends DeviceEntry {
  mn: string
  name_zh: string
  name_en: string
  lon: number | null
  lat: number | null
  cipher_key_set: boolean
  revision: number
  state: 'active' | 'expired' | 'retired'
  online: boolean
  edition: Edition212 | 'later' | null
  peer: string | null
  connected_since: Instant | null
  last_seen: Instant | null
  frames: number
  answered: number
  observations: number
  refused: Record<string, number>
  last_words: string
  clock_offset_s: number | null
  takeovers: number
  silent: boolean
  conformity?: Conformity | null
}

export interface RegisterRevision {
  revision: number
  known_at: Instant
  who: string
  why: string
  body: Record<string, unknown>
}

export interface DeviceDetail extends Device {
  history: RegisterRevision[]
  last_frame: string | null
}

export interface NewSite {
  id: string
  kind: string
  name_zh: string
  name_en: string
  lon: number
  lat: number
  county?: string
}

export interface Pending {
  mn: string
  first_seen: Instant
  last_seen: Instant
  frames: number
  held_frames: number
  held_bytes: number
  dropped_frames: number
  system_code: string
  password: string
  edition: Edition212 | 'later' | null
  peers: string[]
  commands: Record<string, number>
  /** newest frame */
  sample: string
  state: 'waiting' | 'refused'
}

export interface PendingAnswer {
  items: Pending[]
  limits: { devices_max: number; bytes_max_per_device: number }
}

export interface Approved {
  device: Device
  taken: { frames: number; observations: number; refused: number }
}

export interface CommandParameter {
  name: string
  name_zh: string
  name_en: string
  /** how its value is written; one that is not known here is a text, and the server judges it */
  type: string
  required: boolean
  /** of a number; absent: any */
  lowest?: number
  highest?: number
  /** empty or absent: any */
  one_of?: string[]
}

export interface Command212 {
  code: string
  direction: 'host' | 'field' | 'both'
  kind: 'request' | 'upload' | 'notice' | 'answer'
  editions: string[]
  name_zh: string
  name_en: string
  group: 'setup' | 'data' | 'control' | 'exchange'
  parameters: CommandParameter[]
  sendable: boolean
  returns_data: boolean
  source: string
  trust: Trust
}

export type ReceiptState = 'waiting' | 'sent' | 'accepted' | 'done' | 'refused' | 'failed' | 'timed-out' | 'offline'

export interface ReceiptStep {
  time: Instant
  what_zh: string
  what_en: string
  frame: string | null
}

export interface Receipt {
  /** the QN of the request */
  id: string
  mn: string
  cn: string
  name_zh: string
  name_en: string
  who: string
  why: string
  origin: 'person' | 'back-fill'
  asked_at: Instant
  state: ReceiptState
  qn_rtn: number | null
  exe_rtn: number | null
  meaning_zh: string
  meaning_en: string
  sends: number
  data_messages: number
  observations: number
  parameters: { name: string; value: string }[]
  steps: ReceiptStep[]
}

export const historyCommands = ['2061', '2051', '2031'] as const
export type HistoryCommand = (typeof historyCommands)[number]

/** Ends of its first and its last missing period. */
export interface Gap {
  from: Instant
  to: Instant
  periods: number
}

export interface Presence {
  items: Gap[]
  expected: number
  present: number
  period_s: number
}

export interface Fill extends Gap {
  mn: string
  cn: string
  state: string
}

export interface Fills {
  automatic: boolean
  waiting: number
  running: number
  done: number
  devices: Fill[]
}

export type FrameKind = 'all' | 'taken' | 'refused' | 'held'

export interface Frame {
  batch: number
  position: number
  received: Instant
  source: string
  /** empty where it was taken */
  reason: string
  peer: string
  mn: string
  /** bytes that are no text as \xNN */
  raw: string
  bytes: number
}

export interface FramePage {
  items: Frame[]
  next: string | null
}

export interface Deviation {
  name: string
  name_zh: string
  name_en: string
  fix_zh: string
  fix_en: string
  clause?: string
  trust?: Trust | ''
}

export interface Explained {
  valid: boolean
  raw: string
  bytes: number
  reason_zh?: string | null
  reason_en?: string | null
  edition: string | null
  header: { name: string; value: string; meaning_zh: string; meaning_en: string }[]
  fields: ExplainedField[]
  wants_answer?: boolean
  /** one packet of a message in several */
  split?: boolean
  encrypted?: boolean
  deviations: Deviation[]
  repairs: Deviation[]
}

export interface ExplainedField {
  group: string | number | null
  key: string
  value: string
  meaning_zh: string
  meaning_en: string
  unit: string | null
}

export interface Upstream {
  id: string
  name: string
  host: string
  port: number
  enabled: boolean
  rate_per_s: number
  tls: boolean
  /** empty: all */
  devices: string[]
  mn_map: { from: string; to: string }[]
  password: string | null
  revision: number
  state: 'off' | 'connecting' | 'connected' | 'waiting'
  last_error: string
  queued_frames: number
  oldest_queued: Instant | null
  sent: number
  answered: number
  refused: number
  dead_letters: number
  last_answer_at: Instant | null
}

export interface DeadLetter {
  id: string | number
  mn: string
  qn: string
  cn: string
  received: Instant
  failed_at: Instant
  reason: string
  tries: number
  raw: string
  state: 'dead' | 'resent' | 'discarded'
}
