import assert from 'node:assert/strict'
import test from 'node:test'
import { eventually, phone, server } from '../driver.mjs'
import { filmOf } from '../film.mjs'
import { people, truth, visitPeople } from './people_driver.mjs'

// One enterprise, one file; what an enterprise has to do; and the field: the day's way, a printed code before the camera.

test('the file of an enterprise has every section on one page, its numbers those of the registers', async (t) => {
  await people()
  const firm = await truth.enterprise()
  const { page, then } = await visitPeople(t, { as: 'zhang', hash: `#/registers?register=enterprise&record=${firm.id}` })
  await page.locator('[data-act=file]').click()
  const file = page.locator('[data-part=enterprise-file]')
  await file.waitFor()
  for (const section of ['permit', 'outlets', 'live', 'waste', 'ldar', 'cases', 'inspections', 'credit']) assert.equal(await file.locator(`[data-section=${section}]`).count(), 1, section)
  const outlets = await truth.counted('outlet', `enterprise:any_of:${firm.id}`)
  assert.ok(outlets > 0)
  await eventually('outlets', async () => assert.equal((await file.locator('[data-figures=outlet] b').first().innerText()).trim(), String(outlets)))
  await eventually('no measuring site said plainly', async () => assert.ok(await file.locator('[data-part=no-site]').isVisible()))
  await then.isPhotographed('enterprise-file-zh')
  await page.emulateMedia({ media: 'print' })
  assert.equal(await file.locator('[data-act=print]').isVisible(), false, 'no buttons on paper')
})

test('an enterprise that opens the page begins with its own to-do list and sees no other firm', async (t) => {
  await people()
  const firm = await truth.enterprise()
  const name = `firm-${Date.now().toString(36)}`
  await truth.adds({ name, shown: '企业环保员', roles: ['enterprise'], division: '', enterprise: firm.id, disabled: false, password: 'celadon-kiln-7731' })
  const { page, signs, sees, then } = await visitPeople(t, { hash: '#/account' })
  await signs.in(name, 'celadon-kiln-7731')
  await sees.signedInAs('企业环保员')
  await page.goto(`${server}/`)
  await eventually('its to-do list', async () => assert.match(page.url(), /#\/mine/))
  await then.pageSays('我的待办', '已超期', '快到期', '填报有矛盾或提醒')
  const other = (await truth.list('enterprise', 2)).find((e) => e.id !== firm.id)
  await page.locator('[data-figures=permit]').waitFor()
  assert.ok(!(await page.locator('main').innerText()).includes(other.values.name))
  await then.isPhotographed('enterprise-mine-zh')
})

test("the day's way gives six stops at most, each with its reasons and how often it was seen, and goes from one to the nearest", async (t) => {
  await people()
  const { page, field, then } = await visitPeople(t, { as: 'zhang', hash: '#/field?part=route', size: phone, place: [117.21, 29.29] })
  const stops = page.locator('[data-stop]')
  await eventually('stops', async () => assert.ok((await stops.count()) > 0))
  assert.ok((await stops.count()) <= 6)
  for (const text of await stops.allInnerTexts()) assert.match(text, /超期|快到期|信用|重点管理/)
  await page.locator('[data-act=from-here]').click()
  await eventually('legs', async () => assert.match(await stops.first().innerText(), /走 \d+\.\d 公里/))
  await field.fits()
  await then.isPhotographed('field-route-zh')
  await page.locator('[data-act=take-all]').click()
  await eventually('taken along', async () => assert.equal(await stops.locator('.badge.live').count(), await stops.count()))
})

test('the code that the product prints is read by the camera and opens its record', async (t) => {
  await people()
  const [drum] = await truth.list('waste-container', 1)
  const printing = await visitPeople(t, { as: 'zhang', hash: '#/account' })
  const film = await filmOf(t, printing.page, `/api/v1/registers/waste-container/records/${drum.id}/qr.svg`)
  const { page, field } = await visitPeople(t, { as: 'zhang', hash: '#/field?part=scan', size: phone, camera: film })
  await page.locator('.form-acts button.main').click()
  await eventually('the record of the code', async () => assert.match(page.url(), new RegExp(drum.id)))
  await eventually('its title', async () => assert.ok((await page.locator('main').innerText()).includes(drum.values.name)))
  await field.isPhotographed('field-scanned-zh')
})
