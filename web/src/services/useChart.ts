// Owns one ECharts instance: made when the element is there, resized with it, disposed with its scope. The library comes
// in its own chunk, after the first paint.

import type { EChartsCoreOption, EChartsType } from 'echarts/core'
import { onScopeDispose, watch, type Ref } from 'vue'

type Make = (element: HTMLElement) => EChartsType

/** `option` null leaves the chart empty; `onClick` gets the data under the pointer. */
export function useOwnChart(element: Ref<HTMLElement | null>, library: () => Promise<Make>, option: () => EChartsCoreOption | null, onClick: (data: unknown) => void): void {
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
      const make = await library()
      if (gone || element.value !== el) return
      chart = make(el)
      draw(option())
      chart.on('click', (at) => onClick(at.data))
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

/** A course over time; a click on a value tells its time. */
export function useChart(element: Ref<HTMLElement | null>, option: () => EChartsCoreOption, onPick: (ms: number) => void): void {
  const library = async (): Promise<Make> => (await import('./echarts_parts')).makeChart
  useOwnChart(element, library, option, (data) => {
    const value = (data as { value?: [number, number] } | null)?.value
    if (value) onPick(value[0])
  })
}
