// What a person draws on the map, and its short form in the address: for each shape a letter, its buffer in metres and its
// corners as differences of 1e-5 degree (about a metre), in letters that an address keeps as they are.

export type LonLat = [number, number]
export const shapeKinds = ['point', 'line', 'area'] as const
export type ShapeKind = (typeof shapeKinds)[number]

export interface Shape {
  kind: ShapeKind
  /** degrees, WGS 84, each on the grid of 1e-5; the ring of an area is not closed by a second first corner */
  at: LonLat[]
  /** width of what lies around it and counts as in it, 0 for none */
  buffer_m: number
}

/** Corners of all shapes together: more do not fit an address. */
export const corners_max = 250
export const shapes_max = 20
export const buffer_max_m = 200_000
export const leastCorners: Record<ShapeKind, number> = { point: 1, line: 2, area: 3 }

const grid = 1e5
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const letters: Record<ShapeKind, string> = { point: 'p', line: 'l', area: 'a' }

/** The nearest point of the grid that the short form keeps. */
export function onGrid([lon, lat]: LonLat): LonLat {
  return [Math.round(lon * grid) / grid, Math.round(lat * grid) / grid]
}

function writeNumber(n: number): string {
  let rest = n < 0 ? -n * 2 - 1 : n * 2
  let out = ''
  do {
    const low = rest % 32
    rest = Math.floor(rest / 32)
    out += alphabet[low + (rest > 0 ? 32 : 0)]
  } while (rest > 0)
  return out
}

/** Null for a text that is none. */
function readNumbers(text: string): number[] | null {
  const out: number[] = []
  let value = 0
  let weight = 1
  for (const letter of text) {
    const digit = alphabet.indexOf(letter)
    if (digit < 0 || weight > 2 ** 30) return null
    value += (digit % 32) * weight
    weight *= 32
    if (digit >= 32) continue
    out.push(value % 2 === 1 ? -(value + 1) / 2 : value / 2)
    value = 0
    weight = 1
  }
  return weight === 1 ? out : null
}

function writeShape(shape: Shape): string {
  let lon = 0
  let lat = 0
  let code = ''
  for (const corner of shape.at) {
    const [x, y] = [Math.round(corner[0] * grid), Math.round(corner[1] * grid)]
    code += writeNumber(x - lon) + writeNumber(y - lat)
    lon = x
    lat = y
  }
  return `${letters[shape.kind]}.${Math.round(shape.buffer_m)}.${code}`
}

function readShape(text: string): Shape | null {
  const [letter, buffer = '', code = '', more] = text.split('.')
  const kind = shapeKinds.find((k) => letters[k] === letter)
  const numbers = readNumbers(code)
  if (!kind || more !== undefined || !/^\d{1,6}$/.test(buffer) || Number(buffer) > buffer_max_m || !numbers || numbers.length % 2 === 1) return null
  const at: LonLat[] = []
  let lon = 0
  let lat = 0
  for (let i = 0; i < numbers.length; i += 2) {
    lon += numbers[i]!
    lat += numbers[i + 1]!
    if (Math.abs(lon) > 180 * grid || Math.abs(lat) > 85 * grid) return null
    at.push([lon / grid, lat / grid])
  }
  const fits = kind === 'point' ? at.length === 1 : at.length >= leastCorners[kind]
  return fits ? { kind, at, buffer_m: Number(buffer) } : null
}

export function writeShapes(shapes: readonly Shape[]): string {
  return shapes.map(writeShape).join('*')
}

/** Shapes that are none are left out; so are those beyond the corners an address holds. */
export function readShapes(text: string): Shape[] {
  const out: Shape[] = []
  let corners = 0
  for (const part of text === '' ? [] : text.split('*')) {
    const shape = readShape(part)
    if (!shape || out.length >= shapes_max || corners + shape.at.length > corners_max) continue
    corners += shape.at.length
    out.push(shape)
  }
  return out
}
