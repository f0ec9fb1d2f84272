// What is being drawn on the map right now; what is finished lies in the address.

import { computed, ref } from 'vue'
import { corners_max, leastCorners, onGrid, shapes_max, type LonLat, type ShapeKind } from '../lib/map_shape'
import { choices, choose } from './atlas'

export const pen = ref<ShapeKind | null>(null)
export const draft = ref<LonLat[]>([])
/** where the pointer is while a line grows */
export const hover = ref<LonLat | null>(null)

const used = computed(() => choices.value.shapes.reduce((n, s) => n + s.at.length, draft.value.length))
export const isFull = computed(() => used.value >= corners_max || choices.value.shapes.length >= shapes_max)
export const canFinish = computed(() => pen.value !== null && draft.value.length >= leastCorners[pen.value])

export function take(kind: ShapeKind | null): void {
  pen.value = kind
  draft.value = []
  hover.value = null
}

export function addCorner(at: LonLat): void {
  if (pen.value === null || isFull.value) return
  const corner = onGrid(at)
  const last = draft.value[draft.value.length - 1]
  if (last && last[0] === corner[0] && last[1] === corner[1]) return
  draft.value = [...draft.value, corner]
  if (pen.value === 'point') finish()
}

export function undoCorner(): void {
  draft.value = draft.value.slice(0, -1)
}

export function finish(): void {
  const kind = pen.value
  if (kind === null || !canFinish.value) return
  const shapes = [...choices.value.shapes, { kind, at: draft.value, buffer_m: 0 }]
  choose({ shapes, within: shapes.length - 1 })
  take(kind === 'point' ? 'point' : null)
}
