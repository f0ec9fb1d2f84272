// The picture of a column under review: raw and effective values, what is flagged and decided, device states as bands, and
// context curves below. Pure: the same sheet gives the same picture. Chosen points and the cursor are drawn over it.

import type { EChartsCoreOption } from 'echarts/core'
import type { Property } from './api_types'
import { axisTime, escapeHtml, palette } from './chart'
import { num, pick, propertyLabel } from './format'
import type { Lang, Translate } from './i18n'
import { deviceBands, isFlagged, percent } from './review'
import type { Selection } from './selection'
import type { SheetColumn, SheetRow } from './review_types'
import { durationMs, shortEndLabel, toMs } from './time'

export interface ContextCurve {
  id: string
  label: string
  unit: string
  times: number[]
  values: (number | null)[]
}

export interface WorkChartNeeds {
  column: SheetColumn
  context: ContextCurve[]
  properties: Map<string, Property>
  lang: Lang
  t: Translate
}

interface Point {
  value: [number, number | null]
  /** place in the column; context points have none */
  place?: number
  tip: string
}

const colours = { effective: '#2f6d5d', raw: '#8d9994', void: '#a6292f', suspect: '#b7791f', decided: '#3f5fa8' }
const bandColours = { calibration: 'rgba(63, 95, 168, 0.13)', maintenance: 'rgba(138, 79, 143, 0.13)', fault: 'rgba(166, 41, 47, 0.1)' }

export const bandColour = (kind: keyof typeof bandColours): string => bandColours[kind]

/** What is said of one value: to the pointer, to the screen reader and in the list. */
export function valueWords(row: SheetRow, column: SheetColumn, needs: Pick<WorkChartNeeds, 'properties' | 'lang' | 't'>): string[] {
  const { lang, t, properties } = needs
  const p = properties.get(column.property)
  const unit = p?.unit_label ?? column.unit
  const words = [
    shortEndLabel(row.time, column.averaging),
    `${t('review.raw')} ${num(row.raw, column.decimals)} ${unit}`,
  ]
  if (row.value !== row.raw) words.push(`${t('review.effective')} ${num(row.value, column.decimals)}`)
  for (const f of row.flags) words.push(pick(f, 'reason', lang))
  if (row.device_flag !== '' && row.device_flag !== 'N') words.push(`${t('why.flag')} ${row.device_flag}`)
  if (row.proposal !== 'valid') words.push(`${t('review.proposal')} ${t(`review.proposal.${row.proposal}`)} ${percent(row.probability)}`.trim())
  if (row.decision !== null) words.push(`${t('review.decided')} #${row.decision}`)
  return words
}

function tipOf(words: string[]): string {
  const [time = '', ...rest] = words.map(escapeHtml)
  return [`<b>${time}</b>`, ...rest].join('<br>')
}

const symbolOf = (row: SheetRow): { symbol: string; symbolSize: number; color: string } => {
  if (row.decision !== null) return { symbol: 'diamond', symbolSize: 10, color: colours.decided }
  if (row.proposal === 'void') return { symbol: 'triangle', symbolSize: 11, color: colours.void }
  if (row.proposal === 'suspect') return { symbol: 'rect', symbolSize: 9, color: colours.suspect }
  return { symbol: 'circle', symbolSize: 7, color: colours.raw } // a weak sign that proposes nothing
}

/** A line through all places: a missing value, and an hour that did not come, leave a gap. */
function lineOf(rows: readonly SheetRow[], step_ms: number, pickValue: (row: SheetRow) => number | null, tips: string[]): Point[] {
  let before = Number.NaN
  return rows.flatMap((row, place): Point[] => {
    const ms = toMs(row.time)
    const gap: Point[] = ms - before > 1.5 * step_ms ? [{ value: [before + step_ms, null], tip: '' }] : []
    before = ms
    return [...gap, { value: [ms, pickValue(row)], place, tip: tips[place] ?? '' }]
  })
}

function contextPoints(c: ContextCurve, step_ms: number): Point[] {
  return c.times.flatMap((ms, k): Point[] => {
    const before = c.times[k - 1] ?? ms
    const gap: Point[] = ms - before > 1.5 * step_ms ? [{ value: [before + step_ms, null], tip: '' }] : []
    const value = c.values[k] ?? null
    return [...gap, { value: [ms, value], tip: tipOf([shortEndLabel(new Date(ms).toISOString()), `${c.label} ${value ?? '—'} ${c.unit}`]) }]
  })
}

export function workOption(needs: WorkChartNeeds): EChartsCoreOption {
  const { column, lang, t } = needs
  const { rows } = column
  const p = needs.properties.get(column.property)
  const unit = p?.unit_label ?? column.unit
  const name = propertyLabel(column.property, p, lang)
  const tips = rows.map((row) => tipOf(valueWords(row, column, needs)))
  const step_ms = durationMs(column.averaging) || 3_600_000
  const first = toMs(rows[0]?.time ?? '')
  const last = toMs(rows.at(-1)?.time ?? '')
  const span_days = Number.isNaN(first) ? 0 : (last - first) / 86_400_000
  const few = rows.length <= 200
  const lower = needs.context.length > 0
  const bands = deviceBands(rows, step_ms).map((b) => [
    { xAxis: b.from, itemStyle: { color: bandColours[b.kind] }, name: t(`review.band.${b.kind}`), label: { show: b.to - b.from > (last - first) / 16, fontSize: 10, color: '#51605a', position: 'insideTop' } },
    { xAxis: b.to },
  ])
  const flagged: object[] = rows.flatMap((row, place) => {
    if (!isFlagged(row) && row.decision === null) return []
    const s = symbolOf(row)
    return [{ value: [toMs(row.time), row.raw ?? row.value], place, tip: tips[place] ?? '', symbol: s.symbol, symbolSize: s.symbolSize, itemStyle: { color: '#fff', borderColor: s.color, borderWidth: 2 } }]
  })
  const units = [...new Set(needs.context.map((c) => c.unit))]
  const series: object[] = [
    { id: 'raw', type: 'line', name: `${name} ${t('review.raw')}`, data: lineOf(rows, step_ms, (r) => r.raw, tips), lineStyle: { color: colours.raw, width: 1.2, type: 'dashed' }, itemStyle: { color: colours.raw }, showSymbol: few, symbol: 'circle', symbolSize: 5, z: 2, markArea: { silent: true, data: bands } },
    { id: 'effective', type: 'line', name: `${name} ${t('review.effective')}`, data: lineOf(rows, step_ms, (r) => r.value, tips), lineStyle: { color: colours.effective, width: 2 }, itemStyle: { color: colours.effective }, showSymbol: few, symbol: 'circle', symbolSize: 5, z: 3 },
    { id: 'flagged', type: 'scatter', name: t('review.flaggedOrDecided'), data: flagged, itemStyle: { color: colours.suspect }, z: 4 },
    ...needs.context.map((c, i) => ({
      id: `context ${c.id}`, type: 'line', name: c.label, xAxisIndex: 1, yAxisIndex: 1 + Math.min(units.indexOf(c.unit), 1),
      data: contextPoints(c, step_ms),
      lineStyle: { width: 1.3, color: palette[(i + 1) % palette.length] }, itemStyle: { color: palette[(i + 1) % palette.length] }, showSymbol: false, symbol: 'circle', symbolSize: 4,
    })),
    { id: 'chosen', type: 'scatter', name: t('review.chosen'), data: [], symbol: 'circle', symbolSize: 17, itemStyle: { color: 'rgba(63, 95, 168, 0.22)', borderColor: colours.decided, borderWidth: 2 }, silent: true, z: 5 },
    { id: 'cursor', type: 'scatter', data: [], symbol: 'circle', symbolSize: 23, itemStyle: { color: 'transparent', borderColor: '#1d2926', borderWidth: 1.5, borderType: 'dashed' }, silent: true, z: 6 },
  ]
  const legend = series.filter((s): s is { id: string; name: string } => 'name' in s && 'id' in s && s.id !== 'cursor' && s.id !== 'chosen').map((s) => s.name)
  const axis = { type: 'time', min: Number.isNaN(first) ? undefined : first - step_ms, max: Number.isNaN(last) ? undefined : last + step_ms / 2, axisLine: { lineStyle: { color: '#b6c2bc' } } }
  const words = { fontSize: 10, hideOverlap: true, formatter: (ms: number) => axisTime(ms, span_days) }
  const value = { type: 'value', nameTextStyle: { fontSize: 10, color: '#5d6f66', align: 'left' }, axisLabel: { fontSize: 10 }, splitLine: { lineStyle: { color: '#e3e8e4' } } }
  return {
    animation: false,
    aria: { enabled: true },
    textStyle: { fontFamily: 'inherit' },
    legend: { type: 'scroll', top: 0, left: 'center', itemWidth: 14, itemHeight: 8, textStyle: { fontSize: 11 }, data: legend },
    tooltip: { trigger: 'item', confine: true, formatter: (at: { data?: { tip?: string } }) => at.data?.tip ?? '' },
    grid: [
      { left: 48, right: units.length > 1 ? 48 : 16, top: 44, ...(lower ? { height: '46%' } : { bottom: 52 }) },
      ...(lower ? [{ left: 48, right: units.length > 1 ? 48 : 16, top: '67%', bottom: 50 }] : []),
    ],
    xAxis: [
      { ...axis, gridIndex: 0, axisLabel: { ...words, show: !lower } },
      ...(lower ? [{ ...axis, gridIndex: 1, axisLabel: words }] : []),
    ],
    yAxis: [
      { ...value, gridIndex: 0, name: unit, scale: true },
      ...units.slice(0, 2).map((u, i) => ({ ...value, gridIndex: 1, name: u, scale: true, position: i === 0 ? 'left' : 'right', splitNumber: 3, splitLine: { show: i === 0, lineStyle: { color: '#e3e8e4' } }, nameTextStyle: { ...value.nameTextStyle, align: i === 0 ? 'left' : 'right' } })),
    ],
    dataZoom: [
      { type: 'inside', xAxisIndex: lower ? [0, 1] : [0], filterMode: 'none', zoomOnMouseWheel: 'ctrl', moveOnMouseWheel: false, moveOnMouseMove: false, preventDefaultMouseMove: false },
      { type: 'slider', xAxisIndex: lower ? [0, 1] : [0], height: 14, bottom: 8, filterMode: 'none', brushSelect: false, showDetail: false, borderColor: '#d8dfda', fillerColor: 'rgba(93, 156, 136, 0.16)', handleStyle: { borderColor: '#5d9c88' }, moveHandleSize: 0, dataBackground: { lineStyle: { opacity: 0 }, areaStyle: { opacity: 0 } }, selectedDataBackground: { lineStyle: { opacity: 0 }, areaStyle: { opacity: 0 } } },
    ],
    series,
  }
}

/** Chosen points and the cursor; given to the chart on top of the picture, whose zoom stays. */
export function overlayOption(column: SheetColumn, s: Selection): EChartsCoreOption {
  const at = (place: number): { value: [number, number | null] }[] => {
    const row = column.rows[place]
    const shown = row === undefined ? null : (row.raw ?? row.value)
    return row && shown !== null ? [{ value: [toMs(row.time), shown] }] : []
  }
  return { series: [{ id: 'chosen', data: s.chosen.flatMap(at) }, { id: 'cursor', data: s.cursor === null ? [] : at(s.cursor) }] }
}

export interface Box {
  from: [number, number]
  to: [number, number]
}

/** Places whose time, and raw or effective value, lie in a box of the chart's own units. */
export function inBox(rows: readonly SheetRow[], box: Box): number[] {
  const [t0, t1] = [box.from[0], box.to[0]].sort((a, b) => a - b) as [number, number]
  const [v0, v1] = [box.from[1], box.to[1]].sort((a, b) => a - b) as [number, number]
  const inside = (v: number | null): boolean => v !== null && v >= v0 && v <= v1
  return rows.flatMap((row, place) => {
    const ms = toMs(row.time)
    return ms >= t0 && ms <= t1 && (inside(row.raw) || inside(row.value)) ? [place] : []
  })
}
