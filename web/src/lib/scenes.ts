// The scenes of the wall and their turn. Pure.

export const scenes = ['map', 'air', 'water', 'duty', 'due', 'plan', 'events'] as const
export type Scene = (typeof scenes)[number]

export const every_s_usual = 20
const every_s_min = 2
const every_s_max = 600

/** Seconds that a scene stands, as the address says; the usual ones where it says nothing that can be read. */
export function readEvery(text: string | undefined): number {
  const n = Number(text)
  return text !== undefined && text !== '' && Number.isFinite(n) && n >= every_s_min && n <= every_s_max ? n : every_s_usual
}

/** The scenes that take turns: those the address names, in our order; all where it names none that is known. */
export function readOnly(text: string | undefined): Scene[] {
  const named = (text ?? '').split(',')
  const known = scenes.filter((s) => named.includes(s))
  return known.length > 0 ? known : [...scenes]
}

export function nextScene(list: readonly Scene[], now: Scene, by: 1 | -1): Scene {
  const at = list.indexOf(now)
  const next = at < 0 ? 0 : (at + by + list.length) % list.length
  return list[next] ?? now
}

/** What a key does before the wall. */
export function wallAct(key: string): 'pause' | 'next' | 'before' | 'full' | 'leave' | null {
  switch (key) {
    case ' ':
    case 'p':
      return 'pause'
    case 'ArrowRight':
    case 'n':
      return 'next'
    case 'ArrowLeft':
      return 'before'
    case 'f':
      return 'full'
    case 'Escape':
      return 'leave'
    default:
      return null
  }
}
