// Platforms that messages are passed on to: what their form shows and sends.

import type { Upstream } from './device_types'

export const upstreamTone: Record<Upstream['state'], string> = { off: '', connecting: 'replay', connected: 'live', waiting: 'warn' }

export interface UpstreamDraft {
  id: string
  name: string
  host: string
  port: number | ''
  enabled: boolean
  rate_per_s: number | ''
  tls: boolean
  /** MN, one a line; empty: all */
  devices: string
  /** "ours theirs", one pair a line */
  mn_map: string
  password: string
}

export function upstreamDraft(u: Upstream | null): UpstreamDraft {
  if (u === null) return { id: '', name: '', host: '', port: '', enabled: true, rate_per_s: 20, tls: false, devices: '', mn_map: '', password: '' }
  return {
    id: u.id, name: u.name, host: u.host, port: u.port, enabled: u.enabled, rate_per_s: u.rate_per_s, tls: u.tls,
    devices: u.devices.join('\n'), mn_map: u.mn_map.map((m) => `${m.from} ${m.to}`).join('\n'), password: u.password ?? '',
  }
}

const words = (text: string): string[] => text.split(/[\s,，;；]+/).filter((s) => s !== '')

/** Lines of the map that are not two numbers, for the person to mend; lines are counted from 1. */
export function badPairs(text: string): number[] {
  return text.split(/\r?\n/).flatMap((line, i) => (line.trim() === '' || words(line).length === 2 ? [] : [i + 1]))
}

/** As the API takes it. An empty password is none: messages keep their own. */
export function upstreamBody(d: UpstreamDraft): Record<string, unknown> {
  return {
    id: d.id.trim(), name: d.name.trim(), host: d.host.trim(), port: d.port === '' ? null : d.port, enabled: d.enabled,
    rate_per_s: d.rate_per_s === '' ? null : d.rate_per_s, tls: d.tls, devices: words(d.devices),
    mn_map: d.mn_map.split(/\r?\n/).flatMap((line) => {
      const [from, to] = words(line)
      return from !== undefined && to !== undefined ? [{ from, to }] : []
    }),
    password: d.password === '' ? null : d.password,
  }
}
