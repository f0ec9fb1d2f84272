// How what an erratum says is shown: a verdict with its colour, a figure, a value with its unit.

import type { ChangedVerdict } from './review_types'
import { missing } from './format'
import type { Lang } from './i18n'

export interface Shown {
  text: string
  /** background, where the law has a colour for it */
  colour: string | null
}

/** "51 良", "good" ...: the number and its word; the other language where one has none. */
export function verdictFace(v: ChangedVerdict, side: 'old' | 'new', lang: Lang): Shown {
  const value = v[side]
  const words = lang === 'zh' ? v[`${side}_zh`] || v[`${side}_en`] : v[`${side}_en`] || v[`${side}_zh`]
  const parts = [value === null || value === undefined ? '' : String(value), words && words !== String(value) ? words : ''].filter((s) => s !== '')
  return { text: parts.join(' ') || missing, colour: v[`colour_${side}`] || null }
}

/** Black or white, whichever is read better on a colour. */
export function inkOn(colour: string): string {
  const m = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(colour)
  if (!m) return 'inherit'
  const channel = (i: number): number => {
    const c = Number.parseInt(m[i] ?? '0', 16) / 255
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4
  }
  const light = 0.2126 * channel(1) + 0.7152 * channel(2) + 0.0722 * channel(3)
  return light > 0.18 ? '#1d2926' : '#ffffff'
}

type Told = number | string | null | undefined

/** A number with as many places as it brings, no more than `places`; text as it is. */
export function figureText(value: Told, places = 6): string {
  if (value === null || value === undefined || value === '') return missing
  return typeof value === 'number' ? String(Number(value.toFixed(places))) : value
}

/** Two numbers with so few places as still tell them apart, at least `places`. */
export function pairText(old: Told, now: Told, places: number): [string, string] {
  for (let p = places; p < 9; ++p) {
    const both: [string, string] = [figureText(old, p), figureText(now, p)]
    if (both[0] !== both[1] || old === now) return both
  }
  return [figureText(old, 9), figureText(now, 9)]
}

/** "#12" of a decision, however much is told of it. */
export function decisionText(d: number | string | { id?: number | string; decision?: number | string } | null): string {
  const id = typeof d === 'object' && d !== null ? (d.id ?? d.decision) : d
  return id === null || id === undefined ? '' : `#${id}`
}
