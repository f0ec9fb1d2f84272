// How soon the page of each system of the plan stands: Chromium opens the page of a served city once, goes from the menu to
// every row of the plan in turn, and each is timed until its text, registers and figures are there, and its map is drawn.
//
//   node bench/system_pages.mjs [--url http://127.0.0.1:8080] [--slowest 5] [--json]
//
// On a machine without a graphics card the map is painted by the processor.

import { createRequire } from 'node:module';
import { option } from './measure.mjs';

const require = createRequire(new URL('../web/package.json', import.meta.url));
const { chromium } = require('playwright-core');

const server = option('url', 'http://127.0.0.1:8080');
const slowest = Number(option('slowest', 5));
const asJson = process.argv.includes('--json');
const patience_ms = 20_000;

const get = async (path) => (await (await fetch(`${server}/api/v1/${path}`)).json()).items;
const rows = await get('systems/rows');

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update',
    '--disable-gpu', '--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'],
});
const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, locale: 'zh-CN' });
const page = await context.newPage();
page.setDefaultTimeout(patience_ms);
await page.goto(`${server}/#/registers`);
await page.locator('[data-system]').first().waitFor();

/** A row's text and the figures or views of every register that its systems have stand; with `map` also the map, if it has one. */
function stands({ id, registers, map }) {
  const article = document.querySelector(`article[data-row="${id}"]`);
  if (!article || article.querySelector('[data-part=duty]') === null) return false;
  const shown = [...article.querySelectorAll('[data-register]')];
  if (!registers.every((r) => shown.some((e) => e.dataset.register === r && e.querySelector('[data-view], [data-indicator]') !== null))) return false;
  return !map || article.querySelector('[data-part=records-map]:not([data-base-drawn])') === null;
}

const measured = [];
for (const row of rows) {
  await page.evaluate(() => (location.hash = '#/registers'));
  await page.locator('article[data-row]').waitFor({ state: 'detached' });
  const wanted = { id: row.id, registers: row.systems.flatMap((s) => s.registers) };
  const began = performance.now();
  await page.evaluate((id) => (location.hash = `#/registers?row=${id}`), row.id);
  await page.waitForFunction(stands, wanted, { polling: 'raf' });
  const text_ms = performance.now() - began;
  await page.waitForFunction(stands, { ...wanted, map: true }, { polling: 'raf' });
  const whole_ms = performance.now() - began;
  const has_map = (await page.locator(`article[data-row="${row.id}"] [data-part=records-map]`).count()) > 0;
  const records = await page.locator(`article[data-row="${row.id}"] [data-register]`).count();
  const figures = await page.locator(`article[data-row="${row.id}"] [data-indicator]`).count();
  measured.push({ id: row.id, served: row.systems.length > 0, registers: records, figures, has_map, text_ms, whole_ms });
}
await browser.close();

const at = (list, share) => [...list].sort((a, b) => a - b)[Math.min(list.length - 1, Math.floor(share * list.length))] ?? 0;
const served = measured.filter((m) => m.served);
const summary = {
  rows: measured.length,
  served: served.length,
  with_map: served.filter((m) => m.has_map).length,
  with_figures: served.filter((m) => m.figures > 0).length,
  text_ms: { p50: at(measured.map((m) => m.text_ms), 0.5), p95: at(measured.map((m) => m.text_ms), 0.95), max: at(measured.map((m) => m.text_ms), 1) },
  with_map_ms: { p50: at(measured.map((m) => m.whole_ms), 0.5), p95: at(measured.map((m) => m.whole_ms), 0.95), max: at(measured.map((m) => m.whole_ms), 1) },
};
if (asJson) console.log(JSON.stringify({ summary, measured }));
else {
  const ms = (s) => `p50 ${s.p50.toFixed(0)}, p95 ${s.p95.toFixed(0)}, longest ${s.max.toFixed(0)} ms`;
  console.log(`${summary.rows} rows, ${summary.served} served by packs, ${summary.with_map} with a map, ${summary.with_figures} with figures`);
  console.log(`text, registers and figures: ${ms(summary.text_ms)}`);
  console.log(`and the map drawn:           ${ms(summary.with_map_ms)}`);
  for (const m of [...measured].sort((a, b) => b.whole_ms - a.whole_ms).slice(0, slowest))
    console.log(`  ${m.id}  ${m.text_ms.toFixed(0)} ms, with the map ${m.whole_ms.toFixed(0)} ms, ${m.registers} registers, ${m.figures} figures`);
  for (const m of served.filter((s) => !s.has_map || s.figures === 0)) console.log(`  ${m.id}  ${m.has_map ? '' : 'no map '}${m.figures > 0 ? '' : 'no figures'}`);
}
