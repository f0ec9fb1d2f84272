// A photo as it is taken in: when, where, and the hash of its bytes, so that a later change shows.

import { newKey } from '../lib/field_take'
import type { ErrandFile } from '../lib/field_queue'
import { toInstant } from '../lib/time'

export interface Place {
  lon: number
  lat: number
  accuracy_m: number
}

const patience_ms = 8000

/** Where the device says it is; null where it cannot or may not tell. */
export function whereNow(): Promise<Place | null> {
  return new Promise((resolve) => {
    if (!('geolocation' in navigator)) return resolve(null)
    navigator.geolocation.getCurrentPosition(
      (p) => resolve({ lon: rounded(p.coords.longitude), lat: rounded(p.coords.latitude), accuracy_m: Math.round(p.coords.accuracy) }),
      () => resolve(null),
      { enableHighAccuracy: true, timeout: patience_ms, maximumAge: 30_000 },
    )
  })
}

const rounded = (degrees: number): number => Math.round(degrees * 1e6) / 1e6

/** Hexadecimal SHA-256; null where the page is not served safely and the browser refuses. */
export async function sha256(bytes: Blob): Promise<string | null> {
  if (!globalThis.crypto?.subtle) return null
  const digest = await crypto.subtle.digest('SHA-256', await bytes.arrayBuffer())
  return [...new Uint8Array(digest)].map((b) => b.toString(16).padStart(2, '0')).join('')
}

export async function takeIn(file: File, purpose: { field: string | null; evidence: string | null }, now_ms: number): Promise<ErrandFile> {
  const [where, hash] = await Promise.all([whereNow(), sha256(file)])
  // A camera's file is as old as the shot; a file without a time was taken in now.
  const taken = file.lastModified > 0 && file.lastModified <= now_ms ? file.lastModified : now_ms
  return {
    id: newKey(), name: file.name || 'photo.jpg', media_type: file.type, bytes: file.size, taken_at: toInstant(Math.floor(taken / 1000) * 1000),
    lon: where?.lon ?? null, lat: where?.lat ?? null, sha256: hash, hash: null, ...purpose,
  }
}

const width_max = 1920
const quality = 0.85

/**
 * A photo as a member of the public sends it: no wider than a screen, and without what the camera wrote into the file (its
 * place, its owner). A picture this browser cannot read is sent as it is.
 */
export async function withoutTraces(file: File): Promise<Blob> {
  const image = await createImageBitmap(file, { imageOrientation: 'from-image' }).catch(() => null)
  if (!image) return file
  const scale = Math.min(1, width_max / Math.max(image.width, image.height))
  const canvas = document.createElement('canvas')
  canvas.width = Math.max(1, Math.round(image.width * scale))
  canvas.height = Math.max(1, Math.round(image.height * scale))
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height)
  image.close()
  return new Promise((resolve) => canvas.toBlob((made) => resolve(made ?? file), 'image/jpeg', quality))
}
