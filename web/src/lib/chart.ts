// What the curve of a station looks like, as data for ECharts. Pure: the same observations give the same picture.

import type { EChartsCoreOption } from 'echarts/core'
import type { Judgement, ObservationColumns, Property } from './api_types'
import { num, pick, propertyLabel } from './format'
import type { Lang, Translate } from './i18n'
import { shortEndLabel, toMs } from './time'

/** Told apart by lightness too, for print and for the colour-blind. */
export const palette = ['#2f6d5d', '#c2703d', '#3f6fa8', '#8a4f8f', '#8c8a2e', '#4b5563']

export interface ChartNeeds {
  columns: ObservationColumns[]
  /** history of judgements, drawn as its own curve when asked for */
  judgements: Judgement[]
  properties: Map<string, Property>
  /** chosen time, drawn as a line */
  marked: string | null
  lang: Lang
  t: Translate
}

interface Point {
  value: [number, number | null]
  tip: string
  symbol?: string
  symbolSize?: number
  itemStyle?: { color: string; borderColor: string; borderWidth?: number }
}

const voidGrey = '#9aa5a0'

/** A gap longer than three steps breaks the line: no value is drawn where none was measured. */
function breaks(times: number[]): Set<number> {
  const steps = times.slice(1).map((t, i) => t - (times[i] ?? t)).sort((a, b) => a - b)
  const usual = steps[steps.length >> 1] ?? 0
  const out = new Set<number>()
  times.forEach((t, i) => {
    if (i > 0 && usual > 0 && t - (times[i - 1] ?? t) > 3 * usual) out.add(i)
  })
  return out
}

function tip(label: string, value: string, time: string, averaging: string, notes: string[]): string {
  return [`${label} <b>${value}</b>`, shortEndLabel(time, averaging), ...notes].join('<br>')
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`)
}

function points(column: ObservationColumns, p: Property | undefined, needs: ChartNeeds): { line: Point[]; voided: Point[] } {
  const { lang, t } = needs
  const times = column.phenomenon_end.map(toMs)
  const cut = breaks(times)
  const label = escapeHtml(propertyLabel(column.series.property, p, lang))
  const line: Point[] = []
  const voided: Point[] = []
  times.forEach((ms, i) => {
    const value = column.value[i] ?? null
    const quality = column.quality[i] ?? []
    const notes = quality.map((q) => `${q.voids ? t('chart.voided') : t('chart.flagged')}: ${escapeHtml(pick(q, 'reason', lang))}`)
    const flag = column.device_flag[i] ?? ''
    if (flag !== '' && flag !== 'N') notes.push(`${t('why.flag')}: ${escapeHtml(flag)}`)
    const text = tip(label, `${num(value, p?.decimals ?? 2)} ${escapeHtml(p?.unit_label ?? column.series.unit)}`, column.phenomenon_end[i] ?? '', column.series.averaging, notes)
    if (cut.has(i)) line.push({ value: [((times[i - 1] ?? ms) + ms) / 2, null], tip: '' })
    if (quality.some((q) => q.voids)) {
      line.push({ value: [ms, null], tip: '' })
      voided.push({ value: [ms, value], tip: text })
    } else {
      const marked = notes.length > 0
      line.push({ value: [ms, value], tip: text, ...(marked ? { symbol: 'triangle', symbolSize: 8, itemStyle: { color: '#fff', borderColor: voidGrey, borderWidth: 1.5 } } : {}) })
    }
  })
  return { line, voided }
}

function judgementPoints(needs: ChartNeeds): Point[] {
  const { lang, t } = needs
  const times = needs.judgements.map((j) => toMs(j.time))
  const cut = breaks(times)
  return needs.judgements.flatMap((j, i): Point[] => {
    const ms = times[i] ?? Number.NaN
    const gap: Point[] = cut.has(i) ? [{ value: [((times[i - 1] ?? ms) + ms) / 2, null], tip: '' }] : []
    const v = j.verdict
    const text = tip(t('site.aqi'), `${v.value ?? '—'} ${escapeHtml(pick(v, 'name', lang))}`, j.time, j.averaging, [])
    const colour = v.colour ?? voidGrey
    return [...gap, { value: [ms, v.value], tip: text, symbol: 'circle', symbolSize: 7, itemStyle: { color: colour, borderColor: '#5d6f66', borderWidth: 0.6 } }]
  })
}

/**
 * Curves share an axis if they share a unit; a third unit gets no axis of its own but the second one's side.
 * Voided values are grey points beside the line, with their reason; they are not part of it.
 */
export function chartOption(needs: ChartNeeds): EChartsCoreOption {
  const { lang, t } = needs
  const units: string[] = []
  const axisOf = (unit: string): number => {
    if (!units.includes(unit)) units.push(unit)
    return units.indexOf(unit)
  }
  const series: object[] = []
  const markLine = needs.marked
    ? { silent: true, symbol: 'none', label: { show: false }, lineStyle: { color: '#2f6d5d', type: 'solid', width: 1.2 }, data: [{ xAxis: toMs(needs.marked) }] }
    : undefined
  if (needs.judgements.length > 0) {
    const yAxisIndex = axisOf(t('site.aqi'))
    series.push({ type: 'line', name: t('site.aqi'), yAxisIndex, data: judgementPoints(needs), lineStyle: { color: '#7b8a83', width: 1.2 }, itemStyle: { color: '#7b8a83' }, connectNulls: false })
  }
  needs.columns.forEach((column, i) => {
    const p = needs.properties.get(column.series.property)
    const name = propertyLabel(column.series.property, p, lang)
    const yAxisIndex = axisOf(p?.unit_label ?? column.series.unit)
    const color = palette[i % palette.length]!
    const { line, voided } = points(column, p, needs)
    series.push({ type: 'line', name, yAxisIndex, data: line, showSymbol: line.length < 400, symbol: 'circle', symbolSize: 4, lineStyle: { width: 1.7, color }, itemStyle: { color }, connectNulls: false, sampling: 'lttb' })
    if (voided.length > 0) {
      series.push({ type: 'scatter', name: `${name} ${t('chart.voided')}`, yAxisIndex, data: voided, symbolSize: 7, itemStyle: { color: '#ffffff', borderColor: voidGrey, borderWidth: 1.6 } })
    }
  })
  const span_days = spanDays(needs)
  if (series[0] && markLine) series[0] = { ...series[0], markLine }
  return {
    animation: false,
    aria: { enabled: true },
    textStyle: { fontFamily: 'inherit' },
    grid: { left: 44, right: units.length > 1 ? 48 : 16, top: 34, bottom: 52 },
    legend: { top: 2, left: 'center', itemWidth: 14, itemHeight: 8, textStyle: { fontSize: 11 }, data: series.filter((s) => 'type' in s && s.type === 'line').map((s) => ('name' in s ? s.name : '')) },
    tooltip: {
      trigger: 'item',
      confine: true,
      formatter: (at: { data?: { tip?: string } }) => at.data?.tip ?? '',
    },
    xAxis: {
      type: 'time',
      axisLabel: { fontSize: 10, hideOverlap: true, formatter: (ms: number) => axisTime(ms, span_days) },
      axisLine: { lineStyle: { color: '#b6c2bc' } },
    },
    // A picture without curves has an axis all the same: the library cannot do without.
    yAxis: (units.length > 0 ? units : ['']).map((unit, i) => ({
      type: 'value',
      name: unit,
      position: i === 0 ? 'left' : 'right',
      nameTextStyle: { fontSize: 10, color: '#5d6f66' },
      axisLabel: { fontSize: 10 },
      scale: false,
      splitLine: { show: i === 0, lineStyle: { color: '#e3e8e4' } },
    })),
    dataZoom: [
      { type: 'inside', filterMode: 'none' },
      { type: 'slider', height: 16, bottom: 8, filterMode: 'none', brushSelect: false, borderColor: '#d8dfda', fillerColor: 'rgba(93, 156, 136, 0.16)', handleStyle: { borderColor: '#5d9c88' }, moveHandleSize: 0, dataBackground: { lineStyle: { color: '#b9d3c8' }, areaStyle: { color: '#dfece6' } }, selectedDataBackground: { lineStyle: { color: '#5d9c88' }, areaStyle: { color: '#cfe4da' } }, labelFormatter: (ms: number) => axisTime(ms, span_days).replace('\n', ' ') },
    ],
    series,
  }
}

function spanDays(needs: ChartNeeds): number {
  const ends = [...needs.columns.flatMap((c) => [c.phenomenon_end[0], c.phenomenon_end.at(-1)]), needs.judgements[0]?.time, needs.judgements.at(-1)?.time]
  const times = ends.filter((e) => e !== undefined).map(toMs)
  return times.length === 0 ? 0 : (Math.max(...times) - Math.min(...times)) / 86_400_000
}

/**
 * Axis words in Beijing time whatever the machine's own zone: the hour and the date; over more than ten days the date
 * alone, over more than 300 the month. Nothing for no time.
 */
export function axisTime(ms: number, span_days: number): string {
  if (!Number.isFinite(ms)) return ''
  const text = new Date(ms + 8 * 3_600_000).toISOString()
  if (span_days > 300) return text.slice(0, 7)
  if (span_days > 10) return text.slice(5, 10)
  const time = text.slice(11, 16)
  return time === '00:00' ? text.slice(5, 10) : `${time}\n${text.slice(5, 10)}`
}
