// A film that a fake camera sees: one picture, over and over, in the plain format that Chromium reads.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const [wide, high] = [640, 480]

/** Draws an SVG of this server in the middle of a white sheet, as a camera would see a label, and films it. */
export async function filmOf(t, page, address) {
  const luma = await page.evaluate(async ([from, w, h]) => {
    const text = await (await fetch(from)).text()
    const image = new Image()
    image.src = URL.createObjectURL(new Blob([text], { type: 'image/svg+xml' }))
    await image.decode()
    const canvas = document.createElement('canvas')
    canvas.width = w
    canvas.height = h
    const paper = canvas.getContext('2d')
    paper.fillStyle = '#fff'
    paper.fillRect(0, 0, w, h)
    const side = 320
    paper.drawImage(image, (w - side) / 2, (h - side) / 2, side, side)
    const { data } = paper.getImageData(0, 0, w, h)
    return Array.from({ length: w * h }, (_, i) => Math.round(0.299 * data[4 * i] + 0.587 * data[4 * i + 1] + 0.114 * data[4 * i + 2]))
  }, [address, wide, high])
  const folder = mkdtempSync(join(tmpdir(), 'celadon-film-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'label.y4m')
  const frame = Buffer.concat([Buffer.from('FRAME\n'), Buffer.from(luma), Buffer.alloc((wide * high) / 2, 128)])
  writeFileSync(file, Buffer.concat([Buffer.from(`YUV4MPEG2 W${wide} H${high} F10:1 Ip A1:1 C420jpeg\n`), ...Array.from({ length: 10 }, () => frame)]))
  return file
}
