// The stops of a day: what is due and where risk is, each with its reasons, in an order that saves walking. The weights are
// ours and only order the stops; how often a firm may be visited is its record's own (visits_max).

import type { Geometry } from 'geojson'
import { metresBetween } from './public_face'
import type { RegisterRecord } from './register_types'

export type ReasonKind = 'overdue' | 'due-soon' | 'credit-red' | 'credit-yellow' | 'not-visited'
export interface Reason {
  kind: ReasonKind
  /** what is due, or nothing */
  what: string
  day: string
}
export interface Stop {
  register: string
  id: string
  title: string
  lon: number
  lat: number
  reasons: Reason[]
  risk: number
  /** this year; null where the record does not say */
  visits: number | null
  visits_max: number | null
  /** at its yearly number of visits, and nothing but routine asks for another */
  capped: boolean
}

const weights: Record<ReasonKind, number> = { overdue: 8, 'due-soon': 4, 'credit-red': 3, 'credit-yellow': 2, 'not-visited': 1 }
const soon_days = 3
const day_ms = 86_400_000

const pointOf = (record: RegisterRecord): { lon: number; lat: number } | null => {
  const place = Object.values(record.values).find((v): v is Geometry & { type: 'Point' } => typeof v === 'object' && v !== null && !Array.isArray(v) && 'type' in v && v.type === 'Point')
  return place ? { lon: place.coordinates[0]!, lat: place.coordinates[1]! } : null
}
const count = (v: unknown): number | null => (typeof v === 'number' ? v : null)

/** Every stop there is, the riskiest first; a record that has no place, and no enterprise with one, is none. `today` is a day in Beijing. */
export function stops(due: readonly RegisterRecord[], enterprises: readonly RegisterRecord[], today: string): Stop[] {
  const firms = new Map(enterprises.map((e) => [e.id, e]))
  const found = new Map<string, Stop>()
  const at = (record: RegisterRecord): Stop | null => {
    const key = `${record.register}/${record.id}`
    const known = found.get(key)
    if (known) return known
    const point = pointOf(record)
    if (!point) return null
    const stop: Stop = { register: record.register, id: record.id, title: record.title, ...point, reasons: [], risk: 0, visits: count(record.values.visits), visits_max: count(record.values.visits_max), capped: false }
    found.set(key, stop)
    return stop
  }
  for (const record of due) {
    const firm = firms.get(record.register === 'enterprise' ? record.id : String(record.values.enterprise ?? record.values.owner_enterprise ?? ''))
    const stop = at(firm ?? record)
    if (!stop) continue
    for (const d of record.dues) {
      const left = (Date.parse(d.ends) - Date.parse(today)) / day_ms
      if (d.overdue) stop.reasons.push({ kind: 'overdue', what: record.title || record.id, day: d.ends })
      else if (left <= soon_days) stop.reasons.push({ kind: 'due-soon', what: record.title || record.id, day: d.ends })
    }
  }
  for (const firm of enterprises) {
    const band = firm.values.band
    const kind: ReasonKind | null = band === 'red' ? 'credit-red' : band === 'yellow' ? 'credit-yellow' : firm.values.permit_level === 'key' && firm.values.visits === 0 && firm.values.status === 'running' ? 'not-visited' : null
    if (kind) at(firm)?.reasons.push({ kind, what: '', day: '' })
  }
  const all = [...found.values()].filter((s) => s.reasons.length > 0)
  for (const s of all) {
    s.risk = s.reasons.reduce((sum, r) => sum + weights[r.kind], 0)
    const matters = s.reasons.some((r) => r.kind === 'overdue' || r.kind === 'due-soon')
    s.capped = s.visits !== null && s.visits_max !== null && s.visits >= s.visits_max && !matters
  }
  return all.sort((a, b) => b.risk - a.risk || `${a.register}/${a.id}`.localeCompare(`${b.register}/${b.id}`))
}

/** The riskiest that may be visited, at most `most`, walked from where one is to the nearest not yet seen; each with its leg in metres. */
export function route(all: readonly Stop[], most: number, from: { lon: number; lat: number } | null): (Stop & { leg_m: number | null })[] {
  const left = all.filter((s) => !s.capped).slice(0, most)
  const out: (Stop & { leg_m: number | null })[] = []
  let here = from
  while (left.length > 0) {
    const place = here
    const next = place === null ? 0 : left.reduce((best, s, i) => (metresBetween(place.lon, place.lat, s.lon, s.lat) < metresBetween(place.lon, place.lat, left[best]!.lon, left[best]!.lat) ? i : best), 0)
    const [stop] = left.splice(next, 1)
    out.push({ ...stop!, leg_m: here === null ? null : Math.round(metresBetween(here.lon, here.lat, stop!.lon, stop!.lat)) })
    here = stop!
  }
  return out
}
