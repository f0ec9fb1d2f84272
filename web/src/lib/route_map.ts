// The part of the address that is the map's: everything a person chose to see, so that a link shows the very same. It lies in
// `view.own` as short words; what is junk is dropped, never an error.

import { readShapes, writeShapes, type Shape } from './map_shape'

export const mapTools = ['limit', 'split', 'draw', 'picture', 'list'] as const
export type MapTool = (typeof mapTools)[number]
export const means = ['hour', 'day', 'month'] as const
/** over what time values are averaged; null: as measured */
export type Mean = (typeof means)[number]
export const bases = ['own', 'vec', 'img'] as const
/** our own paper, Tianditu's map, Tianditu's picture */
export type Base = (typeof bases)[number]
export const splits = ['swipe', 'side'] as const
export type Split = (typeof splits)[number]

/** Over a value in the unit of the property, or at and beyond a step of the law's scale (0 its first). */
export type Limit = { value: number } | { level: number }
/** What the second map shows otherwise. */
export type Other = { time: string } | { edition: string }

export interface MapChoices {
  tool: MapTool | null
  /** layers that are on though they begin off */
  on: string[]
  /** layers that were lifted, the topmost first */
  order: string[]
  /** opacity in percent of layers that are not opaque, 0..99 */
  fade: Record<string, number>
  /** property the marks show; null: the verdict */
  show: string | null
  mean: Mean | null
  limit: Limit | null
  /** only what is over the limit is marked */
  only: boolean
  split: Split | null
  /** where the swipe stands, percent of the width from the left */
  cut: number
  other: Other | null
  shapes: Shape[]
  /** shape in which is counted, from 0 */
  within: number | null
  /** how much heights are exaggerated; 0: flat */
  relief: number
  base: Base
  /** steps a second while time plays */
  pace: number
  loop: boolean
  /** registers as they were known at the time shown */
  known: boolean
}

export const startChoices: MapChoices = {
  tool: null, on: [], order: [], fade: {}, show: null, mean: null, limit: null, only: false, split: null, cut: 50, other: null, shapes: [], within: null, relief: 0, base: 'own', pace: 2, loop: false, known: false,
}

export const paces = [1, 2, 4, 8, 15, 30] as const
export const reliefs = [0, 1, 2, 4] as const
export const cut_min = 5
export const cut_max = 95

/** Words of the address that are the map's. */
export const mapKeys = ['tool', 'on', 'order', 'fade', 'show', 'mean', 'limit', 'only', 'split', 'cut', 'other', 'draw', 'within', 'relief', 'base', 'pace', 'loop', 'known'] as const

const layer = /^[A-Za-z0-9._:-]{1,64}$/
const property = /^[A-Za-z0-9._+()-]{1,40}$/
const instant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/
const title = /^[^\u0000-\u001f]{1,100}$/
const number = /^-?\d{1,9}(?:\.\d{1,6})?$/
const whole = /^\d{1,3}$/

const oneOf = <T extends string>(all: readonly T[], text: string | undefined): T | null => ((all as readonly string[]).includes(text ?? '') ? (text as T) : null)
const names = (text: string | undefined): string[] => [...new Set((text ?? '').split(',').filter((s) => layer.test(s)))]

function within(text: string | undefined, least: number, most: number): number | null {
  if (text === undefined || !whole.test(text)) return null
  const n = Number(text)
  return n >= least && n <= most ? n : null
}

function readFade(text: string | undefined): Record<string, number> {
  const fade: Record<string, number> = {}
  for (const part of (text ?? '').split(',')) {
    const at = part.lastIndexOf(':')
    const percent = within(part.slice(at + 1), 0, 99)
    if (at > 0 && percent !== null && layer.test(part.slice(0, at))) fade[part.slice(0, at)] = percent
  }
  return fade
}

function readLimit(text: string | undefined): Limit | null {
  const level = /^level(\d{1,2})$/.exec(text ?? '')?.[1]
  if (level !== undefined) return { level: Number(level) }
  return text !== undefined && number.test(text) ? { value: Number(text) } : null
}

function readOther(text: string | undefined): Other | null {
  if (text === undefined) return null
  if (instant.test(text)) return Number.isNaN(Date.parse(text)) ? null : { time: text }
  const edition = /^by:(.*)$/.exec(text)?.[1]
  return edition !== undefined && title.test(edition) ? { edition } : null
}

export function readChoices(own: Readonly<Record<string, string>>): MapChoices {
  const shapes = readShapes(own['draw'] ?? '')
  const chosen = within(own['within'], 0, shapes.length - 1)
  const pace = Number(own['pace'])
  const relief = Number(own['relief'])
  const show = own['show']
  return {
    tool: oneOf(mapTools, own['tool']),
    on: names(own['on']),
    order: names(own['order']),
    fade: readFade(own['fade']),
    show: show !== undefined && property.test(show) ? show : null,
    mean: oneOf(means, own['mean']),
    limit: readLimit(own['limit']),
    only: own['only'] === 'yes',
    split: oneOf(splits, own['split']),
    cut: within(own['cut'], cut_min, cut_max) ?? startChoices.cut,
    other: readOther(own['other']),
    shapes,
    within: chosen,
    relief: (reliefs as readonly number[]).includes(relief) ? relief : startChoices.relief,
    base: oneOf(bases, own['base']) ?? 'own',
    pace: (paces as readonly number[]).includes(pace) ? pace : startChoices.pace,
    loop: own['loop'] === 'yes',
    known: own['known'] === 'yes',
  }
}

/** Only what is not as it begins, so that a link stays short. */
export function writeChoices(c: MapChoices): Record<string, string> {
  const own: Record<string, string> = {}
  const put = (key: (typeof mapKeys)[number], value: string | null): void => {
    if (value) own[key] = value
  }
  put('tool', c.tool)
  put('on', c.on.join(','))
  put('order', c.order.join(','))
  put('fade', Object.entries(c.fade).map(([id, percent]) => `${id}:${percent}`).join(','))
  put('show', c.show)
  put('mean', c.mean)
  if (c.limit) put('limit', 'level' in c.limit ? `level${c.limit.level}` : String(c.limit.value))
  if (c.only) put('only', 'yes')
  put('split', c.split)
  if (c.cut !== startChoices.cut) put('cut', String(c.cut))
  if (c.other) put('other', 'time' in c.other ? c.other.time : `by:${c.other.edition}`)
  put('draw', writeShapes(c.shapes))
  if (c.within !== null) put('within', String(c.within))
  if (c.relief !== startChoices.relief) put('relief', String(c.relief))
  if (c.base !== 'own') put('base', c.base)
  if (c.pace !== startChoices.pace) put('pace', String(c.pace))
  if (c.loop) put('loop', 'yes')
  if (c.known) put('known', 'yes')
  return own
}
