// Pictures of figures along axes: course, comparison, cycles, trend, boxes, histogram, scatter, correlation, calendar.
// Pure: the same numbers give the same picture. Colours of judgements come from the server.

import type { EChartsCoreOption } from 'echarts/core'
import type { Judgement, Property } from './api_types'
import { axisTime, escapeHtml, palette } from './chart'
import { numbersOf, tableOf, wordsOf, type Analysis, type Evidence } from './charts_types'
import type { Note } from './charts_view'
import { num, pick, propertyLabel, unitText, withAlpha } from './format'
import type { Lang, Translate } from './i18n'

export interface FigureNeeds {
  analysis: Analysis
  judgements: Judgement[]
  notes: Note[]
  properties: ReadonlyMap<string, Property>
  siteName: (id: string) => string
  lang: Lang
  t: Translate
}

const day_ms = 86_400_000
const ink = '#5d6f66'

/** The end of the clock's row in milliseconds on an axis of UTC: words of such axes are written in Beijing time. */
export const rowMs = (clock: string): number => Date.parse(clock.length > 10 ? `${clock}:00+08:00` : `${clock}T00:00:00+08:00`)

export function seriesLabel(e: Evidence, n: FigureNeeds): string {
  const property = propertyLabel(e.series.property, n.properties.get(e.series.property), n.lang)
  const sites = new Set(n.analysis.series.map((s) => s.series.site))
  return sites.size > 1 ? `${n.siteName(e.series.site)} ${property}` : property
}

const valuesOf = (n: FigureNeeds): Evidence[] => n.analysis.series.filter((e) => e.role === 'value')
const unitOf = (e: Evidence, n: FigureNeeds): string => unitText(e.series.unit, n.properties.get(e.series.property))
const decimals = (e: Evidence | undefined, n: FigureNeeds): number => (n.properties.get(e?.series.property ?? '')?.decimals ?? 1) + 1

const base = { animation: false, aria: { enabled: true }, textStyle: { fontFamily: 'inherit' } }
const legend = { top: 2, type: 'scroll', itemWidth: 14, itemHeight: 8, textStyle: { fontSize: 11 } }
const category = (data: (string | number)[]): object => ({ type: 'category', data, axisLabel: { fontSize: 10 }, axisTick: { alignWithLabel: true } })

/** Axes by unit: the first to the left, the second to the right, more beside it. */
function unitAxes(units: string[]): { axes: object[]; right: number } {
  const axes = (units.length > 0 ? units : ['']).map((unit, i) => ({
    type: 'value', name: unit, position: i === 0 ? 'left' : 'right', offset: i < 2 ? 0 : (i - 1) * 46, scale: true,
    nameTextStyle: { fontSize: 10, color: ink }, axisLabel: { fontSize: 10 }, axisLine: { show: i > 0 }, splitLine: { show: i === 0, lineStyle: { color: '#e3e8e4' } },
  }))
  return { axes, right: 18 + Math.max(0, units.length - 1) * 46 }
}

/** Stretches of the same verdict, in the colours and words of the law. */
export function verdictBands(judgements: readonly Judgement[], step_ms: number, lang: Lang): object[] {
  const bands: { from: number; to: number; colour: string; name: string }[] = []
  for (const j of judgements) {
    const to = Date.parse(j.time)
    const from = to - step_ms
    const { colour } = j.verdict
    if (!colour) continue
    const last = bands.at(-1)
    if (last && last.colour === colour && from <= last.to) last.to = to
    else bands.push({ from, to, colour, name: pick(j.verdict, 'name', lang) })
  }
  return bands.map((b) => [{ name: b.name, xAxis: b.from, itemStyle: { color: withAlpha(b.colour, 0.2) }, label: { show: false } }, { xAxis: b.to }])
}

const noteLines = (notes: readonly Note[]): object => ({
  silent: true, symbol: 'none', lineStyle: { color: '#8a5a2b', type: 'dashed', width: 1 }, label: { fontSize: 10, color: '#6b4319', formatter: '{b}' },
  data: notes.map((x) => ({ name: x.text, xAxis: rowMs(x.day) })),
})

function timeAxis(span_days: number): object {
  return { type: 'time', axisLabel: { fontSize: 10, hideOverlap: true, formatter: (ms: number) => axisTime(ms, span_days) }, axisLine: { lineStyle: { color: '#b6c2bc' } } }
}

const zoom = [
  { type: 'inside', filterMode: 'none' },
  { type: 'slider', height: 16, bottom: 8, filterMode: 'none', brushSelect: false, borderColor: '#d8dfda', fillerColor: 'rgba(93, 156, 136, 0.16)', handleStyle: { borderColor: '#5d9c88' }, moveHandleSize: 0, showDetail: false },
]

const spanDays = (a: Analysis): number => (Date.parse(a.period.to) - Date.parse(a.period.from)) / day_ms + 1

/** Flags and decisions as marks on the value as it came: hollow where it is left out. */
function markPoints(e: Evidence, n: FigureNeeds): object[] {
  const shown = new Map(e.marks.filter((m) => m.value !== null).map((m) => [m.phenomenon_end, m]))
  return [...shown.values()].map((m) => ({
    value: [Date.parse(m.phenomenon_end), m.value], end: m.phenomenon_end, series: e.series.id,
    tip: `${escapeHtml(m.voids ? n.t('chart.voided') : n.t('chart.flagged'))}: ${escapeHtml(pick(m, 'reason', n.lang))}`,
    itemStyle: m.voids ? { color: '#fff', borderColor: '#a6292f', borderWidth: 1.5 } : { color: '#b7791f' },
  }))
}

export function courseOption(n: FigureNeeds): EChartsCoreOption {
  const { analysis, t } = n
  const table = tableOf(analysis.figure, 'course')
  const rows = analysis.parameters.period === 'none'
  const step_ms = analysis.period.step_s * 1000
  // An averaged value stands at the middle of the law's habit: raw rows at the end of their hour, periods at their begin.
  const at = wordsOf(table, 'begin').map((w) => rowMs(w) + (rows ? step_ms : 0))
  const units: string[] = []
  const series: object[] = []
  valuesOf(n).forEach((e, i) => {
    const unit = unitOf(e, n)
    if (!units.includes(unit)) units.push(unit)
    const colour = palette[i % palette.length]!
    const places = decimals(e, n)
    const data = numbersOf(table, e.name).map((v, k) => ({ value: [at[k], v], end: new Date(at[k]!).toISOString().replace('.000Z', 'Z'), series: e.series.id }))
    series.push({
      type: 'line', name: seriesLabel(e, n), yAxisIndex: units.indexOf(unit), data, showSymbol: data.length < 200, symbolSize: 5, symbol: 'circle', lineStyle: { width: 1.6, color: colour }, itemStyle: { color: colour },
      connectNulls: false, sampling: 'lttb', tooltip: { valueFormatter: (v: number | null) => `${num(v, places)} ${unit}` },
      ...(i === 0 ? { markArea: { silent: true, data: n.judgements.length > 0 ? verdictBands(n.judgements, step_ms, n.lang) : [] }, markLine: noteLines(n.notes) } : {}),
    })
    const marks = rows ? markPoints(e, n) : []
    if (marks.length > 0) series.push({ type: 'scatter', name: `${seriesLabel(e, n)} ${t('charts.marks')}`, yAxisIndex: units.indexOf(unit), symbol: 'triangle', symbolSize: 8, data: marks, tooltip: { trigger: 'item', formatter: (p: { data?: { tip?: string } }) => p.data?.tip ?? '' }, z: 4 })
  })
  const { axes, right } = unitAxes(units)
  return { ...base, grid: { left: 48, right, top: 36, bottom: 54 }, legend, tooltip: { trigger: 'axis', confine: true }, xAxis: timeAxis(spanDays(analysis)), yAxis: axes, dataZoom: zoom, series }
}

export function comparisonOption(n: FigureNeeds): EChartsCoreOption {
  const { analysis, t } = n
  const table = tableOf(analysis.figure, 'course')
  const begin = wordsOf(table, 'begin')
  const units: string[] = []
  const series: object[] = []
  valuesOf(n).forEach((e, i) => {
    const unit = unitOf(e, n)
    if (!units.includes(unit)) units.push(unit)
    const colour = palette[i % palette.length]!
    const label = seriesLabel(e, n)
    const places = decimals(e, n)
    for (const [suffix, name, type, width] of [['', t('charts.now'), 'solid', 2], [' year', t('charts.basis.year'), 'dashed', 1.4], [' stretch', t('charts.basis.stretch'), 'dotted', 1.4]] as const) {
      series.push({ type: 'line', name: `${label} ${name}`, yAxisIndex: units.indexOf(unit), data: numbersOf(table, `${e.name}${suffix}`), showSymbol: begin.length < 70, symbolSize: 4, symbol: suffix === '' ? 'circle' : suffix === ' year' ? 'triangle' : 'rect', lineStyle: { color: colour, type, width, opacity: suffix === '' ? 1 : 0.75 }, itemStyle: { color: colour }, tooltip: { valueFormatter: (v: number | null) => `${num(v, places)} ${unit}` } })
    }
  })
  const { axes, right } = unitAxes(units)
  return { ...base, grid: { left: 48, right, top: 40, bottom: 54 }, legend, tooltip: { trigger: 'axis', confine: true }, xAxis: category(begin), yAxis: axes, dataZoom: zoom, series }
}

export function trendOption(n: FigureNeeds): EChartsCoreOption {
  const { t } = n
  const table = tableOf(n.analysis.figure, 'trend')
  const at = wordsOf(table, 'begin').map(rowMs)
  const e = valuesOf(n)[0]
  const pairs = (id: string): [number, number | null][] => numbersOf(table, id).map((v, k) => [at[k]!, v])
  const { axes, right } = unitAxes(e ? [unitOf(e, n)] : [])
  const line = (name: string, id: string, type: string): object => ({ type: 'line', name, data: pairs(id), showSymbol: false, lineStyle: { color: '#a6292f', type, width: type === 'solid' ? 2 : 1.2 }, itemStyle: { color: '#a6292f' } })
  return {
    ...base, grid: { left: 48, right, top: 36, bottom: 54 }, legend, tooltip: { trigger: 'axis', confine: true, valueFormatter: (v: number | null) => num(v, decimals(e, n)) }, xAxis: timeAxis(400), yAxis: axes, dataZoom: zoom,
    series: [
      { type: 'line', name: t('charts.value'), data: pairs('value'), symbol: 'circle', symbolSize: 5, lineStyle: { color: palette[0], width: 1.2 }, itemStyle: { color: palette[0] }, markLine: noteLines(n.notes) },
      line(t('charts.trendLine'), 'line', 'solid'), line(t('charts.low'), 'line_low', 'dashed'), line(t('charts.high'), 'line_high', 'dashed'),
    ],
  }
}

/** Cycles in four panels, the interval as a band around the mean. */
export function variationOption(n: FigureNeeds): EChartsCoreOption {
  const { t } = n
  const parts = (['hour', 'weekday', 'month'] as const).filter((id) => tableOf(n.analysis.figure, id))
  const week = tableOf(n.analysis.figure, 'weekday-hour')
  const grids: object[] = []
  const xAxis: object[] = []
  const yAxis: object[] = []
  const series: object[] = []
  const evidence = valuesOf(n)
  const labels = { hour: (v: number) => String(v), weekday: (v: number) => t(`charts.weekday.${v}`), month: (v: number) => t('charts.monthN', { n: v }) }
  const band = (index: number, name: string, colour: string, low: (number | null)[], high: (number | null)[]): object[] => [
    { type: 'line', name, stack: `${name} ${index}`, xAxisIndex: index, yAxisIndex: index, data: low, symbol: 'none', lineStyle: { opacity: 0 }, silent: true, tooltip: { show: false } },
    { type: 'line', name, stack: `${name} ${index}`, xAxisIndex: index, yAxisIndex: index, data: high.map((h, k) => (h === null || low[k] == null ? null : h - low[k]!)), symbol: 'none', lineStyle: { opacity: 0 }, areaStyle: { color: colour, opacity: 0.2 }, silent: true, tooltip: { show: false } },
  ]
  const add = (index: number, table: NonNullable<typeof week>, words: string[], title: string, place: object): void => {
    grids.push(place)
    xAxis.push({ ...category(words), gridIndex: index, name: title, nameLocation: 'middle', nameGap: 22, nameTextStyle: { fontSize: 11, color: ink }, boundaryGap: false })
    yAxis.push({ type: 'value', gridIndex: index, scale: true, axisLabel: { fontSize: 10 }, splitLine: { lineStyle: { color: '#e9edea' } } })
    evidence.forEach((e, i) => {
      const colour = palette[i % palette.length]!
      const name = seriesLabel(e, n)
      series.push(...band(index, name, colour, numbersOf(table, `${e.name} low`), numbersOf(table, `${e.name} high`)))
      series.push({ type: 'line', name, xAxisIndex: index, yAxisIndex: index, data: numbersOf(table, e.name), symbol: index === 0 && week ? 'none' : 'circle', symbolSize: 4, lineStyle: { width: 1.8, color: colour }, itemStyle: { color: colour }, tooltip: { valueFormatter: (v: number | null) => num(v, decimals(e, n)) } })
    })
  }
  let index = 0
  if (week) {
    const hours = numbersOf(week, 'hour')
    const words = numbersOf(week, 'weekday').map((d, k) => (hours[k] === 12 ? t(`charts.weekday.${d ?? 7}`) : ''))
    add(index++, week, words, t('charts.cycle.weekday-hour'), { left: 44, right: 14, top: 34, height: '34%' })
    Object.assign(xAxis[0]!, { axisLabel: { interval: (k: number) => k % 24 === 12, fontSize: 10 }, axisTick: { interval: (k: number) => k % 24 === 0 } })
  }
  const width = 100 / Math.max(1, parts.length)
  parts.forEach((id, k) => {
    const table = tableOf(n.analysis.figure, id)!
    add(index++, table, numbersOf(table, id).map((v) => labels[id](v ?? 0)), t(`charts.cycle.${id}`), { left: `${k * width + 5}%`, width: `${width - 6.5}%`, top: week ? '58%' : 40, bottom: 44 })
  })
  return { ...base, grid: grids, legend: { ...legend, data: [...new Set(evidence.map((e) => seriesLabel(e, n)))] }, tooltip: { trigger: 'axis', confine: true }, xAxis, yAxis, series }
}

export function groupWord(by: string, group: number, t: Translate): string {
  if (by === 'weekday' || by === 'season') return t(`charts.${by}.${group}`)
  if (by === 'month') return t('charts.monthN', { n: group })
  return String(group)
}

export function boxOption(n: FigureNeeds): EChartsCoreOption {
  const { analysis, t } = n
  const table = tableOf(analysis.figure, 'boxes')
  const by = analysis.parameters.by ?? 'series'
  const names = wordsOf(table, 'series')
  const groups = numbersOf(table, 'group')
  const columns = ['low_whisker', 'q1', 'median', 'q3', 'high_whisker'].map((id) => numbersOf(table, id))
  const evidence = valuesOf(n)
  const keys = by === 'series' ? evidence.map((e) => e.name) : [...new Set(groups.map((g) => g ?? 0))].sort((a, b) => a - b)
  const words = by === 'series' ? evidence.map((e) => seriesLabel(e, n)) : (keys as number[]).map((g) => groupWord(by, g, t))
  const units: string[] = []
  const series = evidence.flatMap((e, i): object[] => {
    const unit = unitOf(e, n)
    if (!units.includes(unit)) units.push(unit)
    const data = keys.map((key) => {
      const row = names.findIndex((name, k) => name === e.name && (by === 'series' ? name === key : groups[k] === key))
      return row < 0 ? { value: ['-', '-', '-', '-', '-'] } : { value: columns.map((c) => c[row] ?? '-') }
    })
    const colour = palette[i % palette.length]!
    return [{ type: 'boxplot', name: seriesLabel(e, n), yAxisIndex: units.indexOf(unit), data, itemStyle: { color: withAlpha(colour, 0.25), borderColor: colour } }]
  })
  const { axes, right } = unitAxes(units)
  return { ...base, grid: { left: 48, right, top: 36, bottom: 34 }, legend, tooltip: { trigger: 'item', confine: true }, xAxis: category(words), yAxis: axes, series }
}

export function histogramOption(n: FigureNeeds): EChartsCoreOption {
  const table = tableOf(n.analysis.figure, 'histogram')
  const high = numbersOf(table, 'high')
  const words = numbersOf(table, 'low').map((low, k) => `${low}–${high[k]}`)
  const e = valuesOf(n)[0]
  return {
    ...base, grid: { left: 48, right: 18, top: 30, bottom: 48 }, tooltip: { trigger: 'axis', confine: true },
    xAxis: { ...category(words), name: e ? `${seriesLabel(e, n)} ${unitOf(e, n)}` : '', nameLocation: 'middle', nameGap: 28 },
    yAxis: { type: 'value', name: n.t('charts.count'), axisLabel: { fontSize: 10 } },
    series: [{ type: 'bar', name: n.t('charts.count'), barCategoryGap: 1, itemStyle: { color: palette[0] }, data: numbersOf(table, 'count') }],
  }
}

export function scatterOption(n: FigureNeeds): EChartsCoreOption {
  const { figure } = n.analysis
  const table = tableOf(figure, 'points')
  const x = numbersOf(table, 'x')
  const y = numbersOf(table, 'y')
  const when = wordsOf(table, 'begin')
  const [a, b] = valuesOf(n)
  const low = Math.min(...x.map((v) => v ?? Infinity))
  const high = Math.max(...x.map((v) => v ?? -Infinity))
  const { slope, intercept } = figure.numbers
  const at = (v: number): number => (intercept ?? 0) + (slope ?? 0) * v
  const name = (e: Evidence | undefined): string => (e ? `${seriesLabel(e, n)} ${unitOf(e, n)}` : '')
  return {
    ...base, grid: { left: 54, right: 20, top: 30, bottom: 50 }, tooltip: { trigger: 'item', confine: true, formatter: (p: { dataIndex: number; seriesType: string }) => (p.seriesType === 'scatter' ? `${when[p.dataIndex]?.replace('T', ' ')}<br>${num(x[p.dataIndex], decimals(a, n))}, ${num(y[p.dataIndex], decimals(b, n))}` : '') },
    xAxis: { type: 'value', scale: true, name: name(a), nameLocation: 'middle', nameGap: 26, axisLabel: { fontSize: 10 } },
    yAxis: { type: 'value', scale: true, name: name(b), axisLabel: { fontSize: 10 } },
    series: [
      { type: 'scatter', symbolSize: 4, itemStyle: { color: palette[0], opacity: 0.45 }, data: x.map((v, k) => [v, y[k]]) },
      ...(slope == null || !Number.isFinite(low) ? [] : [{ type: 'line', showSymbol: false, lineStyle: { color: '#a6292f', width: 2 }, data: [[low, at(low)], [high, at(high)]] }]),
    ],
  }
}

export function correlationOption(n: FigureNeeds): EChartsCoreOption {
  const table = tableOf(n.analysis.figure, 'correlation')
  const rows = wordsOf(table, 'row')
  const columns = wordsOf(table, 'column')
  const r = numbersOf(table, 'r')
  const pairs = numbersOf(table, 'pairs')
  const order = [...new Set(rows)]
  const label = (name: string): string => {
    const e = valuesOf(n).find((one) => one.name === name)
    return e ? seriesLabel(e, n) : name
  }
  const words = order.map(label)
  return {
    ...base, grid: { left: 130, right: 30, top: 20, bottom: 110 }, tooltip: { trigger: 'item', confine: true, formatter: (p: { dataIndex: number }) => `${escapeHtml(label(rows[p.dataIndex]!))} × ${escapeHtml(label(columns[p.dataIndex]!))}<br>r ${num(r[p.dataIndex], 3)}, n ${pairs[p.dataIndex]}` },
    xAxis: { ...category(words), axisLabel: { rotate: 45, fontSize: 11 } }, yAxis: { ...category(words), inverse: true },
    visualMap: { min: -1, max: 1, calculable: false, orient: 'horizontal', left: 'center', bottom: 4, itemWidth: 12, itemHeight: 160, text: ['1', '-1'], inRange: { color: ['#2166ac', '#f7f7f7', '#b2182b'] } },
    series: [{ type: 'heatmap', data: r.map((v, k) => [order.indexOf(columns[k]!), order.indexOf(rows[k]!), v ?? '-']), label: { show: order.length <= 9, fontSize: 11, formatter: (p: { value: unknown[] }) => (typeof p.value[2] === 'number' ? p.value[2].toFixed(2) : '') } }],
  }
}

/** A year a row of months; days without a value stay white. */
export function calendarOption(n: FigureNeeds, height_px: number): EChartsCoreOption {
  const { analysis, t } = n
  const table = tableOf(analysis.figure, 'days')
  const values = numbersOf(table, 'value')
  const data = wordsOf(table, 'date').map((date, k): [string, number | null] => [date, values[k] ?? null])
  const years = [...new Set(data.map(([date]) => date.slice(0, 4)))].sort()
  const e = valuesOf(n)[0]
  const shown = values.filter((v): v is number => v !== null)
  const row = (height_px - 70) / Math.max(1, years.length)
  return {
    ...base,
    tooltip: { confine: true, formatter: (p: { value: [string, number | null] }) => `${p.value[0]}: ${num(p.value[1], decimals(e, n))} ${e ? unitOf(e, n) : ''}` },
    visualMap: { min: Math.min(...shown, 0), max: shown.length > 0 ? Math.max(...shown) : 1, calculable: false, orient: 'horizontal', left: 'center', bottom: 4, itemWidth: 12, itemHeight: 180, inRange: { color: heat }, precision: 1 },
    calendar: years.map((year, k) => ({ top: 26 + k * row, left: 66, right: 12, cellSize: ['auto', Math.max(7, Math.min(20, (row - 26) / 7))], range: year, dayLabel: { firstDay: 1, fontSize: 9, nameMap: [7, 1, 2, 3, 4, 5, 6].map((d) => t(`charts.weekday.${d}`)) }, monthLabel: { fontSize: 10, nameMap: Array.from({ length: 12 }, (_, m) => t('charts.monthN', { n: m + 1 })) }, yearLabel: { fontSize: 13, margin: 34 }, itemStyle: { borderColor: '#e3e8e4' }, splitLine: { lineStyle: { color: '#b6c2bc' } } })),
    series: years.map((year, k) => ({ type: 'heatmap', coordinateSystem: 'calendar', calendarIndex: k, data: data.filter(([date, v]) => date.startsWith(year) && v !== null) })),
  }
}

/** From little to much: readable in grey and by people who do not tell red from green. */
export const heat = ['#f1f7e8', '#bfe0c2', '#7cc4ba', '#3f9fb8', '#2c6ea6', '#4b3b8f', '#2a1050']
