// The command line on real files and on bad ones.

import assert from 'node:assert';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { Served, root, run, temporaryFolder } from './program.mjs';

const lastLine = (text) => text.trim().split('\n').at(-1);

test('every published hourly index agrees, and water grades as far as their printed values decide them', async () => {
  const air = await run(['verify', 'aqi', 'demo/air-station-hourly-2020/national_hourly.csv.zst']);
  assert.equal(lastLine(air.stdout), 'agree 188183 of 188183');
  const rivers = await run(['verify', 'water', '--rivers-only', '--must-agree', '94.8', 'demo/water-auto-4h-2021/national_4h.csv.zst']);
  assert.equal(rivers.code, 0, lastLine(rivers.stdout));
  const lakes = await run(['verify', 'water', '--must-agree', '98.6', 'demo/water-auto-4h-2021/national_4h.csv.zst']);
  assert.equal(lakes.code, 0, lastLine(lakes.stdout));
  assert.match(lakes.stdout, /differs +\d+ +a value stands at a limit as printed/);
  const missing = await run(['verify', 'aqi', 'no-such-file.csv']);
  assert.equal(missing.code, 66);
});

test('judge answers line by line, good and bad', async () => {
  const input = [
    '{"date":"2020-03-26T18:00:00+08:00","inputs":{"pm25":17,"PM10":58,"CO":{"value":700,"unit":"ug/m3"},"NO2":34,"O3":30,"SO2":5}}',
    'not json',
    '{"date":"2020-03-26 18:00","inputs":{"dust":1}}',
    '{"date":"2020-03-26 18:00","inputs":{"PM2.5":{"value":1,"unit":"[ppb]"}}}',
    '{"date":"2026-03-01","inputs":{"PM2.5":75,"PM10":null}}',
  ].join('\n');
  const out = await run(['judge', 'aqi-hourly'], { input });
  assert.equal(out.code, 65);
  const [good, json, dust, unit, na] = out.stdout.trim().split('\n').map((line) => JSON.parse(line));
  assert.deepEqual([good.verdict.value, good.verdict.primary, good.edition], [54, ['PM10'], 'HJ 633-2012']);
  assert(good.why.every((step) => step.clause !== undefined && step.trust));
  assert.equal(json.line, 2);
  assert.equal(dust.verdict.status, 'not-judged');
  assert.equal(dust.inputs[0].used, false);
  assert.equal(unit.verdict.status, 'not-judged');
  assert.match(unit.inputs[0].reason_en, /cannot be converted/);
  assert.deepEqual([na.edition, na.verdict.value], ['HJ 633-2026', 114]);
  const unknown = await run(['judge', 'aqi-hourly', '--edition', 'HJ 1'], { input: '' });
  assert.equal(unknown.code, 65);
  assert.match(unknown.stderr, /^celadon: edition 'HJ 1' is not known; there are HJ 633-2012, HJ 633-2026\n$/);
});

test('the packs are listed, shown and checked, and a misprint is told with file, line and reason', async () => {
  const checked = await run(['standards', 'check']);
  assert.match(checked.stdout, /^\d+ rules; \d+ tables of \d+ rows, .*no misprint, no overlap\n$/);
  const listed = await run(['standards', 'list', '--medium', 'air']);
  assert.match(listed.stdout, /ambient-air .*\n +GB 3095-2012 +2016-01-01 \.\. 2026-02-28/);
  const shown = await run(['standards', 'show', 'noise-zone']);
  assert.match(shown.stdout, /zone=4a/);
  assert.equal((await run(['standards', 'show', 'smell'])).code, 65);

  const folder = temporaryFolder('packs');
  const packs = path.join(folder, 'packs');
  const misprint = async (file, from, to) => {
    cpSync(path.join(root, 'packs'), packs, { recursive: true });
    const text = readFileSync(path.join(packs, 'standards', file), 'utf8');
    assert(text.includes(from), `${file} has ${from}`);
    writeFileSync(path.join(packs, 'standards', file), text.replace(from, to));
    const refused = await run(['--packs', packs, 'standards', 'check']);
    assert.equal(refused.code, 65, refused.stdout);
    return refused.stderr;
  };
  assert.match(await misprint('hj633-2012.yaml', '[0, 35, 75,', '[0, 75, 35,'), /^celadon: hj633-2012\.yaml:\d+: .*rise/);
  assert.match(await misprint('tables/gb3096-2008.csv', ',dB,', ',mg/L,'), /gb3096-2008\.csv:\d+/);
  assert.match(await misprint('annexes.csv', '2011-03-09', '2011-13-09'), /^celadon: annexes\.csv:\d+: valid_from/);
  rmSync(folder, { recursive: true });
});

test('evaluate makes days and a month of the stored hours, once, and compare finds the days on which editions differ', async () => {
  const folder = temporaryFolder('evaluate');
  const data = path.join(folder, 'data');
  assert.equal((await run(['import', 'demo/air-station-hourly-2020/jingdezhen_hourly.csv', '--data', data])).code, 0);
  const out = path.join(folder, 'march.jsonl');
  const args = ['evaluate', 'air', '--from', '2020-03-01', '--to', '2020-03-31', '--data', data, '--out', out];
  const first = await run(args);
  assert.equal(first.code, 0, first.stderr);
  assert.match(first.stdout, /^6 sites, \d+ values looked at; .* [1-9]\d* derived values are new\n$/);
  const sites = readFileSync(out, 'utf8').trim().split('\n').map((line) => JSON.parse(line));
  assert.deepEqual(sites.map((s) => s.site), ['air.2342A', 'air.2343A', 'air.2344A', 'air.2345A', 'air.2346A', 'city.360200']);
  assert(sites.every((s) => s.verdict.status === 'not-judged' && /too few/.test(s.verdict.reason_en)), 'five days are no month');
  assert.match((await run([...args, '--threads', '1'])).stdout, / 0 derived values are new/);
  // 2020-03-31 has 23 hours of PM2.5 at 2343A: the mean of the file is the derived day.
  const rows = readFileSync(path.join(root, 'demo/air-station-hourly-2020/jingdezhen_hourly.csv'), 'utf8').trim().split(/\r?\n/).map((l) => l.split(','));
  const [code, time, pm25] = ['station_code', 'time', 'pm25'].map((name) => rows[0].indexOf(name));
  const hours = rows.filter((r) => r[code] === '2343A' && (r[time].startsWith('2020-03-31') || r[time].startsWith('2020-04-01 00')) && !r[time].startsWith('2020-03-31 00') && r[pm25] !== '');
  assert(hours.length >= 20, `${hours.length} hours`);
  const mean = hours.reduce((sum, r) => sum + Number(r[pm25]), 0) / hours.length;
  const stored = await run(['export', '--data', data, '--site', 'air.2343A', '--property', 'PM2.5', '--averaging', 'P1D']);
  const [derived] = stored.stdout.trim().split('\n').slice(1).map((line) => line.split(','));
  assert.deepEqual([derived[3], Number(derived[4]), derived[8]], ['2020-03-31T16:00:00Z', Math.round(mean), 'derived']);
  const bad = await run(['evaluate', 'air', '--from', '2020-04-01', '--to', '2020-03-31', '--data', data]);
  assert.equal(bad.code, 65);
  assert.match(bad.stderr, /^celadon: the period ends before it begins\n$/);

  const days = ['34', '35', '60', '60.4', '60.5', '75', '76'].map((v) => JSON.stringify({ date: '2025-06-01', inputs: { 'PM2.5': Number(v) } })).join('\n');
  const compared = await run(['judge', 'ambient-air', '--differing', '--editions', 'GB 3095-2012,GB 3095-2026/transition,GB 3095-2026/final'], { input: days });
  const lines = compared.stdout.trim().split('\n').map((line) => JSON.parse(line));
  assert.deepEqual(lines.map((l) => [l.line, l.because, l.editions.map((e) => e.verdict.class)]), [
    [3, ['PM2.5'], ['meets', 'meets', 'exceeds']], [4, ['PM2.5'], ['meets', 'meets', 'exceeds']],
    [5, ['PM2.5'], ['meets', 'meets', 'exceeds']], [6, ['PM2.5'], ['meets', 'exceeds', 'exceeds']],
  ]);
  rmSync(folder, { recursive: true });
});

test('import twice adds nothing, and what is exported is imported again as the same', async () => {
  const folder = temporaryFolder('import');
  const data = path.join(folder, 'data');
  const file = 'demo/air-station-hourly-2020/jingdezhen_hourly.csv';
  assert.equal((await run(['import', file, '--data', data])).code, 0);
  const again = await run(['import', file, '--data', data]);
  assert.match(again.stdout, /630 rows read, 0 values added, 5040 unchanged/);
  const first = await run(['export', '--data', data]);
  const csv = path.join(folder, 'out.csv');
  writeFileSync(csv, first.stdout);
  const copy = path.join(folder, 'copy');
  const back = await run(['import', csv, '--data', copy]);
  assert.equal(back.code, 0, back.stderr + back.stdout);
  const second = await run(['export', '--data', copy]);
  const values = (text) => text.trim().split('\n').slice(1).map((line) => line.split(',').slice(0, 9).join(',')).sort();
  assert.deepEqual(values(second.stdout), values(first.stdout));
  assert(values(first.stdout).length > 4000);
  rmSync(folder, { recursive: true });
});

test('bad rows are listed with line, field and reason, and good ones are in', async () => {
  const folder = temporaryFolder('bad');
  const csv = path.join(folder, 'bad.csv');
  const errors = path.join(folder, 'errors.csv');
  writeFileSync(csv, ['site,property,averaging,time,value,unit,flag', 'air.2344A,PM2.5,PT1H,2019-01-01T01:00:00Z,12,ug/m3,N',
    'air.2344A,PM2.5,PT1H,yesterday,12,ug/m3,N', 'air.2344A,dust,PT1H,2019-01-01T01:00:00Z,12,ug/m3,N',
    'air.2344A,PM2.5,PT1H,2019-01-01T02:00:00Z,twelve,ug/m3,N', 'air.9999A,PM2.5,PT1H,2019-01-01T02:00:00Z,1,ug/m3,N'].join('\n'));
  const out = await run(['import', csv, '--data', path.join(folder, 'data'), '--errors', errors]);
  assert.equal(out.code, 65);
  const listed = readFileSync(errors, 'utf8').trim().split('\n');
  assert.equal(listed[0], 'line,field,value,reason');
  assert.deepEqual(listed.slice(1).map((line) => line.split(',').slice(0, 2).join(',')), ['3,time', '4,property', '5,value', '6,site']);
  const stored = await run(['export', '--data', path.join(folder, 'data')]);
  assert.equal(stored.stdout.trim().split('\n').length, 2);
  rmSync(folder, { recursive: true });
});

test('a frame is decoded and explained, a damaged one refused', async () => {
  const made = await run(['hj212', 'frame', 'QN=20160801085857223;ST=91;CN=9014;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&&&']);
  assert.equal(made.stdout, '##0087QN=20160801085857223;ST=91;CN=9014;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&&&3240\r\n');
  const explained = await run(['hj212', 'decode'], { input: made.stdout });
  assert.equal(explained.code, 0);
  assert.match(explained.stdout, /数据应答/);
  const damaged = await run(['hj212', 'decode', '--json'], { input: made.stdout.replace('123456', '123457') });
  assert.equal(damaged.code, 65);
  assert.equal(JSON.parse(damaged.stdout).valid, false);
});

test('a damaged or held data folder stops the start with the file and what to do', async () => {
  const folder = temporaryFolder('damaged');
  mkdirSync(path.join(folder, 'archive'), { recursive: true });
  writeFileSync(path.join(folder, 'archive/observations.duckdb'), 'x'.repeat(10000));
  const damaged = await run(['serve', '--data', folder, '--port', '0', '--gateway-port', '0']);
  assert.equal(damaged.code, 74);
  assert.match(damaged.stderr, /observations\.duckdb cannot be read as an archive: put back a backup/);
  rmSync(folder, { recursive: true });
  const served = await Served.start();
  const second = await run(['export', '--data', served.data]);
  assert.equal(second.code, 75);
  assert.match(second.stderr, /in use by another process/);
  assert.deepEqual((await served.stop()).code, 0);
});

test('the interface refuses bad requests by field and answers good ones with an ETag', async (t) => {
  const served = await Served.start({ args: ['--demo', 'demo'] });
  t.after(() => served.stop());
  const refused = async (pathname, status, field, options) => {
    const reply = await fetch(served.url + pathname, options);
    assert.equal(reply.status, status, pathname);
    assert.equal(reply.headers.get('content-type'), 'application/problem+json');
    const body = await reply.json();
    assert.equal(body.status, status);
    if (field) assert.equal(body.field, field, pathname);
    return body;
  };
  await refused('/api/v1/observations?site=air.2344A&from=yesterday', 400, 'from');
  await refused('/api/v1/observations?site=air.2344A&from=2021-01-01&to=2020-01-01', 422, 'from');
  await refused('/api/v1/observations?site=nowhere', 404, 'site');
  await refused('/api/v1/observations?site=air.2344A&property=dust', 422, 'property');
  await refused('/api/v1/observations?site=air.2344A&colour=red', 400, 'colour');
  await refused('/api/v1/judgements?at=2020-04-01&edition=HJ%201', 422, 'edition');
  await refused('/api/v1/judgements?site=air.2344A', 400);
  await refused('/api/v1/nothing', 404);
  await refused('/api/v1/sites', 405, undefined, { method: 'DELETE' });
  await refused('/api/v1/cases/1/close', 422, 'who', { method: 'POST', body: '{"who":"","why":"x","revision":1}' });
  await refused('/api/v1/cases/1/close', 400, 'body', { method: 'POST', body: 'nonsense' });
  await refused('/api/v1/cases/999/close', 404, undefined, { method: 'POST', body: '{"who":"a","why":"b","revision":1}' });
  await refused('/api/v1/imports?format=xml', 422, 'format', { method: 'POST', body: 'a,b' });
  await refused('/tiles/boundaries/40/0/0.mvt', 404);
  await refused('/tiles/secrets/1/0/0.mvt', 404, 'layer');
  await refused('/assets/../../packs/properties.csv', 404);
  await refused('/api/v1/cases/1/close', 413, undefined, { method: 'POST', body: 'x'.repeat(2 << 20) });

  const good = await fetch(`${served.url}/api/v1/sites`);
  const tag = good.headers.get('etag');
  assert.equal((await fetch(`${served.url}/api/v1/sites`, { headers: { 'if-none-match': tag } })).status, 304);
  assert.equal(good.headers.get('content-encoding'), 'gzip');
  const description = await served.json('/api');
  assert.equal(description.openapi, '3.1.0');
  for (const known of ['/api/v1/observations', '/tiles/{layer}/{z}/{x}/{y}.mvt', '/api/v1/cases/{id}/close']) assert(description.paths[known], known);

  // As known before the import nothing was known.
  const before = await served.json('/api/v1/observations?site=air.2344A&property=PM2.5&as_known_at=2020-01-01');
  assert(before.items.every((item) => item.value.length === 0));
  const cases = await served.json('/api/v1/cases?state=open');
  if (cases.items.length > 0) {
    const [one] = cases.items;
    const close = (revision) => fetch(`${served.url}/api/v1/cases/${one.id}/close`,
      { method: 'POST', body: JSON.stringify({ who: '值班员', why: '已核实', revision }) });
    assert.equal((await close(one.revision + 7)).status, 409);
    assert.equal((await close(one.revision)).status, 200);
    assert.equal((await close(one.revision)).status, 409);
  }
  const body = readFileSync(path.join(root, 'demo/air-cnemc-feeds/airnow_20180220T07.geojson.zst'));
  const job = await (await fetch(`${served.url}/api/v1/imports?name=airnow.geojson.zst`, { method: 'POST', body })).json();
  let state = job;
  for (let i = 0; i < 200 && state.state === 'running'; i += 1) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    state = await served.json(`/api/v1/imports/${job.id}`);
  }
  assert.equal(state.state, 'done', JSON.stringify(state));
  assert(state.added >= 20, JSON.stringify(state));
});
