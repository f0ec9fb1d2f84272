// What of the plan is looked at, as the address holds it: part, year, place, edition, moment, filters, the open promise.

import { computed } from 'vue'
import { missing, pick, unitText } from '../lib/format'
import { endOfDay, figure } from '../lib/plan'
import type { PlanAbout, PromiseNow } from '../lib/plan_types'
import { lang, t } from './lang'
import { describe, loadSystems, registerById, registerItems, said, systems } from './registers'
import { pageAddress, view } from './view'

export const planParts = ['overview', 'tree', 'compare', 'runs'] as const
export type PlanPart = (typeof planParts)[number]

export const planOwn = (key: string): string => view.own[key] ?? ''
export const planPart = computed((): PlanPart => ((planParts as readonly string[]).includes(planOwn('part')) ? (planOwn('part') as PlanPart) : 'overview'))

function changed(change: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries({ ...view.own, ...change }).filter(([, value]) => value !== ''))
}
export function setPlan(change: Record<string, string>): void {
  view.own = changed(change)
}
export const planAddress = (change: Record<string, string>): string => pageAddress('plan', { own: changed(change) })

/** The question as the API takes it; what is not chosen is the server's to choose. */
export const planAsked = computed(() => ({ year: planOwn('year'), place: planOwn('place'), edition: planOwn('by'), as_known_at: endOfDay(planOwn('known')) }))

/** A unit of UCUM or a word of the table, as people write it. */
export const unitWords = (unit: string | null): string => (unit ? t(`plan.unit.${unit}`, {}, unitText(unit)) : '')
/** The unit a promise's value is in; the table's own word is that of the text, and only of the value where it is a measuring unit. */
export function valueUnit(p: PromiseNow): string | null {
  if (p.value_unit !== undefined) return p.value_unit
  return measuringUnits.has(p.unit) ? p.unit : null
}
const measuringUnits = new Set(['%', 'ug/m3', 'mg/m3', 'mg/L'])
/** A value with its unit. */
export function valueWords(value: number | null | undefined, unit: string | null): string {
  const text = figure(value)
  const words = unitWords(unit)
  return text === missing || words === '' ? text : words === '%' ? `${text}%` : `${text} ${words}`
}

export function placeWords(about: PlanAbout | null, id: string): string {
  const found = about?.places.find((p) => p.id === id)
  return found ? pick(found, 'name', lang.value) : id
}
export function editionWords(about: PlanAbout | null, id: string): string {
  const found = about?.editions.find((e) => e.id === id)
  return found ? pick(found, 'name', lang.value) : id
}
/** The chapter's title where the register of tasks has it in its codes; chapter 0 is what stands before the first. */
export function chapterWords(chapter: string): string {
  const title = registerById('plan-task')?.codes.find((c) => c.id === 'plan-chapter')?.items.find((x) => x.code === chapter)
  if (title) return said(title)
  return chapter === '0' ? t('plan.chapter0') : t('plan.chapterN', { n: chapter })
}
/** Asks for those titles, where there is such a register for this person. */
export async function loadChapterTitles(): Promise<void> {
  if (systems.value === null) await loadSystems()
  if (registerItems.value.get('plan-task')?.may.read) await describe('plan-task').catch(() => undefined) // the numbers alone do
}
