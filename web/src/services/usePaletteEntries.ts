// Gathers what the palette can find: what the page knows already at once, records from the server as one types.

import { computed, onScopeDispose, ref, shallowRef, watch, type ComputedRef, type Ref } from 'vue'
import type { PlanTarget } from '../lib/api_types'
import { pick } from '../lib/format'
import type { Entry } from '../lib/palette'
import { pages } from '../lib/route'
import { startRegisters } from '../lib/route_registers'
import type { RegisterRecord } from '../lib/register_types'
import { city, sites, standards } from '../stores/city'
import { countyName } from '../stores/counties'
import { lang, t } from '../stores/lang'
import { isOffered } from '../stores/offered'
import { loadPlanRows, planRows, rowAddress } from '../stores/plan_rows'
import { loadSystems, recordAddress, registerItems, said, systems } from '../stores/registers'
import { pageAddress } from '../stores/view'
import { getJson, isAborted, step } from './useApi'

const wait_ms = 200
const registers_asked_max = 12
const records_each = 4

export function usePaletteEntries(search: Ref<string>): { entries: ComputedRef<Entry[]>; searching: Ref<boolean> } {
  const targets = shallowRef<PlanTarget[]>([])
  const records = shallowRef<Entry[]>([])
  const searching = ref(false)

  if (systems.value === null) void loadSystems()
  if (planRows.value === null) void loadPlanRows()
  getJson<{ items: PlanTarget[] }>('plan/targets')
    .then((r) => (targets.value = r.items))
    .catch(() => undefined) // the page of the plan says what is wrong; here they are only missing

  const known = computed((): Entry[] => [
    ...pages.filter(isOffered).map((p): Entry => ({ id: `page:${p}`, kind: 'page', label: t(`page.${p}`), note: t('palette.kind.page'), words: [p], href: pageAddress(p, { own: {}, registers: startRegisters }) })),
    { id: 'action:lang', kind: 'action', label: t('palette.language'), note: t('palette.kind.action'), words: ['language', 'english', '中文', '语言'], href: null },
    { id: 'action:print', kind: 'action', label: t('palette.print'), note: t('palette.kind.action'), words: ['print', '打印'], href: null },
    { id: 'action:wall', kind: 'action', label: t('palette.wall'), note: t('palette.kind.action'), words: ['wall', '大屏', 'full screen'], href: pageAddress('wall', { own: {} }) },
    ...(planRows.value ?? []).map((r): Entry => ({ id: `system:${r.id}`, kind: 'system', label: said(r.name), note: `${r.id} ${r.clauses.join(' · ')}`, words: [r.name.zh, r.name.en], href: rowAddress(r.id), pinyin: r.pinyin })),
    ...sites.value.filter((s) => s.kind !== 'city').map((s): Entry => ({ id: `site:${s.id}`, kind: 'site', label: pick(s, 'name', lang.value), note: `${t(`kind.${s.kind}`, {}, s.kind)} ${countyName(s.county, lang.value)}`, words: [s.id, s.code, s.name_zh, s.name_en], href: pageAddress('map', { site: s.id, kind: s.kind, own: {} }) })),
    ...[...registerItems.value.values()].filter((r) => r.may.read).map((r): Entry => ({ id: `register:${r.id}`, kind: 'register', label: said(r.name), note: said(r.system.name), words: [r.id, r.name.zh, r.name.en], href: pageAddress('registers', { registers: { ...startRegisters, register: r.id, part: 'list' }, own: {} }) })),
    ...(standards.value?.items ?? []).map((s): Entry => ({ id: `standard:${s.edition}`, kind: 'standard', label: s.edition, note: pick(s, 'title', lang.value), words: s.rules, href: pageAddress('standards', { table: s.rows > 0 ? s.edition : null, rule: null, tab: 'catalogue', own: {} }) })),
    ...targets.value.map((x): Entry => ({ id: `target:${x.id}`, kind: 'target', label: pick(x, 'name', lang.value), note: `${t('palette.kind.target')} ${x.id}`, words: [x.id, x.name_zh, x.name_en], href: pageAddress('plan', { own: { target: x.id } }) })),
  ])

  let timer = 0
  let control: AbortController | null = null
  async function ask(words: string): Promise<void> {
    control?.abort()
    const mine = (control = new AbortController())
    searching.value = true
    // Enterprises and cases are looked for most; then the registers that have most records.
    const weight = (r: { id: string; kind: string; count: number }): number => (r.id === 'enterprise' ? 2e9 : r.kind === 'case' ? 1e9 : 0) + r.count
    const asked = [...registerItems.value.values()].filter((r) => r.may.read && r.count > 0).sort((a, b) => weight(b) - weight(a)).slice(0, registers_asked_max)
    const found = await Promise.all(
      asked.map((r) =>
        getJson<{ items: RegisterRecord[] }>(`registers/${step(r.id)}/records`, { words, limit: records_each }, mine.signal)
          .then(({ items }) => items.map((x): Entry => ({ id: `record:${r.id}/${x.id}`, kind: r.kind === 'case' ? 'case' : 'record', label: x.title || x.id, note: `${said(r.name)} ${x.id}`, words: [], href: recordAddress(r.id, x.id), found: true })))
          .catch((e: unknown) => (isAborted(e) ? null : [])),
      ),
    )
    if (control !== mine || found.some((f) => f === null)) return
    records.value = found.flatMap((f) => f ?? [])
    searching.value = false
  }
  watch(search, (words) => {
    window.clearTimeout(timer)
    if (words.trim().length < 2) {
      control?.abort()
      records.value = []
      searching.value = false
      return
    }
    timer = window.setTimeout(() => void ask(words.trim()), wait_ms)
  })
  onScopeDispose(() => {
    window.clearTimeout(timer)
    control?.abort()
  })

  return { entries: computed(() => (city.value === null ? [] : [...known.value, ...records.value])), searching }
}
