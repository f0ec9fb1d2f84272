// A picture that nobody has sent before: evidence is known by its content.

import { randomBytes } from 'node:crypto'
import { deflateSync } from 'node:zlib'

const side_px = 32

function crc32(bytes) {
  let crc = ~0
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; ++bit) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0)
  }
  return ~crc >>> 0
}
function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type), data])
  const out = Buffer.alloc(body.length + 8)
  out.writeUInt32BE(data.length, 0)
  body.copy(out, 4)
  out.writeUInt32BE(crc32(body), body.length + 4)
  return out
}

export function aPhoto(name = 'photo.png') {
  const head = Buffer.alloc(13)
  head.writeUInt32BE(side_px, 0)
  head.writeUInt32BE(side_px, 4)
  head.set([8, 2, 0, 0, 0], 8)
  const rows = Buffer.concat(Array.from({ length: side_px }, () => Buffer.concat([Buffer.from([0]), randomBytes(side_px * 3)])))
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')
  return { name, mimeType: 'image/png', buffer: Buffer.concat([signature, chunk('IHDR', head), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]) }
}
