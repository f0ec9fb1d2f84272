// Registers over HTTP, of the served program: a register by its pack alone, records, a step, a table of 5,000 rows with
// errors in it, exports, and all of it the same after the program was killed and started again.

import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { Served, sleep, temporaryFolder } from './program.mjs';

const pack = `system: scenario-fume
name: {zh: 情景油烟, en: Scenario fume}
group: air
clause: "4.2"
source: a scenario
codes:
  - {id: scenario-kind, entries: [{code: kitchen, zh: 餐饮, en: Kitchen}, {code: kiln, zh: 窑炉, en: Kiln}]}
registers:
  - id: scenario-unit
    name: {zh: 油烟设施, en: Fume unit}
    kind: case
    number: {prefix: SU, digits: 6}
    title: "{name}"
    fields:
      - {id: code, type: text, zh: 设施编码, en: Unit code, needed: true, unique: true, index: true}
      - {id: name, type: text, zh: 名称, en: Name, needed: true, search: true}
      - {id: kind, type: code, of: scenario-kind, zh: 类别, en: Kind, needed: true}
      - {id: capacity, type: number, unit: m3/h, zh: 处理能力, en: Capacity, min: 0, max: 500000, index: true}
      - {id: outcome, type: text, zh: 结果, en: Outcome}
      - {id: place, type: point, zh: 位置, en: Place}
    lifecycle:
      first: open
      states:
        - {id: open, zh: 待办, en: Open}
        - {id: closed, zh: 办结, en: Closed, final: true}
      steps:
        - {id: close, zh: 办结, en: Close, from: [open], to: closed, who: [duty], needs: [outcome], why: true}
    map: {colour_by: kind, zoom_min: 3}
`;
const unit = '/api/v1/registers/scenario-unit';
const rows = 5000;
const data = temporaryFolder('registers');
let served;

before(async () => { served = await Served.start({ data }); });
after(async () => { await served?.stop(); rmSync(data, { recursive: true, force: true }); });

const post = (path, body) => served.json(path, { method: 'POST', body: JSON.stringify(body) });

async function imported(body, query = '', to = served, register = unit) {
  const job = await to.json(`${register}/imports?name=units.csv${query}`, { method: 'POST', body });
  const seen = [];
  for (;;) {
    const now = await to.json(`/api/v1/record-imports/${job.id}`);
    seen.push(now.done);
    if (now.state === 'done' || now.state === 'failed') return { ...now, seen };
    await sleep(20);
  }
}

/** Every 500th row has no name, every 700th a kind that there is not. */
function table() {
  const lines = ['设施编码,名称,类别,处理能力,位置'];
  for (let i = 1; i <= rows; i += 1) {
    const name = i % 500 === 0 ? '' : `示例设施 ${i}`;
    const kind = i % 700 === 0 ? 'oven' : i % 2 ? 'kitchen' : '窑炉';
    lines.push(`C${i},${name},${kind},${i},"${117 + i / 10000},${29 + i / 20000}"`);
  }
  return `${lines.join('\r\n')}\r\n`;
}

async function whole() {
  const list = await served.json(`${unit}/records?count=yes&limit=1000&sort=capacity&falling=yes`);
  const csv = await (await fetch(`${served.url}${unit}/export?format=csv`)).text();
  return { total: list.total, first: list.items.map((r) => [r.id, r.revision, r.title, r.state, r.values]), csv };
}

test('a register comes into being by its pack alone', async () => {
  const reply = await fetch(`${served.url}/api/v1/packs/scenario-fume`, { method: 'PUT', body: pack });
  assert.equal(reply.status, 201, await reply.text());
  const register = await served.json(unit);
  assert.equal(register.fields.length, 6);
  const { items } = await served.json('/api/v1/systems');
  assert.ok(items.some((s) => s.registers.some((r) => r.id === 'scenario-unit')));
});

test('a record is made and a step is taken once what it needs is there', async () => {
  const made = await post(`${unit}/records`, { why: 'found', values: { code: 'first', name: '示例一号', kind: 'kiln' } });
  assert.equal(made.id, 'SU000001');
  await assert.rejects(post(`${unit}/records/SU000001/steps/close`, { revision: 1, why: '' }), (error) => {
    assert.equal(error.status, 422);
    assert.ok(error.body.findings.length >= 2);
    return true;
  });
  const closed = await post(`${unit}/records/SU000001/steps/close`, { revision: 1, why: 'done', values: { outcome: '已改' } });
  assert.equal(closed.state, 'closed');
  await assert.rejects(served.json(`${unit}/records/SU000001`, {
    method: 'PUT', body: JSON.stringify({ revision: 1, why: 'late', values: { name: 'x' } }),
  }), (error) => error.status === 409 && error.body.newest.revision === 2);
});

test('5,000 rows go in with progress; the wrong ones come back with field and reason', async () => {
  const wrong = 10 + 7 - 1;  // row 3500 is wrong in both ways
  const looked = await imported(table(), '&preview=yes');
  assert.deepEqual([looked.added, looked.refused], [rows - wrong, wrong]);
  const job = await imported(table());
  assert.equal(job.state, 'done', job.error);
  assert.deepEqual([job.rows, job.done, job.added, job.refused], [rows, rows, rows - wrong, wrong]);
  assert.ok(job.seen.every((done, i) => i === 0 || done >= job.seen[i - 1]));
  const sheet = await (await fetch(`${served.url}/api/v1/record-imports/${job.id}/errors.csv`)).text();
  const lines = sheet.trimEnd().split('\r\n');
  assert.equal(lines.length, wrong + 1);
  assert.ok(lines[0].endsWith('row,field,reason,设施编码,名称,类别,处理能力,位置'));
  const both = lines.find((line) => line.startsWith('3501,'));
  assert.match(both, /name/);
  assert.match(both, /C3500/);
  const again = await imported(table());
  assert.deepEqual([again.added, again.refused], [0, rows], 'a code that is there already is not taken twice');
});

test('what is exported goes in again without a change', async () => {
  for (const format of ['xlsx', 'csv', 'geojson']) {
    const file = Buffer.from(await (await fetch(`${served.url}${unit}/export?format=${format}`)).arrayBuffer());
    const job = await imported(file);
    assert.equal(job.state, 'done', job.error);
    assert.equal(job.unchanged, job.rows, format);
    assert.ok(job.rows > 4900);
  }
});

test('after kill -9 and a new start everything is as it was', async () => {
  const earlier = await whole();
  served.child.kill('SIGKILL');
  await served.exited;
  served = await Served.start({ data });
  assert.deepEqual(await whole(), earlier);
  const history = await served.json(`${unit}/records/SU000001/history`);
  assert.deepEqual(history.items.map((r) => r.state), ['open', 'closed']);
  const tile = await fetch(`${served.url}${unit}/tiles/4/13/6.mvt`);
  assert.equal(tile.status, 200);
});

test('each register of the demo city goes out as a table and in again without a change, in three forms', async () => {
  const city = await Served.start({ args: ['--demo', 'demo'] });
  try {
    const { items: systems } = await city.json('/api/v1/systems');
    const registers = systems.flatMap((system) => system.registers).filter((register) => register.count > 0);
    assert.ok(registers.length > 20, `${registers.length} registers have records`);
    for (const { id, count } of registers) {
      for (const format of ['csv', 'xlsx', 'geojson']) {
        const file = Buffer.from(await (await fetch(`${city.url}/api/v1/registers/${id}/export?format=${format}`)).arrayBuffer());
        const job = await imported(file, '', city, `/api/v1/registers/${id}`);
        assert.equal(job.state, 'done', `${id} ${format}: ${job.error}`);
        assert.deepEqual([job.unchanged, job.refused], [count, 0], `${id} as ${format}: ${JSON.stringify(job)}`);
      }
    }
  } finally {
    await city.stop();
  }
});
