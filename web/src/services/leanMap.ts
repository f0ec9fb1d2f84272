// Paints a map of the library as lib/lean decides. The canvas keeps its size on the page and gets fewer pixels; what the map
// knows of itself (camera, sizes, what lies where) stays as it is.

import type { Map as GlMap } from 'maplibre-gl'
import { LeanPainting, look_again_ms, paintsByProcessor } from '../lib/lean'

function rendererOf(map: GlMap): string {
  const gl = map.painter.context.gl
  const info = gl.getExtension('WEBGL_debug_renderer_info')
  return String(gl.getParameter(info ? info.UNMASKED_RENDERER_WEBGL : gl.RENDERER))
}

/** Does nothing where a graphics card paints. */
export function paintLean(map: GlMap): void {
  if (!paintsByProcessor(rendererOf(map))) return
  const lean = new LeanPainting()
  const canvas = map.getCanvas()
  let share = 1
  let timer = 0

  function again(in_ms: number): void {
    window.clearTimeout(timer)
    timer = window.setTimeout(() => map.triggerRepaint(), in_ms)
  }

  function fit(next: number): void {
    share = next
    const ratio = map.getPixelRatio() * share
    const { clientWidth: width, clientHeight: height } = map.getContainer()
    canvas.width = Math.max(1, Math.floor(width * ratio))
    canvas.height = Math.max(1, Math.floor(height * ratio))
    map.painter.resize(width, height, ratio)
  }

  // Right before the library paints: a canvas that changes its size is empty until it is painted again.
  function wrap(): void {
    const painter = map.painter
    const paint = painter.render.bind(painter)
    painter.render = (style, options) => {
      const now = performance.now()
      const begun = document.timeline.currentTime as number
      const step = lean.step(now, map.loaded())
      if ('wait_ms' in step) return again(step.wait_ms)
      if (step.share !== share) fit(step.share)
      paint(style, options)
      // What a painting costs shows in when the next frame can begin. From then on the map may stand, and is looked at again:
      // sooner, the look itself would count as the next painting of a map that is played.
      requestAnimationFrame((next) => {
        lean.took(begun, next)
        if (share < 1) again(look_again_ms)
      })
    }
  }
  wrap()
  map.on('webglcontextrestored', wrap)
  // The library has given the canvas all its pixels again.
  map.on('resize', () => (share = 1))
  map.on('move', () => lean.moved(performance.now()))
  map.once('remove', () => window.clearTimeout(timer))
}
