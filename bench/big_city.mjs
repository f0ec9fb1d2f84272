// A data folder of a city far larger than the demo, made through the program's own doors: sites by a city pack, hours by
// `celadon import`, records by a pack of its own and the import of tables. For measuring the page and the tiles.
//
//   node bench/big_city.mjs --data DIR [--records 1000000] [--series 2000] [--hours 744] [--seed 1]
//   build/release/celadon serve --data DIR
//
// Everything follows from the seed. A folder that holds some already is filled up: sites and hours are imported again,
// which changes nothing, and records go on where they ended.

import { closeSync, cpSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, symlinkSync, writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { Served, program, root, run, sleep } from '../tests/scenario/program.mjs';

const given = new Map();
for (let i = 2; i < process.argv.length; i += 2) given.set(process.argv[i], process.argv[i + 1]);
const data = given.get('--data');
const whole = (name, otherwise) => {
  const value = Number(given.get(name) ?? otherwise);
  if (!Number.isInteger(value) || value < 0) throw new Error(`${name} takes a whole number`);
  return value;
};
if (!data) {
  console.error('usage: node bench/big_city.mjs --data DIR [--records N] [--series N] [--hours N] [--seed N]');
  process.exit(64);
}
const [records, series, hours, seed] = [whole('--records', 1_000_000), whole('--series', 2000), whole('--hours', 744), whole('--seed', 1)];
const rows_a_table = 100_000;

// A number of 0 to 1 of a place in a sequence: no state, so that any part can be made alone (splitmix64's finish).
function share(sequence, at) {
  let z = (BigInt(seed) * 0x9e3779b97f4a7c15n + BigInt(sequence) * 0xbf58476d1ce4e5b9n + BigInt(at) * 0x94d049bb133111ebn) & 0xffffffffffffffffn;
  z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & 0xffffffffffffffffn;
  z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & 0xffffffffffffffffn;
  return Number((z ^ (z >> 31n)) >> 11n) / 2 ** 53;
}
const normal = (sequence, at) => Math.sqrt(-2 * Math.log(1 - share(sequence, at))) * Math.cos(2 * Math.PI * share(sequence + 1000, at));

// Towns that draw people together; the rest lies anywhere in the city.
const towns = [[117.21, 29.29, 0.05], [117.13, 28.96, 0.04], [117.25, 29.36, 0.03], [117.03, 29.18, 0.03], [117.55, 29.53, 0.03], [117.33, 29.12, 0.04]];
function place(sequence, at) {
  if (share(sequence, at) < 0.25) return [116.95 + 0.85 * share(sequence + 1, at), 28.75 + 1.15 * share(sequence + 2, at)];
  const [lon, lat, spread] = towns[Math.floor(share(sequence + 3, at) ** 2 * towns.length)];
  return [lon + spread * normal(sequence + 4, at), lat + spread * normal(sequence + 5, at)];
}
const say = (text) => console.log(`${new Date().toISOString().slice(11, 19)} ${text}`);

function must(out, what) {
  if (out.code !== 0) throw new Error(`${what}: ${out.stderr || out.stdout}`);
}

/** The city pack of Jingdezhen with more sites, beside the data. */
function writePacks(folder) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  cpSync(path.join(root, 'packs'), path.join(folder, 'packs'), { recursive: true });
  symlinkSync(path.join(root, 'demo'), path.join(folder, 'demo'));
  const file = path.join(folder, 'packs/cities/jingdezhen/sites.csv');
  const head = readFileSync(file, 'utf8').split('\n')[0].split(',');
  let text = readFileSync(file, 'utf8').trimEnd() + '\n';
  for (let s = 0; s < series; s += 1) {
    const [lon, lat] = place(10, s);
    const row = { id: `big.${s}`, kind: 'air-station', name_zh: `网格微站${s}`, name_en: `Grid station ${s}`, lon: lon.toFixed(5), lat: lat.toFixed(5),
      position_note_zh: '', position_note_en: '', county: '360203', code: `B${s}`, background: 'no', valid_from: '2015-01-01' };
    text += head.map((name) => row[name] ?? '').join(',') + '\n';
  }
  writeFileSync(file, text);
  return path.join(folder, 'packs');
}

function writeHours(file) {
  const out = openSync(file, 'w');
  writeSync(out, 'site,property,averaging,time,value,unit,flag\n');
  const begin = Date.UTC(2020, 2, 1, 0);
  for (let h = 1; h <= hours; h += 1) {
    const time = new Date(begin + h * 3600e3).toISOString().replace('.000Z', 'Z');
    const level = 45 + 35 * Math.sin(h / 31) + 20 * Math.sin(h * Math.PI / 12);
    let text = '';
    for (let s = 0; s < series; s += 1) {
      const value = Math.max(1, Math.round(level * (0.6 + 0.8 * share(20, s)) + 8 * (share(21, h * 7919 + s) - 0.5)));
      text += `big.${s},PM2.5,PT1H,${time},${value},ug/m3,N\n`;
    }
    writeSync(out, text);
  }
  closeSync(out);
}

const pack = `system: big-city
name: {zh: 大城市试验, en: Big city trial}
group: air
clause: "12.2"
source: made for measurements by bench/big_city.mjs
codes:
  - {id: big-kind, entries: [{code: kitchen, zh: 餐饮, en: Kitchen}, {code: kiln, zh: 窑炉, en: Kiln}, {code: repair, zh: 汽修, en: Repair}, {code: print, zh: 印刷, en: Print}]}
registers:
  - id: big-unit
    name: {zh: 试验设施, en: Trial unit}
    kind: register
    number: {prefix: BU, digits: 7}
    title: "{name}"
    division: division
    public: [name, kind, place]
    fields:
      - {id: name, type: text, zh: 名称, en: Name, needed: true}
      - {id: kind, type: code, of: big-kind, zh: 类别, en: Kind, needed: true}
      - {id: division, type: code, of: division, zh: 县区, en: County}
      - {id: place, type: point, zh: 位置, en: Place}
    map: {colour_by: kind, colours: {kitchen: "#b4532a", kiln: "#2f7d6b", repair: "#2c6fb3", print: "#c79a2b"}, symbol: circle, zoom_min: 0}
    rights: {read: [duty, analyst, enforcement, planner, leader], write: [enforcement]}
`;

const kinds = ['kitchen', 'kitchen', 'kiln', 'repair', 'print'];
const counties = ['360202', '360203', '360222', '360281'];
function table(first, end) {
  let text = '名称,类别,县区,位置\n';
  for (let r = first; r < end; r += 1) {
    // One in twenty stands in a house with others: points at one place.
    const house = share(33, r) < 0.05;
    const [lon, lat] = place(30, house ? Math.floor(share(34, r) * 5000) + 50_000_000 : r);
    text += `试验${r},${kinds[Math.floor(share(31, r) * kinds.length)]},${counties[Math.floor(share(32, r) * counties.length)]},"${lon.toFixed(6)},${lat.toFixed(6)}"\n`;
  }
  return text;
}

async function post(served, address, body) {
  return served.json(address, { method: 'POST', body, headers: { 'X-Celadon': '1' } });
}

mkdirSync(data, { recursive: true });
const folder = path.resolve(data, '..', `${path.basename(data)}.making`);
const packs = writePacks(folder);
if (series > 0 && hours > 0) {
  say(`${series} series x ${hours} hours`);
  const csv = path.join(folder, 'hours.csv');
  writeHours(csv);
  must(await run(['--packs', packs, 'import', csv, '--data', data]), 'import');
}
if (records > 0) {
  const served = await Served.start({ data });
  try {
    const put = await fetch(`${served.url}/api/v1/packs/big-city`, { method: 'PUT', body: pack, headers: { 'X-Celadon': '1' } });
    if (!put.ok) throw new Error(`the pack: ${await put.text()}`);
    const page = await served.json('/api/v1/registers/big-unit/tally?by=kind');
    let done = page.items.reduce((sum, item) => sum + item.count, 0);
    while (done < records) {
      const end = Math.min(records, done + rows_a_table);
      const began = Date.now();
      let job = await post(served, '/api/v1/registers/big-unit/imports?name=big.csv', table(done, end));
      const address = `/api/v1/record-imports/${job.id}`;
      while (job.state !== 'done' && job.state !== 'failed') {
        await sleep(500);
        job = await served.json(address);
      }
      if (job.state === 'failed' || job.refused > 0) throw new Error(`records ${done} to ${end}: ${JSON.stringify(job)}`);
      done = end;
      say(`${done} records, the last ${job.added} in ${((Date.now() - began) / 1000).toFixed(0)} s`);
    }
  } finally {
    await served.stop();
  }
}
rmSync(folder, { recursive: true, force: true });
say(`ready: ${existsSync(program) ? program : 'celadon'} serve --data ${data}`);
