// What people who sign in do and see, and what is true of it asked without the page. This file alone knows these pages.

import assert from 'node:assert/strict'
import { eventually, patience_ms, server, visit } from '../driver.mjs'

/** Accounts of the tests; the first closes the house. */
const passwords = { root: 'kiln-glaze-2604', zhang: 'river-south-7731' }
const accounts = [
  { name: 'root', shown: '系统管理员', roles: ['admin'], division: '360200' },
  { name: 'zhang', shown: '张执法', roles: ['duty', 'enforcement'], division: '360200' },
]
const cookies = new Map()

async function send(path, { method = 'GET', body, type = 'application/json', as } = {}) {
  const headers = { 'x-celadon': '1', ...(body === undefined ? {} : { 'content-type': type }), ...(as ? { cookie: `celadon_session=${cookies.get(as)}` } : {}) }
  return fetch(`${server}/api/v1/${path}`, { method, headers, ...(body === undefined ? {} : { body: type === 'application/json' ? JSON.stringify(body) : body }) })
}
async function ask(path, more) {
  const response = await send(path, more)
  assert.ok(response.ok, `${path} answered ${response.status}: ${await response.clone().text()}`)
  return response.json()
}

async function signInAs(name) {
  if (cookies.has(name)) return
  const response = await send('session', { method: 'POST', body: { name, password: passwords[name] } })
  assert.equal(response.status, 200, await response.clone().text())
  const secret = /celadon_session=([^;]+)/.exec(response.headers.get('set-cookie') ?? '')?.[1]
  assert.ok(secret, 'the sign-in set no cookie')
  cookies.set(name, secret)
}

/** Sees to it that the accounts are there, whichever test comes first. */
export async function people() {
  const { how } = await ask('session')
  if (how === 'house') {
    await ask('people', { method: 'POST', body: { ...accounts[0], enterprise: '', disabled: false, password: passwords.root } })
    await signInAs('root')
    for (const a of accounts.slice(1)) await ask('people', { method: 'POST', as: 'root', body: { ...a, enterprise: '', disabled: false, password: passwords[a.name] } })
  }
  for (const { name } of accounts) await signInAs(name)
}

export const truth = {
  record: (register, id) => ask(`registers/${register}/records/${encodeURIComponent(id)}`, { as: 'root' }),
  found: async (register, words) => (await ask(`registers/${register}/records?words=${encodeURIComponent(words)}&limit=50`, { as: 'root' })).items,
  takes: async (register, id, step, more) => {
    const { revision } = await truth.record(register, id)
    return ask(`registers/${register}/records/${id}/steps/${step}`, { method: 'POST', as: 'zhang', body: { revision, why: '示例', ...more } })
  },
  changes: async (register, id, values) => {
    const { revision } = await truth.record(register, id)
    return ask(`registers/${register}/records/${id}`, { method: 'PUT', as: 'root', body: { revision, values, why: '示例' } })
  },
  enterprise: async () => (await ask('registers/enterprise/records?limit=1&sort=id', { as: 'root' })).items[0],
  /** A complaint as the duty officer enters it, ready to be dispatched. */
  complaint: async (subject, [lon, lat]) => {
    const values = { subject, kind: 'smell', happened_at: new Date(Date.now() - 60_000).toISOString(), place: { type: 'Point', coordinates: [lon, lat] }, division: '360281', owner: await truth.unit() }
    return (await ask('registers/complaint/records', { method: 'POST', as: 'zhang', body: { values, why: '示例' } })).id
  },
  unit: async () => (await ask('registers/duty-unit/records?limit=1', { as: 'root' })).items[0].id,
  list: async (register, limit) => (await ask(`registers/${register}/records?limit=${limit}&sort=id`, { as: 'root' })).items,
  counted: async (register, where) => (await ask(`registers/${register}/records?limit=1&count=yes&where=${encodeURIComponent(where)}`, { as: 'root' })).total,
  follows: (code) => ask(`follow/${code}`),
  adds: (person) => ask('people', { method: 'POST', as: 'root', body: person }),
  /** A session of its own, beside those of the tests. */
  session: async (name) => {
    const response = await send('session', { method: 'POST', body: { name, password: passwords[name] } })
    return /celadon_session=([^;]+)/.exec(response.headers.get('set-cookie') ?? '')[1]
  },
  endSession: (secret) => fetch(`${server}/api/v1/session`, { method: 'DELETE', headers: { 'x-celadon': '1', cookie: `celadon_session=${secret}` } }),
  audit: (action) => ask(`audit?limit=50&action=${action}`, { as: 'root' }),
}

// ---- the pages ----------------------------------------------------------------------------------------------------------------

/** Words of the browser about a network that is not there: expected where there is none. */
export const noNetwork = /ERR_INTERNET_DISCONNECTED|ERR_FAILED|Failed to load resource: net::|ERR_CONNECTION/

/** `as`: already signed in. `place`: [lon, lat] of the device. */
export async function visitPeople(t, { as = null, hash = '', place = null, ...more } = {}) {
  const v = await visit(t, { ...more, hash: as || place ? '' : hash })
  const context = v.page.context()
  if (place) {
    await context.grantPermissions(['geolocation'], { origin: server })
    await context.setGeolocation({ longitude: place[0], latitude: place[1] })
  }
  if (as) await context.addCookies([{ name: 'celadon_session', value: cookies.get(as), url: server, httpOnly: true, sameSite: 'Strict' }])
  if (as || place) {
    await v.page.goto(`${server}/${more.lang ? `?lang=${more.lang}` : ''}${hash}`)
    await v.page.reload()
  }
  return { ...v, context, ...casesPage(v), ...fieldPage(v, context) }
}

function casesPage({ page, expects }) {
  const form = (name) => page.locator(`form[data-form=${name}]`)
  return {
    signs: {
      in: async (name, password = passwords[name], refused = false) => {
        if (refused) expects(/status of 403/)
        await form('sign-in').locator('[name=name]').fill(name)
        await form('sign-in').locator('[name=password]').fill(password)
        await form('sign-in').locator('button[type=submit]').click()
      },
      out: () => page.locator('[data-act=sign-out]').click(),
    },
    tells: {
      kind: (code) => page.locator(`input[name=kind][value=${code}]`).check(),
      here: () => page.locator('[data-act=here]').click(),
      opensMap: () => page.locator('[data-act=open-map]').click(),
      receipt: async () => {
        await page.locator('[data-part=hand-over] summary').click()
        return page.locator('[data-part=receipt]').innerText()
      },
      photo: (file) => form('tell').locator('input[name=photos]').setInputFiles(file),
      story: (words) => form('tell').locator('[name=story]').fill(words),
      sends: () => page.locator('[data-act=tell]').click(),
      code: async () => (await page.locator('[data-part=code]').innerText()).trim(),
      follows: () => page.locator('[data-act=follow]').click(),
      notSolved: async (why) => {
        await page.locator('[data-act=not-solved]').click()
        await form('reopen').locator('[name=why]').fill(why)
        await form('reopen').locator('button[type=submit]').click()
      },
    },
    sees: {
      signedInAs: (shown) => eventually('who is signed in', async () => assert.equal((await page.locator('[data-act=account]').innerText()).trim(), shown)),
      house: () => page.locator('[data-part=house]').waitFor(),
      alike: (words) => eventually('similar ones', async () => assert.ok((await page.locator('[data-part=alike]').innerText()).includes(words))),
      state: (name) => eventually('state of the report', async () => assert.equal((await page.locator('[data-part=state]').innerText()).trim(), name)),
      outcome: (words) => eventually('outcome', async () => assert.ok((await page.locator('[data-part=outcome]').innerText()).includes(words))),
      cannotReopen: () => eventually('no second time', async () => assert.equal(await page.locator('[data-act=not-solved]').count(), 0)),
      inColumn: (state, id) => page.locator(`[data-state="${state}"] [data-case="${id}"]`).waitFor(),
      due: (heading, id) => page.locator(`[data-heading="${heading}"] [data-case="${id}"]`).first().waitFor(),
      accounts: (...names) => eventually('accounts', async () => { for (const n of names) assert.equal(await page.locator(`[data-person="${n}"]`).count(), 1, n) }),
    },
    page,
  }
}

function fieldPage({ page: first }, context) {
  let page = first
  const errand = (state) => page.locator(`[data-errand][data-state=${state}]`)
  return {
    field: {
      tab: (name) => page.locator(`.tab-links [data-tab=${name}]`).click(),
      takesAlong: async (register, words, id) => {
        await page.locator('.search select[name=register]').selectOption(register)
        await page.locator('.search input[name=words]').fill(words)
        await page.locator(`ul:not(:has([data-heading])) [data-take="${id}"]`).last().click()
        await eventually('taken', async () => assert.equal(await page.locator(`[data-take="${id}"]`).last().getAttribute('aria-pressed'), 'true'))
      },
      opensFile: (id) => page.locator(`[data-taken="${id}"]`).click(),
      fileHas: (...registers) => eventually('the file', async () => { for (const r of registers) assert.ok((await page.locator(`[data-related="${r}"]`).count()) > 0, r) }),
      writes: (register) => page.locator(`[data-form-of="${register}"]`).first().click(),
      steps: (step) => page.locator(`[data-step="${step}"]`).click(),
      fills: async (values) => {
        const form = page.locator('form[data-form=field]')
        for (const [name, value] of Object.entries(values)) {
          const input = form.locator(`[name="${name}"]`)
          if ((await input.evaluate((e) => e.tagName)) === 'SELECT') await input.selectOption(value)
          else await input.fill(value)
        }
      },
      here: (name) => page.locator(`[data-act="here-${name}"]`).click(),
      photo: async (name, file) => {
        const had = await page.locator(`[data-photos="${name}"] li`).count()
        await page.locator(`[data-photos="${name}"] input[name="${name}"]`).setInputFiles(file)
        await eventually('the photo is kept', async () => assert.equal(await page.locator(`[data-photos="${name}"] li`).count(), had + 1))
      },
      photoHasPlace: (name) => eventually('place of the photo', async () => assert.match(await page.locator(`[data-photos="${name}"] li`).last().innerText(), /\d+\.\d{4}, \d+\.\d{4}/)),
      isKept: () => eventually('kept', async () => assert.match(await page.locator('[data-part=kept]').innerText(), /本机/)),
      opensDraft: () => errand('draft').locator('[data-act=open]').first().click(),
      draftSays: (name, value) => eventually(`${name} of the draft`, async () => assert.equal(await page.locator(`form[data-form=field] [name="${name}"]`).inputValue(), value)),
      sendsOff: () => page.locator('[data-act=send-off]').click(),
      has: (state, n = 1) => eventually(`${n} ${state}`, async () => assert.equal(await errand(state).count(), n)),
      storedId: async () => (await errand('stored').first().locator('a').first().innerText()).trim(),
      keepsMine: () => errand('conflict').locator('[data-act=keep-mine]').click(),
      bothVersions: () => page.locator('[data-part=both]').waitFor(),
      opensWithoutNetwork: () => eventually('the page is kept', async () => assert.equal(await page.locator('[data-part=sync]').getAttribute('data-ready'), 'yes')),
      isOffline: () => eventually('no network', async () => assert.equal(await page.locator('[data-part=sync]').getAttribute('data-online'), 'no')),
      network: async (on) => context.setOffline(!on),
      /** The tab is killed, nothing asked; another is opened in its place. */
      isKilledAndOpenedAgain: async (hash) => {
        await page.close({ runBeforeUnload: false })
        page = await context.newPage()
        page.setDefaultTimeout(patience_ms)
        await page.goto(`${server}/${hash}`)
      },
      /** The next record reaches the server, but its answer never comes back. Gives a wait for that to have happened. */
      losesAnswer: async () => {
        let lost = false
        await page.route(/\/records$/, async (route) => {
          if (route.request().method() !== 'POST' || lost) return route.fallback()
          await route.fetch()
          await route.abort('failed')
          lost = true
        })
        return () => eventually('the answer is lost', async () => assert.ok(lost))
      },
      isPhotographed: async (name) => page.screenshot({ path: `${process.env.CELADON_SCREENSHOTS ?? '../build/screenshots'}/${name}.png`, fullPage: false }),
      fits: () => eventually('nothing sticks out', async () => assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)) <= 0)),
    },
  }
}
