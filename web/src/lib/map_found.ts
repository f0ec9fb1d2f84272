// What lies where the map was pressed.

import { pick } from './format'
import type { Lang } from './i18n'
import type { LayerItem } from './map_layers'
import type { LonLat } from './map_shape'

export type HitKind = 'site' | 'record' | 'group' | 'feature'

export interface Hit {
  kind: HitKind
  /** unlike any other hit of one press */
  key: string
  layer: LayerItem | null
  id: string
  title: string
  at: LonLat
  colour: string | null
  /** of a group: how many points stand in it */
  count: number
  /** they lie on one point: no zoom parts them */
  stacked: boolean
  /** zoom at which a group falls apart, where the server says so */
  zoom: number | null
  /** register of a record */
  register: string | null
  properties: Record<string, unknown>
}

/** A feature as the map library gives it, as far as it is used. */
export interface FoundFeature {
  layer: { id: string; source: string }
  geometry: { type: string; coordinates?: unknown }
  properties: Record<string, unknown> | null
  id?: string | number | undefined
}

const text = (v: unknown): string => (typeof v === 'string' || typeof v === 'number' ? String(v) : '')

/** The register a layer shows; null for a layer of none, or of several. */
export function registerOf(item: Pick<LayerItem, 'tiles'>): string | null {
  return /\/registers\/([^/]+)\/tiles\//.exec(item.tiles)?.[1] ?? null
}

export function toHit(feature: FoundFeature, item: LayerItem, pressed: LonLat, lang: Lang): Hit {
  const p = feature.properties ?? {}
  // Few on one point come each by itself, with `stack` beside its id; many, and those gathered from around, as one with `count`.
  const count = Number(p['count'] ?? 1)
  const at = feature.geometry.type === 'Point' && Array.isArray(feature.geometry.coordinates) ? (feature.geometry.coordinates.slice(0, 2) as LonLat) : pressed
  const colour = text(p['colour'])
  const legend = item.legend.find((row) => row.code === colour || row.colour === colour)
  const register = text(p['register']) || registerOf(item)
  const zoom = Number(p['zoom'])
  const own = { layer: item, at, colour: colour.startsWith('#') ? colour : (legend?.colour ?? null), properties: p, register, zoom: Number.isFinite(zoom) && zoom > 0 ? zoom : null }
  if (count > 1) return { ...own, kind: 'group', key: `${item.id}|${at.join()}`, id: '', title: pick(item, 'title', lang), count, stacked: p['stack'] !== undefined }
  const id = text(p['id']) || text(p['code']) || text(p['adcode']) || text(feature.id)
  const title = pick(p, 'name', lang) || text(p['title']) || id || pick(item, 'title', lang)
  return { ...own, kind: item.group === 'sites' || item.group === 'values' ? 'site' : register !== null ? 'record' : 'feature', key: `${item.id}|${register ?? ''}|${id || title}`, id, title, count: 1, stacked: p['stack'] !== undefined }
}

/** Each once, points before areas, groups last. */
export function distinct(hits: readonly Hit[]): Hit[] {
  const rank: Record<HitKind, number> = { site: 0, record: 1, feature: 2, group: 3 }
  const seen = new Map<string, Hit>()
  for (const hit of hits) if (!seen.has(hit.key)) seen.set(hit.key, hit)
  return [...seen.values()].sort((a, b) => rank[a.kind] - rank[b.kind])
}

export interface Leg {
  dx: number
  dy: number
}

/** Legs of a spider: where the marks of things that lie on one point stand around it, px. One circle for up to eight, then a spiral. */
export function spider(count: number): Leg[] {
  if (count <= 8) {
    const radius = Math.max(38, (count * 34) / (2 * Math.PI))
    return Array.from({ length: count }, (_, i) => ({ dx: radius * Math.sin((2 * Math.PI * i) / count), dy: -radius * Math.cos((2 * Math.PI * i) / count) }))
  }
  let angle = 0
  return Array.from({ length: count }, () => {
    const radius = 42 + angle * 7
    const leg = { dx: radius * Math.sin(angle), dy: -radius * Math.cos(angle) }
    angle += 32 / radius
    return leg
  })
}
