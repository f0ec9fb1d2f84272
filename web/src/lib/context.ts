// What is looked at beside a column under review: the same property at the nearest sites of its kind ("@site"), and what else
// the site measures ("#site|property|averaging"). Other columns of the sheet go by their own id.

import type { Site } from './api_types'

/** Kilometres between two places, on the sphere. */
export function distance_km(a: Pick<Site, 'lon' | 'lat'>, b: Pick<Site, 'lon' | 'lat'>): number {
  const rad = Math.PI / 180
  const dLat = (b.lat - a.lat) * rad
  const dLon = (b.lon - a.lon) * rad
  const h = Math.sin(dLat / 2) ** 2 + Math.cos(a.lat * rad) * Math.cos(b.lat * rad) * Math.sin(dLon / 2) ** 2
  return 2 * 6371 * Math.asin(Math.min(1, Math.sqrt(h)))
}

export function nearest(here: Site, all: readonly Site[], most: number): { site: Site; km: number }[] {
  return all
    .filter((s) => s.kind === here.kind && s.id !== here.id)
    .map((site) => ({ site, km: distance_km(here, site) }))
    .sort((a, b) => a.km - b.km)
    .slice(0, most)
}

export interface ContextSource {
  site: string
  property: string
  averaging: string
}

export const otherId = (s: ContextSource): string => `#${s.site}|${s.property}|${s.averaging}`

/** What is asked of the server for a curve; null for one that the sheet has already. */
export function contextSource(id: string, property: string, averaging: string): ContextSource | null {
  if (id.startsWith('@')) return { site: id.slice(1), property, averaging }
  if (!id.startsWith('#')) return null
  const [site = '', own = '', step = ''] = id.slice(1).split('|')
  return { site, property: own, averaging: step }
}
