import assert from 'node:assert/strict'
import test from 'node:test'
import { deviceTruth, fieldUnit, hourEnd, visitDevices } from './devices_driver.mjs'
import { phone } from './driver.mjs'

const run = String(Date.now()).slice(-10)
const mn = `E2E00000000000${run}`
const site = `out.e2e-${run}`
let unit

test('an unknown device is taken in with its place, and all it sent is there', async (t) => {
  unit = await fieldUnit(mn)
  for (const [ago, value] of [[9, 41], [8, 42], [2, 48], [1, 49]]) assert.equal((await unit.sendsHour(hourEnd(ago), value)).cn, '9014')
  for (const ago of [7, 6, 5, 4, 3]) unit.measuredButDidNotSend(hourEnd(ago), 50 - ago)
  const { when, then } = await visitDevices(t, { hash: '#/devices' })
  await then.waits(mn, '2017', 'CN 2061 × 4')
  await when.startsApproving(mn)
  await when.describesNewSite(mn, { id: site, name: '东郊污水厂总排口', lon: 117.21, lat: 29.29, outlet: 'DW001' })
  await when.clicksTheMiddleOfTheMap(mn)
  await then.positionIsTaken(mn)
  await then.isPhotographed('devices-approve-zh')
  await when.approves(mn, '王工', '', { refused: true })
  await then.approvalIsRefusedAt(mn, 'why')
  await when.approves(mn, '王工', '新装设备，现场核对无误')
  await then.approvalSays(mn, '4 帧', '4 个数据')
  await then.waitsNoMore(mn)
  assert.equal((await deviceTruth.device(mn)).history[0].why, '新装设备，现场核对无误')
  assert.deepEqual(await deviceTruth.hourValues(site, 'COD'), [41, 42, 48, 49])
  await when.followsTheApproval()
  await then.pageSays(mn, '东郊污水厂总排口', 'DW001')
  await then.newestIs('COD', '49')
  await then.isPhotographed('device-state-zh')
})

test('a form is opened, refused and left with the keys alone', async (t) => {
  const other = `E2EKEYS0000000${run}`
  const stranger = await fieldUnit(other)
  t.after(stranger.leaves)
  await stranger.sendsHour(hourEnd(1), 5)
  const { when, then } = await visitDevices(t, { hash: '#/devices', lang: 'en' })
  await then.waits(other, 'Waiting')
  await when.focusesApproval(other)
  await when.presses('Enter')
  await then.focusIsInForm('approve')
  await when.focusesField('approve', 'why')
  await when.expectsRefusal()
  await when.presses('Enter')
  await then.focusIsOnField('who')
  await when.presses('Escape')
  await then.focusIsOnApproval(other)
})

test('its outage is seen and called back by a person, with a receipt', async (t) => {
  const { when, then, eventually } = await visitDevices(t, { hash: `#/devices?mn=${mn}&part=gaps` })
  await then.gapsSay('补调全部缺数')
  assert.equal((await deviceTruth.gaps(mn)).items[0].periods, 5)
  await then.isPhotographed('device-gaps-zh')
  await unit.speaks() // a request goes out on the line that the device last spoke on
  unit.store.open = true
  await when.fillsAllGaps('王工', '断网五小时')
  await then.receiptIs('2061', '已完成', '王工', '断网五小时', '条报文')
  await eventually('values of the outage', async () => assert.deepEqual((await deviceTruth.hourValues(site, 'COD')).slice(0, 9), [41, 42, 43, 44, 45, 46, 47, 48, 49]))
  const asked = (await deviceTruth.receipts(mn)).find((r) => r.who === '王工')
  assert.deepEqual([asked.state, asked.origin], ['done', 'back-fill'])
})

test('its messages are found by their text, and one is read field by field', async (t) => {
  const { when, then } = await visitDevices(t, { hash: `#/devices?mn=${mn}&part=frames` })
  await when.looksForFrames('w01018-Avg=49')
  await then.framesAre(1, 'w01018-Avg=49')
  await when.opensFrame()
  await then.frameSays('DataTime', 'w01018-Avg', '49', '化学需氧量', 'mg/L', '2061')
  await then.isPhotographed('device-frame-zh')
  await when.takesFrameToDecoder()
  await then.frameSays('w01018-Avg', '49')
  await then.addressHas('part=decode')
})

test('new messages come by themselves until they are paused', async (t) => {
  const { when, then } = await visitDevices(t, { hash: `#/devices?mn=${mn}&part=frames`, lang: 'en' })
  await then.framesAre(1, mn)
  await when.looksForFrames('w01018-Avg=77')
  await then.pageSays('No message fits.')
  await unit.sendsHour(hourEnd(0), 77)
  await then.framesAre(1, 'w01018-Avg=77')
  await when.pauses()
  await then.pageSays('Paused')
})

test('a request leaves a receipt with who, why and what the device said', async (t) => {
  const { when, then } = await visitDevices(t, { hash: `#/devices?mn=${mn}&part=commands` })
  await when.asks('1012', { SystemTime: '2026-03-01T08:00:05' }, '李工', '', { refused: true })
  await then.requestIsRefusedAt('why')
  await when.asks('1012', { SystemTime: '2026-03-01T08:00:05' }, '李工', '校时')
  await then.receiptIs('1012', '已完成', '李工', '校时', 'SystemTime = 2026-03-01 08:00:05')
  await when.asks('3012', { PolId: 'w01018' }, '李工', '抽查')
  await then.receiptIs('3012', '失败', 'ExeRtn=5')
  await then.isPhotographed('device-commands-zh')
  assert.equal((await deviceTruth.receipts(mn)).filter((r) => r.who === '李工').length, 2)
})

test('its entry is changed with a reason, and the history keeps both', async (t) => {
  const { when, then } = await visitDevices(t, { hash: `#/devices?mn=${mn}&part=register`, lang: 'en' })
  await when.changesEntry({ note: 'new logger', addresses: '127.0.0.0/8' }, 'Wang', 'logger exchanged')
  await then.registerSays('new logger', '127.0.0.0/8', '#2', 'logger exchanged', '#1')
  const { note, addresses } = await deviceTruth.device(mn)
  assert.deepEqual([note, addresses], ['new logger', ['127.0.0.0/8']])
})

test('a device that was turned away is told so', async (t) => {
  const other = `E2EREFUSED0000${run}`
  const stranger = await fieldUnit(other)
  t.after(stranger.leaves)
  assert.equal((await stranger.sendsHour(hourEnd(1), 5)).cn, '9014')
  const { when, then } = await visitDevices(t, { hash: '#/devices' })
  await when.refuses(other, '王工', '不在本市')
  await then.waitsNoMore(other)
  assert.deepEqual(await stranger.sendsHour(hourEnd(0), 6), { cn: '9011', qnRtn: '4' })
  assert.equal((await deviceTruth.pending(other)).state, 'refused')
})

test('the list is searched and filtered, and knows who is online', async (t) => {
  const { when, then } = await visitDevices(t, { hash: '#/devices' })
  await when.searches(mn)
  await then.rowsAre(1)
  await then.rowState(mn, 'online')
  await when.filters('offline')
  await then.rowsAre(0)
  await when.filters('online')
  await then.rowsAre(1)
  unit.leaves()
  await then.rowsAre(0)
  await then.isPhotographed('devices-zh')
  await when.filters('all')
  await then.rowState(mn, 'offline')
})

test('any text is decoded: what is wrong is said, not hidden', async (t) => {
  const { when, then } = await visitDevices(t, { hash: '#/devices?part=decode' })
  await when.decodes('##0101QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdInterval=30&&1C80')
  await then.frameSays('有效', 'RtdInterval', '30', '1062')
  await when.decodes('##0101QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdInterval=30&&FFFF')
  await then.frameSays('不会被接受', '拒收原因')
})

test('a platform is added and shows that it cannot be reached', async (t) => {
  const id = `up-${run}`
  const { when, then } = await visitDevices(t, { hash: '#/devices?part=forward' })
  await when.addsUpstream({ id, name: '省平台', host: '127.0.0.1', port: 9 }, '王工', '试接')
  await then.upstreamSays(id, '省平台', '127.0.0.1:9')
  assert.equal((await deviceTruth.upstream(id)).port, 9)
  await then.isPhotographed('forward-zh')
})

test('on a phone every part fits the screen, and the English page has no Chinese words', async (t) => {
  const { when, then } = await visitDevices(t, { hash: `#/devices?mn=${mn}`, lang: 'en', size: phone })
  const named = ['中文', '青瓷', '东郊污水厂总排口', '新装设备', '断网五小时', '王工', '李工', '校时', '抽查']
  for (const [part, words] of [['state', 'Conformity'], ['frames', 'Contains'], ['commands', 'Receipts'], ['gaps', 'Hour data'], ['register', 'History'], ['decode', 'Message'], ['forward', 'Add a platform']]) {
    await when.opensPart(part)
    await then.pageSays(words)
    await then.nothingSticksOut()
    if (part !== 'forward') await then.noChineseBut(named)
    await then.isPhotographed(`phone-device-${part}`)
  }
})
