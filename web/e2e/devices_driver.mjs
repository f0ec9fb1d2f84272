// What a person does and sees on the devices' page, and a field unit that speaks HJ 212 over TCP to the server behind it.

import assert from 'node:assert/strict'
import { Device, accepted, time212 } from '../../tests/scenario/device.mjs'
import { ask, gateway, visit } from './driver.mjs'

/** The end of the hour `count` hours before the last full one. */
export const hourEnd = (count) => new Date((Math.floor(Date.now() / 3600e3) - count) * 3600e3)
const hourBegin = (end) => time212(new Date(end.getTime() - 3600e3))

/**
 * A field unit with a store of hours. It turns requests for history away until `store.open`, so that a test says when an
 * outage can be filled; a request for a sample fails with ExeRtn=5, all others are done.
 */
export async function fieldUnit(mn) {
  const store = { open: false, hours: new Map() }
  const history = (request) =>
    [...store.hours].filter(([begin]) => begin >= request.items.BeginTime && begin <= request.items.EndTime)
      .map(([begin, value], i) => `QN=${time212(new Date())}${String(i).padStart(3, '0')};ST=32;CN=2061;PW=123456;MN=${mn};Flag=4;CP=&&DataTime=${begin};w01018-Avg=${value},w01018-Flag=N&&`)
  const onRequest = (request) => {
    if (/^90/.test(request.CN)) return []
    if (request.CN !== '2061') return accepted(request, [], request.CN === '3012' ? 5 : 1)
    return store.open ? accepted(request, history(request)) : accepted(request).slice(0, 1).map((text) => text.replace('QnRtn=1', 'QnRtn=2'))
  }
  const device = await new Device({ mn, onRequest }).connect(Number(gateway.split(':')[1]))
  return {
    store,
    /** Sends an hour and keeps it; gives the command number of the answer and its QnRtn. */
    sendsHour: async (end, value) => {
      store.hours.set(hourBegin(end), value)
      const answer = await device.send('2061', `DataTime=${hourBegin(end)};w01018-Avg=${value},w01018-Flag=N`)
      return { cn: answer.CN, qnRtn: answer.items.QnRtn }
    },
    speaks: () => device.send('2011', `DataTime=${time212(new Date())};w01018-Rtd=20,w01018-Flag=N`),
    measuredButDidNotSend: (end, value) => void store.hours.set(hourBegin(end), value),
    leaves: () => device.close(),
  }
}

export const deviceTruth = {
  device: (mn) => ask(`devices/${mn}`),
  pending: async (mn) => (await ask('devices/pending')).items.find((p) => p.mn === mn),
  receipts: async (mn) => (await ask(`devices/${mn}/commands`)).items,
  gaps: (mn) => ask(`devices/${mn}/gaps?cn=2061&to=${hourEnd(0).toISOString()}`),
  hourValues: async (site, property) => (await ask(`observations?site=${site}&property=${property}&averaging=PT1H`)).items[0]?.value ?? [],
  upstream: async (id) => (await ask('upstreams')).items.find((u) => u.id === id),
}

export async function visitDevices(t, options) {
  const seen = await visit(t, options)
  const { page, eventually, expects } = seen
  const card = (mn) => page.locator(`[data-pending="${mn}"]`)
  const who = async (form, name, why) => {
    await form.locator('[name=who]').fill(name)
    await form.locator('[name=why]').fill(why)
  }
  const says = (what, place, words) =>
    eventually(what, async () => {
      const text = await place.innerText()
      for (const w of words) assert.ok(text.includes(w), `${what} has no '${w}': ${text.slice(0, 600)}`)
    })
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute('name'))

  const when = {
    opensPart: (part) => page.locator(`[data-tab="${part}"]`).click(),
    opensDevice: (mn) => page.locator(`tr[data-row="${mn}"] td[data-column=mn] a`).click(),
    followsTheApproval: () => page.locator('[data-part=pending] [role=status] a').click(),
    filters: (filter) => page.locator(`[data-filter="${filter}"]`).click(),
    startsApproving: (mn) => card(mn).locator('[data-act=approve]').click(),
    describesNewSite: async (mn, { id, name, lon, lat, outlet }) => {
      await card(mn).locator('input[value=new]').check()
      await card(mn).locator('[name=site-id]').fill(id)
      await card(mn).locator('[name=site-name-zh]').fill(name)
      await card(mn).locator('[name=lon]').fill(String(lon))
      await card(mn).locator('[name=lat]').fill(String(lat))
      await card(mn).locator('[name=outlet]').fill(outlet)
    },
    clicksTheMiddleOfTheMap: async (mn) => {
      const canvas = card(mn).locator('[data-part=position] canvas')
      await canvas.scrollIntoViewIfNeeded()
      const box = await canvas.boundingBox()
      await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2)
    },
    approves: async (mn, name, why, { refused = false } = {}) => {
      if (refused) expects(/status of 4\d\d/)
      await who(card(mn).locator('[data-form=approve]'), name, why)
      await card(mn).locator('[data-form=approve] button[type=submit]').click()
    },
    refuses: async (mn, name, why) => {
      await card(mn).locator('[data-act=refuse]').click()
      await who(card(mn).locator('[data-form=refuse]'), name, why)
      await card(mn).locator('[data-form=refuse] button[type=submit]').click()
    },
    fillsAllGaps: async (name, why) => {
      await page.locator('[data-gaps="2061"] [data-act=fill-all]').click()
      await who(page.locator('[data-form=backfill]'), name, why)
      await page.locator('[data-form=backfill] button[type=submit]').click()
    },
    looksForFrames: async (text) => page.locator('[name=contains]').fill(text),
    pauses: () => page.locator('[data-act=pause]').click(),
    opensFrame: (n = 0) => page.locator('[data-frame] button').nth(n).click(),
    takesFrameToDecoder: () => page.locator('[data-frame] a.button').first().click(),
    decodes: async (text) => {
      await page.locator('[data-form=decode] [name=text]').fill(text)
      await page.locator('[data-form=decode] button[type=submit]').click()
    },
    asks: async (cn, parameters, name, why, { refused = false } = {}) => {
      if (refused) expects(/status of 4\d\d/)
      const list = page.locator('[data-form=command] [name=cn]')
      await list.selectOption(await list.locator('option', { hasText: new RegExp(`^${cn} `) }).getAttribute('value'))
      for (const [key, value] of Object.entries(parameters)) await page.locator(`[data-form=command] [name="${key}"]`).fill(value)
      await who(page.locator('[data-form=command]'), name, why)
      await page.locator('[data-form=command] button[type=submit]').click()
    },
    changesEntry: async (fields, name, why) => {
      await page.locator('[data-act=edit]').click()
      for (const [key, value] of Object.entries(fields)) await page.locator(`[data-form=register] [name="${key}"]`).fill(value)
      await who(page.locator('[data-form=register]'), name, why)
      await page.locator('[data-form=register] button[type=submit]').click()
    },
    addsUpstream: async ({ id, name, host, port }, person, why) => {
      await page.locator('[data-act=add-upstream]').click()
      const form = page.locator('[data-form=upstream]')
      for (const [key, value] of Object.entries({ id, name, host, port })) await form.locator(`[name=${key}]`).fill(String(value))
      await who(form, person, why)
      await form.locator('button[type=submit]').click()
    },
    focusesApproval: (mn) => card(mn).locator('[data-act=approve]').focus(),
    focusesField: (form, field) => page.locator(`[data-form=${form}] [name=${field}]`).focus(),
    expectsRefusal: () => expects(/status of 4\d\d/),
    asksWhyOfScore: () => page.locator('[data-part=conformity] [data-act=why]').click(),
  }

  const then = {
    waits: (mn, ...words) => says(`waiting ${mn}`, card(mn), words),
    waitsNoMore: (mn) => eventually(`${mn} waits no more`, async () => assert.equal(await card(mn).count(), 0)),
    positionIsTaken: (mn) =>
      eventually('position', async () => {
        assert.ok(Number(await card(mn).locator('[name=lon]').inputValue()) > 100)
        assert.ok(Number(await card(mn).locator('[name=lat]').inputValue()) > 20)
      }),
    approvalIsRefusedAt: (mn, field) => eventually('refusal', async () => assert.equal(await card(mn).locator(`[data-form=approve] [name=${field}]`).getAttribute('aria-invalid'), 'true')),
    approvalSays: (...words) => says('approval', page.locator('[data-part=pending] [role=status]'), words),
    stateIs: (state) => eventually(`state ${state}`, async () => assert.equal(await page.locator('main .badge[data-state]').first().getAttribute('data-state'), state)),
    rowState: (mn, state) => eventually(`state of ${mn}`, async () => assert.equal(await page.locator(`tr[data-row="${mn}"] [data-state]`).getAttribute('data-state'), state)),
    newestIs: (property, ...words) => says(`newest ${property}`, page.locator(`[data-part=series] tr[data-property="${property}"]`), words),
    gapsSay: (...words) => says('hour data', page.locator('[data-gaps="2061"]'), words),
    fillSays: (...words) => says('progress of the back-fill', page.locator('[data-part=fill-progress]'), words),
    requestIsRefusedAt: (field) => eventually('refusal', async () => assert.equal(await page.locator(`[data-form=command] [name=${field}]`).getAttribute('aria-invalid'), 'true')),
    receiptIs: (cn, ...words) => says(`receipt of ${cn}`, page.locator(`[data-cn="${cn}"]`).first(), words),
    framesAre: (least, text) =>
      eventually('messages', async () => {
        const all = await page.locator('[data-frame] .raw').allInnerTexts()
        assert.ok(all.length >= least, `only ${all.length} messages`)
        for (const raw of all) assert.ok(raw.includes(text), `a message without '${text}': ${raw}`)
      }),
    frameSays: (...words) => says('message in words', page.locator('[data-part=explained]').first(), words),
    registerSays: (...words) => says('register', page.locator('main'), words),
    focusIsInForm: (form) => eventually(`focus in ${form}`, async () => assert.ok(await page.evaluate((f) => document.activeElement?.closest(`[data-form=${f}]`) !== null, form))),
    focusIsOnApproval: (mn) => eventually('focus back', async () => assert.ok(await card(mn).locator('[data-act=approve]').evaluate((e) => e === document.activeElement))),
    focusIsOnField: (name) => eventually(`focus on ${name}`, async () => assert.equal(await focused(), name)),
    upstreamSays: (id, ...words) => says(`platform ${id}`, page.locator(`[data-upstream="${id}"]`), words),
  }
  return { when: { ...seen.when, ...when }, then: { ...seen.then, ...then }, eventually }
}
