// Owns the map: makes it when its element is there, removes it with its scope, tells where places lie on the screen. The
// library comes in its own chunk, after the first paint.

import type { Map as GlMap, StyleSpecification } from 'maplibre-gl'
import workerAddress from 'maplibre-gl/dist/maplibre-gl-csp-worker.js?url'
import { onScopeDispose, ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue'
import type { Camera } from '../lib/route'

export interface MapNeeds {
  element: Ref<HTMLElement | null>
  style: () => StyleSpecification
  /** west, south, east, north */
  bounds: [number, number, number, number]
  camera: Camera | null
  /** may be turned and tilted */
  turns?: boolean
  locale: () => Record<string, string>
  padding: () => { top: number; right: number; bottom: number; left: number }
  onCamera: (camera: Camera) => void
}

export interface MapView {
  map: ShallowRef<GlMap | null>
  /** true once the style is there and layers can be switched */
  ready: Ref<boolean>
  /** counts movements: read it to be told that places have moved on the screen */
  moved: Ref<number>
  zoom: Ref<number>
  /** why there is no map (no WebGL) */
  failure: Ref<string | null>
  project: (lon: number, lat: number) => { x: number; y: number }
}

/** Begins to fetch the library and its worker before there is an element for the map. */
export function fetchMapEarly(): void {
  fetch(workerAddress).catch(() => undefined) // into the browser's store, where the library finds it
  import('./maplibre_parts').catch(() => undefined) // useMap asks again and says what is wrong
}

export function cameraOf(m: GlMap): Camera {
  const { lat, lng } = m.getCenter()
  const bearing = Math.round(m.getBearing())
  const pitch = Math.round(m.getPitch())
  return { zoom: m.getZoom(), lat, lon: lng, ...(bearing !== 0 ? { bearing } : {}), ...(pitch !== 0 ? { pitch } : {}) }
}

/** Whether two cameras show the same, as far as an address tells them apart. */
export function sameCamera(a: Camera, b: Camera): boolean {
  const near = (x: number, y: number, by: number): boolean => Math.abs(x - y) <= by
  return near(a.zoom, b.zoom, 0.011) && near(a.lat, b.lat, 1.1e-4) && near(a.lon, b.lon, 1.1e-4) && near(a.bearing ?? 0, b.bearing ?? 0, 1) && near(a.pitch ?? 0, b.pitch ?? 0, 1)
}

export function useMap(needs: MapNeeds): MapView {
  const map = shallowRef<GlMap | null>(null)
  const ready = ref(false)
  const moved = ref(0)
  const zoom = ref(8)
  const failure = ref<string | null>(null)
  let gone = false

  async function make(element: HTMLElement): Promise<void> {
    try {
      const { makeMap } = await import('./maplibre_parts')
      if (gone) return
      const m = makeMap(element, { style: needs.style(), bounds: needs.bounds, camera: needs.camera, padding: needs.padding(), locale: needs.locale(), turns: needs.turns ?? false })
      m.on('styledata', () => (ready.value = true))
      m.on('move', () => {
        zoom.value = m.getZoom()
        moved.value++
      })
      m.on('resize', () => moved.value++)
      m.on('moveend', () => {
        needs.onCamera(cameraOf(m))
      })
      zoom.value = m.getZoom()
      map.value = m
      moved.value++
    } catch (e) {
      failure.value = e instanceof Error ? e.message : String(e)
    }
  }

  watch(
    needs.element,
    (el) => {
      if (el && !map.value) void make(el)
    },
    { immediate: true },
  )
  watch(needs.style, (style) => map.value?.setStyle(style, { diff: true }))
  onScopeDispose(() => {
    gone = true
    map.value?.remove()
    map.value = null
  })

  const project = (lon: number, lat: number): { x: number; y: number } => map.value?.project([lon, lat]) ?? { x: -1e4, y: -1e4 }
  return { map, ready, moved, zoom, failure, project }
}
