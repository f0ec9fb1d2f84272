// How the values of a record are written for people: units, code names, titles of what a reference names, Beijing time.

import type { Geometry, Position } from 'geojson'
import { missing, unitText } from './format'
import type { Lang, Translate } from './i18n'
import type { CodeList, Due, Field, Register, RegisterRecord, Value, Words } from './register_types'
import { beijing, shortLabel, toMs } from './time'

export interface Speech {
  lang: Lang
  t: Translate
  /** name of a measuring site by its id */
  siteName?: (id: string) => string
}

/** The words in the language, the other one where it is empty. */
export function wordsIn(words: Partial<Words> | null | undefined, lang: Lang): string {
  return (lang === 'zh' ? words?.zh || words?.en : words?.en || words?.zh) ?? ''
}

export function fieldOf(register: Register, id: string): Field | undefined {
  return register.fields.find((f) => f.id === id)
}

export function codesOf(register: Register, field: Field): CodeList | undefined {
  return register.codes.find((c) => c.id === field.of)
}

export function codeName(register: Register, field: Field, code: string, lang: Lang): string {
  const found = codesOf(register, field)?.items.find((c) => c.code === code)
  return found ? wordsIn(found, lang) : code
}

export function stateName(register: Register, state: string, lang: Lang): string {
  const found = register.lifecycle?.states.find((s) => s.id === state)
  return found ? wordsIn(found, lang) : state
}

/** Title of what a reference names; its id where the caller may not read it or it is not told. */
export function referenceName(names: RegisterRecord['names'], field: Field, id: string, all: readonly string[] = [id]): string {
  const told = names[field.id]
  if (!told) return id
  if (all.length === 1) return told
  // Where one of several may not be read, it cannot be said whose the titles are.
  const titles = told.split('; ')
  return titles.length === all.length ? (titles[all.indexOf(id)] ?? id) : id
}

export function isEmpty(value: Value | undefined): boolean {
  return value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0)
}

/** Ids, codes or hashes of a value that may be one or several. */
export function several(value: Value | undefined): string[] {
  if (isEmpty(value)) return []
  return (Array.isArray(value) ? value : [value]).map(String)
}

export function isGeometry(value: Value | undefined): value is Geometry {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function numberText(value: number, field: Field): string {
  const places = field.decimals
  const text = typeof places === 'number' && places >= 0 ? value.toFixed(places) : String(value)
  const [whole = '', rest] = text.split('.')
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, '\u202f')
  return rest === undefined ? grouped : `${grouped}.${rest}`
}

function degrees([lon = 0, lat = 0]: Position): string {
  return `${Math.abs(lat).toFixed(5)}°${lat < 0 ? 'S' : 'N'}, ${Math.abs(lon).toFixed(5)}°${lon < 0 ? 'W' : 'E'}`
}

export function geometryText(geometry: Geometry, t: Translate): string {
  if (geometry.type === 'Point') return degrees(geometry.coordinates)
  if (geometry.type === 'LineString') return t('registers.linePoints', { n: geometry.coordinates.length })
  if (geometry.type === 'Polygon') return t('registers.areaPoints', { n: Math.max(0, (geometry.coordinates[0]?.length ?? 1) - 1) })
  return geometry.type
}

/** The value without its unit, one line. */
export function valueText(register: Register, field: Field, value: Value | undefined, names: RegisterRecord['names'], speech: Speech): string {
  if (isEmpty(value) || value === undefined || value === null) return missing
  if (isGeometry(value)) return geometryText(value, speech.t)
  const each = (word: (one: string) => string): string => several(value).map(word).join(speech.lang === 'zh' ? '、' : ', ')
  switch (field.type) {
    case 'number':
    case 'whole':
      return typeof value === 'number' ? numberText(value, field) : String(value)
    case 'yes-no':
      return value === true ? speech.t('law.yes') : speech.t('law.no')
    case 'time':
      return shortLabel(String(value))
    case 'code':
      return each((code) => codeName(register, field, code, speech.lang))
    case 'reference':
      return each((id) => referenceName(names, field, id, several(value)))
    case 'site':
      return each((id) => speech.siteName?.(id) || id)
    case 'files':
      return speech.t('registers.nFiles', { n: several(value).length })
    default:
      return Array.isArray(value) ? value.join(', ') : String(value)
  }
}

/** The unit as people write it, empty for none. */
export function unitOf(field: Field): string {
  return field.unit ? unitText(field.unit) : ''
}

/** Rules from elsewhere than a checked text are marked where they show. */
export function isUnverified(source: { trust?: string | undefined; source?: string | undefined }): boolean {
  return source.trust !== undefined && source.trust !== 'verified' && source.trust !== 'design' && !!source.source
}

/** "2026-11-29", the day in Beijing. */
export function dayOf(ms: number): string {
  const w = beijing(ms)
  return `${w.year}-${String(w.month).padStart(2, '0')}-${String(w.day).padStart(2, '0')}`
}

/** Days from `today` to the last day of a deadline; negative when it is over. */
export function daysLeft(ends: string, today: string): number {
  return Math.round((toMs(`${ends}T00:00:00Z`) - toMs(`${today}T00:00:00Z`)) / 86_400_000)
}

export type DueLook = 'bad' | 'warn' | 'live'

export function dueLook(due: Due): DueLook {
  return due.overdue ? 'bad' : due.warned ? 'warn' : 'live'
}

export function dueWords(due: Due, today: string, t: Translate): string {
  const left = daysLeft(due.ends, today)
  if (left < 0) return t('registers.overdueBy', { n: -left })
  if (left === 0) return t('registers.dueToday')
  return t('registers.daysLeft', { n: left })
}
