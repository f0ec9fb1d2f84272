// The face of a reading of the moments: number, colour and word as the server's scale has them.

import type { Property } from './api_types'
import { labelText, missing, num, pick } from './format'
import type { Lang, Translate } from './i18n'
import type { Reading } from './map_moments'
import { grey, type Face } from './site_view'

/** Of values the law has no colour for. */
export const plain = { colour: '#cfe3da', text: '#1d2926' }

/** Black or white, whichever is read better on a colour "#rrggbb" (relative luminance of WCAG 2). */
export function textOn(colour: string): string {
  const m = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(colour)
  if (!m) return grey.text
  const [r, g, b] = [1, 2, 3].map((i) => {
    const c = Number.parseInt(m[i]!, 16) / 255
    return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b! > 0.25 ? '#1d2926' : '#ffffff'
}

export function colourOfReading(reading: Reading | null): string {
  if (!reading) return grey.colour
  return reading.step?.colour || plain.colour
}

/** `verdict`: the reading is an index or a class, not a value with places of its own. */
export function readingFace(reading: Reading | null, of: { verdict: 'AQI' | 'class' | null; property: Property | undefined }, lang: Lang, t: Translate): Face {
  const blank = { judged: false, voided: false, stale: false }
  if (!reading) return { label: missing, colour: grey.colour, text: grey.text, word: t('site.noData'), ...blank }
  const colour = colourOfReading(reading)
  const step = reading.step
  const label = of.verdict === 'class' ? (step ? labelText(step.label_zh, step.code, lang) : missing) : of.verdict === 'AQI' ? num(reading.value, 0) : num(reading.value, of.property?.decimals ?? 1)
  return { label, colour, text: textOn(colour), word: step ? pick(step, 'label', lang) : '', judged: true, voided: false, stale: false }
}
