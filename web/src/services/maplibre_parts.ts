// The build of the map library whose worker is a file of ours: no script is ever made from text, so a strict content
// policy (worker-src 'self') holds.

import type * as MapLibre from 'maplibre-gl'
import type { Map as GlMap, StyleSpecification } from 'maplibre-gl'
import library from 'maplibre-gl/dist/maplibre-gl-csp.js'
import workerAddress from 'maplibre-gl/dist/maplibre-gl-csp-worker.js?url'
import 'maplibre-gl/dist/maplibre-gl.css'
import type { Camera } from '../lib/route'
import { paintLean } from './leanMap'

const gl = library as typeof MapLibre
gl.setWorkerUrl(workerAddress)
// The worker reads its script while the page still asks for its data, and stays when a map goes.
gl.prewarm()

export interface MakeMap {
  style: StyleSpecification
  bounds: [number, number, number, number]
  camera: Camera | null
  padding: { top: number; right: number; bottom: number; left: number }
  locale: Record<string, string>
  /** may be turned and tilted: a compass shows how, a press on it sets it straight */
  turns: boolean
}

export function makeMap(container: HTMLElement, make: MakeMap): GlMap {
  const [west, south, east, north] = make.bounds
  const map = new gl.Map({
    container,
    style: make.style,
    ...(make.camera
      ? { center: [make.camera.lon, make.camera.lat], zoom: make.camera.zoom, bearing: make.camera.bearing ?? 0, pitch: make.camera.pitch ?? 0 }
      : { bounds: make.bounds, fitBoundsOptions: { padding: make.padding } }),
    // Room to look around the city, but never to get lost.
    maxBounds: [west - 3, south - 2.5, east + 3, north + 2.5],
    minZoom: 5,
    maxZoom: 16,
    maxPitch: 75,
    dragRotate: make.turns,
    pitchWithRotate: make.turns,
    touchPitch: make.turns,
    attributionControl: false,
    locale: make.locale,
    fadeDuration: 0,
  })
  if (!make.turns) {
    map.touchZoomRotate.disableRotation()
    map.keyboard.disableRotation()
  }
  paintLean(map)
  map.addControl(new gl.NavigationControl({ showCompass: make.turns, visualizePitch: true }), 'top-right')
  map.addControl(new gl.ScaleControl({ maxWidth: 110, unit: 'metric' }), 'bottom-left')
  return map
}

/** A map nobody moves, for a picture: drawn once, in fine pixels, without marks and controls. */
export function makeStill(container: HTMLElement, style: StyleSpecification, camera: Camera, pixel_ratio: number): GlMap {
  return new gl.Map({
    container,
    style,
    center: [camera.lon, camera.lat],
    zoom: camera.zoom,
    bearing: camera.bearing ?? 0,
    pitch: camera.pitch ?? 0,
    maxPitch: 75,
    interactive: false,
    attributionControl: false,
    fadeDuration: 0,
    pixelRatio: pixel_ratio,
    canvasContextAttributes: { preserveDrawingBuffer: true },
  })
}
