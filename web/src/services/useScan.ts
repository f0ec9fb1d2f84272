// The camera as a reader of printed codes. The decoder comes only when it is needed; the camera is let go with the scope.

import { onScopeDispose, ref, type Ref } from 'vue'

const look_ms = 200
/** A code is read from a picture no wider than this: larger ones only take longer. */
const width_max = 1000

export interface Scan {
  running: Ref<boolean>
  failure: Ref<boolean>
  start: () => Promise<void>
  stop: () => void
  /** The text of a code in a picture; null where there is none. */
  read: (picture: Blob) => Promise<string | null>
}

export function useScan(video: Ref<HTMLVideoElement | null>, found: (text: string) => void): Scan {
  const running = ref(false)
  const failure = ref(false)
  const canvas = document.createElement('canvas')
  let stream: MediaStream | null = null
  let timer = 0

  async function decode(source: CanvasImageSource, width: number, height: number): Promise<string | null> {
    const scale = Math.min(1, width_max / width)
    canvas.width = Math.round(width * scale)
    canvas.height = Math.round(height * scale)
    const context = canvas.getContext('2d', { willReadFrequently: true })
    if (!context || canvas.width === 0 || canvas.height === 0) return null
    context.drawImage(source, 0, 0, canvas.width, canvas.height)
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height)
    const { default: jsQR } = await import('jsqr')
    return jsQR(data, canvas.width, canvas.height)?.data ?? null
  }

  async function look(): Promise<void> {
    const v = video.value
    if (running.value && v && v.videoWidth > 0) {
      const text = await decode(v, v.videoWidth, v.videoHeight)
      if (text !== null && text !== '' && running.value) found(text)
    }
    if (running.value) timer = window.setTimeout(() => void look(), look_ms)
  }

  async function start(): Promise<void> {
    failure.value = false
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } })
    } catch {
      failure.value = true // none, or not allowed: a picture or typing does it too
      return
    }
    running.value = true
    if (video.value) {
      video.value.srcObject = stream
      await video.value.play().catch(() => undefined)
    }
    void look()
  }

  function stop(): void {
    window.clearTimeout(timer)
    running.value = false
    stream?.getTracks().forEach((track) => track.stop())
    stream = null
  }

  async function read(picture: Blob): Promise<string | null> {
    const image = await createImageBitmap(picture).catch(() => null)
    return image ? decode(image, image.width, image.height) : null
  }

  onScopeDispose(stop)
  return { running, failure, start, stop, read }
}
