// The further parts of ECharts that the chart workbench draws with, and pictures as files.

import { BarChart, BoxplotChart, CustomChart, HeatmapChart } from 'echarts/charts'
import { CalendarComponent, PolarComponent, VisualMapComponent } from 'echarts/components'
import { init, use, type EChartsCoreOption, type EChartsType } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import { makeChart } from './echarts_parts'

use([BarChart, BoxplotChart, CustomChart, HeatmapChart, CalendarComponent, PolarComponent, VisualMapComponent, SVGRenderer])

export function makeFigure(element: HTMLElement): EChartsType {
  return makeChart(element)
}

/** The picture as SVG text, drawn beside the page. */
export function svgOf(option: EChartsCoreOption, width_px: number, height_px: number): string {
  const chart = init(null, undefined, { renderer: 'svg', ssr: true, width: width_px, height: height_px })
  try {
    chart.setOption({ ...option, animation: false, backgroundColor: '#ffffff' })
    return chart.renderToSVGString()
  } finally {
    chart.dispose()
  }
}

/** The same as PNG, twice as fine, as a data address. */
export function pngOf(option: EChartsCoreOption, width_px: number, height_px: number): string {
  const element = document.createElement('div')
  const chart = init(element, undefined, { renderer: 'canvas', width: width_px, height: height_px, devicePixelRatio: 2 })
  try {
    chart.setOption({ ...option, animation: false })
    return chart.getDataURL({ type: 'png', pixelRatio: 2, backgroundColor: '#ffffff' })
  } finally {
    chart.dispose()
  }
}
