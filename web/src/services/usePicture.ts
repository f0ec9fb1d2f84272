// Makes the picture: a still of each map on paper of its own size, with marks, drawings and words painted over it.

import type { Map as GlMap, StyleSpecification } from 'maplibre-gl'
import { band, mapBoxes, metresPerPixel, paintMark, paintNames, paintNorth, paintScale, paintSheet, paintTie, sheetOf, type LegendPart, type Paper, type PictureMark, type PictureWords } from '../lib/map_picture'
import { declutter } from '../lib/declutter'
import { siteSource } from '../lib/map_layers'
import { cameraOf } from './useMap'

const pixel_ratio = 2
const few_max = 60
const patience_ms = 20_000

export interface PaneMarks {
  map: GlMap
  /** what is printed in the corner of this map; empty where there is only one */
  words: string
  /** name: its caption; label: empty for a plain dot */
  marks: (Omit<PictureMark, 'x' | 'y'> & { lon: number; lat: number })[]
}

/** The style as it stands, without what is painted by hand afterwards. */
function stillStyle(map: GlMap): StyleSpecification {
  const style = map.getStyle()
  const { [siteSource]: _, ...sources } = style.sources
  return { ...style, sources, layers: style.layers.filter((l) => !('source' in l) || l.source !== siteSource) }
}

async function still(map: GlMap, width: number, height: number): Promise<{ map: GlMap; away: () => void }> {
  const { makeStill } = await import('./maplibre_parts')
  const box = document.createElement('div')
  box.style.cssText = `position:fixed;left:-10000px;top:0;width:${width}px;height:${height}px`
  box.setAttribute('aria-hidden', 'true')
  document.body.append(box)
  // As much land as on the screen, whatever the shape of the paper.
  const screen = map.getContainer().getBoundingClientRect()
  const camera = cameraOf(map)
  const zoom = camera.zoom + Math.log2(Math.sqrt((width / screen.width) * (height / screen.height)))
  const made = makeStill(box, stillStyle(map), { ...camera, zoom }, pixel_ratio)
  const away = (): void => {
    made.remove()
    box.remove()
  }
  await new Promise<void>((resolve) => {
    const timer = window.setTimeout(resolve, patience_ms)
    made.once('idle', () => {
      window.clearTimeout(timer)
      resolve()
    })
  })
  return { map: made, away }
}

/** The finished sheet as PNG. */
export async function makePicture(panes: readonly PaneMarks[], paper: Paper, words: PictureWords, legend: readonly LegendPart[]): Promise<Blob> {
  const screen = panes[0]!.map.getContainer().getBoundingClientRect()
  const sheet = sheetOf(paper, { width: screen.width + band.legend, height: screen.height + band.head })
  const canvas = document.createElement('canvas')
  canvas.width = sheet.width * pixel_ratio
  canvas.height = sheet.height * pixel_ratio
  const pen = canvas.getContext('2d')
  if (!pen) throw new Error('this browser gives no canvas to paint on')
  pen.scale(pixel_ratio, pixel_ratio)
  pen.fillStyle = '#ffffff'
  pen.fillRect(0, 0, sheet.width, sheet.height)
  for (const [i, box] of mapBoxes(sheet, panes.length).entries()) {
    const pane = panes[i]!
    const { map, away } = await still(pane.map, box.width, box.height)
    try {
      pen.drawImage(map.getCanvas(), box.x, box.y, box.width, box.height)
      pen.save()
      pen.beginPath()
      pen.rect(box.x, box.y, box.width, box.height)
      pen.clip()
      pen.translate(box.x, box.y)
      const at = pane.marks.map((m) => map.project([m.lon, m.lat]))
      const few = pane.marks.length <= few_max
      const aside = few ? declutter(at.map(({ x, y }) => ({ x, y, radius: 18 }))) : []
      const placed = pane.marks.map((m, n) => {
        const { x, y } = at[n]!
        const { dx, dy } = aside[n] ?? { dx: 0, dy: 0 }
        if (Math.hypot(dx, dy) > 8) paintTie(pen, x, y, x + dx, y + dy)
        return { ...m, x: x + dx, y: y + dy }
      })
      for (const m of placed) paintMark(pen, m)
      if (few) paintNames(pen, placed)
      paintScale(pen, 14, box.height - 14, metresPerPixel(map.getZoom(), map.getCenter().lat))
      paintNorth(pen, box.width - 32, 34, map.getBearing())
      if (pane.words !== '') {
        pen.font = '600 14px sans-serif'
        pen.fillStyle = 'rgba(31,74,64,0.9)'
        pen.fillRect(8, 8, pen.measureText(pane.words).width + 20, 26)
        pen.fillStyle = '#ffffff'
        pen.fillText(pane.words, 18, 26)
      }
      pen.restore()
      pen.strokeStyle = '#51605a'
      pen.lineWidth = 1
      pen.strokeRect(box.x, box.y, box.width, box.height)
    } finally {
      away()
    }
  }
  paintSheet(pen, sheet, words, legend)
  return new Promise((resolve, reject) => canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('the picture could not be written'))), 'image/png'))
}
