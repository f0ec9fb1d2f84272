// How numbers, symbols and names are written. A value is rounded for the eye only; judged values come rounded.

import type { Property, Site } from './api_types'
import type { Lang } from './i18n'

export const missing = '—'

/** "23.4", or "—" where there is no value. Trailing zeros stay: they say how far the value is known. */
export function num(value: number | null | undefined, decimals: number): string {
  return value === null || value === undefined || Number.isNaN(value) ? missing : value.toFixed(decimals)
}

/** A count with thin grouping: "188 183". */
export function count(n: number | null | undefined): string {
  return n === null || n === undefined ? missing : String(Math.round(n)).replace(/\B(?=(\d{3})+$)/g, '\u202f')
}

export function bytes(n: number | null | undefined): string {
  if (n === null || n === undefined) return missing
  if (n < 1024) return `${n} B`
  if (n < 1024 * 1024) return `${(n / 1024).toFixed(1)} KiB`
  return `${(n / 1024 / 1024).toFixed(1)} MiB`
}

const low = ['₀', '₁', '₂', '₃', '₄', '₅', '₆', '₇', '₈', '₉']

/** "PM2.5" -> "PM₂.₅", "NH3-N" -> "NH₃-N"; long codes stay as they are. */
export function symbol(id: string): string {
  return id.replace(/(?<=[A-Za-z])\d{1,2}(?:\.\d)?(?!\d)/g, (d) => d.replace(/\d/g, (c) => low[Number(c)] ?? c))
}

/** A symbol where the property is known by one (it has a capital letter), else its name. */
export function propertyLabel(id: string, property: object | undefined, lang: Lang): string {
  if (/[A-Z]/.test(id) || !property) return symbol(id)
  return pick(property, 'name', lang)
}

const unitSigns: [RegExp, string][] = [[/^u(?=[A-Za-z])/, 'µ'], [/m3/g, 'm³'], [/m2/g, 'm²'], [/^Cel$/, '°C'], [/\[pH\]|^1$/, ''], [/[{}]/g, '']]

/** Units are written as the property's own label where it is that unit, else from their UCUM code. */
export function unitText(unit: string, property?: Property): string {
  if (property && property.unit === unit) return property.unit_label
  return unitSigns.reduce((text, [from, to]) => text.replace(from, to), unit)
}

/** A rounded value with the places of its property, or more where the rule kept more. */
export function roundedText(value: number | null | undefined, unit: string, property?: Property): string {
  if (value === null || value === undefined || Number.isNaN(value)) return missing
  const own = String(value)
  const places = own.split('.')[1]?.length ?? 0
  return property && property.unit === unit && places < property.decimals && !own.includes('e') ? value.toFixed(property.decimals) : own
}

/** The text of `stem` in the language, the other language where it is empty. */
export function pick(item: object, stem: string, lang: Lang): string {
  const get = (l: Lang): string => {
    const v = (item as Record<string, unknown>)[`${stem}_${l}`]
    return typeof v === 'string' ? v : ''
  }
  return get(lang) || get(lang === 'zh' ? 'en' : 'zh')
}

/** A phrase of the server as a heading or label; a symbol at its head (pH) stays as it is. */
export function capital(text: string): string {
  return /^[a-z][A-Z]/.test(text) ? text : text.charAt(0).toUpperCase() + text.slice(1)
}

const han = /[㐀-鿿]/

/** A label is Chinese as printed; where it would be a riddle in English the class itself is shown. */
export function labelText(label: string, klass: string, lang: Lang): string {
  return lang === 'en' && (label === '' || han.test(label)) ? klass : label || klass
}

export function positionNote(site: Site, lang: Lang): string {
  return pick(site, 'position_note', lang) || site.position_note || ''
}

/** Colour with an alpha, for soft bands behind a curve. Anything but #rrggbb is given back unchanged. */
export function withAlpha(colour: string, alpha: number): string {
  const m = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(colour)
  if (!m) return colour
  const part = (i: number): number => Number.parseInt(m[i] ?? '0', 16)
  return `rgba(${part(1)}, ${part(2)}, ${part(3)}, ${alpha})`
}
