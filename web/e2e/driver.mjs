// This file and devices_driver.mjs alone know the page. Specs say what a person has, does and sees; this turns it into Chromium.
//
//   CELADON_URL           where a server with the demo city runs   (default http://127.0.0.1:8080)
//   CELADON_GATEWAY       its HJ 212 gateway                       (default 127.0.0.1:9212)
//   CELADON_SCREENSHOTS   folder for pictures                      (default ../build/screenshots)
//   CHROMIUM              the browser                              (default /usr/bin/chromium)

import assert from 'node:assert/strict'
import { mkdirSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { dirname, join } from 'node:path'
import { after } from 'node:test'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'

const here = dirname(fileURLToPath(import.meta.url))
export const server = process.env.CELADON_URL ?? 'http://127.0.0.1:8080'
export const gateway = process.env.CELADON_GATEWAY ?? '127.0.0.1:9212'
const pictures = process.env.CELADON_SCREENSHOTS ?? join(here, '../../build/screenshots')
export const patience_ms = 15_000

const flags = [
  '--no-sandbox', '--disable-gpu', '--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--disable-quic',
  '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync',
]

export const desktop = { width: 1366, height: 768 }
export const phone = { width: 390, height: 844 }

let browser = null
after(() => browser?.close())

// ---- what is true, asked without the page -----------------------------------------------------------------------------------

export async function ask(path, init) {
  const response = await fetch(`${server}/api/v1/${path}`, init)
  assert.ok(response.ok, `${path} answered ${response.status}: ${await response.clone().text()}`)
  return response.json()
}

function nextDay(day) {
  return new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10)
}

export const truth = {
  sites: async (kind) => (await ask(`sites?kind=${kind}`)).items,
  judgements: async (kind, at) => new Map((await ask(`judgements?kind=${kind}&at=${at}`)).items.map((j) => [j.site, j])),
  cases: async (state) => (await ask(`cases?state=${state}`)).items,
  targets: async () => (await ask('plan/targets')).items,
  promises: async (query = {}) => (await ask(`plan/promises?${new URLSearchParams(query)}`)).items,
  promise: (id, query = {}) => ask(`plan/promises/${id}?${new URLSearchParams(query)}`),
  standards: () => ask('standards'),
  table: (rule, edition) => ask(`standards/table?rule=${rule}&edition=${encodeURIComponent(edition)}`),
  judge: (rule, line) => ask(`judge?rule=${rule}`, { method: 'POST', body: JSON.stringify(line) }),
  /** Editions compared over whole days of Beijing, hours 1:00 to 24:00: what ends at the first midnight is of the day before. */
  comparison: (site, from, to) => ask(`comparisons?site=${site}&from=${from}T00:00:01%2B08:00&to=${nextDay(to)}T00:00:00%2B08:00`),
  deviceOf: async (site) => (await ask('devices')).items.find((d) => d.site === site),
  /** AQI as the national centre published it, by station code: from the demo file, not from the server. */
  publishedAqi: (beijingTime) => {
    const text = readFileSync(join(here, '../../demo/air-station-hourly-2020/jingdezhen_hourly.csv'), 'utf8')
    const [head, ...rows] = text.trim().split(/\r?\n/).map((l) => l.split(','))
    const [code, time, aqi] = ['station_code', 'time', 'aqi'].map((c) => head.indexOf(c))
    return new Map(rows.filter((r) => r[time] === beijingTime).map((r) => [`air.${r[code]}`, r[aqi]]))
  },
}

/** Sees to it that there is an open case: one of the demo city, else values far over every limit are imported. */
async function anOpenCase() {
  const [first] = await truth.cases('open')
  if (first) return first
  const hours = ['01', '02', '03', '04', '05', '06'].map((h) => `air.2346A,PM10,PT1H,2020-04-05T${h}:00:00+08:00,980,ug/m3,N`)
  await ask('imports?format=csv&name=over-limit.csv', { method: 'POST', body: ['site,property,period,time,value,unit,flag', ...hours, ''].join('\n') })
  for (let tries = 0; tries < 50; ++tries) {
    const [opened] = await truth.cases('open')
    if (opened) return opened
    await new Promise((r) => setTimeout(r, 200))
  }
  throw new Error('no open case: neither the demo city nor values far over the limit opened one')
}

// ---- a field unit -----------------------------------------------------------------------------------------------------------

/** Of a data segment of HJ 212, as its frame ends with it. */
export function crc(text) {
  let register = 0xffff
  for (const byte of Buffer.from(text)) {
    register = (register >> 8) ^ byte
    for (let bit = 0; bit < 8; ++bit) register = register & 1 ? (register >> 1) ^ 0xa001 : register >> 1
  }
  return register.toString(16).toUpperCase().padStart(4, '0')
}

/** Sends one HJ 212 hour (CN=2061) over TCP and settles with the gateway's answer. `begin` is the hour's beginning, yyyymmddhh. */
export function sendHour({ mn, begin, values }) {
  const data = Object.entries(values).map(([code, v]) => `${code}-Avg=${v},${code}-Flag=N`).join(';')
  const segment = `QN=${begin}0000000;ST=22;CN=2061;PW=123456;MN=${mn};Flag=5;CP=&&DataTime=${begin}0000;${data}&&`
  const [host, port] = gateway.split(':')
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), host, () => socket.write(`##${String(segment.length).padStart(4, '0')}${segment}${crc(segment)}\r\n`))
    let answer = ''
    socket.setTimeout(patience_ms, () => socket.destroy(new Error(`no answer from the gateway; got '${answer}'`)))
    socket.on('data', (bytes) => {
      answer += bytes
      if (answer.includes('\r\n')) {
        socket.end()
        resolve(answer)
      }
    })
    socket.on('error', reject)
  })
}

/** Sends a table of values by the API and waits until every row of it is stored. */
export async function importsRows(name, rows) {
  const job = await ask(`imports?format=csv&name=${name}.csv`, { method: 'POST', body: [...rows, ''].join('\n') })
  for (let tries = 0; tries < 100; ++tries) {
    const now = await ask(`imports/${job.id}`)
    assert.notEqual(now.state, 'failed', JSON.stringify(now.errors))
    if (now.state === 'done') {
      assert.equal(now.rejected, 0, JSON.stringify(now.errors))
      return
    }
    await new Promise((r) => setTimeout(r, 200))
  }
  throw new Error(`${name} was not imported`)
}

// ---- a person before the page -----------------------------------------------------------------------------------------------

/** What a probe gives once it does not throw; the last of what it threw when patience ends. Needs no page. */
export async function eventually(what, probe) {
  const end = Date.now() + patience_ms
  let last = null
  while (Date.now() < end) {
    try {
      return await probe()
    } catch (e) {
      last = e
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
  throw new Error(`${what}: ${last?.message}`)
}

/** Opens the page; when the test ends it must have asked nobody but its server and have complained of nothing. */
export async function visit(t, { hash = '', lang = null, size = desktop, camera = null } = {}) {
  const launch = (more) => chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: [...flags, ...more] })
  browser ??= await launch([])
  // A camera that sees a film is the browser's own, from its start.
  const own = camera === null ? null : await launch(['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream', `--use-file-for-fake-video-capture=${camera}`])
  if (own) t.after(() => own.close())
  const context = await (own ?? browser).newContext({ viewport: size, locale: 'zh-CN', hasTouch: size.width < 500, isMobile: size.width < 500, reducedMotion: 'reduce' })
  const page = await context.newPage()
  page.setDefaultTimeout(patience_ms)
  const foreign = []
  const complaints = []
  const expected = []
  page.on('request', (r) => {
    if (new URL(r.url()).origin !== new URL(server).origin && !/^(data|blob):/.test(r.url())) foreign.push(r.url())
  })
  page.on('pageerror', (e) => complaints.push(e.message))
  page.on('console', (m) => {
    if (m.type() === 'error' && !expected.some((e) => e.test(m.text()))) complaints.push(m.text())
  })
  t.after(async () => {
    await context.close()
    assert.deepEqual(foreign, [], 'requests left the machine')
    assert.deepEqual(complaints, [], 'the page complained')
  })
  await page.goto(`${server}/${lang ? `?lang=${lang}` : ''}${hash}`)

  const mark = (site) => page.locator(`button[data-site="${site}"]`)
  const panel = page.locator('section.panel')
  const timeText = page.locator('section.bar time')
  const when = {
    picksSite: (site) => mark(site).click(),
    closesPanel: () => panel.locator('header button').click(),
    opensWhy: () => panel.locator('[data-act=why]').click(),
    asksEdition: (edition) => panel.locator('select[data-act=edition]').selectOption(edition),
    togglesCurve: (property) => panel.locator(`[data-curve="${property}"]`).click(),
    looksBack: () => panel.locator('details.history summary').click(),
    picksMedium: (kind) => page.locator(`.tabs [data-kind="${kind}"]`).click(),
    pressesPlay: () => page.locator('[data-act=play]').click(),
    dragsMap: async (dx, dy) => {
      const box = await page.locator('canvas.maplibregl-canvas').boundingBox()
      const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
      await page.mouse.move(x, y)
      await page.mouse.down()
      await page.mouse.move(x + dx, y + dy, { steps: 20 })
      await page.mouse.up()
    },
    focusesSlider: () => page.locator('input[type=range]').focus(),
    presses: (key) => page.keyboard.press(key),
    switchesLanguage: (lang) => page.locator(`.lang button[lang=${lang}]`).click(),
    opensPage: async (name) => {
      const menu = page.locator('header button.menu')
      if (await menu.isVisible()) await menu.click()
      const link = page.locator(`#pages a[data-page="${name}"]`)
      if (!(await link.isVisible())) await page.locator('[data-act=more-pages]').click()
      await link.click()
    },
    opensLayers: () => page.locator('section.box button.head').click(),
    togglesLayer: (layer) => page.locator(`[data-layer="${layer}"]`).click(),
    searches: (words) => page.locator('input[type=search]').first().fill(words),
    sortsBy: (column) => page.locator('th button', { hasText: column }).first().click(),
    /** Tab until the focus is on the mark; fails if it cannot be reached in `most` steps. */
    tabsToMark: async (site, most = 60) => {
      for (let i = 0; i < most; ++i) {
        await page.keyboard.press('Tab')
        if (await page.evaluate((id) => document.activeElement?.getAttribute('data-site') === id, site)) return
      }
      assert.fail(`${site} cannot be reached with ${most} tabs`)
    },
    opensTab: (tab) => page.locator(`[data-tab="${tab}"]`).click(),
    opensTable: (edition) => page.locator(`[data-edition="${edition}"] .rows a`).click(),
    goesBackToCatalogue: () => page.locator('[data-act=back]').click(),
    /** Tab until the focus is on what has this text; fails if it cannot be reached in `most` steps. */
    tabsTo: async (words, most = 80) => {
      for (let i = 0; i < most; ++i) {
        await page.keyboard.press('Tab')
        if (await page.evaluate((w) => (document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? '').trim() === w, words)) return
      }
      assert.fail(`'${words}' cannot be reached with ${most} tabs`)
    },
    takesExample: (rule) => page.locator(`[data-example="${rule}"]`).click(),
    picksRule: (rule) => page.locator('main form select[name=rule]').selectOption(rule),
    /** One row of the form for each item: [name, value, unit]. */
    entersValues: async (...values) => {
      const rows = page.locator('[data-input]')
      for (const [n, [name, value, unit = '']] of values.entries()) {
        if (n >= (await rows.count())) await page.locator('[data-act=add]').click()
        await rows.nth(n).locator('.name').fill(name)
        await rows.nth(n).locator('.value').fill(value)
        await rows.nth(n).locator('.unit').fill(unit)
      }
    },
    choosesField: async (name, value) => {
      const field = page.locator(`main form [name="${name}"]`)
      if ((await field.evaluate((e) => e.tagName)) === 'SELECT') await field.selectOption(value)
      else await field.fill(value)
    },
    judges: async ({ refused = false } = {}) => {
      if (refused) expected.push(/status of 4\d\d/)
      await page.locator('main form button[type=submit]').click()
    },
    compares: async ({ site, from, to }) => {
      if (site) await page.locator('main form [name=site]').selectOption(site)
      if (from) await page.locator('main form [name=from]').fill(from)
      if (to) await page.locator('main form [name=to]').fill(to)
      await page.locator('main form button[type=submit]').click()
    },
    takesOutEdition: (edition) => page.locator(`main form input[value="${edition}"]`).uncheck(),
    keepsOtherLevelsOnly: () => page.locator('[data-part=result] input[type=checkbox]').first().check(),
    opensDifference: (time) => page.locator(`tr[data-row="${time}"] button`).click(),
    /** The export as it lands on the disk. */
    exportsCsv: async () => {
      const [file] = await Promise.all([page.waitForEvent('download'), page.locator('.tools button', { hasText: 'CSV' }).click()])
      return readFileSync(await file.path(), 'utf8')
    },
    startsClosing: (id) => page.locator(`[data-case="${id}"] [data-act=close]`).click(),
    confirmsClosing: async ({ who, why }, refused = false) => {
      if (refused) expected.push(/status of 422/)
      await page.locator('form.closer [name=who]').fill(who)
      await page.locator('form.closer [name=why]').fill(why)
      await page.locator('form.closer button[type=submit]').click()
    },
    showsClosedCases: () => page.locator('main [aria-pressed]').nth(1).click(),
    imports: async (name, format, text) => {
      await page.locator('input[type=file]').setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(text) })
      await page.locator('main form select').selectOption(format)
      await page.locator('main form button[type=submit]').click()
    },
  }

  const then = {
    /** Each site of the kind has a mark with the label and colour that the server's judgement says. */
    marksShow: (kind, judgements) =>
      eventually(`marks of ${kind}`, async () => {
        for (const { id } of await truth.sites(kind)) {
          const v = judgements.get(id)?.verdict
          const label = v?.status === 'judged' ? (v.class_label ?? String(v.value)) : '—'
          assert.equal((await mark(id).innerText()).trim(), label, id)
          if (v?.status === 'judged') {
            const colour = await mark(id).locator('.shape').evaluate((e) => getComputedStyle(e).backgroundColor)
            assert.equal(colour, rgb(v.colour), id)
          }
        }
      }),
    markIs: (site, label, colour) =>
      eventually(`mark of ${site}`, async () => {
        assert.equal((await mark(site).innerText()).trim(), label)
        if (colour) assert.equal(await mark(site).locator('.shape').evaluate((e) => getComputedStyle(e).backgroundColor), colour)
      }),
    markSays: (site, ...words) =>
      eventually(`words of ${site}`, async () => {
        const spoken = await mark(site).getAttribute('aria-label')
        for (const w of words) assert.ok(spoken.includes(w), `'${spoken}' has no '${w}'`)
      }),
    markIsGone: (site) => eventually(`${site} is gone`, async () => assert.equal(await mark(site).count(), 0)),
    /** No two marks lie so near that one could not be read or touched. */
    marksAreApart: async (least_px) => {
      const at = await page.locator('button[data-site]').evaluateAll((all) => all.map((b) => { const r = b.getBoundingClientRect(); return [r.x, r.y] }))
      at.forEach(([x, y], i) => at.slice(i + 1).forEach(([u, v]) => assert.ok(Math.hypot(x - u, y - v) >= least_px, `marks ${Math.hypot(x - u, y - v)} px apart`)))
    },
    /** The base map is painted: many colours in the middle of the canvas, not one. */
    mapIsDrawn: () =>
      eventually('map', async () => {
        const shot = await page.locator('canvas.maplibregl-canvas').screenshot()
        assert.ok(shot.length > 20_000, `the map's picture has only ${shot.length} bytes`)
      }),
    /** Where the processor paints, a map that moves has fewer pixels; one that stands has them all. */
    mapIsWhole: () =>
      eventually('whole map', async () => {
        const [pixels, width] = await page.locator('canvas.maplibregl-canvas').evaluate((c) => [c.width, c.clientWidth * devicePixelRatio])
        assert.equal(pixels, Math.floor(width))
      }),
    timeIs: (words) => eventually('time', async () => assert.ok((await timeText.innerText()).includes(words), `time is '${await timeText.innerText()}'`)),
    timeRowSays: (words) => eventually('time row', async () => assert.ok((await page.locator('section.bar .time').innerText()).includes(words))),
    timeChanges: (times) =>
      eventually(`${times} times`, async () => {
        const seen = (then.seen ??= new Set())
        seen.add(await timeText.getAttribute('datetime'))
        assert.ok(seen.size >= times, `only ${seen.size} times so far`)
      }),
    shownInstant: () => timeText.getAttribute('datetime'),
    panelSays: (...words) => eventually('panel', async () => { const text = await panel.innerText(); for (const w of words) assert.ok(text.includes(w), `the panel has no '${w}'`) }),
    panelIsClosed: () => eventually('panel closes', async () => assert.equal(await panel.count(), 0)),
    verdictIs: (label) => eventually('verdict', async () => assert.equal((await panel.locator('[data-part=verdict]').innerText()).trim().split(/\s+/).pop(), label)),
    tileIs: (property, index) => eventually(`tile ${property}`, async () => assert.equal((await panel.locator(`li[data-property="${property}"] .chip`).innerText()).trim(), index)),
    curveIsDrawn: () => eventually('curve', async () => assert.ok((await panel.locator('.chart canvas').first().screenshot()).length > 3000)),
    whyHas: (...words) => eventually('why', async () => { const text = await panel.locator('[data-part=why]').innerText(); for (const w of words) assert.ok(text.includes(w), `the why has no '${w}'`) }),
    whyStepsAre: (n) => eventually('steps', async () => assert.equal(await panel.locator('[data-part=why] .clause').count(), n)),
    historyHas: (rows) => eventually('history', async () => assert.ok((await panel.locator('details.history tbody tr').count()) >= rows)),
    languageIs: (lang) => eventually('language', async () => assert.equal(await page.locator('html').getAttribute('lang'), lang)),
    pageSays: (...words) => eventually('page', async () => { const text = await page.locator('body').innerText(); for (const w of words) assert.ok(text.includes(w), `the page has no '${w}'`) }),
    noChineseBut: async (allowed) => {
      const text = (await page.locator('body').innerText()).split('\n').filter((l) => /[\u4e00-\u9fff]/.test(l) && !allowed.some((a) => l.includes(a)))
      assert.deepEqual(text, [], 'Chinese words on the English page')
    },
    cell: (row, column) => page.locator(`tr[data-row="${row}"] td[data-column="${column}"]`).innerText(),
    rowsAre: (n) => eventually('rows', async () => assert.equal(await page.locator('main tbody tr').count(), n)),
    firstRow: () => page.locator('main tbody tr').first().getAttribute('data-row'),
    editionsListed: () => page.locator('[data-edition]').evaluateAll((all) => all.map((e) => e.getAttribute('data-edition'))),
    editionSays: (edition, ...words) =>
      eventually(`edition ${edition}`, async () => {
        const text = await page.locator(`[data-edition="${edition}"]`).innerText()
        for (const w of words) assert.ok(text.includes(w), `'${text}' has no '${w}'`)
      }),
    editionSaysNot: async (edition, words) => assert.ok(!(await page.locator(`[data-edition="${edition}"]`).innerText()).includes(words), `${edition} says '${words}'`),
    /** The result shows the server's verdict: its label and colour, every step of the why, and each of these words. */
    resultIs: (judgement, ...words) =>
      eventually('result', async () => {
        const result = page.locator('[data-part=result]')
        const big = result.locator('[data-part=verdict] .big')
        const v = judgement.verdict
        assert.equal((await big.innerText()).trim(), v.status === 'judged' ? (v.class_label ?? String(v.value)) : '—')
        if (v.colour) assert.equal(await big.evaluate((e) => getComputedStyle(e).backgroundColor), rgb(v.colour))
        assert.equal(await result.locator('.clause').count(), judgement.why.length)
        const text = await result.innerText()
        for (const w of words) assert.ok(text.includes(w), `the result has no '${w}'`)
      }),
    resultIsRead: () => eventually('focus on the result', async () => assert.ok(await page.evaluate(() => document.activeElement?.closest('[data-part=result]') !== null))),
    /** The field has the error beside it, is named by it, and has the focus. */
    fieldIsRefused: (words) =>
      eventually('refusal', async () => {
        const told = await page.evaluate(() => {
          const at = document.activeElement
          return at?.getAttribute('aria-invalid') === 'true' ? document.getElementById(at.getAttribute('aria-describedby'))?.textContent : null
        })
        assert.ok(told?.includes(words), `the field in focus is told '${told}'`)
      }),
    summaryIs: (...words) =>
      eventually('summary', async () => {
        const text = await page.locator('[data-part=summary]').innerText()
        for (const w of words) assert.ok(text.includes(w), `'${text}' has no '${w}'`)
      }),
    /** A row of the comparison shows the verdict of every edition, with its colour. */
    differenceShows: (one) =>
      eventually(`difference at ${one.time}`, async () => {
        for (const [k, { verdict: v }] of one.editions.entries()) {
          const chip = page.locator(`tr[data-row="${one.time}"] td[data-column="edition-${k}"] .chip`)
          assert.equal((await chip.innerText()).trim(), v.status === 'judged' ? (v.class_label ?? String(v.value)) : '—')
          if (v.colour) assert.equal(await chip.evaluate((e) => getComputedStyle(e).backgroundColor), rgb(v.colour))
        }
      }),
    whysAre: (...counts) =>
      eventually('whys side by side', async () => assert.deepEqual(await page.locator('[data-part=why]').evaluateAll((all) => all.map((w) => w.querySelectorAll('.clause').length)), counts)),
    caseIsListed: (id) => eventually('case', async () => assert.equal(await page.locator(`[data-case="${id}"]`).count(), 1)),
    caseIsNotListed: (id) => eventually('case gone', async () => assert.equal(await page.locator(`[data-case="${id}"]`).count(), 0)),
    closingIsRefusedAt: (field) => eventually('refusal', async () => assert.equal(await page.locator(`form.closer [name=${field}]`).getAttribute('aria-invalid'), 'true')),
    jobSays: (name, ...words) => eventually('job', async () => { const text = await page.locator('[data-job]', { hasText: name }).first().innerText(); for (const w of words) assert.ok(text.includes(w), `the job has no '${w}': ${text}`) }),
    focusIsOn: (site) => eventually('focus', async () => assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('data-site')), site)),
    nothingSticksOut: async () => {
      const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
      assert.ok(over <= 0, `the page is ${over} px wider than the screen`)
    },
    addressHas: (...parts) => eventually('address', async () => { for (const p of parts) assert.ok(page.url().includes(p), `${page.url()} has no ${p}`) }),
    isPhotographed: async (name) => {
      mkdirSync(pictures, { recursive: true })
      await page.waitForTimeout(700) // the map paints a moment after its data came
      await page.screenshot({ path: join(pictures, `${name}.png`) })
    },
  }

  return { when, then, address: () => page.url(), page, eventually, expects: (words) => expected.push(words) }
}

export const given = { anOpenCase }

/** "#ff7e00" -> "rgb(255, 126, 0)", as the browser tells colours. */
export function rgb(hex) {
  const n = Number.parseInt(hex.slice(1), 16)
  return `rgb(${n >> 16}, ${(n >> 8) & 255}, ${n & 255})`
}
