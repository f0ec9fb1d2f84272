// A picture of the map for a report: title, scale, north, legend, source, time of the data, day of printing. What is put where
// is worked out here and painted on any 2D canvas.

export interface PictureMark {
  x: number
  y: number
  label: string
  colour: string
  text: string
  water: boolean
  over: boolean
  name: string
}

export interface LegendPart {
  title: string
  rows: { colour: string; label: string }[]
}

export interface PictureWords {
  title: string
  /** time of the data, edition, limit: one line each */
  facts: string[]
  source: string
  printed: string
}

export const papers = ['screen', 'landscape', 'portrait'] as const
export type Paper = (typeof papers)[number]

/** Size of the whole sheet in CSS pixels at 96 dpi, its margin left white. */
export function sheetOf(paper: Paper, screen: { width: number; height: number }): { width: number; height: number } {
  if (paper === 'landscape') return { width: 1122, height: 793 }
  if (paper === 'portrait') return { width: 793, height: 1122 }
  return { width: Math.max(640, Math.round(screen.width)), height: Math.max(480, Math.round(screen.height)) }
}

export const band = { margin: 24, head: 62, foot: 44, legend: 190 }

/** Where the map lies on the sheet; two maps lie beside each other. */
export function mapBoxes(sheet: { width: number; height: number }, maps: number): { x: number; y: number; width: number; height: number }[] {
  const width = sheet.width - 2 * band.margin - band.legend
  const height = sheet.height - 2 * band.margin - band.head - band.foot
  const gap = 6
  const each = (width - gap * (maps - 1)) / maps
  return Array.from({ length: maps }, (_, i) => ({ x: band.margin + i * (each + gap), y: band.margin + band.head, width: Math.floor(each), height }))
}

/** The longest 1, 2 or 5 times a power of ten that fits, metres. */
export function niceLength_m(most_m: number): number {
  const power = 10 ** Math.floor(Math.log10(most_m))
  const share = most_m / power
  return (share >= 5 ? 5 : share >= 2 ? 2 : 1) * power
}

/** Metres of one CSS pixel of a web map at a latitude. */
export const metresPerPixel = (zoom: number, lat_deg: number): number => (40_075_016.686 * Math.cos((lat_deg * Math.PI) / 180)) / (512 * 2 ** zoom)

const font = (size: number, weight = 400): string => `${weight} ${size}px "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Source Han Sans SC", sans-serif`

type Pen = CanvasRenderingContext2D

export function paintMark(pen: Pen, m: PictureMark): void {
  pen.save()
  pen.translate(m.x, m.y)
  pen.beginPath()
  if (m.water) {
    pen.moveTo(0, -17)
    pen.quadraticCurveTo(13, -4, 13, 3)
    pen.arc(0, 3, 13, 0, Math.PI)
    pen.quadraticCurveTo(-13, -4, 0, -17)
  } else {
    pen.arc(0, 0, m.label === '' ? 5 : 16, 0, 2 * Math.PI)
  }
  pen.fillStyle = m.colour
  pen.fill()
  pen.lineWidth = m.over ? 3.5 : 1.5
  pen.strokeStyle = m.over ? '#a6292f' : '#51605a'
  pen.stroke()
  pen.fillStyle = m.text
  pen.font = font(13, 700)
  pen.textAlign = 'center'
  pen.textBaseline = 'middle'
  pen.fillText(m.label, 0, m.water ? 3 : 1)
  pen.restore()
}

export interface Spot {
  x: number
  y: number
}

const mark_px = 17
const name_height_px = 15

/**
 * Where the middle of each name stands: below its mark, else beside or above it, where it lies on no mark and on no other
 * name; null where there is no such place.
 */
export function namePlaces(marks: readonly Spot[], widths: readonly number[]): (Spot | null)[] {
  const taken: { x: number; y: number; w: number }[] = []
  return marks.map(({ x, y }, n) => {
    const w = widths[n]! / 2
    const aside = mark_px + 4 + w
    const free = [{ x, y: y + 26 }, { x: x + aside, y }, { x: x - aside, y }, { x, y: y - 26 }].find(
      (s) =>
        !marks.some((m) => Math.abs(m.x - s.x) < w + mark_px - 2 && Math.abs(m.y - s.y) < mark_px + name_height_px / 2 - 3) &&
        !taken.some((o) => Math.abs(o.x - s.x) < w + o.w && Math.abs(o.y - s.y) < name_height_px),
    )
    if (!free) return null
    taken.push({ ...free, w })
    return free
  })
}

export function paintNames(pen: Pen, marks: readonly PictureMark[]): void {
  pen.save()
  pen.font = font(12)
  pen.textAlign = 'center'
  pen.textBaseline = 'middle'
  pen.lineWidth = 3
  pen.strokeStyle = '#ffffff'
  pen.fillStyle = '#1d2926'
  namePlaces(marks, marks.map((m) => pen.measureText(m.name).width)).forEach((at, n) => {
    if (!at) return
    pen.strokeText(marks[n]!.name, at.x, at.y)
    pen.fillText(marks[n]!.name, at.x, at.y)
  })
  pen.restore()
}

/** From a mark that was pushed aside to its true place. */
export function paintTie(pen: Pen, x: number, y: number, to_x: number, to_y: number): void {
  pen.save()
  pen.strokeStyle = '#41524b'
  pen.lineWidth = 1.1
  pen.beginPath()
  pen.moveTo(x, y)
  pen.lineTo(to_x, to_y)
  pen.stroke()
  pen.fillStyle = '#41524b'
  pen.beginPath()
  pen.arc(x, y, 2.5, 0, 2 * Math.PI)
  pen.fill()
  pen.restore()
}

export function paintScale(pen: Pen, x: number, y: number, metres_per_px: number): void {
  const metres = niceLength_m(140 * metres_per_px)
  const width = metres / metres_per_px
  pen.save()
  pen.fillStyle = 'rgba(255,255,255,0.85)'
  pen.fillRect(x - 6, y - 22, width + 50, 30)
  pen.strokeStyle = '#1d2926'
  pen.lineWidth = 2
  pen.beginPath()
  pen.moveTo(x, y - 6)
  pen.lineTo(x, y)
  pen.lineTo(x + width, y)
  pen.lineTo(x + width, y - 6)
  pen.stroke()
  pen.fillStyle = '#1d2926'
  pen.font = font(12)
  pen.textAlign = 'left'
  pen.textBaseline = 'alphabetic'
  pen.fillText('0', x - 3, y - 9)
  pen.fillText(metres >= 1000 ? `${metres / 1000} km` : `${metres} m`, x + width - 10, y - 9)
  pen.restore()
}

export function paintNorth(pen: Pen, x: number, y: number, bearing_deg: number): void {
  pen.save()
  pen.translate(x, y)
  pen.fillStyle = 'rgba(255,255,255,0.85)'
  pen.beginPath()
  pen.arc(0, 0, 24, 0, 2 * Math.PI)
  pen.fill()
  pen.rotate((-bearing_deg * Math.PI) / 180)
  pen.beginPath()
  pen.moveTo(0, -16)
  pen.lineTo(7, 12)
  pen.lineTo(0, 7)
  pen.closePath()
  pen.fillStyle = '#1d2926'
  pen.fill()
  pen.beginPath()
  pen.moveTo(0, -16)
  pen.lineTo(-7, 12)
  pen.lineTo(0, 7)
  pen.closePath()
  pen.strokeStyle = '#1d2926'
  pen.stroke()
  pen.font = font(11, 700)
  pen.textAlign = 'center'
  pen.fillText('N', 0, -17)
  pen.restore()
}

/** Lines of words no wider than that; Chinese breaks anywhere. */
export function wrapped(text: string, most_px: number, width: (s: string) => number): string[] {
  const lines: string[] = []
  let line = ''
  for (const part of text.match(/[\u2e80-\uffef]|[^\s\u2e80-\uffef]+\s*|\s+/g) ?? []) {
    if (line !== '' && width(line + part) > most_px) {
      lines.push(line.trimEnd())
      line = ''
    }
    line += part
  }
  if (line.trim() !== '') lines.push(line.trimEnd())
  return lines
}

export function paintSheet(pen: Pen, sheet: { width: number; height: number }, words: PictureWords, legend: readonly LegendPart[]): void {
  pen.save()
  pen.fillStyle = '#1d2926'
  pen.textAlign = 'left'
  pen.textBaseline = 'alphabetic'
  pen.font = font(24, 600)
  pen.fillText(words.title, band.margin, band.margin + 26, sheet.width - 2 * band.margin)
  pen.font = font(13)
  pen.fillStyle = '#51605a'
  pen.fillText(words.facts.join('    '), band.margin, band.margin + 50, sheet.width - 2 * band.margin)

  const left = sheet.width - band.margin - band.legend + 14
  const most = band.legend - 14
  let y = band.margin + band.head + 12
  const bottom = sheet.height - band.margin - band.foot
  for (const part of legend) {
    if (y > bottom - 20) break
    pen.font = font(13, 600)
    pen.fillStyle = '#1d2926'
    for (const line of wrapped(part.title, most, (s) => pen.measureText(s).width)) {
      pen.fillText(line, left, y)
      y += 18
    }
    pen.font = font(12)
    for (const row of part.rows) {
      if (y > bottom) break
      pen.fillStyle = row.colour
      pen.fillRect(left, y - 10, 16, 11)
      pen.strokeStyle = '#51605a'
      pen.lineWidth = 0.8
      pen.strokeRect(left, y - 10, 16, 11)
      pen.fillStyle = '#1d2926'
      pen.fillText(row.label, left + 22, y, most - 22)
      y += 17
    }
    y += 9
  }
  pen.fillStyle = '#51605a'
  pen.font = font(11)
  const foot = wrapped(words.source, sheet.width - 2 * band.margin - 190, (s) => pen.measureText(s).width).slice(0, 3)
  foot.forEach((line, i) => pen.fillText(line, band.margin, sheet.height - band.margin - band.foot + 18 + i * 14))
  pen.textAlign = 'right'
  pen.fillText(words.printed, sheet.width - band.margin, sheet.height - band.margin - band.foot + 18)
  pen.restore()
}
