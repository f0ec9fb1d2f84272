// What the list, the map and the counts say of devices. The server says who is online and who is silent; here only words are
// chosen for it.

import type { Device } from './device_types'
import { matches } from './table'

/** Retired and expired first: such a device is not expected to speak. Silent is an alarm, offline alone is not. */
export const deviceStates = ['silent', 'offline', 'online', 'expired', 'retired'] as const
export type DeviceState = (typeof deviceStates)[number]

export function stateOf(d: Pick<Device, 'state' | 'online' | 'silent'>): DeviceState {
  if (d.state !== 'active') return d.state
  if (d.silent) return 'silent'
  return d.online ? 'online' : 'offline'
}

/** Class of the badge, and the sign that tells the state without its colour. */
export const stateLook: Record<DeviceState, { tone: string; sign: string; colour: string }> = {
  online: { tone: 'live', sign: '●', colour: '#2f8f6f' },
  offline: { tone: '', sign: '○', colour: '#6b7773' },
  silent: { tone: 'bad', sign: '▲', colour: '#b3262c' },
  expired: { tone: 'old', sign: '◇', colour: '#8a6d1f' },
  retired: { tone: '', sign: '✕', colour: '#9aa5a0' },
}

/** Devices with a score below this are counted and can be listed alone; the score itself is the server's. */
export const low_score = 80

export const scoreOf = (d: Pick<Device, 'conformity'>): number | null => d.conformity?.score ?? null
export const isLow = (d: Pick<Device, 'conformity'>): boolean => (scoreOf(d) ?? 100) < low_score

export type DeviceFilter = 'all' | DeviceState | 'low'

export function filtered(devices: readonly Device[], filter: DeviceFilter, search: string): Device[] {
  return devices.filter((d) => {
    if (filter === 'low' ? !isLow(d) : filter !== 'all' && stateOf(d) !== filter) return false
    return search.trim() === '' || matches(search.trim(), d.mn, d.name_zh, d.name_en, d.site, d.outlet, d.note)
  })
}

export function tally(devices: readonly Device[]): Record<DeviceState | 'low', number> {
  const out = { online: 0, offline: 0, silent: 0, expired: 0, retired: 0, low: 0 }
  for (const d of devices) {
    ++out[stateOf(d)]
    if (isLow(d)) ++out.low
  }
  return out
}

export function refusedTotal(d: Pick<Device, 'refused'>): number {
  return Object.values(d.refused).reduce((a, b) => a + b, 0)
}

/** "wrong crc × 3, wrong password × 1", the most frequent first. */
export function refusals(d: Pick<Device, 'refused'>): string {
  return Object.entries(d.refused)
    .sort((a, b) => b[1] - a[1])
    .map(([reason, n]) => `${reason} × ${n}`)
    .join(', ')
}

/** A device of which the stream said that it came or went. */
export function withOnline(devices: readonly Device[], mn: string, online: boolean): Device[] {
  return devices.map((d) => (d.mn === mn && d.online !== online ? { ...d, online } : d))
}

export interface DeviceFeature {
  type: 'Feature'
  geometry: { type: 'Point'; coordinates: [number, number] }
  properties: { mn: string; state: DeviceState; order: number }
}

/** Points for the map; the urgent ones are drawn last, on top. Devices whose site has no position are left out. */
export function features(devices: readonly Device[]): { type: 'FeatureCollection'; features: DeviceFeature[] } {
  return {
    type: 'FeatureCollection',
    features: devices.flatMap((d): DeviceFeature[] => {
      if (d.lon === null || d.lat === null) return []
      const state = stateOf(d)
      return [{ type: 'Feature', geometry: { type: 'Point', coordinates: [d.lon, d.lat] }, properties: { mn: d.mn, state, order: -deviceStates.indexOf(state) } }]
    }),
  }
}

/** How long the page waits between two looks at the whole list: a great list weighs megabytes. */
export function listPause_ms(devices: number): number {
  return devices <= 500 ? 5000 : devices <= 5000 ? 20_000 : 60_000
}
