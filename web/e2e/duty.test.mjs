import assert from 'node:assert/strict'
import { connect } from 'node:net'
import test from 'node:test'
import { ask, crc, eventually, gateway, patience_ms, phone, visit } from './driver.mjs'

// The duty officer's morning (J1.1 to J1.4) on the demo city, with hours that a field unit sends.

const site = 'water.nanhehekou'
const hour_ms = 3_600_000

const two = (n) => String(n).padStart(2, '0')
function beijingDigits(ms) {
  const d = new Date(ms + 8 * hour_ms)
  return `${d.getUTCFullYear()}${two(d.getUTCMonth() + 1)}${two(d.getUTCDate())}${two(d.getUTCHours())}`
}

/** Hours of a water station over HJ 212, one after the other on one connection: {end, values: {code: [value, flag]}}. */
async function sendWaterHours(mn, hours) {
  const [host, port] = gateway.split(':')
  await new Promise((resolve, reject) => {
    let answers = 0
    let text = ''
    const socket = connect(Number(port), host, () => {
      for (const { end, values } of hours) {
        const begin = beijingDigits(end - hour_ms)
        const data = Object.entries(values).map(([code, [v, flag]]) => `${code}-Avg=${v},${code}-Flag=${flag}`).join(';')
        const segment = `QN=${begin}0000000;ST=21;CN=2061;PW=123456;MN=${mn};Flag=5;CP=&&DataTime=${begin}0000;${data}&&`
        socket.write(`##${String(segment.length).padStart(4, '0')}${segment}${crc(segment)}\r\n`)
      }
    })
    socket.setTimeout(4 * patience_ms, () => socket.destroy(new Error(`${answers} of ${hours.length} answers`)))
    socket.on('data', (bytes) => {
      text += bytes
      answers = (text.match(/CN=9014/g) ?? []).length
      if (answers >= hours.length) {
        socket.end()
        resolve()
      }
    })
    socket.on('error', reject)
  })
}

/** Three quiet days of a section, the last `n` hours replaced by what is planted. */
function quietHours(last, planted) {
  const hours = []
  const n = 72
  for (let i = 0; i < n; ++i) {
    const end = last - (n - 1 - i) * hour_ms
    const wave = Math.sin(i / 3.8)
    const values = { w21003: [(0.21 + 0.04 * wave + 0.01 * (i % 3)).toFixed(3), 'N'], w01019: [(2.4 + 0.2 * wave).toFixed(2), 'N'], w21011: [(0.06 + 0.005 * wave).toFixed(3), 'N'], w01009: [(7.8 - 0.3 * wave).toFixed(2), 'N'], w01001: [(7.2 + 0.05 * wave).toFixed(2), 'N'] }
    hours.push({ end, values: { ...values, ...planted[n - 1 - i] } })
  }
  return hours
}

const lastHour = () => Math.floor(Date.now() / hour_ms) * hour_ms
const mnOf = async (id) => (await ask('devices')).items.find((d) => d.site === id).mn
const itemOf = async (kind, id = site) => (await ask('duty')).items.find((i) => i.kind === kind && i.site === id && i.property === 'NH3-N')

/** Ammonia rises over five hours with the oxygen demand: a discharge. */
const discharge = {
  4: { w21003: ['0.46', 'N'], w01019: ['3.6', 'N'], w01009: ['7.1', 'N'] },
  3: { w21003: ['0.83', 'N'], w01019: ['4.7', 'N'], w01009: ['6.6', 'N'] },
  2: { w21003: ['1.22', 'N'], w01019: ['5.2', 'N'], w01009: ['6.2', 'N'] },
  1: { w21003: ['1.48', 'N'], w01019: ['5.6', 'N'], w01009: ['5.9', 'N'] },
  0: { w21003: ['1.61', 'N'], w01019: ['5.8', 'N'], w01009: ['5.8', 'N'] },
}

test('a calibration spike is proposed as a fault and opens no case', { timeout: 120_000 }, async (t) => {
  const other = 'water.nianyushan'
  await sendWaterHours(await mnOf(other), quietHours(lastHour(), { 1: { w21003: ['4.90', 'C'] }, 0: { w21003: ['5.10', 'C'] } }))
  const item = await eventually('the marked value', async () => {
    const found = await itemOf('marked', other)
    assert.ok(found)
    return found
  })
  assert.equal(item.act_now, false)
  assert.equal(await itemOf('alarm', other), undefined)
  const { page, then } = await visit(t, { hash: '#/duty' })
  await page.locator(`[data-duty="${item.id}"] [data-act=open]`).click()
  await eventually('proposal', async () => assert.equal(await page.locator('[data-part=proposal]').getAttribute('data-proposal'), 'fault'))
  assert.match(await page.locator('[data-part=calibration]').innerText(), /该值当时即有标记/)
  assert.match(await page.locator('[data-part=calibration]').innerText(), /校准/)
  await then.isPhotographed('duty-spike-zh')
})

test('a discharge is first on the list, proposed as real, and every number opens its evidence', { timeout: 180_000 }, async (t) => {
  await sendWaterHours(await mnOf(site), quietHours(lastHour(), discharge))
  const item = await eventually('the alarm', async () => {
    const found = await itemOf('alarm')
    assert.ok(found?.record, 'no case of the alarm yet')
    return found
  })
  // Other programs may be busy meanwhile: the best of five tells what the desk takes.
  let duty = null
  let best_ms = Number.POSITIVE_INFINITY
  for (let i = 0; i < 5; ++i) {
    const began = Date.now()
    duty = await ask('duty')
    best_ms = Math.min(best_ms, Date.now() - began)
  }
  assert.ok(best_ms < 1000, `the desk took ${best_ms} ms`)
  assert.equal(duty.items[0].id, item.id)
  assert.equal(item.act_now, true)
  assert.ok(item.confidence > 0.5, `confidence ${item.confidence}`)
  assert.equal(duty.items.filter((i) => i.events.includes(item.events[0])).length, 1)

  const { page, then, eventually: until } = await visit(t, { hash: '#/duty' })
  await until('the answer', async () => assert.match(await page.locator('[data-part=answer]').innerText(), /有 \d+ 件事须处理/))
  const first = page.locator('[data-part=list-now] li').first()
  assert.equal(await first.getAttribute('data-duty'), item.id)
  await first.locator('summary').click()
  assert.match(await first.locator('[data-part=factors]').innerText(), /基准分 80/)
  await page.locator('[data-medium=water] [data-act=sites]').click()
  assert.equal(await page.locator('[data-site-line]').count(), 4)
  await page.locator('[data-medium=water] [data-act=alarms]').click()
  await until('narrowed', async () => assert.ok((await page.locator('[data-duty]').evaluateAll((all) => all.map((e) => e.dataset.kind))).every((k) => k === 'alarm')))
  await page.locator('[data-act=all]').click()
  await then.isPhotographed('duty-zh')

  await first.locator('[data-act=open]').click()
  const card = page.locator('[data-part=alarm]')
  await until('proposal', async () => assert.equal(await card.locator('[data-part=proposal]').getAttribute('data-proposal'), 'real'))
  for (const part of ['neighbours', 'companions', 'outfalls', 'similar', 'calibration']) assert.ok((await card.locator(`[data-part=${part}]`).innerText()).length > 5, part)
  assert.match(await card.locator('[data-part=outfalls]').innerText(), /未知/)
  await until('curve', async () => assert.ok((await card.locator('.chart canvas').first().screenshot()).length > 3000))
  await then.isPhotographed('duty-alarm-zh')
})

test('it is dispatched with an owner and a deadline, stands once, and can become an emergency within a minute', { timeout: 180_000 }, async (t) => {
  const item = await itemOf('alarm')
  assert.ok(item, 'the discharge of the test before stands on the list')
  const { page, then, eventually: until } = await visit(t, { hash: `#/duty?item=${encodeURIComponent(item.id)}` })
  const acts = page.locator('[data-part=acts]')
  await acts.locator('[data-step=dispatch]').click()
  const form = acts.locator('[data-form=step]')
  // What the rule says stands in the form; the owner is the officer's to choose.
  assert.equal(await form.locator('[data-field=limit] input').inputValue(), '1')
  await form.locator('[data-field=owner] input').first().fill('珠山')
  await form.locator('[data-field=owner] [role=option]').first().click()
  await form.locator('button[type=submit]').click()
  await until('handled', async () => assert.match(await acts.locator('[data-part=case-state]').innerText(), /处置中/))
  assert.match(await acts.locator('[data-part=case-due]').first().innerText(), /\d{4}-\d{2}-\d{2}/)
  const now = await ask('duty')
  assert.equal(now.items.filter((i) => i.record === item.record).length, 1)
  const record = await ask(`registers/exceedance/records/${item.record}`)
  assert.equal(record.state, 'handling')
  assert.ok(record.values.owner)

  const began = Date.now()
  await acts.locator('[data-act=escalate]').click()
  const report = acts.locator('[data-form=escalate]')
  await report.locator('[data-field=what] :is(input, textarea)').waitFor()
  assert.match(await report.locator('[data-field=what] :is(input, textarea)').inputValue(), /南河河口/)
  await report.locator('[data-act=send-emergency]').click()
  await acts.locator('[data-act=see-emergency]').waitFor()
  assert.ok(Date.now() - began < 60_000)
  const emergency = (await ask('registers/emergency-event/records?limit=1&sort=changed&falling=yes')).items[0]
  assert.equal(emergency.values.level, 'unknown')
  assert.equal(emergency.values.report_h, 4)
  assert.equal(emergency.values.site, site)
  assert.equal(emergency.dues[0].deadline, 'report')
  await then.isPhotographed('duty-escalated-zh')
})

test('a second case for the same event is refused', async () => {
  const item = await itemOf('alarm')
  const response = await fetch(`${process.env.CELADON_URL ?? 'http://127.0.0.1:8080'}/api/v1/registers/exceedance/records`, { method: 'POST', headers: { 'content-type': 'application/json', 'x-celadon': '1' }, body: JSON.stringify({ values: { site, property: 'NH3-N', found_at: new Date(lastHour()).toISOString(), note: 'again' }, why: 'test', event: item.events[0] }) })
  assert.equal(response.status, 409)
  assert.equal((await response.json()).field, 'event')
})

test('on a phone the card covers the list and closes to where one was', async (t) => {
  const { page, when, then, eventually: until } = await visit(t, { hash: '#/duty', lang: 'en', size: phone })
  await page.locator('[data-act=open]').first().click()
  await page.locator('[data-part=alarm] h2').waitFor()
  await then.isPhotographed('phone-alarm-en')
  await then.nothingSticksOut()
  await when.presses('Escape')
  await until('focus', async () => assert.equal(await page.evaluate(() => document.activeElement?.dataset.act), 'open'))
})
