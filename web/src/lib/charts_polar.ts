// Pictures around a compass: roses as stacked sectors, percentile roses, and the polar plot as a field of colours with
// rings of wind speed.

import type { EChartsCoreOption } from 'echarts/core'
import { heat, seriesLabel, type FigureNeeds } from './charts_option'
import { numbersOf, tableOf } from './charts_types'
import { num, unitText } from './format'

const compass = ['N', 'NNE', 'NE', 'ENE', 'E', 'ESE', 'SE', 'SSE', 'S', 'SSW', 'SW', 'WSW', 'W', 'WNW', 'NW', 'NNW']
const base = { animation: false, aria: { enabled: true }, textStyle: { fontFamily: 'inherit' } }

/** "NE", or degrees where the compass has no word for it. */
export function directionWord(deg: number): string {
  const place = ((deg % 360) / 22.5) % 16
  return Number.isInteger(place) ? compass[place]! : `${deg}°`
}

/** One colour of the scale for class k of n. */
export function classColour(k: number, n: number): string {
  const at = n <= 1 ? 0.5 : k / (n - 1)
  return heat[Math.round((0.12 + 0.88 * at) * (heat.length - 1))]!
}

/** Sectors in the order an angle axis takes them: north first, clockwise. */
function northFirst(directions: number[]): number[] {
  return [...new Set(directions)].sort((a, b) => (a % 360) - (b % 360))
}

function angle(directions: number[]): object {
  // The axis begins half a sector before north, so that a sector is drawn around its own direction.
  return { type: 'category', data: directions.map(directionWord), startAngle: 90 + 180 / directions.length, clockwise: true, axisTick: { show: false }, axisLabel: { fontSize: 11, interval: directions.length > 16 ? 2 : 0 }, splitLine: { show: false } }
}

const colour_steps = 7

export function roseOption(n: FigureNeeds): EChartsCoreOption {
  const table = tableOf(n.analysis.figure, 'rose')
  const direction = numbersOf(table, 'direction').map((v) => v ?? 0)
  const low = numbersOf(table, 'low')
  const high = numbersOf(table, 'high')
  const value = numbersOf(table, 'value')
  const order = northFirst(direction)
  const classes = [...new Set(low)]
  const unit = n.analysis.parameters.statistic === 'count' ? '' : '%'
  const speed = n.analysis.method.id === 'wind-rose' ? 'm/s' : unitText(table?.columns.find((c) => c.id === 'low')?.unit ?? '')
  return {
    ...base,
    legend: { type: 'scroll', bottom: 2, itemWidth: 14, itemHeight: 10, textStyle: { fontSize: 11 } },
    tooltip: { trigger: 'item', confine: true, formatter: (p: { seriesName: string; name: string; value: number }) => `${p.name} · ${p.seriesName}<br><b>${num(p.value, 2)} ${unit}</b>` },
    polar: { radius: '68%', center: ['50%', '47%'] },
    angleAxis: angle(order),
    radiusAxis: { axisLabel: { fontSize: 10, formatter: `{value}${unit}` }, axisLine: { show: false }, axisTick: { show: false }, splitLine: { lineStyle: { color: '#dfe5e1', type: 'dashed' } }, z: 4 },
    series: classes.map((from, k) => {
      const to = high[low.indexOf(from)]
      const data = order.map((deg) => value[direction.findIndex((d, i) => d === deg && low[i] === from)] ?? 0)
      return { type: 'bar', coordinateSystem: 'polar', stack: 'rose', name: `${num(from, from !== null && Number.isInteger(from) ? 0 : 1)}–${num(to, to != null && Number.isInteger(to) ? 0 : 1)} ${speed}`, data, barCategoryGap: '8%', itemStyle: { color: classColour(k, Math.max(classes.length, colour_steps)), borderColor: '#fff', borderWidth: 0.5 } }
    }),
  }
}

export function percentileOption(n: FigureNeeds): EChartsCoreOption {
  const table = tableOf(n.analysis.figure, 'rose')
  const direction = numbersOf(table, 'direction').map((v) => v ?? 0)
  const order = northFirst(direction)
  const percentiles = (table?.columns ?? []).filter((c) => /^p[\d.]+$/.test(c.id)).map((c) => c.id)
  const of = (id: string): (number | null)[] => order.map((deg) => numbersOf(table, id)[direction.indexOf(deg)] ?? null)
  const unit = unitText(table?.columns.find((c) => c.id === 'mean')?.unit ?? '')
  // The highest lies at the back; each lower one is drawn over it.
  const behind = [...percentiles].reverse()
  return {
    ...base,
    legend: { type: 'scroll', bottom: 2, itemWidth: 14, itemHeight: 10, textStyle: { fontSize: 11 } },
    tooltip: { trigger: 'item', confine: true, formatter: (p: { seriesName: string; name: string; value: number }) => `${p.name} · ${p.seriesName}<br><b>${num(p.value, 1)} ${unit}</b>` },
    polar: { radius: '68%', center: ['50%', '47%'] },
    angleAxis: angle(order),
    radiusAxis: { axisLabel: { fontSize: 10 }, axisLine: { show: false }, axisTick: { show: false }, splitLine: { lineStyle: { color: '#dfe5e1', type: 'dashed' } }, z: 4 },
    series: [
      ...behind.map((id, k) => ({ type: 'bar', coordinateSystem: 'polar', name: `P${id.slice(1)}`, data: of(id), barGap: '-100%', barCategoryGap: '0%', z: k, itemStyle: { color: classColour(behind.length - 1 - k, behind.length) } })),
      { type: 'line', coordinateSystem: 'polar', name: n.t('charts.mean'), data: of('mean'), symbol: 'none', z: behind.length + 1, lineStyle: { color: '#1d2926', width: 1.6 }, itemStyle: { color: '#1d2926' } },
    ],
  }
}

/** Round steps of wind speed for the rings: four or five of them. */
export function ringSpeeds(largest: number): number[] {
  if (!(largest > 0)) return []
  const step = [0.5, 1, 2, 5, 10, 20].find((s) => largest / s <= 5) ?? 50
  const rings: number[] = []
  for (let at = step; at <= largest; at += step) rings.push(at)
  return rings
}

/** A field of colours in a picture so high; without a smooth surface the bins as points. `every` thins the field for pictures made of shapes. */
export function polarOption(n: FigureNeeds, every = 1, height_px = 520): EChartsCoreOption {
  const { figure, parameters } = n.analysis
  const bins = tableOf(figure, 'bins')
  const axis = numbersOf(tableOf(figure, 'axis'), 'at').map((v) => v ?? 0)
  const surface = numbersOf(tableOf(figure, 'surface'), 'value')
  const smooth = surface.length > 0
  const largest = (figure.numbers.speed_largest ?? 0) - (figure.numbers.speed_least ?? 0)
  const least = figure.numbers.speed_least ?? 0
  const u = numbersOf(bins, 'u')
  const v = numbersOf(bins, 'v')
  const values = smooth ? surface : numbersOf(bins, 'value')
  const shown = values.filter((x): x is number => x !== null)
  const e = n.analysis.series.find((s) => s.role === 'value')
  const unit = parameters.statistic === 'cpf' ? 'CPF' : parameters.statistic === 'count' ? 'n' : e ? unitText(e.series.unit, n.properties.get(e.series.property)) : ''
  const side = axis.length
  const step = smooth ? ((axis.at(-1) ?? 0) - (axis[0] ?? 0)) / Math.max(1, side - 1) : 0
  const cells: [number, number, number][] = []
  if (smooth) {
    for (let j = 0; j < side; j += every) {
      for (let i = 0; i < side; i += every) {
        const z = surface[j * side + i]
        if (z !== null && z !== undefined) cells.push([axis[i]!, axis[j]!, z])
      }
    }
  } else {
    u.forEach((east, k) => {
      const z = values[k]
      if (z !== null && z !== undefined && east !== null) cells.push([east, v[k] ?? 0, z])
    })
  }
  const bound = largest * 1.08
  type Api = { value: (k: number) => number; coord: (p: [number, number]) => [number, number]; size: (p: [number, number]) => [number, number]; visual: (k: string) => string }
  const ring = (_: unknown, api: Api): object => {
    const speed = api.value(0)
    const [x, y] = api.coord([0, 0])
    const r = api.size([speed, 0])[0]
    return { type: 'group', silent: true, children: [{ type: 'circle', shape: { cx: x, cy: y, r }, style: { fill: 'none', stroke: '#6d7d75', lineDash: [4, 4], lineWidth: 0.8 } }, { type: 'text', style: { text: `${num(speed + least, Number.isInteger(speed + least) ? 0 : 1)} m/s`, x: x + r * 0.71 + 3, y: y + r * 0.71 + 3, fontSize: 10, fill: '#2b3a34' } }] }
  }
  const cell = (_: unknown, api: Api): object => {
    const [x, y] = api.coord([api.value(0), api.value(1)])
    if (!smooth) return { type: 'circle', shape: { cx: x, cy: y, r: 4 }, style: { fill: api.visual('color') } }
    const w = api.size([step * every, 0])[0] + 0.6
    return { type: 'rect', shape: { x: x - w / 2, y: y - w / 2, width: w, height: w }, style: { fill: api.visual('color') } }
  }
  return {
    ...base,
    // A square, so that a metre per second is as long to the north as to the east.
    grid: { left: 'center', width: height_px - 86, top: 24, height: height_px - 86 },
    tooltip: { trigger: 'item', confine: true, formatter: (p: { value: [number, number, number] }) => `${num(Math.hypot(p.value[0], p.value[1]) + least, 1)} m/s, ${directionDegrees(p.value[0], p.value[1])}°<br><b>${num(p.value[2], parameters.statistic === 'cpf' ? 2 : 1)} ${unit}</b>` },
    xAxis: { type: 'value', min: -bound, max: bound, show: false },
    yAxis: { type: 'value', min: -bound, max: bound, show: false },
    visualMap: { min: shown.length > 0 ? shown.reduce((a, b) => Math.min(a, b)) : 0, max: shown.length > 0 ? shown.reduce((a, b) => Math.max(a, b)) : 1, dimension: 2, seriesIndex: 0, calculable: false, precision: parameters.statistic === 'cpf' ? 2 : 0, orient: 'horizontal', left: 'center', bottom: 4, itemWidth: 12, itemHeight: 200, text: [`${num(shown.length > 0 ? shown.reduce((a, b) => Math.max(a, b)) : 0, parameters.statistic === 'cpf' ? 2 : 0)} ${unit}`, `${e ? seriesLabel(e, n) : ''} ${num(shown.length > 0 ? shown.reduce((a, b) => Math.min(a, b)) : 0, parameters.statistic === 'cpf' ? 2 : 0)}`], inRange: { color: heat } },
    series: [
      { type: 'custom', renderItem: cell, data: cells, encode: { x: 0, y: 1 }, clip: true, progressive: 0 },
      { type: 'custom', renderItem: ring, data: ringSpeeds(largest).map((s) => [s]), encode: { x: -1, y: -1 }, silent: true, z: 5, tooltip: { show: false } },
      { type: 'scatter', silent: true, z: 6, symbolSize: 0, tooltip: { show: false }, label: { show: true, fontWeight: 600, fontSize: 12, color: '#1d2926', formatter: (p: { dataIndex: number }) => ['N', 'E', 'S', 'W'][p.dataIndex]! }, data: [[0, bound * 0.97], [bound * 0.97, 0], [0, -bound * 0.97], [-bound * 0.97, 0]] },
    ],
  }
}

/** Where the wind comes from, whole degrees clockwise from north. */
export function directionDegrees(east: number, north: number): number {
  return (Math.round((Math.atan2(east, north) * 180) / Math.PI) + 360) % 360
}
