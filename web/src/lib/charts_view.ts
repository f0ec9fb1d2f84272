// A figure in the address: #/charts?m=polar&s=air.2344A:PM2.5&ws=..&wd=..&f=2020-03-01&u=2020-03-31&p=basis:80&n=2020-03-05~text
// Whoever opens it sees the same figure. What is not there has its default.

import type { Method } from './charts_types'

/** A remark at a day of the figure; it lives in the address alone. */
export interface Note {
  day: string
  text: string
}

export interface ChartView {
  method: string
  series: string[]
  ws: string
  wd: string
  from: string
  to: string
  /** parameters that are not at their default */
  parameters: Record<string, string>
  /** judgements drawn as bands behind a course */
  bands: boolean
  notes: Note[]
}

export const chart_keys = ['m', 's', 'ws', 'wd', 'f', 'u', 'p', 'b', 'n'] as const
export const notes_max = 8
export const note_length_max = 60
const day = /^\d{4}-\d{2}-\d{2}$/
const isDay = (text: string): boolean => day.test(text) && !Number.isNaN(Date.parse(text))
/** site:property[:averaging[:statistic[:stage]]] */
const series_words = /^[A-Za-z0-9._-]+:[^:,]+(:[^:,]*){0,3}$/
const parameter_words = /^([a-z_]+):([^;]*)$/

export function readChart(own: Record<string, string>): ChartView {
  const parameters: Record<string, string> = {}
  for (const piece of (own.p ?? '').split(';')) {
    const m = parameter_words.exec(piece)
    if (m) parameters[m[1]!] = m[2]!
  }
  const notes = (own.n ?? '').split(';').flatMap((piece): Note[] => {
    const at = piece.slice(0, 10)
    const text = piece.slice(11, 11 + note_length_max)
    return isDay(at) && piece[10] === '~' && text !== '' ? [{ day: at, text }] : []
  })
  const one = (key: string): string => (series_words.test(own[key] ?? '') ? own[key]! : '')
  return {
    method: own.m ?? 'course',
    series: [...new Set((own.s ?? '').split(',').filter((s) => series_words.test(s)))],
    ws: one('ws'),
    wd: one('wd'),
    from: isDay(own.f ?? '') ? own.f! : '',
    to: isDay(own.u ?? '') ? own.u! : '',
    parameters,
    bands: own.b !== '0',
    notes: notes.slice(0, notes_max),
  }
}

export function writeChart(v: ChartView): Record<string, string> {
  const p = Object.keys(v.parameters).sort().map((id) => `${id}:${v.parameters[id]!}`)
  const clean = (text: string): string => text.replace(/[;~]/g, ' ').trim().slice(0, note_length_max)
  const all: Record<string, string> = {
    m: v.method,
    s: v.series.join(','),
    ws: v.ws,
    wd: v.wd,
    f: v.from,
    u: v.to,
    p: p.join(';'),
    b: v.bands ? '' : '0',
    n: v.notes.map((n) => `${n.day}~${clean(n.text)}`).join(';'),
  }
  return Object.fromEntries(Object.entries(all).filter(([, text]) => text !== ''))
}

/** Parameters that the method knows and that differ from its defaults: what is left of them when the method changes. */
export function keptParameters(method: Method, parameters: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    method.parameters.flatMap((p) => {
      const value = parameters[p.id]
      const known = value !== undefined && value !== p.default && (!p.choices || p.choices.includes(value))
      return known ? [[p.id, value]] : []
    }),
  )
}

/** What keeps a figure from being asked for, as a key of the words; null where it can be. */
export function lacking(method: Method, v: ChartView): 'series' | 'more' | 'fewer' | 'wind' | 'days' | null {
  if (v.series.length === 0 && method.series_min > 0) return 'series'
  if (v.series.length < method.series_min) return 'more'
  if (v.series.length > method.series_max && method.series_max > 0) return 'fewer'
  if (method.wind && (v.ws === '' || v.wd === '')) return 'wind'
  if (v.from === '' || v.to === '' || v.to < v.from) return 'days'
  return null
}

/** The query of the figure. */
export function queryOf(method: Method, v: ChartView): Record<string, string> {
  return {
    ...(method.series_max > 0 ? { series: v.series.join(',') } : {}),
    ...(method.wind ? { ws: v.ws, wd: v.wd } : {}),
    from: v.from,
    to: v.to,
    ...keptParameters(method, v.parameters),
  }
}
