import test from 'node:test'
import { visit } from './driver.mjs'

test('a station can be reached, opened and closed with the keyboard alone', async (t) => {
  const { when, then } = await visit(t, { hash: '#/map?t.air-station=2020-04-03T08:00:00Z' })
  await then.markIs('air.2344A', '56')
  await when.tabsToMark('air.2344A')
  await when.presses('Enter')
  await then.panelSays('兽医站')
  await when.presses('Escape')
  await then.panelIsClosed()
  await then.focusIsOn('air.2344A')
})
