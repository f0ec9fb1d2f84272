// The years of a promise: what was, the way it should go, and what is expected with its interval.

import type { EChartsCoreOption } from 'echarts/core'
import { escapeHtml } from './chart'
import type { Translate } from './i18n'
import { figure } from './plan'
import type { PromiseDetail } from './plan_types'

const green = '#2f6d5d'
const red = '#a6292f'
const grey = '#51605a'

type Point = number | null | { value: number | null; symbol: string; itemStyle: object }

interface YearLine {
  years: number[]
  values: Point[]
  path: (number | null)[]
  expected: (number | null)[]
  low: (number | null)[]
  /** height of the interval above `low` */
  reach: (number | null)[]
}

/** All by the same years: those with a value, the path's, and the year it is due. */
export function yearLines(detail: PromiseDetail): YearLine {
  const { promise, paths } = detail
  const values = detail.years.filter((y) => y.value !== null)
  const { outlook, year_due } = promise
  const ahead = outlook.expected !== null && (values.at(-1)?.year ?? 0) < year_due
  const all = [...values.map((y) => y.year), ...paths.map((p) => p.year), ...(ahead || promise.goal !== null ? [year_due] : [])]
  const first = Math.min(...all)
  const years = all.length === 0 ? [] : Array.from({ length: Math.max(...all) - first + 1 }, (_, i) => first + i)
  const last = values.at(-1)
  const between = (at: number, end: number | null): number | null => {
    if (!ahead || !last || last.value === null || end === null || at < last.year || at > year_due) return null
    return last.value + ((end - last.value) * (at - last.year)) / (year_due - last.year)
  }
  const low = years.map((y) => between(y, outlook.low))
  return {
    years,
    values: years.map((y): Point => {
      const one = values.find((v) => v.year === y)
      if (!one) return null
      return one.whole && !one.estimated ? one.value : { value: one.value, symbol: 'circle', itemStyle: { color: '#fff', borderColor: green, borderWidth: 1.6 } }
    }),
    path: years.map((y) => paths.find((p) => p.year === y)?.value ?? null),
    expected: years.map((y) => between(y, outlook.expected)),
    low,
    reach: years.map((y, i) => {
      const high = between(y, outlook.high)
      return high === null || low[i] === null || low[i] === undefined ? null : high - low[i]
    }),
  }
}

export function yearsOption(detail: PromiseDetail, unit: string, t: Translate): EChartsCoreOption {
  const lines = yearLines(detail)
  const { goal } = detail.promise
  const band = { type: 'line', stack: 'interval', symbol: 'none', lineStyle: { opacity: 0 }, silent: true, tooltip: { show: false } }
  return {
    animation: false,
    aria: { enabled: true },
    textStyle: { fontFamily: 'inherit' },
    grid: { left: 52, right: 18, top: 34, bottom: 26 },
    legend: { top: 0, right: 0, itemHeight: 8, textStyle: { fontSize: 11, color: grey }, data: [t('plan.chart.value'), ...(goal === null ? [] : [t('plan.goal')]), t('plan.chart.path'), t('plan.chart.expected')] },
    tooltip: { trigger: 'axis', confine: true, formatter: (all: unknown) => tipOf(all, unit, detail, t) },
    xAxis: { type: 'category', data: lines.years.map(String), axisLabel: { fontSize: 11 }, axisLine: { lineStyle: { color: '#b6c2bc' } } },
    yAxis: { type: 'value', scale: true, name: unit, nameTextStyle: { fontSize: 11, color: grey }, axisLabel: { fontSize: 11 }, splitLine: { lineStyle: { color: '#e3e8e4' } } },
    series: [
      { ...band, name: 'low', data: lines.low },
      { ...band, name: 'reach', data: lines.reach, areaStyle: { color: '#d9a441', opacity: 0.25 } },
      { type: 'line', name: t('plan.chart.value'), data: lines.values, symbol: 'circle', symbolSize: 7, lineStyle: { color: green, width: 2 }, itemStyle: { color: green } },
      // A line of its own, so that the scale reaches it.
      { type: 'line', name: t('plan.goal'), data: lines.years.map(() => goal), symbol: 'none', lineStyle: { color: red, width: 1 }, itemStyle: { color: red } },
      { type: 'line', name: t('plan.chart.path'), data: lines.path, symbol: 'none', lineStyle: { color: grey, type: 'dashed', width: 1.4 }, itemStyle: { color: grey } },
      { type: 'line', name: t('plan.chart.expected'), data: lines.expected, symbol: 'none', lineStyle: { color: '#9a5b13', type: 'dotted', width: 2 }, itemStyle: { color: '#9a5b13' } },
    ],
  }
}

function tipOf(all: unknown, unit: string, detail: PromiseDetail, t: Translate): string {
  const points = (Array.isArray(all) ? all : []) as { axisValue?: string; seriesName?: string; value?: number | null }[]
  const year = Number(points[0]?.axisValue ?? Number.NaN)
  const { outlook, year_due } = detail.promise
  const rows = points
    .filter((p) => p.seriesName !== 'low' && p.seriesName !== 'reach' && p.value !== null && p.value !== undefined)
    .map((p) => `${escapeHtml(p.seriesName ?? '')} <b>${figure(p.value)} ${escapeHtml(unit)}</b>`)
  if (year === year_due && outlook.low !== null && outlook.high !== null) rows.push(`${t('plan.chart.interval')} ${figure(outlook.low)} – ${figure(outlook.high)}`)
  return rows.length === 0 ? '' : [String(year), ...rows].join('<br>')
}
