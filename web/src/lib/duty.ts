// The duty desk as the server tells it (docs/api.md), and small rules of showing it. Nothing here judges or ranks.

import type { Case, Instant, Trust, WatchEvent } from './api_types'
import type { Lang, Translate } from './i18n'

export const dutyKinds = ['alarm', 'over-limit', 'marked', 'case-overdue', 'case-due', 'silent-device', 'stale-site', 'pending-device', 'review'] as const
export type DutyKind = (typeof dutyKinds)[number]

export interface Said {
  zh: string
  en: string
}

export interface DutySiteJudged {
  time: Instant
  averaging: string
  judged: boolean
  value: number | null
  level: number
  class_label: string | null
  colour: string | null
  text_colour: string | null
  name_zh: string
  name_en: string
  primary: string[]
  over_limit: string[]
}

export interface DutySite {
  site: string
  name_zh: string
  name_en: string
  newest: Instant | null
  online: boolean
  over: boolean
  judged: DutySiteJudged | null
}

export interface DutyMedium extends Said {
  medium: string
  expected: number
  online: number
  judged: number
  over: number
  alarms: number
  devices: number
  devices_online: number
  sites: DutySite[]
}

export interface DutyItem extends Said {
  id: string
  kind: DutyKind
  /** 0 to 100 */
  score: number
  /** 0 to 1 */
  confidence: number
  act_now: boolean
  since: Instant
  factors: { id: string; factor: number }[]
  reasons: Said[]
  medium: string | null
  site: string | null
  property: string | null
  averaging: string | null
  rule: string | null
  time: Instant | null
  value: number | null
  limit: number | null
  unit: string | null
  /** probability that the value is none; null where nobody has assessed it */
  fault: number | null
  legal: boolean
  count: number
  events: number[]
  register: string | null
  record: string | null
  state: string | null
  /** legal day */
  ends: string | null
  mn: string | null
}

export interface Duty {
  at: Instant
  /** begin of the next shift */
  before: Instant
  act_now: number
  due_today: number
  overdue: number
  media: DutyMedium[]
  weather: { site: string; property: string; time: Instant; value: number; unit: string }[]
  items: DutyItem[]
  total: number
}

export interface AlarmRecord {
  register: string
  id: string
  title: string
  state: string
  revision: number
  settled: boolean
}

export interface Alarm {
  event: WatchEvent | null
  site: string
  name_zh: string
  name_en: string
  kind: string
  county: string | null
  property: string | null
  averaging: string
  time: Instant
  unit: string
  decimals: number
  value: number | null
  rule: { id: string; kind: 'threshold' | 'duration' | 'no-data'; limit: number | null; sense: 'above' | 'below'; unit: string | null; consecutive: number; lasting_s: number; source: string; trust: Trust } | null
  curve: { time: Instant[]; value: (number | null)[]; voided: boolean[]; device_flag: string[] } | null
  fault: { probability: number | null; proposal: 'unknown' | 'real' | 'fault'; from: number; device_flag: string; voided: boolean; decided: boolean; reasons: Said[] } | null
  calibration: {
    state: 'none' | 'near' | 'at-the-time'
    marks: ({ time: Instant; property: string; flag: string } & Said)[]
    devices: { mn: string; online: boolean; last_seen: Instant | null }[]
  }
  neighbours: { site: string; name_zh: string; name_en: string; km: number; value: number | null; usual: number | null }[]
  companions: { property: string; unit: string; value: number | null; usual: number | null }[]
  outfalls: { asked: boolean; upstream: boolean | null; items: { register: string; id: string; title: string; km: number }[] }
  similar: ({ event: number; rule: string; time: Instant; value: number | null; register: string | null; record: string | null; state: string | null; state_zh: string | null; state_en: string | null } & Said)[]
  records: AlarmRecord[]
  case: Case | null
}

/** What the list is narrowed to: of one medium, of one kind. */
export interface DutyFilter {
  medium: string | null
  kind: string | null
}

export function shownItems(items: readonly DutyItem[], filter: DutyFilter): DutyItem[] {
  return items.filter((i) => (filter.medium === null || i.medium === filter.medium) && (filter.kind === null || i.kind === filter.kind))
}

/** What must be acted upon before the shift stands apart from the rest; both keep the server's order. */
export function parted(items: readonly DutyItem[]): { now: DutyItem[]; later: DutyItem[] } {
  return { now: items.filter((i) => i.act_now), later: items.filter((i) => !i.act_now) }
}

export const percent = (share: number | null | undefined): string => (share === null || share === undefined || Number.isNaN(share) ? '—' : `${Math.round(share * 100)}%`)

/** Matters of facts need no confidence: a deadline has passed or has not. */
export const isFact = (kind: DutyKind): boolean => kind !== 'alarm' && kind !== 'over-limit' && kind !== 'marked'

/** "80 × 0.93 × 1.15 = 86": what made the score, each factor by its name. */
export function scoreText(item: Pick<DutyItem, 'factors' | 'score'>, t: Translate): string {
  const parts = item.factors.map((f) => `${t(`duty.factor.${f.id}`, {}, f.id)} ${Number(f.factor.toFixed(2))}`)
  return `${parts.join(' × ')} = ${Math.round(item.score)}`
}

/** How a value stands to what is usual there: "×2.4"; nothing where either is not known. */
export function timesUsual(value: number | null, usual: number | null): string {
  if (value === null || usual === null || usual <= 0) return ''
  return `×${(value / usual).toFixed(1)}`
}

/** The alarm of an item: an event of watch, or a marked or judged value by its series and time; null where it is of none. */
export function alarmQuery(item: DutyItem): Record<string, string> | null {
  if (item.events[0] !== undefined) return { event: String(item.events[0]) }
  if (item.site !== null && item.property !== null && item.time !== null) {
    return { site: item.site, property: item.property, time: item.time, ...(item.averaging ? { averaging: item.averaging } : {}) }
  }
  return null
}

export const saidIn = (words: Said, lang: Lang): string => (lang === 'zh' ? words.zh || words.en : words.en || words.zh)

/** What the rule already says of the fields that the steps of a case need. */
export function stepDefaults(alarm: Pick<Alarm, 'rule'>): Record<string, unknown> {
  const rule = alarm.rule
  if (rule === null || rule.limit === null) return {}
  return { sense: rule.sense, limit: rule.limit, limit_source: rule.source.slice(0, 120) }
}

/** Values of a case that is opened for an alarm without one. */
export function caseValues(alarm: Alarm): Record<string, unknown> {
  const event = alarm.event
  return {
    site: alarm.site,
    property: alarm.property ?? '-',
    found_at: alarm.time,
    note: event?.text_zh ?? `${alarm.name_zh} ${alarm.property ?? ''} ${alarm.value ?? ''} ${alarm.unit}`.trim(),
    note_en: event?.text_en ?? `${alarm.name_en} ${alarm.property ?? ''} ${alarm.value ?? ''} ${alarm.unit}`.trim(),
    ...(alarm.value === null ? {} : { value: alarm.value }),
    ...(alarm.county ? { division: alarm.county } : {}),
    ...stepDefaults(alarm),
  }
}
