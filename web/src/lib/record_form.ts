// The form of a record, made from the register's description: what is typed, and what of it goes to the server. The server
// judges; here only the shape is kept, and a number that cannot be read is sent as it was typed, to be named.

import type { Geometry } from 'geojson'
import type { Lang } from './i18n'
import { isGeometry, several, wordsIn } from './record_value'
import type { Field, Finding, Register, Value, Values } from './register_types'
import { fromField, toField } from './wall'

export interface PointDraft {
  lon: number | ''
  lat: number | ''
}

export type DraftValue = string | string[] | PointDraft | Geometry | null
export type Draft = Record<string, DraftValue>

/** Fields that a person fills in. */
export function entered(fields: readonly Field[]): Field[] {
  return fields.filter((f) => !f.formula)
}

/** Fields that hold several values. */
export function holdsMany(field: Field): boolean {
  return field.type === 'files' || (field.many === true && (field.type === 'code' || field.type === 'reference' || field.type === 'site'))
}

function draftValue(field: Field, value: Value | undefined): DraftValue {
  if (holdsMany(field)) return several(value)
  switch (field.type) {
    case 'point': {
      const at = isGeometry(value) && value.type === 'Point' ? value.coordinates : []
      return { lon: at[0] ?? '', lat: at[1] ?? '' }
    }
    case 'line':
    case 'area':
      return isGeometry(value) ? value : null
    case 'yes-no':
      return value === true ? 'yes' : value === false ? 'no' : ''
    case 'time':
      return typeof value === 'string' ? toField(value) : ''
    default:
      return value === null || value === undefined ? '' : String(value)
  }
}

export function draftOf(fields: readonly Field[], values: Values): Draft {
  return Object.fromEntries(entered(fields).map((f) => [f.id, draftValue(f, values[f.id])]))
}

/** What of a new record goes without saying: whoever may enter only what is of their enterprise or county enters that. */
export function ownValues(register: Pick<Register, 'fields' | 'division' | 'enterprise'>, caller: { division: string; enterprise: string } | null): Values {
  const own: Values = {}
  const put = (id: string | null | undefined, type: Field['type'], value: string): void => {
    if (value !== '' && entered(register.fields).some((f) => f.id === id && f.type === type && !holdsMany(f))) own[id!] = value
  }
  put(register.enterprise, 'reference', caller?.enterprise ?? '')
  const division = caller?.division ?? ''
  put(register.division, 'code', division.endsWith('00') ? '' : division) // the whole city is no county
  return own
}

function numberOf(text: string): Value {
  const plain = text.trim().replace(/[\s\u202f,，]/g, '')
  const n = Number(plain)
  return plain !== '' && Number.isFinite(n) ? n : text.trim()
}

/** What the draft of a field stands for; null for nothing. */
export function valueOf(field: Field, draft: DraftValue | undefined): Value {
  if (draft === null || draft === undefined) return null
  if (Array.isArray(draft)) return draft.length > 0 ? draft : null
  if (typeof draft === 'object') {
    if ('type' in draft) return draft
    return draft.lon === '' && draft.lat === '' ? null : ({ type: 'Point', coordinates: [draft.lon, draft.lat] } as Geometry)
  }
  const text = draft.trim()
  if (text === '') return null
  switch (field.type) {
    case 'number':
    case 'whole':
      return numberOf(text)
    case 'yes-no':
      return text === 'yes'
    case 'time':
      return fromField(text) ?? text
    default:
      return text
  }
}

export function valuesOf(fields: readonly Field[], draft: Draft): Values {
  return Object.fromEntries(entered(fields).map((f) => [f.id, valueOf(f, draft[f.id])]))
}

/** A new record: only what was filled in. */
export function filled(fields: readonly Field[], draft: Draft): Values {
  return Object.fromEntries(Object.entries(valuesOf(fields, draft)).filter(([, v]) => v !== null))
}

export function sameValue(a: Value | undefined, b: Value | undefined): boolean {
  return JSON.stringify(a ?? null) === JSON.stringify(b ?? null)
}

/** What the draft changes of `before`; an emptied field is null. Times are kept to the second where the minute is the same. */
export function changesOf(fields: readonly Field[], draft: Draft, before: Values): Values {
  const start = draftOf(fields, before)
  return Object.fromEntries(entered(fields).filter((f) => JSON.stringify(draft[f.id]) !== JSON.stringify(start[f.id])).map((f) => [f.id, valueOf(f, draft[f.id])]))
}

export interface FieldWords {
  error: string
  warning: string
}

/** Findings by the field they speak of; those of no shown field are under ''. */
export function findingsByField(findings: readonly Finding[], fields: readonly Field[], lang: Lang): Record<string, FieldWords> {
  const known = new Set(fields.map((f) => f.id))
  const out: Record<string, FieldWords> = {}
  for (const f of findings) {
    const key = f.field && known.has(f.field) ? f.field : ''
    const at = (out[key] ??= { error: '', warning: '' })
    const kind = f.severity === 'warning' ? 'warning' : 'error'
    const words = wordsIn(f, lang)
    at[kind] = at[kind] ? `${at[kind]}；${words}` : words
  }
  return out
}

export function errorsOf(findings: readonly Finding[]): Finding[] {
  return findings.filter((f) => f.severity !== 'warning')
}

/** Before a person has touched a field, that it is needed is said by its mark alone. */
export function worthSaying(findings: readonly Finding[], touched: ReadonlySet<string>, all: boolean): Finding[] {
  return all ? [...findings] : findings.filter((f) => f.check !== 'needed' || (f.field !== undefined && touched.has(f.field)))
}

/** One corner a line, "117.2,29.3"; a ring without its closing repetition. */
export function cornersText(geometry: Geometry | null): string {
  const corners = geometry?.type === 'LineString' ? geometry.coordinates : geometry?.type === 'Polygon' ? (geometry.coordinates[0] ?? []).slice(0, -1) : []
  return corners.map((c) => `${c[0]},${c[1]}`).join('\n')
}

/** The shape of such lines, as far as they are numbers; null without one. An area is closed here. */
export function shapeFrom(type: 'line' | 'area', text: string): Geometry | null {
  const corners = text.split('\n').flatMap((line): [number, number][] => {
    const parts = line.trim().split(/[\s,，]+/).map(Number)
    const [lon, lat] = parts
    return parts.length === 2 && lon !== undefined && lat !== undefined && line.trim() !== '' && Number.isFinite(lon) && Number.isFinite(lat) ? [[lon, lat]] : []
  })
  if (corners.length === 0) return null
  return type === 'line' ? { type: 'LineString', coordinates: corners } : { type: 'Polygon', coordinates: [[...corners, corners[0]!]] }
}
