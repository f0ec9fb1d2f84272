import assert from 'node:assert/strict'
import test from 'node:test'
import { given, phone, truth, visit } from './driver.mjs'

const at = '2020-04-03T08:00:00Z'

test('the list has the numbers of the map', async (t) => {
  const { when, then } = await visit(t, { hash: `#/map?t.air-station=${at}` })
  await then.markIs('air.2344A', '56')
  await when.opensPage('list')
  for (const [site, j] of await truth.judgements('air-station', at)) {
    await then.pageSays('2020年4月3日 16:00')
    assert.equal((await then.cell(site, 'verdict')).trim(), String(j.verdict.value))
    assert.equal((await then.cell(site, 'value-PM10')).trim().split(' ')[0], String(j.inputs.find((i) => i.property === 'PM10').value ?? '—'))
  }
  await when.sortsBy('AQI')
  const least = [...(await truth.judgements('air-station', at))].sort((a, b) => a[1].verdict.value - b[1].verdict.value)[0][0]
  assert.equal(await then.firstRow(), least)
  await then.isPhotographed('list-zh')
})

test('a case is closed by a person who says why, and not without', async (t) => {
  const open = await given.anOpenCase()
  const { when, then } = await visit(t, { hash: '#/cases?part=alarms' })
  await then.caseIsListed(open.id)
  await when.startsClosing(open.id)
  await when.confirmsClosing({ who: '王工', why: '' }, true)
  await then.closingIsRefusedAt('why')
  await then.isPhotographed('cases-zh')
  await when.confirmsClosing({ who: '王工', why: '现场核查：仪器校准所致' })
  await then.caseIsNotListed(open.id)
  const closed = (await truth.cases('closed')).find((c) => c.id === open.id)
  assert.equal(closed.closed_by, '王工')
  assert.equal(closed.reason, '现场核查：仪器校准所致')
  await when.showsClosedCases()
  await then.pageSays('现场核查：仪器校准所致')
})

test('every target of the plan is listed and can be searched', async (t) => {
  const targets = await truth.targets()
  assert.equal(targets.length, 218)
  const { when, then } = await visit(t, { hash: '#/plan' })
  await then.rowsAre(218)
  await when.searches('PM2.5')
  const told = new Map((await truth.promises()).map((p) => [p.id, p]))
  const words = (x) => [x.id, x.name_zh, x.name_en, x.evidence, x.note, told.get(x.id).reason_zh, told.get(x.id).reason_en].join('\n').toLowerCase()
  const found = targets.filter((x) => words(x).includes('pm2.5')).length
  assert.ok(found > 0 && found < 218)
  await then.rowsAre(found)
  await then.isPhotographed('plan-zh')
})

test('devices are listed by their MN', async (t) => {
  const device = await truth.deviceOf('air.2344A')
  const { then } = await visit(t, { hash: '#/devices', lang: 'en' })
  await then.pageSays(device.mn, 'Veterinary Station')
  await then.isPhotographed('devices-en')
})

test('a file is imported with its good rows, and the bad one is named', async (t) => {
  const { when, then } = await visit(t, { hash: '#/import', lang: 'en' })
  const name = `three-rows-${Date.now()}.csv`
  const rows = ['2019-01-01T01:00:00+08:00,41', '2019-01-01T02:00:00+08:00,abc', '2019-01-01T03:00:00+08:00,43'].map((r) => {
    const [time, value] = r.split(',')
    return `air.2345A,PM10,PT1H,${time},${value},ug/m3,N`
  })
  await when.imports(name, 'csv', ['site,property,period,time,value,unit,flag', ...rows, ''].join('\n'))
  await then.jobSays(name, 'done', 'Rejected')
  await then.jobSays(name, '1 rejected rows')
  await then.isPhotographed('import-en')
})

test('help is there in both languages and shows how to send a frame', async (t) => {
  const { when, then } = await visit(t, { hash: '#/help' })
  await then.pageSays('发一帧 HJ 212', 'CN=2061', '还没有的')
  await when.switchesLanguage('en')
  await then.pageSays('Send a HJ 212 frame', 'Not there yet')
})

test('on a phone the pages are behind one button and fit the screen', async (t) => {
  const { when, then } = await visit(t, { hash: '#/list', size: phone })
  await then.pageSays('兽医站')
  await then.nothingSticksOut()
  await then.isPhotographed('phone-list')
  await when.opensPage('help')
  await then.pageSays('发一帧 HJ 212')
  await then.nothingSticksOut()
})
