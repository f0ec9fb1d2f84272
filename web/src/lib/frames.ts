// The messages of a device as a list that grows while it is looked at, and what their text says at a glance.

import type { ExplainedField, Frame } from './device_types'

export const frameKey = (f: Pick<Frame, 'batch' | 'position'>): string => `${f.batch}.${f.position}`

/** Newest first, each once; at most `most`, the oldest go. */
export function mergeFrames(had: readonly Frame[], fresh: readonly Frame[], most = 5000): Frame[] {
  const all = new Map<string, Frame>()
  for (const f of [...had, ...fresh]) all.set(frameKey(f), f)
  return [...all.values()].sort((a, b) => b.batch - a.batch || b.position - a.position).slice(0, most)
}

export type FrameFate = 'taken' | 'refused' | 'held'

/** What became of it, from the source the archive keeps it under. */
export function fateOf(f: Pick<Frame, 'source' | 'reason'>): FrameFate {
  if (f.source.includes('held')) return 'held'
  return f.source.includes('refused') || f.reason !== '' ? 'refused' : 'taken'
}

/** Command number of a frame, empty where it has none. */
export function commandOf(raw: string): string {
  return /(?:^|;|\d{4}|&&)CN=(\d+)/.exec(raw)?.[1] ?? /CN=(\d+)/.exec(raw)?.[1] ?? ''
}

/** A value of an item and what it means, items together in the order of the message. */
export function groupFields(fields: readonly ExplainedField[]): { group: string; fields: ExplainedField[] }[] {
  const out: { group: string; fields: ExplainedField[] }[] = []
  for (const f of fields) {
    const group = String(f.group ?? '')
    const open = out[out.length - 1]
    if (open && open.group === group) open.fields.push(f)
    else out.push({ group, fields: [f] })
  }
  return out
}

const factor = /^[A-Za-z]{1,2}\d{4,5}[A-Za-z]?$|^\d{3}$|^[BS]\d{2}$/

/** Factor codes that the fields speak of, with the words the server has for them: choices for a request. */
export function factorsIn(fields: readonly ExplainedField[]): { code: string; zh: string; en: string }[] {
  const out = new Map<string, { code: string; zh: string; en: string }>()
  for (const f of fields) {
    const code = [String(f.group ?? ''), f.key.split('-')[0] ?? ''].find((c) => factor.test(c))
    if (code !== undefined && !out.has(code)) out.set(code, { code, zh: f.meaning_zh, en: f.meaning_en })
  }
  return [...out.values()]
}
