// The register's form: what it shows of a device, and what of it goes to the server.

import type { Device, NewSite } from './device_types'
import { fromField, toField } from './wall'

export interface EntryDraft {
  outlet: string
  note: string
  system_code: string
  password: string
  minute_interval_min: number | ''
  label_is_end: boolean
  /** one a line */
  addresses: string
  /** Beijing time as a datetime-local input has it; empty: never */
  expires: string
  /** written only: the server does not tell it */
  cipher_key: string
  accept_modbus_crc: boolean
  accept_bad_crc: boolean
  retired: boolean
  /** minutes */
  silent_after_min: number | ''
}

export function emptyDraft(): EntryDraft {
  return {
    outlet: '', note: '', system_code: '', password: '', minute_interval_min: 10, label_is_end: false, addresses: '', expires: '', cipher_key: '',
    accept_modbus_crc: false, accept_bad_crc: false, retired: false, silent_after_min: '',
  }
}

export function draftOf(d: Device): EntryDraft {
  return {
    outlet: d.outlet,
    note: d.note,
    system_code: d.system_code,
    password: d.password,
    minute_interval_min: d.minute_interval_min,
    label_is_end: d.label_is_end,
    addresses: d.addresses.join('\n'),
    expires: toField(d.expires),
    cipher_key: '',
    accept_modbus_crc: d.accept_modbus_crc,
    accept_bad_crc: d.accept_bad_crc,
    retired: d.state === 'retired',
    silent_after_min: d.silent_after_s / 60,
  }
}

const send: { [K in keyof EntryDraft]: (value: EntryDraft[K]) => [string, unknown] } = {
  outlet: (v) => ['outlet', v.trim()],
  note: (v) => ['note', v.trim()],
  system_code: (v) => ['system_code', v.trim()],
  password: (v) => ['password', v],
  minute_interval_min: (v) => ['minute_interval_min', v === '' ? null : v],
  label_is_end: (v) => ['label_is_end', v],
  addresses: (v) => ['addresses', v.split(/[\s,，]+/).filter((s) => s !== '')],
  expires: (v) => ['expires', v === '' ? '' : (fromField(v) ?? v)],
  cipher_key: (v) => ['cipher_key', v.trim()],
  accept_modbus_crc: (v) => ['accept_modbus_crc', v],
  accept_bad_crc: (v) => ['accept_bad_crc', v],
  retired: (v) => ['retired', v],
  silent_after_min: (v) => ['silent_after_s', v === '' ? 0 : Math.round(v * 60)],
}

/** What differs from `before`, as the API names it. */
export function changes(draft: EntryDraft, before: EntryDraft): Record<string, unknown> {
  const out: Record<string, unknown> = {}
  for (const key of Object.keys(send) as (keyof EntryDraft)[]) {
    if (draft[key] === before[key]) continue
    const [name, value] = (send[key] as (v: unknown) => [string, unknown])(draft[key])
    out[name] = value
  }
  return out
}

export interface SiteDraft {
  mode: 'known' | 'new'
  /** id of a site that is there */
  site: string
  id: string
  kind: string
  name_zh: string
  name_en: string
  lon: number | ''
  lat: number | ''
  county: string
}

export const newKinds = ['outlet', 'air-station', 'river-section', 'noise-point'] as const

export function emptySite(mode: SiteDraft['mode'] = 'known'): SiteDraft {
  return { mode, site: '', id: '', kind: 'outlet', name_zh: '', name_en: '', lon: '', lat: '', county: '' }
}

/** A new site as the API takes it; what was left empty is null, for the server to name. */
export function newSite(d: SiteDraft): Record<keyof NewSite, unknown> {
  const orNull = (s: string): string | null => (s.trim() === '' ? null : s.trim())
  return {
    id: orNull(d.id), kind: d.kind, name_zh: orNull(d.name_zh), name_en: orNull(d.name_en) ?? orNull(d.name_zh),
    lon: d.lon === '' ? null : d.lon, lat: d.lat === '' ? null : d.lat, county: d.county,
  }
}
