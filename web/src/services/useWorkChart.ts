// The chart of the workbench: the picture is set anew when its data changes, what is chosen is drawn over it and leaves the
// zoom alone. A click tells the place of the point, a drag the box in the chart's own units.

import type { EChartsCoreOption, EChartsType } from 'echarts/core'
import { onScopeDispose, ref, watch, type Ref } from 'vue'
import type { Box } from '../lib/review_chart'

export interface Frame {
  left: number
  top: number
  width: number
  height: number
}

export interface WorkChart {
  /** the box being dragged, in pixels of the element; null while none is */
  dragged: Ref<Frame | null>
}

interface Handlers {
  option: () => EChartsCoreOption
  overlay: () => EChartsCoreOption
  /** a finger drags only when asked to: else it moves the page */
  touchDrags: () => boolean
  onPoint: (place: number, extend: boolean) => void
  onBox: (box: Box, add: boolean) => void
}

const drag_px = 5

export function useWorkChart(element: Ref<HTMLElement | null>, h: Handlers): WorkChart {
  const dragged = ref<Frame | null>(null)
  let chart: EChartsType | null = null
  let gone = false
  let start: { x: number; y: number; id: number } | null = null
  const watcher = new ResizeObserver(() => chart?.resize())

  const at = (e: PointerEvent): { x: number; y: number } => {
    const r = element.value!.getBoundingClientRect()
    return { x: e.clientX - r.left, y: e.clientY - r.top }
  }
  const unit = (x: number, y: number): [number, number] => chart!.convertFromPixel({ gridIndex: 0 }, [x, y]) as [number, number]

  function down(e: PointerEvent): void {
    const p = at(e)
    if (!chart || e.button !== 0 || (e.pointerType === 'touch' && !h.touchDrags())) return
    if (!chart.containPixel({ gridIndex: 0 }, [p.x, p.y])) return
    start = { ...p, id: e.pointerId }
  }
  function move(e: PointerEvent): void {
    if (!start || e.pointerId !== start.id) return
    const p = at(e)
    if (dragged.value === null && Math.hypot(p.x - start.x, p.y - start.y) < drag_px) return
    element.value?.setPointerCapture(e.pointerId)
    dragged.value = { left: Math.min(p.x, start.x), top: Math.min(p.y, start.y), width: Math.abs(p.x - start.x), height: Math.abs(p.y - start.y) }
  }
  function up(e: PointerEvent): void {
    const from = start
    start = null
    if (!from || dragged.value === null || !chart) return
    dragged.value = null
    const p = at(e)
    h.onBox({ from: unit(from.x, from.y), to: unit(p.x, p.y) }, e.shiftKey || e.ctrlKey || e.metaKey)
  }
  function cancel(): void {
    start = null
    dragged.value = null
  }

  function free(el: HTMLElement): void {
    el.removeEventListener('pointerdown', down)
    el.removeEventListener('pointermove', move)
    el.removeEventListener('pointerup', up)
    el.removeEventListener('pointercancel', cancel)
  }

  watch(
    element,
    async (el, before) => {
      watcher.disconnect()
      chart?.dispose()
      chart = null
      if (before) free(before)
      if (!el) return
      const { makeChart } = await import('./echarts_parts')
      if (gone || element.value !== el) return
      chart = makeChart(el)
      chart.setOption(h.option(), true)
      chart.setOption(h.overlay())
      chart.on('click', (hit) => {
        const place = (hit.data as { place?: number } | null)?.place
        const event = hit.event?.event as unknown as MouseEvent | undefined
        if (place !== undefined) h.onPoint(place, event?.shiftKey === true)
      })
      watcher.observe(el)
      el.addEventListener('pointerdown', down)
      el.addEventListener('pointermove', move)
      el.addEventListener('pointerup', up)
      el.addEventListener('pointercancel', cancel)
    },
    { immediate: true },
  )
  watch(h.option, (o) => {
    chart?.setOption(o, { notMerge: true })
    chart?.setOption(h.overlay())
  })
  watch(h.overlay, (o) => chart?.setOption(o))
  onScopeDispose(() => {
    gone = true
    if (element.value) free(element.value)
    watcher.disconnect()
    chart?.dispose()
  })
  return { dragged }
}
