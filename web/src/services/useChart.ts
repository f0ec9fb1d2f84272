// Owns one ECharts instance: made when the element is there, resized with it, disposed with its scope. The library comes
// in its own chunk, after the first paint.

import type { EChartsCoreOption, EChartsType } from 'echarts/core'
import { onScopeDispose, watch, type Ref } from 'vue'

async function library(): Promise<(element: HTMLElement) => EChartsType> {
  const { makeChart } = await import('./echarts_parts')
  return makeChart
}

export function useChart(element: Ref<HTMLElement | null>, option: () => EChartsCoreOption, onPick: (ms: number) => void): void {
  let chart: EChartsType | null = null
  let gone = false
  const watcher = new ResizeObserver(() => chart?.resize())

  watch(
    element,
    async (el) => {
      watcher.disconnect()
      chart?.dispose()
      chart = null
      if (!el) return
      const make = await library()
      if (gone || element.value !== el) return
      chart = make(el)
      chart.setOption(option(), true)
      chart.on('click', (at) => {
        const value = (at.data as { value?: [number, number] } | null)?.value
        if (value) onPick(value[0])
      })
      watcher.observe(el)
    },
    { immediate: true },
  )
  watch(option, (o) => chart?.setOption(o, { notMerge: true }))
  onScopeDispose(() => {
    gone = true
    watcher.disconnect()
    chart?.dispose()
  })
}
