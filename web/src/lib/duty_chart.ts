// The curve of an alarm: the series around the time, its limit, the moment, and what is marked beside the line.

import type { EChartsCoreOption } from 'echarts/core'
import { axisTime, escapeHtml } from './chart'
import type { Alarm } from './duty'
import { num } from './format'
import type { Translate } from './i18n'
import { shortEndLabel, toMs } from './time'

const red = '#a6292f'
const green = '#2f6d5d'

export function alarmOption(alarm: Alarm, name: string, t: Translate): EChartsCoreOption {
  const curve = alarm.curve ?? { time: [], value: [], voided: [], device_flag: [] }
  const line: [number, number | null][] = []
  const marked: { value: [number, number | null]; tip: string }[] = []
  curve.time.forEach((time, i) => {
    const ms = toMs(time)
    const value = curve.value[i] ?? null
    line.push([ms, curve.voided[i] ? null : value])
    if (curve.voided[i]) marked.push({ value: [ms, value], tip: `${shortEndLabel(time)}<br>${num(value, alarm.decimals)} ${escapeHtml(alarm.unit)} · ${t('chart.voided')} ${escapeHtml(curve.device_flag[i] ?? '')}` })
  })
  const limit = alarm.rule?.limit ?? null
  const span_days = line.length > 1 ? ((line.at(-1)?.[0] ?? 0) - (line[0]?.[0] ?? 0)) / 86_400_000 : 0
  const lines: object[] = [{ xAxis: toMs(alarm.time), lineStyle: { color: green, type: 'solid', width: 1 }, label: { show: false } }]
  if (limit !== null) lines.push({ yAxis: limit, lineStyle: { color: red, type: 'dashed', width: 1.4 }, label: { position: 'insideStartTop', color: red, fontSize: 11, formatter: `${t('duty.limit')} ${limit}` } })
  return {
    animation: false,
    aria: { enabled: true },
    textStyle: { fontFamily: 'inherit' },
    grid: { left: 46, right: 14, top: 26, bottom: 34 },
    tooltip: { trigger: 'axis', confine: true, formatter: (all: unknown) => tipOf(all, alarm, name) },
    xAxis: { type: 'time', axisLabel: { fontSize: 11, hideOverlap: true, formatter: (ms: number) => axisTime(ms, span_days) }, axisLine: { lineStyle: { color: '#b6c2bc' } } },
    yAxis: { type: 'value', name: alarm.unit, nameTextStyle: { fontSize: 11, color: '#51605a' }, axisLabel: { fontSize: 11 }, max: limit === null ? undefined : (at: { max: number }) => Math.max(at.max, limit * 1.1), splitLine: { lineStyle: { color: '#e3e8e4' } } },
    series: [
      { type: 'line', name, data: line, showSymbol: true, symbolSize: 5, connectNulls: false, lineStyle: { color: green, width: 1.8 }, itemStyle: { color: green }, markLine: { silent: true, symbol: 'none', data: lines } },
      { type: 'scatter', name: t('chart.voided'), data: marked, symbol: 'triangle', symbolSize: 10, itemStyle: { color: '#fff', borderColor: red, borderWidth: 1.6 } },
    ],
  }
}

function tipOf(all: unknown, alarm: Alarm, name: string): string {
  const points = (Array.isArray(all) ? all : []) as { data?: [number, number | null] | { tip: string } }[]
  return points
    .map((p) => {
      if (!p.data) return ''
      if ('tip' in p.data) return p.data.tip
      const [ms, value] = p.data
      return value === null ? '' : `${escapeHtml(name)} <b>${num(value, alarm.decimals)} ${escapeHtml(alarm.unit)}</b><br>${shortEndLabel(new Date(ms).toISOString())}`
    })
    .filter((s) => s !== '')
    .join('<br>')
}
