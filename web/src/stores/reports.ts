// Addresses of the page of reports, and its templates.

import { shallowRef } from 'vue'
import type { TemplateFace } from '../lib/reports'
import { startView, writeHash } from '../lib/route'
import { getJson } from '../services/useApi'

export function reportAddress(own: Record<string, string>): string {
  return writeHash({ ...startView, page: 'reports', own })
}

export const templates = shallowRef<TemplateFace[] | null>(null)

/** Asked once; a template that was edited since is seen when the page is opened anew. */
export async function loadTemplates(): Promise<void> {
  if (templates.value !== null) return
  templates.value = (await getJson<{ items: TemplateFace[] }>('report-templates')).items
}
