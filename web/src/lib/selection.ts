// Values chosen from a column, by place: as a list is chosen from, with a cursor, an anchor and single picks.

export interface Selection {
  /** chosen places, in order */
  chosen: readonly number[]
  /** where the keys stand; null before the first */
  cursor: number | null
  /** where a range began */
  anchor: number | null
}

export const nothingChosen: Selection = { chosen: [], cursor: null, anchor: null }

const inOrder = (places: Iterable<number>): number[] => [...new Set(places)].sort((a, b) => a - b)

function range(a: number, b: number): number[] {
  const [low, high] = a < b ? [a, b] : [b, a]
  return Array.from({ length: high - low + 1 }, (_, i) => low + i)
}

/** One place on or off. */
export function toggled(s: Selection, place: number): Selection {
  const chosen = s.chosen.includes(place) ? s.chosen.filter((p) => p !== place) : inOrder([...s.chosen, place])
  return { chosen, cursor: place, anchor: place }
}

/** From the anchor to the place; what was chosen besides stays. */
export function extended(s: Selection, place: number): Selection {
  const anchor = s.anchor ?? s.cursor ?? place
  return { chosen: inOrder([...s.chosen, ...range(anchor, place)]), cursor: place, anchor }
}

/** These places alone, or added to those before. */
export function taken(s: Selection, places: readonly number[], add: boolean): Selection {
  const chosen = inOrder(add ? [...s.chosen, ...places] : places)
  const last = places.length > 0 ? Math.max(...places) : s.cursor
  return { chosen, cursor: last, anchor: last }
}

export function moved(s: Selection, place: number): Selection {
  return { ...s, cursor: place, anchor: place }
}

export interface Key {
  key: string
  shift: boolean
  /** control or command */
  control: boolean
}

/**
 * What a key does to the selection of `count` places; null for a key that is not ours. Arrows move the cursor, Shift
 * takes what is passed, Space takes or leaves one, Home and End go to the edges, PageUp and PageDown a day of hours,
 * n and p to the next and previous place that needs eyes, Escape lets all go, Control+A takes all.
 */
export function pressed(s: Selection, k: Key, count: number, flagged: readonly number[]): Selection | null {
  if (count === 0) return null
  const at = s.cursor
  const go = (to: number): Selection => {
    const place = Math.max(0, Math.min(count - 1, to))
    return k.shift ? extended(at === null ? { ...s, anchor: place } : s, place) : moved(s, place)
  }
  switch (k.key) {
    case 'ArrowRight': return go(at === null ? 0 : at + 1)
    case 'ArrowLeft': return go(at === null ? count - 1 : at - 1)
    case 'PageDown': return go((at ?? 0) + 24)
    case 'PageUp': return go((at ?? count - 1) - 24)
    case 'Home': return go(0)
    case 'End': return go(count - 1)
    case ' ': return at === null ? go(0) : k.shift ? extended(s, at) : toggled(s, at)
    case 'Escape': return s.chosen.length === 0 ? null : { ...s, chosen: [], anchor: at }
    case 'n': return go(flagged.find((f) => f > (at ?? -1)) ?? flagged[0] ?? at ?? 0)
    case 'p': return go(flagged.filter((f) => f < (at ?? count)).at(-1) ?? flagged.at(-1) ?? at ?? 0)
    case 'a': return k.control ? taken(s, range(0, count - 1), false) : null
    default: return null
  }
}
