// The law as it is listed: editions by medium, their tables, and how circumstances and conditions are written.

import type { Edition, RuleFace, StandardRow, Standards } from './api_types'
import type { Lang, Translate } from './i18n'
import { matches } from './table'

export interface MediumGroup {
  medium: string
  editions: Edition[]
  /** rules that have no editions of their own */
  plain: RuleFace[]
}

const mediumOrder = ['air', 'water', 'groundwater', 'wastewater', 'soil', 'stack', 'emission', 'noise', 'radiation']

export function ruleById(standards: Standards | null, rule: string | null): RuleFace | null {
  return standards?.rules.find((r) => r.rule === rule) ?? null
}

export function mediumOf(edition: Edition, standards: Standards): string {
  return ruleById(standards, edition.rules[0] ?? null)?.medium ?? ''
}

/** Rules by medium, the media in the order of the city's work; unknown ones last. */
export function rulesByMedium(rules: readonly RuleFace[]): { medium: string; rules: RuleFace[] }[] {
  const rank = (medium: string): number => (mediumOrder.includes(medium) ? mediumOrder.indexOf(medium) : mediumOrder.length)
  const media = [...new Set(rules.map((r) => r.medium))].sort((a, b) => rank(a) - rank(b) || a.localeCompare(b))
  return media.map((medium) => ({ medium, rules: rules.filter((r) => r.medium === medium) }))
}

/** Every edition once, under the medium of its first rule; a search looks into names, titles and rules. */
export function catalogue(standards: Standards, search: string): MediumGroup[] {
  const texts = (r: RuleFace | null): string[] => (r ? [r.rule, r.title_zh, r.title_en] : [])
  return rulesByMedium(standards.rules).flatMap(({ medium, rules }) => {
    const editions = standards.items.filter(
      (e) => mediumOf(e, standards) === medium && matches(search, e.edition, e.title_zh, e.title_en, ...e.rules.flatMap((id) => texts(ruleById(standards, id)))),
    )
    const plain = rules.filter((r) => r.editions.length === 0 && matches(search, ...texts(r)))
    return editions.length + plain.length === 0 ? [] : [{ medium, editions, plain }]
  })
}

export type Force = 'now' | 'past' | 'future'

/** Whether an edition is in force on a day "yyyy-mm-dd". */
export function force(edition: Pick<Edition, 'valid_from' | 'valid_before'>, day: string): Force {
  if (day < edition.valid_from) return 'future'
  return edition.valid_before !== null && day >= edition.valid_before ? 'past' : 'now'
}

/** A rule that is a table bears the title of one of its editions; one that only refers to it has a title of its own. */
export function isTableRule(rule: string, standards: Standards): boolean {
  const title = ruleById(standards, rule)?.title_zh
  return standards.items.some((e) => e.rows > 0 && e.rules.includes(rule) && e.title_zh === title)
}

/** The rules whose table an edition may be, the likeliest first. */
export function tableRules(edition: Edition, standards: Standards): string[] {
  return [...edition.rules].sort((a, b) => Number(isTableRule(b, standards)) - Number(isTableRule(a, standards)))
}

const signs: [RegExp, string][] = [[/<=/g, '≤'], [/>=/g, '≥'], [/!=/g, '≠'], [/ \.\. /g, '–']]

/** "<= 35" -> "≤ 35" */
export function conditionText(holds: string): string {
  return signs.reduce((text, [from, to]) => text.replace(from, to), holds)
}

/** What a choice of a circumstance is called; its own id where it has no words. */
export function choiceText(field: string, choice: string, t: Translate): string {
  return t(`choice.${field}.${choice}`, {}, conditionText(choice))
}

/** "other|orchard" -> "其他、果园"; an empty one holds whatever the circumstance. */
export function givenText(field: string, given: string, lang: Lang, t: Translate): string {
  if (given === '') return t('law.any')
  return given.split('|').map((one) => choiceText(field, one, t)).join(lang === 'zh' ? '、' : ', ')
}

export function rowMatches(row: StandardRow, search: string, given: string[]): boolean {
  return matches(search, row.item, row.name_zh, row.name_en, row.label, row.class, row.holds, conditionText(row.holds), row.unit, row.note, row.source, ...given)
}
