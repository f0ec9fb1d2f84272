// The build of the map library whose worker is a file of ours: no script is ever made from text, so a strict content
// policy (worker-src 'self') holds.

import type * as MapLibre from 'maplibre-gl'
import type { Map as GlMap, StyleSpecification } from 'maplibre-gl'
import library from 'maplibre-gl/dist/maplibre-gl-csp.js'
import workerAddress from 'maplibre-gl/dist/maplibre-gl-csp-worker.js?url'
import 'maplibre-gl/dist/maplibre-gl.css'
import type { Camera } from '../lib/route'

const gl = library as typeof MapLibre
gl.setWorkerUrl(workerAddress)

export interface MakeMap {
  style: StyleSpecification
  bounds: [number, number, number, number]
  camera: Camera | null
  padding: { top: number; right: number; bottom: number; left: number }
  locale: Record<string, string>
}

export function makeMap(container: HTMLElement, make: MakeMap): GlMap {
  const [west, south, east, north] = make.bounds
  const map = new gl.Map({
    container,
    style: make.style,
    ...(make.camera
      ? { center: [make.camera.lon, make.camera.lat], zoom: make.camera.zoom }
      : { bounds: make.bounds, fitBoundsOptions: { padding: make.padding } }),
    // Room to look around the city, but never to get lost.
    maxBounds: [west - 3, south - 2.5, east + 3, north + 2.5],
    minZoom: 5,
    maxZoom: 16,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    attributionControl: false,
    locale: make.locale,
    fadeDuration: 0,
  })
  map.touchZoomRotate.disableRotation()
  map.keyboard.disableRotation()
  map.addControl(new gl.NavigationControl({ showCompass: false }), 'top-right')
  map.addControl(new gl.ScaleControl({ maxWidth: 110, unit: 'metric' }), 'bottom-left')
  return map
}
