// A report through the served program: its PDF, read by poppler, says what the values say, with its fonts in it; its Word file
// holds each number in a control of its own; a late correction makes a second version and leaves the first as it was.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { inflateRawSync } from 'node:zlib';
import { Served, run, sleep, temporaryFolder } from './program.mjs';

const data = temporaryFolder('reports');
const files = temporaryFolder('report-files');
const stations = ['air.2342A', 'air.2343A', 'air.2344A', 'air.2345A', 'air.2346A'];
const levels = { SO2: [9, 'ug/m3'], NO2: [21, 'ug/m3'], CO: [0.7, 'mg/m3'], O3: [96, 'ug/m3'], PM10: [61, 'ug/m3'], 'PM2.5': [33, 'ug/m3'] };
let served;

before(async () => { mkdirSync(files, { recursive: true }); served = await Served.start({ data }); });
after(async () => { await served?.stop(); for (const folder of [data, files]) rmSync(folder, { recursive: true, force: true }); });

async function imports(rows) {
  const body = ['site,property,period,time,value,unit,flag', ...rows, ''].join('\n');
  const job = await served.json('/api/v1/imports?format=csv&name=day.csv', { method: 'POST', body });
  for (;;) {
    const now = await served.json(`/api/v1/imports/${job.id}`);
    assert.notEqual(now.state, 'failed', JSON.stringify(now.errors));
    if (now.state === 'done') { assert.equal(now.rejected, 0); return; }
    await sleep(50);
  }
}

/** Hours of a legal day at a station, by their end; `of` changes the levels. */
function day(site, date, hours, of = {}) {
  const out = [];
  for (let hour = 1; hour <= hours; ++hour) {
    const end = new Date(Date.parse(`${date}T00:00:00+08:00`) + hour * 3600e3).toISOString();
    for (const [property, [usual, unit]] of Object.entries({ ...levels, ...of }))
      out.push(`${site},${property},PT1H,${end},${usual},${unit},N`);
  }
  return out;
}

const post = (pathname, body) => served.json(pathname, { method: 'POST', body: JSON.stringify(body) });
const bytes = async (pathname) => {
  const reply = await fetch(served.url + pathname);
  assert.equal(reply.status, 200, pathname);
  return Buffer.from(await reply.arrayBuffer());
};
const daily = { template: 'air-daily', day: '2020-04-03', who: '张三', why: '日报' };

/** The parts of a ZIP, by its central directory. */
function unzip(zip) {
  const parts = new Map();
  let at = zip.readUInt32LE(zip.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1')) + 16);
  while (zip.readUInt32LE(at) === 0x02014b50) {
    const [method, packed] = [zip.readUInt16LE(at + 10), zip.readUInt32LE(at + 20)];
    const [name, extra, comment] = [28, 30, 32].map((o) => zip.readUInt16LE(at + o));
    const local = zip.readUInt32LE(at + 42);
    const begin = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const content = zip.subarray(begin, begin + packed);
    parts.set(zip.toString('utf8', at + 46, at + 46 + name), method === 8 ? inflateRawSync(content) : content);
    at += 46 + name + extra + comment;
  }
  return parts;
}

test('the files of a signed report say what its figures say', async () => {
  await imports([...stations.flatMap((site) => day(site, '2020-04-03', 24)), ...stations.flatMap((site) => day(site, '2020-04-04', 1))]);
  const report = await post('/api/v1/reports', daily);
  assert.equal(report.files.length, 4);
  for (const file of report.files) {
    const got = await bytes(`/api/v1/reports/${report.id}/file.${file.form}`);
    assert.equal(createHash('sha256').update(got).digest('hex'), file.hash);
    writeFileSync(path.join(files, `first.${file.form}`), got);
  }
  const pdf = path.join(files, 'first.pdf');
  const text = execFileSync('pdftotext', ['-layout', pdf, '-'], { encoding: 'utf8' });
  for (const figure of report.figures) assert.ok(text.includes(figure.printed.slice(0, 8)), `the PDF has no ${figure.ref} ${figure.printed}`);
  assert.match(text, /空气质量日报/);
  assert.match(text, /签发人：张三/);
  assert.doesNotMatch(text, /草稿/);
  const fonts = execFileSync('pdffonts', [pdf], { encoding: 'utf8' }).trim().split('\n').slice(2);
  assert.ok(fonts.length > 0 && fonts.every((line) => /\s(yes)\s+(yes|no)\s+(yes|no)\s+\d+\s+\d+$/.test(line)), fonts.join('\n'));
  assert.ok(fonts.some((line) => /CJK/.test(line)), fonts.join('\n'));

  const word = unzip(await bytes(`/api/v1/reports/${report.id}/file.docx`)).get('word/document.xml').toString();
  const controls = [...word.matchAll(/<w:sdt>.*?<w:tag w:val="([^"]*)".*?<w:lock w:val="sdtContentLocked"\/>.*?<\/w:sdt>/g)];
  const said = new Map();
  for (const [all, ref] of controls) {
    const words = [...all.matchAll(/<w:t [^>]*>([^<]*)<\/w:t>/g)].map((m) => m[1]).join('');
    said.set(ref, [...(said.get(ref) ?? []), words]);
  }
  for (const figure of report.figures)
    assert.ok(said.get(figure.ref)?.some((words) => words.startsWith(figure.printed)), `Word has no locked ${figure.ref}`);
});

test('after a late correction the second version marks what changed, and the first stays', async () => {
  const old = await bytes('/api/v1/reports/air-daily-2020-04-03-1/file.pdf');
  await imports(day('air.2344A', '2020-04-03', 24, { 'PM2.5': [55, 'ug/m3'] }));
  const preview = await post('/api/v1/report-preview', daily);
  assert.ok(preview.changes.length > 0);
  assert.ok(preview.changes.every((c) => c.erratum !== null && c.old !== c.new), JSON.stringify(preview.changes));
  const second = await post('/api/v1/reports', { ...daily, digest: preview.digest, why: '更正' });
  assert.equal(second.version, 2);
  assert.equal(second.replaces, 'air-daily-2020-04-03-1');
  assert.deepEqual(await bytes('/api/v1/reports/air-daily-2020-04-03-1/file.pdf'), old);
  writeFileSync(path.join(files, 'second.pdf'), await bytes(`/api/v1/reports/${second.id}/file.pdf`));
  const text = execFileSync('pdftotext', ['-layout', path.join(files, 'second.pdf'), '-'], { encoding: 'utf8' });
  assert.match(text, /更正说明/);
  for (const change of preview.changes) assert.ok(text.includes(change.new.slice(0, 6)), `${change.ref} ${change.new}`);
  const word = unzip(await bytes(`/api/v1/reports/${second.id}/file.docx`)).get('word/document.xml').toString();
  for (const change of preview.changes) assert.ok(word.includes(`<w:strike/>`) && word.includes(`>${change.old}<`), change.ref);
  const first = await served.json('/api/v1/reports/air-daily-2020-04-03-1');
  assert.ok(first.errata.length > 0, 'the first version is not marked');
});

test('celadon report checks templates and makes drafts', async () => {
  const wrong = path.join(files, 'wrong.md');
  writeFileSync(wrong, '---\nid: wrong\nname_zh: 错\nname_en: Wrong\nkind: daily\nperiod: day\nvalues: [air-day]\nsource: a scenario\n---\n=== zh\n{{ day.city.api }}\n=== en\nText\n');
  const refused = await run(['report', 'check', wrong]);
  assert.notEqual(refused.code, 0);
  assert.match(refused.stderr, /wrong\.md:11: there is no value 'day\.city\.api'/);
  const all = await run(['report', 'check']);
  assert.equal(all.code, 0, all.stderr);
  assert.match((await run(['report', 'list'])).stdout, /air-daily/);
  assert.match((await run(['report', 'values'])).stdout, /water\.sections\[\]\.class/);
});
