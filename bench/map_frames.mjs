// How smoothly the map moves: Chromium opens the page of a served data folder, pans, zooms and plays time, and every frame
// is timed by requestAnimationFrame; then the memory of a long play, and how soon a first useful map is there.
//
//   node bench/map_frames.mjs [--url http://127.0.0.1:8080] [--seconds 12] [--minutes 0] [--first 0] [--pace 30] [--hash '#/map?...'] [--json]
//
//   --first N    opens the page N times with a cold cache and prints the time from navigation to base and marks drawn
//   --minutes N  plays in a loop for N minutes; at the start and after each sixth of it tells the heap of the script, after
//                collection, and what all processes of the browser hold in memory (each page once a process: RSS)
//
// The folder with 10^6 records and 2,000 series is made by bench/big_city.mjs. On a machine without a graphics card the
// frames are painted by the processor: they say what the page costs, not what a desk with a card shows.

import { createRequire } from 'node:module';
import { readFileSync, readdirSync } from 'node:fs';
import os from 'node:os';
import { memoryKb, option } from './measure.mjs';

const require = createRequire(new URL('../web/package.json', import.meta.url));
const { chromium } = require('playwright-core');

const server = option('url', 'http://127.0.0.1:8080');
const seconds = Number(option('seconds', 12));
const minutes = Number(option('minutes', 0));
const opened = Number(option('first', 0));
const pace = Number(option('pace', 30));
const hash = option('hash', `#/map?pace=${pace}&loop=yes`);
const patience_ms = 120_000;
const over_ms = 33.4;  // a frame of 30 a second

const flags = ['--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update',
  '--js-flags=--expose-gc', '--enable-precise-memory-info', ...(process.env.CELADON_GPU ? [] : ['--disable-gpu', '--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'])];
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: flags });

async function open() {
  const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, locale: 'zh-CN' });
  const page = await context.newPage();
  page.setDefaultTimeout(patience_ms);
  return { context, page };
}

/** Base and marks are there: the canvas has been painted with the sites on it, or the marks of the page stand. */
const isDrawn = () => {
  const marks = document.querySelector('button[data-site]') !== null || document.querySelector('[data-sites-drawn]') !== null;
  return marks && document.querySelector('[data-base-drawn]') !== null;
};

async function first() {
  const { context, page } = await open();
  const begin = performance.now();
  await page.goto(`${server}/${hash}`, { waitUntil: 'commit' });
  await page.waitForFunction(isDrawn, null, { polling: 'raf' });
  const ms = performance.now() - begin;
  await context.close();
  return ms;
}

/** Times between frames while `act` runs. */
async function frames(page, act) {
  await page.evaluate(() => {
    const seen = (window.seenFrames = []);
    let last = performance.now();
    const tick = (now) => {
      seen.push(now - last);
      last = now;
      window.frameTimer = requestAnimationFrame(tick);
    };
    window.frameTimer = requestAnimationFrame(tick);
  });
  await act();
  const all = await page.evaluate(() => {
    cancelAnimationFrame(window.frameTimer);
    return window.seenFrames.slice(1);
  });
  const sorted = [...all].sort((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return { frames: all.length, p50_ms: at(0.5), p95_ms: at(0.95), over_share: all.filter((ms) => ms > over_ms).length / Math.max(1, all.length) };
}

const heap = async (page) => {
  await page.evaluate(() => window.gc?.());
  return page.evaluate(() => performance.memory.usedJSHeapSize);
};

/** Of the browser this script started, all its processes. */
function residentBytes() {
  const parents = new Map();
  const kb = new Map();
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      parents.set(pid, /PPid:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]);
      kb.set(pid, memoryKb(pid));
    } catch {
      // it has ended
    }
  }
  const isOurs = (pid) => pid !== undefined && (pid === String(process.pid) || isOurs(parents.get(pid)));
  let sum = 0;
  for (const [pid, own] of kb) if (pid !== String(process.pid) && isOurs(pid)) sum += own;
  return sum * 1024;
}

const result = { cores: os.cpus().length, load: os.loadavg()[0], first_ms: [], moves: {}, memory: null };
for (let n = 0; n < opened; ++n) result.first_ms.push(Math.round(await first()));

if (seconds > 0) {
  const { context, page } = await open();
  await page.goto(`${server}/${hash}`);
  await page.waitForFunction(isDrawn);
  const canvas = await page.locator('canvas.maplibregl-canvas').boundingBox();
  const [x, y] = [canvas.x + canvas.width * 0.6, canvas.y + canvas.height * 0.5];
  const end = () => Date.now() + seconds * 1000;
  result.moves.pan = await frames(page, async () => {
    await page.mouse.move(x, y);
    await page.mouse.down();
    for (let n = 0, until = end(); Date.now() < until; ++n) await page.mouse.move(x + 160 * Math.sin(n / 14), y + 100 * Math.sin(n / 9));
    await page.mouse.up();
  });
  result.moves.zoom = await frames(page, async () => {
    for (let n = 0, until = end(); Date.now() < until; ++n) {
      await page.mouse.wheel(0, Math.floor(n / 12) % 2 === 0 ? -120 : 120);
      await page.waitForTimeout(60);
    }
  });
  await page.waitForTimeout(1500);
  result.moves.play = await frames(page, async () => {
    await page.locator('[data-act=play]').click();
    await page.waitForTimeout(seconds * 1000);
    await page.locator('[data-act=play]').click();
  });
  if (minutes > 0) {
    result.memory = [];
    const look = async (at_min) => result.memory.push({ at_min, heap_bytes: await heap(page), resident_bytes: residentBytes() });
    await page.locator('[data-act=play]').click();
    await page.waitForTimeout(20_000); // every hour of the loop has been shown
    await look(0);
    for (let part = 1; part <= 6; ++part) {
      await page.waitForTimeout((minutes / 6) * 60_000);
      await look((minutes * part) / 6);
    }
    await page.locator('[data-act=play]').click();
  }
  await context.close();
}
await browser.close();

if (process.argv.includes('--json')) {
  console.log(JSON.stringify(result, null, 2));
} else {
  console.log(`${result.cores} cores, load ${result.load.toFixed(1)}`);
  if (opened > 0) console.log(`first useful map: ${result.first_ms.join(', ')} ms`);
  for (const [name, m] of Object.entries(result.moves)) console.log(`${name.padEnd(5)} ${String(m.frames).padStart(5)} frames   p50 ${m.p50_ms.toFixed(1)} ms   p95 ${m.p95_ms.toFixed(1)} ms   over 33 ms ${(m.over_share * 100).toFixed(1)} %`);
  for (const m of result.memory ?? []) console.log(`after ${m.at_min.toFixed(0).padStart(3)} min of play: heap ${(m.heap_bytes / 1e6).toFixed(1)} MB, browser ${(m.resident_bytes / 1e6).toFixed(0)} MB`);
}
