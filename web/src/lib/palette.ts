// What the command palette offers and in which order. Pure: entries in, a ranked list out.

import { soundsLike } from './pinyin'

export const paletteKinds = ['page', 'action', 'system', 'site', 'register', 'record', 'case', 'standard', 'target'] as const
export type PaletteKind = (typeof paletteKinds)[number]

export interface Entry {
  /** "page:map": the same entry each time */
  id: string
  kind: PaletteKind
  label: string
  /** shown beside it */
  note: string
  /** further texts it is found by */
  words: readonly string[]
  /** where it leads; an action has none and is done by its id */
  href: string | null
  /** how its Chinese name is read, "pai wu kou": it is found by syllables and by initials */
  pinyin?: string
  /** found by the server, by letters that are in no text here (pinyin): not sifted again */
  found?: boolean
}

const recent_max = 8

/**
 * How well an entry fits the words: 0 not at all. Every word must be somewhere. The whole label counts most, then its begin, the
 * begin of a word in it, somewhere in it, somewhere in the other texts.
 */
export function fit(entry: Entry, search: string): number {
  const label = entry.label.toLowerCase()
  const rest = [entry.note, entry.id, ...entry.words].join('\n').toLowerCase()
  const words = search.toLowerCase().split(/\s+/).filter((w) => w !== '')
  if (words.length === 0) return 1
  let sum = 0
  for (const w of words) {
    const at = label.indexOf(w)
    if (label === w) sum += 100
    else if (at === 0) sum += 60
    else if (at > 0 && !/[a-z0-9]/.test(label[at - 1] ?? '')) sum += 40
    else if (at > 0) sum += 25
    else if (rest.includes(w)) sum += 10
    else if (entry.pinyin && soundsLike(entry.pinyin, w)) sum += 10
    else if (entry.found) sum += 8
    else return 0
  }
  return sum / words.length
}

/** Ranked by fit; what was chosen lately stands first among equals, then kinds in their order, then the order given. */
export function ranked(entries: readonly Entry[], search: string, recent: readonly string[], most: number): Entry[] {
  const before = new Map(recent.map((id, i) => [id, recent.length - i]))
  const bare = search.trim() === ''
  return entries
    .map((entry, i) => ({ entry, i, fit: fit(entry, search), lately: before.get(entry.id) ?? 0 }))
    .filter((x) => (bare ? x.lately > 0 || x.entry.kind === 'page' || x.entry.kind === 'action' : x.fit > 0))
    .sort((a, b) => {
      if (bare) return b.lately - a.lately || paletteKinds.indexOf(a.entry.kind) - paletteKinds.indexOf(b.entry.kind) || a.i - b.i
      return b.fit + b.lately - (a.fit + a.lately) || paletteKinds.indexOf(a.entry.kind) - paletteKinds.indexOf(b.entry.kind) || a.i - b.i
    })
    .slice(0, most)
    .map((x) => x.entry)
}

/** The newest first, none twice. */
export function remembered(recent: readonly string[], id: string): string[] {
  return [id, ...recent.filter((r) => r !== id)].slice(0, recent_max)
}
