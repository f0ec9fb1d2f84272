// A figure of the workbench. A click on a value tells its series and time.

import type { EChartsCoreOption } from 'echarts/core'
import type { Ref } from 'vue'
import { useOwnChart } from './useChart'

export interface Hit {
  series: number
  end: string
}

export function useFigureChart(element: Ref<HTMLElement | null>, option: () => EChartsCoreOption | null, onHit: (hit: Hit) => void): void {
  const library = async () => (await import('./echarts_more')).makeFigure
  useOwnChart(element, library, option, (data) => {
    const hit = data as Partial<Hit> | null
    if (hit?.series !== undefined && hit.end !== undefined) onHit({ series: hit.series, end: hit.end })
  })
}
