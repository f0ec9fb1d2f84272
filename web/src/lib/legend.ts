// The row of the server's legend that a sub-index or a class belongs to. The legend and its bounds are the server's; a colour
// that the server gives with an input goes before it.

import type { JudgementInput, Standards } from './api_types'
import { pick } from './format'
import type { Lang } from './i18n'
import { grey } from './site_view'

export interface Tone {
  colour: string
  text: string
  label: string
  word: string
}

/** Null for an input that was left out or has no sub-index and no class. */
export function inputTone(input: JudgementInput, standards: Standards | null, lang: Lang): Tone | null {
  if (!input.used) return null
  if (input.index !== null) {
    const index = input.index
    const row = standards?.air_levels.find((l) => index >= l.from && (l.to === null || index <= l.to))
    return { colour: input.colour ?? row?.colour ?? grey.colour, text: input.text_colour ?? row?.text_colour ?? grey.text, label: String(index), word: row ? pick(row, 'name', lang) : '' }
  }
  if (input.class !== null) {
    const row = standards?.water_classes.find((c) => c.class === input.class)
    return { colour: input.colour ?? row?.colour ?? grey.colour, text: input.text_colour ?? row?.text_colour ?? grey.text, label: input.class_label ?? row?.label ?? input.class, word: row ? pick(row, 'name', lang) : '' }
  }
  return null
}
