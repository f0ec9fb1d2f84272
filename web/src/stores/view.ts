// What is looked at: the same that the address holds (lib/route).

import { reactive } from 'vue'
import { readHash, startView, writeHash, type Page, type View } from '../lib/route'

export const view = reactive<View>(readHash(location.hash))

export function setView(next: View): void {
  Object.assign(view, next)
}

/** Selects a site; the slider then moves the time of its kind. */
export function select(site: { id: string; kind: string } | null): void {
  view.site = site?.id ?? null
  if (site) view.kind = site.kind
}

export function isHidden(layer: string): boolean {
  return view.hidden.includes(layer)
}

export function setHidden(layer: string, hidden: boolean): void {
  view.hidden = hidden ? [...new Set([...view.hidden, layer])] : view.hidden.filter((l) => l !== layer)
}

/** Address of another page of the same view. */
export function pageAddress(page: Page, more: Partial<View> = {}): string {
  return writeHash({ ...startView, ...view, ...more, page })
}
