// Owns the ECharts instance of a figure of the workbench: made when the element is there, resized with it, disposed with its
// scope. A click on a value tells its series and time.

import type { EChartsCoreOption, EChartsType } from 'echarts/core'
import { onScopeDispose, watch, type Ref } from 'vue'

export interface Hit {
  series: number
  end: string
}

export function useFigureChart(element: Ref<HTMLElement | null>, option: () => EChartsCoreOption | null, onHit: (hit: Hit) => void): void {
  let chart: EChartsType | null = null
  let gone = false
  const watcher = new ResizeObserver(() => chart?.resize())
  const draw = (o: EChartsCoreOption | null): void => {
    if (o) chart?.setOption(o, { notMerge: true })
    else chart?.clear()
  }

  watch(
    element,
    async (el) => {
      watcher.disconnect()
      chart?.dispose()
      chart = null
      if (!el) return
      const { makeFigure } = await import('./echarts_more')
      if (gone || element.value !== el) return
      chart = makeFigure(el)
      draw(option())
      chart.on('click', (at) => {
        const hit = at.data as Partial<Hit> | null
        if (hit?.series !== undefined && hit.end !== undefined) onHit({ series: hit.series, end: hit.end })
      })
      watcher.observe(el)
    },
    { immediate: true },
  )
  watch(option, draw)
  onScopeDispose(() => {
    gone = true
    watcher.disconnect()
    chart?.dispose()
  })
}
