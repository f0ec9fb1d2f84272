// Beijing time as people type it in a form and as HJ 212 writes it.

import { beijing, toInstant, toMs } from './time'

const two = (n: number): string => String(n).padStart(2, '0')
const beijing_ms = 8 * 3_600_000

/** "2026-03-01T08:00", the value of a datetime-local input that shows Beijing time; empty for no time. */
export function toField(instant: string | null): string {
  const ms = instant === null ? Number.NaN : toMs(instant)
  if (Number.isNaN(ms)) return ''
  const w = beijing(ms)
  return `${w.year}-${two(w.month)}-${two(w.day)}T${two(w.hour)}:${two(w.minute)}`
}

const field = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?$/

/** The instant of such a value; null for anything else. */
export function fromField(text: string): string | null {
  if (!field.test(text)) return null
  const ms = Date.parse(`${text}Z`)
  return Number.isNaN(ms) ? null : toInstant(Math.floor((ms - beijing_ms) / 1000) * 1000)
}

/** "20260301080000": fourteen digits as DataTime, BeginTime, SystemTime are written. Empty for no time. */
export function toDigits(text: string): string {
  const m = field.exec(text)
  return m && fromField(text) !== null ? `${m[1]}${m[2]}${m[3]}${m[4]}${m[5]}${m[6] ?? '00'}` : ''
}

/** "2026-03-01 08:00:00" of fourteen or seventeen digits; the text itself where it is no such time. */
export function digitsLabel(text: string): string {
  const m = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(\d{3})?$/.exec(text)
  return m ? `${m[1]}-${m[2]}-${m[3]} ${m[4]}:${m[5]}:${m[6]}` : text
}

/** "2026-03-01 08:00:07" in Beijing, for what happens within seconds. */
export function secondLabel(instant: string): string {
  const ms = toMs(instant)
  if (Number.isNaN(ms)) return '—'
  return new Date(ms + beijing_ms).toISOString().slice(0, 19).replace('T', ' ')
}

/** "2 h 5 min", "35 s": a span for people; a dash for none. */
export function spanText(seconds: number | null | undefined, zh: boolean): string {
  if (seconds === null || seconds === undefined || Number.isNaN(seconds)) return '—'
  const s = Math.round(Math.abs(seconds))
  const sign = seconds < 0 && s > 0 ? '−' : ''
  const words: [number, string, string][] = [[86_400, ' 天', ' d'], [3600, ' 小时', ' h'], [60, ' 分', ' min'], [1, ' 秒', ' s']]
  const parts: string[] = []
  let rest = s
  for (const [length, cn, en] of words) {
    const n = Math.floor(rest / length)
    rest -= n * length
    if (n > 0 && parts.length < 2) parts.push(`${n}${zh ? cn : en}`)
  }
  return sign + (parts.join(' ') || (zh ? '0 秒' : '0 s'))
}
