// The address is the view: #/map?site=air.2344A&kind=air-station&t=2020-04-03T08:00:00Z. What is not in it has its
// default, so that a link stays short; a name or value that is unknown is left out, never an error.

import { chart_keys } from './charts_view'
import { readCases, startCases, writeCases, type CasesView } from './route_cases'
import { mapKeys } from './route_map'
import { readRegisters, startRegisters, writeRegisters, type RegistersView } from './route_registers'
import { readReview, startReview, writeReview, type ReviewView } from './route_review'

export const pages = ['map', 'mine', 'duty', 'list', 'charts', 'registers', 'cases', 'field', 'public', 'review', 'plan', 'reports', 'standards', 'devices', 'import', 'wall', 'admin', 'account', 'help'] as const
export type Page = (typeof pages)[number]

export const tabs = ['catalogue', 'try', 'compare'] as const
export type Tab = (typeof tabs)[number]

/** Parts of the devices' page: of all devices, and of the one that is chosen. */
export const deviceParts = ['list', 'decode', 'forward', 'state', 'frames', 'commands', 'gaps', 'register'] as const
export type DevicePart = (typeof deviceParts)[number]
/** Those that need a device. */
export const ofOneDevice: readonly DevicePart[] = ['state', 'frames', 'commands', 'gaps', 'register']

export interface View {
  page: Page
  /** selected site */
  site: string | null
  /** kind of site whose time the slider moves */
  kind: string | null
  /** chosen time of each kind; a kind that is not there follows the newest data */
  times: Record<string, string>
  /** edition asked for; null: by the date of the data */
  edition: string | null
  /** map camera: zoom/lat/lon */
  camera: Camera | null
  /** layers switched off */
  hidden: string[]
  // Of the standards' page alone:
  tab: Tab
  /** edition whose table is open */
  table: string | null
  /** rule that is tried or compared */
  rule: string | null
  /** days compared, "yyyy-mm-dd" */
  from: string | null
  to: string | null
  // Of the devices' page alone:
  part: DevicePart
  /** chosen device */
  mn: string | null
  /** of the review desk alone */
  review: ReviewView
  /** of the registers alone */
  registers: RegistersView
  /** of cases, administration, the public's report and the field */
  cases: CasesView
  /** what only the open page knows, by the words of `own_keys` */
  own: Record<string, string>
}

/** Words of the address that one page alone has; the page itself checks what they say. */
const own_keys: Partial<Record<Page, readonly string[]>> = {
  map: mapKeys,
  duty: ['item', 'moment', 'medium', 'kind'],
  charts: chart_keys,
  reports: ['id', 'figure', 'make', 'template', 'day', 'draft', 'series', 'at'],
  wall: ['every', 'scene', 'only'],
  plan: ['part', 'year', 'place', 'by', 'known', 'chapter', 'kind', 'owner', 'status', 'words', 'target', 'group', 'overdue'],
  public: ['part', 'place', 'river'],
}
const own_value_max = 2000

export interface Camera {
  zoom: number
  lat: number
  lon: number
  /** degrees the map is turned to the right; not there: north is up */
  bearing?: number
  /** degrees it is tilted; not there: seen from above */
  pitch?: number
}

export const startView: View = {
  page: 'map', site: null, kind: null, times: {}, edition: null, camera: null, hidden: [], tab: 'catalogue', table: null, rule: null, from: null, to: null, part: 'list', mn: null, review: startReview, cases: startCases,
  registers: startRegisters, own: {},
}

const instant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/
const name = /^[A-Za-z0-9._-]{1,64}$/
const day = /^\d{4}-\d{2}-\d{2}$/
const title_max = 100
const mn_max = 64

function readCamera(text: string | null): Camera | null {
  const [zoom, lat, lon, bearing = 0, pitch = 0] = (text ?? '').split('/').map(Number)
  if (zoom === undefined || lat === undefined || lon === undefined) return null
  const good = zoom >= 0 && zoom <= 24 && Math.abs(lat) <= 85 && Math.abs(lon) <= 180
  if (!good) return null
  return { zoom, lat, lon, ...(bearing !== 0 && Math.abs(bearing) <= 180 ? { bearing } : {}), ...(pitch > 0 && pitch <= 85 ? { pitch } : {}) }
}

function writeCamera({ zoom, lat, lon, bearing = 0, pitch = 0 }: Camera): string {
  const turned = Math.round(bearing) !== 0 || Math.round(pitch) !== 0
  return `${zoom.toFixed(2)}/${lat.toFixed(4)}/${lon.toFixed(4)}${turned ? `/${Math.round(bearing)}/${Math.round(pitch)}` : ''}`
}

/** A device is opened at its state; without one the list is shown. */
function readPart(text: string | null, mn: string | null): DevicePart {
  const part = (deviceParts as readonly string[]).includes(text ?? '') ? (text as DevicePart) : null
  if (mn !== null) return part !== null && ofOneDevice.includes(part) ? part : 'state'
  return part !== null && !ofOneDevice.includes(part) ? part : 'list'
}

function readOwn(page: Page, q: URLSearchParams): Record<string, string> {
  const own: Record<string, string> = {}
  for (const key of own_keys[page] ?? []) {
    const value = q.get(key)
    if (value !== null && value !== '' && value.length <= own_value_max) own[key] = value
  }
  return own
}

export function readHash(hash: string): View {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?')
  const q = new URLSearchParams(query)
  const asName = (key: string): string | null => {
    const v = q.get(key)
    return v !== null && name.test(v) ? v : null
  }
  const times: Record<string, string> = {}
  for (const [key, value] of q) {
    const kind = /^t\.(.+)$/.exec(key)?.[1]
    if (kind && name.test(kind) && instant.test(value) && !Number.isNaN(Date.parse(value))) times[kind] = value
  }
  const asTitle = (key: string): string | null => {
    const v = q.get(key)
    return v !== null && v !== '' && v.length <= title_max ? v : null
  }
  const asDay = (key: string): string | null => {
    const v = q.get(key)
    return v !== null && day.test(v) && !Number.isNaN(Date.parse(v)) ? v : null
  }
  const asMn = (): string | null => {
    const v = q.get('mn')
    return v !== null && v !== '' && v.length <= mn_max && !/[\u0000-\u001f]/.test(v) ? v : null
  }
  const desk = path === 'queue' || path === 'errata' // the desk's list of reports is a part of it; #/reports is a page
  const registers = path === 'registers' || path.startsWith('registers/')
  const page = desk ? 'review' : registers ? 'registers' : (pages as readonly string[]).includes(path) ? (path as Page) : 'map'
  const law = page === 'standards'
  const tab = q.get('tab') ?? ''
  const mn = page === 'devices' ? asMn() : null
  return {
    page,
    site: asName('site'),
    kind: asName('kind'),
    times,
    edition: asTitle('edition'),
    camera: readCamera(q.get('at')),
    hidden: (q.get('hide') ?? '').split(',').filter((s) => name.test(s)),
    tab: law && (tabs as readonly string[]).includes(tab) ? (tab as Tab) : 'catalogue',
    table: law ? asTitle('table') : null,
    rule: law ? asName('rule') : null,
    from: law ? asDay('from') : null,
    to: law ? asDay('to') : null,
    part: page === 'devices' ? readPart(q.get('part'), mn) : 'list',
    mn,
    review: page === 'review' ? readReview(path, q) : startReview,
    registers: registers ? readRegisters(path, q) : startRegisters,
    cases: readCases(page, q),
    own: readOwn(page, q),
  }
}

function writeLaw(view: View, q: URLSearchParams): void {
  if (view.tab !== 'catalogue') q.set('tab', view.tab)
  if (view.tab === 'catalogue' && view.table) q.set('table', view.table)
  if (view.tab !== 'catalogue' && view.rule) q.set('rule', view.rule)
  if (view.tab === 'compare' && view.from) q.set('from', view.from)
  if (view.tab === 'compare' && view.to) q.set('to', view.to)
}

function writeDevice(view: View, q: URLSearchParams): void {
  const one = ofOneDevice.includes(view.part)
  if (view.mn !== null && one) q.set('mn', view.mn)
  if (view.part !== 'list' && view.part !== 'state' && (view.mn !== null || !one)) q.set('part', view.part)
}

export function writeHash(view: View): string {
  const q = new URLSearchParams()
  if (view.site) q.set('site', view.site)
  if (view.kind) q.set('kind', view.kind)
  for (const kind of Object.keys(view.times).sort()) q.set(`t.${kind}`, view.times[kind] ?? '')
  if (view.edition) q.set('edition', view.edition)
  if (view.camera) q.set('at', writeCamera(view.camera))
  if (view.hidden.length > 0) q.set('hide', view.hidden.join(','))
  if (view.page === 'standards') writeLaw(view, q)
  if (view.page === 'devices') writeDevice(view, q)
  if (view.page === 'review') writeReview(view.review, q)
  if (view.page === 'registers') writeRegisters(view.registers, q)
  writeCases(view.page, view.cases, q)
  for (const key of own_keys[view.page] ?? []) if (view.own[key]) q.set(key, view.own[key])
  const query = q.toString().replace(/%3A/g, ':').replace(/%2F/g, '/').replace(/%2C/g, ',')
  return `#/${view.page}${query ? `?${query}` : ''}`
}
