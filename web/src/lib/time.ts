// Instants are ISO 8601 UTC texts; people read Beijing time (UTC+8, no summer time since 1991). An hourly value is
// labelled by the END of its hour, and midnight as the end of a day is 24:00 of that day (the legal day is 01:00-24:00).

import type { Lang } from './i18n'

const hour_ms = 3_600_000
const day_ms = 24 * hour_ms
const beijing_ms = 8 * hour_ms

export interface Wall {
  year: number
  month: number
  day: number
  hour: number
  minute: number
}

/** Milliseconds since 1970 in UTC, or NaN for a text that is no instant. */
export function toMs(instant: string): number {
  return Date.parse(instant)
}

/** "2020-04-03T08:00:00Z", as the API writes instants. */
export function toInstant(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z')
}

/** Clock on the wall in Beijing. */
export function beijing(ms: number): Wall {
  const d = new Date(ms + beijing_ms)
  return {
    year: d.getUTCFullYear(),
    month: d.getUTCMonth() + 1,
    day: d.getUTCDate(),
    hour: d.getUTCHours(),
    minute: d.getUTCMinutes(),
  }
}

/** As beijing(), but midnight is 24:00 of the day it ends: how a window that ends there is labelled. */
export function beijingEnd(ms: number): Wall {
  const w = beijing(ms)
  if (w.hour !== 0 || w.minute !== 0) return w
  return { ...beijing(ms - day_ms), hour: 24, minute: 0 }
}

const two = (n: number): string => String(n).padStart(2, '0')
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

export function clock(w: Wall): string {
  return `${two(w.hour)}:${two(w.minute)}`
}

export function dateLabel(w: Wall, lang: Lang): string {
  return lang === 'zh' ? `${w.year}年${w.month}月${w.day}日` : `${w.day} ${months[w.month - 1]} ${w.year}`
}

/** "2020-04-03 16:00", for tables and axes. */
export function shortLabel(instant: string): string {
  const ms = toMs(instant)
  if (Number.isNaN(ms)) return '—'
  const w = beijing(ms)
  return `${w.year}-${two(w.month)}-${two(w.day)} ${clock(w)}`
}

/** Like shortLabel, for the end of a window: midnight is 24:00 of the day before, and a whole day is its date alone. */
export function shortEndLabel(instant: string, averaging = ''): string {
  const ms = toMs(instant)
  if (Number.isNaN(ms)) return '—'
  const w = beijingEnd(ms)
  const date = `${w.year}-${two(w.month)}-${two(w.day)}`
  return durationMs(averaging) === day_ms ? date : `${date} ${clock(w)}`
}

/** ISO 8601 duration of days, hours, minutes, seconds in ms; NaN for anything else. */
export function durationMs(iso: string): number {
  const m = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(iso)
  if (!m || iso === 'P' || iso.endsWith('T')) return Number.NaN
  const n = (i: number): number => Number(m[i] ?? 0)
  return n(1) * day_ms + n(2) * hour_ms + n(3) * 60_000 + n(4) * 1000
}

export interface EndLabel {
  /** "2020年4月3日 16:00" */
  main: string
  /** "15:00–16:00 小时均值", empty where the value is of an instant */
  window: string
}

/**
 * What a value that ends at `instant` and covers `averaging` is called.
 * A day is named by its date alone; its window is the legal day 00:00-24:00.
 */
export function endLabel(instant: string, averaging: string, lang: Lang): EndLabel {
  const end = toMs(instant)
  if (Number.isNaN(end)) return { main: '—', window: '' }
  const span = durationMs(averaging)
  const w = beijingEnd(end)
  const zh = lang === 'zh'
  if (span === day_ms) return { main: dateLabel(w, lang), window: zh ? '日均值' : 'daily value' }
  const main = `${dateLabel(w, lang)} ${clock(w)}`
  if (!(span > 0)) return { main, window: '' }
  const range = `${clock(beijing(end - span))}–${clock(w)}`
  if (span === hour_ms) return { main, window: zh ? `${range} 小时均值` : `mean of ${range}` }
  const hours = span / hour_ms
  return { main, window: zh ? `${range} ${hours} 小时一次` : `${range}, every ${hours} h` }
}

export function isOld(instant: string, now_ms: number): boolean {
  return now_ms - toMs(instant) > day_ms
}

/** Coarse age in words: "3 分钟前", "2 h ago". */
export function ago(instant: string, now_ms: number, lang: Lang): string {
  const s = Math.max(0, Math.round((now_ms - toMs(instant)) / 1000))
  const zh = lang === 'zh'
  if (s < 60) return zh ? `${s} 秒前` : `${s} s ago`
  if (s < 3600) return zh ? `${Math.floor(s / 60)} 分钟前` : `${Math.floor(s / 60)} min ago`
  if (s < 86_400) return zh ? `${Math.floor(s / 3600)} 小时前` : `${Math.floor(s / 3600)} h ago`
  return zh ? `${Math.floor(s / 86_400)} 天前` : `${Math.floor(s / 86_400)} d ago`
}
