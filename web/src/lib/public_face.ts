// What the page for everybody shows, from /api/v1/public and /api/v1/open-data: plain shapes, and how they are chosen from.

import type { Lang } from './i18n'

export interface Said {
  zh: string
  en: string
  source?: string
  trust?: string
}
export interface PublicVerdict {
  time: string
  edition: string
  judged: boolean
  reason_zh?: string
  reason_en?: string
  value?: number | null
  level?: number
  name_zh?: string
  name_en?: string
  colour?: string
  text_colour?: string
  class?: string
  class_label?: string
  primary?: string[]
  over_limit?: string[]
}
export interface PublicNow extends PublicVerdict {
  is_old: boolean
  source: string
}
export interface PublicPlace {
  id: string
  name_zh: string
  name_en: string
  county: string
  lon: number
  lat: number
  position_is_rough: boolean
  river?: string
  now: PublicNow | null
}
export interface PublicFace {
  at: string
  city: { id: string; name_zh: string; name_en: string; counties: { adcode: string; name_zh: string; name_en: string }[] }
  replay: boolean
  air: PublicPlace[]
  rivers: PublicPlace[]
  wells: PublicPlace[]
  levels: { level: number; name_zh: string; name_en: string; meaning_zh: string; meaning_en: string }[]
  groups: (Said & { id: string })[]
  advice: (Said & { level: number; groups: string[] })[]
  uses: (Said & { id: string; worst_class: string })[]
  water_notes: Said[]
  channels: (Said & { id: string; about: 'report' | 'well' })[]
  publisher: Said
}
export interface RiverFace {
  id: string
  river: string
  items: PublicVerdict[]
  target: { class: string; target: string; met: boolean | null; source: string; trust: string } | null
  uses: { id: string; fit: boolean | null }[]
}
export interface PastYears {
  date: string
  window_days: number
  days_min: number
  source: string
  trust: string
  years: { year: number; days: number; good: number; levels: Record<string, number> }[]
  days: number
  good: number
  enough: boolean
}
export interface OpenSet {
  id: string
  stable_id: string
  title_zh: string
  title_en: string
  medium: string
  averaging: string
  rows: number
  from: string | null
  to: string | null
  licence: { id: string; zh: string; en: string }
  citation: { zh: string; en: string }
  origin: string
  trust: string
  csv: string
  json: string
  about: string
  sites: string[]
  properties: string[]
}
export interface Nearby {
  kind: string | null
  lon: number
  lat: number
  day: string
  count: number
}
export interface Neighbourhood {
  rough_m: number
  items: Nearby[]
  wind: { site: string; from_deg: number; speed_m_s: number | null; at: string } | null
}

const degree_m = 111_320

export function metresBetween(aLon: number, aLat: number, bLon: number, bLat: number): number {
  const x = (bLon - aLon) * Math.cos((((aLat + bLat) / 2) * Math.PI) / 180)
  return Math.hypot(x, bLat - aLat) * degree_m
}

/** The place of the list that is nearest; null of an empty list. */
export function nearest<T extends { lon: number; lat: number }>(places: readonly T[], lon: number, lat: number): T | null {
  let best: T | null = null
  for (const p of places) if (best === null || metresBetween(lon, lat, p.lon, p.lat) < metresBetween(lon, lat, best.lon, best.lat)) best = p
  return best
}

const reach = (p: PublicPlace): number => (p.now?.judged ? (p.now.value ?? p.now.level ?? -1) : -1)
/** Where nobody has chosen, the worst is shown: nobody is told that the air is better than it is. */
export function worst(places: readonly PublicPlace[]): PublicPlace | null {
  return places.reduce<PublicPlace | null>((w, p) => (w === null || reach(p) > reach(w) ? p : w), null)
}

/** Places by county, counties in the order of the city; a place of no county stands last. */
export function byCounty(face: Pick<PublicFace, 'city'>, places: readonly PublicPlace[]): { code: string; name_zh: string; name_en: string; places: PublicPlace[] }[] {
  const groups = face.city.counties.map((c) => ({ code: c.adcode, name_zh: c.name_zh, name_en: c.name_en, places: places.filter((p) => p.county === c.adcode) }))
  const rest = places.filter((p) => !face.city.counties.some((c) => c.adcode === p.county))
  return [...groups, { code: '', name_zh: face.city.name_zh, name_en: face.city.name_en, places: rest }].filter((g) => g.places.length > 0)
}

/** What each group is told at a level; the order is that of the groups. */
export function adviceAt(face: Pick<PublicFace, 'groups' | 'advice'>, level: number): { group: PublicFace['groups'][number]; advice: PublicFace['advice'][number] }[] {
  return face.groups.flatMap((group) => {
    const advice = face.advice.find((a) => a.level === level && a.groups.includes(group.id))
    return advice ? [{ group, advice }] : []
  })
}

const points: Record<Lang, readonly string[]> = {
  zh: ['北', '东北', '东', '东南', '南', '西南', '西', '西北'],
  en: ['north', 'north-east', 'east', 'south-east', 'south', 'south-west', 'west', 'north-west'],
}
/** Where the wind comes from, to eight points. */
export function windWord(from_deg: number, lang: Lang): string {
  return points[lang][Math.round((((from_deg % 360) + 360) % 360) / 45) % 8]!
}

/** Where `b` lies as seen from `a`. */
export function bearingWord(aLon: number, aLat: number, bLon: number, bLat: number, lang: Lang): string {
  const x = (bLon - aLon) * Math.cos((aLat * Math.PI) / 180)
  return windWord((Math.atan2(x, bLat - aLat) * 180) / Math.PI, lang)
}

/** A report as a text that can be handed to another office: what the reporter typed, its place to a hundred metres, and the code. */
export function receiptText(lines: readonly [string, string][]): string {
  return lines.filter(([, value]) => value !== '').map(([name, value]) => `${name.replace(/[？?]$/, '')}：${value}`).join('\n')
}
