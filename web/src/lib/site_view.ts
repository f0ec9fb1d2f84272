// What a mark, a row and a screen reader say of a site: taken from the server's judgement, word for word.

import type { Judged, Judgement, Site } from './api_types'
import { labelText, missing, pick, propertyLabel } from './format'
import type { Lang, Translate } from './i18n'
import { shortEndLabel, toMs } from './time'

export const grey = { colour: '#c3cac6', text: '#2c3633' }

export interface Face {
  /** what stands in the mark: "54", "Ⅱ", "—" */
  label: string
  colour: string
  text: string
  /** "良", "Good", or why there is no verdict */
  word: string
  judged: boolean
  /** a value was left out because a quality rule voids it */
  voided: boolean
  /** the data is older than the time shown */
  stale: boolean
}

/**
 * The face of a judgement; without one (no data near the time) it is grey with a dash.
 * `shown` is the time the map stands at: a judgement of an earlier time is marked stale.
 */
export function face(judgement: Judged | undefined, shown: string | null, lang: Lang, t: Translate): Face {
  if (!judgement) return { label: missing, colour: grey.colour, text: grey.text, word: t('site.noData'), judged: false, voided: false, stale: false }
  const v = judgement.verdict
  const voided = judgement.inputs.some((i) => i.voided === true)
  const stale = shown !== null && toMs(judgement.time) < toMs(shown)
  if (v.status !== 'judged') {
    return { label: missing, colour: grey.colour, text: grey.text, word: pick(v, 'reason', lang) || t('site.notJudged'), judged: false, voided, stale }
  }
  return {
    label: v.class_label ? labelText(v.class_label, v.class ?? v.class_label, lang) : v.value === null ? missing : String(v.value),
    // A number that is no grade (a composite index) has no colour of its own.
    colour: v.colour || grey.colour,
    text: v.text_colour || grey.text,
    word: pick(v, 'name', lang),
    judged: true,
    voided,
    stale,
  }
}

/** A whole sentence for whoever cannot see the mark. */
export function spoken(site: Site, judgement: Judgement | undefined, f: Face, lang: Lang, t: Translate): string {
  const parts = [pick(site, 'name', lang), t(`kind.${site.kind}`, {}, site.kind)]
  if (f.judged) parts.push(`${t(isWater(judgement) ? 'site.class' : 'site.aqi')} ${f.label}`)
  parts.push(f.word)
  if (judgement) parts.push(shortEndLabel(judgement.time, judgement.averaging))
  if (f.stale) parts.push(t('site.stale'))
  if (f.voided) parts.push(t('site.hasVoided'))
  return parts.join(lang === 'zh' ? '，' : ', ')
}

export function isWater(judgement: Judged | undefined): boolean {
  return judgement?.rule === 'water-class'
}

export function itemsText(items: readonly string[], lang: Lang): string {
  return items.length === 0 ? missing : items.map((id) => propertyLabel(id, undefined, lang)).join(lang === 'zh' ? '、' : ', ')
}

export function primaryText(judgement: Judged | undefined, lang: Lang): string {
  return itemsText(judgement?.verdict.primary ?? [], lang)
}
