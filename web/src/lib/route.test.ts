import { describe, expect, it } from 'vitest'
import { readHash, startView, writeHash, type View } from './route'

describe('route', () => {
  it('gives back the view that was written', () => {
    const view: View = {
      ...startView,
      page: 'list',
      site: 'air.2344A',
      kind: 'air-station',
      times: { 'air-station': '2020-04-03T08:00:00Z', 'river-section': '2021-04-02T04:00:00Z' },
      edition: 'HJ 633-2026',
      camera: { zoom: 9.5, lat: 29.3, lon: 117.2 },
      hidden: ['rivers', 'lakes'],
    }
    expect(readHash(writeHash(view))).toEqual(view)
  })

  it('gives each tab of the standards an address of its own', () => {
    const open: View = { ...startView, page: 'standards', table: 'GB 3095-2026/transition' }
    expect(writeHash(open)).toBe('#/standards?table=GB+3095-2026/transition')
    const tried: View = { ...startView, page: 'standards', tab: 'try', rule: 'noise-zone' }
    expect(writeHash(tried)).toBe('#/standards?tab=try&rule=noise-zone')
    const compared: View = { ...startView, page: 'standards', tab: 'compare', site: 'city.360200', rule: 'aqi-daily', from: '2015-01-01', to: '2015-12-31' }
    for (const view of [open, tried, compared]) expect(readHash(writeHash(view))).toEqual(view)
  })

  it('leaves the standards behind on other pages, and drops tabs and days that are none', () => {
    expect(writeHash({ ...startView, page: 'list', tab: 'try', rule: 'noise-zone' })).toBe('#/list')
    expect(readHash('#/list?tab=try&rule=noise-zone')).toEqual({ ...startView, page: 'list' })
    expect(readHash('#/standards?tab=nowhere&from=2015-13-01&to=soon')).toEqual({ ...startView, page: 'standards' })
  })

  it('opens a device at its state, and each of its parts has an address', () => {
    const open: View = { ...startView, page: 'devices', part: 'state', mn: 'A360200 7/1' }
    expect(writeHash(open)).toBe('#/devices?mn=A360200+7/1')
    const frames: View = { ...open, part: 'frames' }
    const decode: View = { ...startView, page: 'devices', part: 'decode' }
    expect(writeHash(decode)).toBe('#/devices?part=decode')
    for (const view of [open, frames, decode]) expect(readHash(writeHash(view))).toEqual(view)
    expect(readHash('#/devices?part=frames')).toEqual({ ...startView, page: 'devices' })
    expect(readHash('#/devices?mn=A&part=decode')).toEqual({ ...startView, page: 'devices', part: 'state', mn: 'A' })
    expect(readHash('#/list?mn=A&part=frames')).toEqual({ ...startView, page: 'list' })
    expect(writeHash({ ...open, page: 'map' })).toBe('#/map')
  })

  it('gives the queue, a sheet, an erratum and a report addresses of their own', () => {
    const at = (more: Partial<View['review']>): View => ({ ...startView, page: 'review', review: { ...startView.review, ...more } })
    const queue = at({ from: '2020-04-01', to: '2020-04-03', kind: 'air-station', state: 'submitted', property: 'PM2.5' })
    const sheet = at({ sheet: 'air.2344A', day: '2020-04-03', days: 7, column: 'PM2.5/PT1H', value: '2020-04-03T08:00:00Z' })
    expect(writeHash(at({ sheet: 'air.2344A', day: '2020-04-03' }))).toBe('#/review?sheet=air.2344A&day=2020-04-03')
    for (const view of [queue, sheet, at({ desk: 'errata', item: '7' }), at({ desk: 'reports' }), at({ desk: 'elsewhere', item: '3' })]) expect(readHash(writeHash(view))).toEqual(view)
    expect(readHash('#/errata?id=7')).toEqual(at({ desk: 'errata', item: '7' }))
    expect(readHash('#/review?part=reports')).toEqual(at({ desk: 'reports' }))
    expect(readHash('#/reports?id=x').page).toBe('reports')
    expect(readHash('#/review?sheet=air.2344A&days=99')).toEqual(at({}))
    expect(readHash('#/review?sheet=air.2344A&day=2020-04-03&days=99&column=<x>')).toEqual(at({ sheet: 'air.2344A', day: '2020-04-03' }))
    expect(writeHash({ ...sheet, page: 'map' })).toBe('#/map')
  })

  it('keeps the start view short', () => expect(writeHash(startView)).toBe('#/map'))

  it('opens the map for an empty or unknown address', () => {
    for (const hash of ['', '#', '#/', '#/nowhere', 'rubbish']) expect(readHash(hash)).toEqual(startView)
  })

  it('drops values that are no names, times or places', () => {
    const view = readHash('#/map?site=<script>&t.air-station=yesterday&t.x y=2020-04-03T08:00:00Z&at=9/91/0&hide=a b,rivers')
    expect(view).toEqual({ ...startView, hidden: ['rivers'] })
  })
})
