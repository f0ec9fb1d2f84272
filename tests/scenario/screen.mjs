// Screening of self-monitoring series: a trick is planted, found, and the proof file holds by its hashes.

import assert from 'node:assert';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { root, run, temporaryFolder } from './program.mjs';

const tamper = process.env.CELADON_TAMPER ?? path.join(root, 'build/release/celadon_tamper');
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

/** A year of hours that wander with a daily course, from a seed; one decimal. */
function honestSeries(seed, hours = 8760) {
  let state = seed >>> 0;
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 0.5) / 4294967296;
  };
  const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  const lines = ['time,value'];
  let level = 0;
  for (let hour = 0; hour < hours; hour += 1) {
    level = 0.95 * level + 2 * normal();
    const value = 40 + 3 * level + 5 * Math.sin((2 * Math.PI * hour) / 24) + 2 * normal();
    const time = new Date(Date.UTC(2023, 0, 1, hour)).toISOString().replace('.000', '');
    lines.push(`${time},${Math.max(value, 0.1).toFixed(1)}`);
  }
  return `${lines.join('\n')}\n`;
}

function plant(args) {
  const out = spawnSync(tamper, ['plant', ...args.map(String)], { encoding: 'utf8' });
  assert.equal(out.status, 0, out.stderr);
  return JSON.parse(out.stdout);
}

test('an honest series has no finding; a planted copy is found and its proof holds by its hashes', async () => {
  const folder = temporaryFolder('screen');
  const honest = path.join(folder, 'honest.csv');
  const forged = path.join(folder, 'forged.csv');
  writeFileSync(honest, honestSeries(7));
  const quiet = await run(['screen', honest, '--limit', 60, '--fail-on-finding']);
  assert.equal(quiet.code, 0, quiet.stdout);
  assert.match(quiet.stdout, /^0 findings in 1 outlets of 8760 hours/);

  const planted = plant(['copy-block', honest, '--out', forged, '--strength', 0.5, '--seed', 3]);
  assert.equal(planted.trick, 'copy-block');
  const proofs = path.join(folder, 'proof');
  const found = await run(['screen', forged, '--out', proofs, '--fail-on-finding']);
  assert.equal(found.code, 1, found.stdout);
  assert.match(found.stdout, /forged value: copied-block: 48 hours .*; p /);

  const [name] = readdirSync(proofs);
  const proof = JSON.parse(readFileSync(path.join(proofs, name, 'proof.json'), 'utf8'));
  assert.equal(proof.format, 'celadon-screening-proof/1');
  assert.equal(proof.input.sha256, sha256(readFileSync(forged)));
  assert.equal(proof.pack.sha256, sha256(readFileSync(path.join(root, 'packs/quality/screening.yaml'))));
  assert.equal(proof.series.values_sha256, sha256(readFileSync(forged, 'utf8')), 'the tool writes the canonical form');
  for (const finding of proof.findings) {
    assert.equal(finding.evidence.sha256, sha256(finding.evidence.csv));
    assert.equal(finding.other.evidence.sha256, sha256(finding.other.evidence.csv));
    assert(finding.statistics.p >= 0 && finding.statistics.adjusted_p <= finding.rule.alpha);
    assert(finding.reason_zh && finding.reason_en && finding.figure_svg.startsWith('<svg'));
    const values = (csv) => csv.trim().split('\n').slice(1).map((line) => line.split(',')[1]);
    assert.deepEqual(values(finding.evidence.csv), values(finding.other.evidence.csv), 'the copy is seen in the proof');
    const changed = finding.evidence.csv.replace(/\d\n$/, (digit) => `${(Number(digit[0]) + 1) % 10}\n`);
    assert.notEqual(changed, finding.evidence.csv);
    assert.notEqual(finding.evidence.sha256, sha256(changed), 'a changed value breaks the hash');
  }
  const printed = spawnSync('pdftotext', [path.join(proofs, name, 'proof.pdf'), '-'], { encoding: 'utf8' }).stdout;
  assert.match(printed, /自动监测数据筛查证明/);
  for (const said of [proof.input.sha256, proof.pack.sha256, proof.findings[0].evidence.sha256])
    assert(printed.replaceAll(/\s/g, '').includes(said), `${said} stands in the PDF`);
  const page = readFileSync(path.join(proofs, name, 'proof.html'), 'utf8');
  assert.match(page, /<html lang="zh-CN">/);
  assert.match(page, /不是弄虚作假的结论/);
  assert(page.includes(proof.input.sha256) && page.includes(proof.command.replaceAll("'", '&#39;').slice(0, 14)));
  assert.doesNotMatch(page.replaceAll('http://www.w3.org/2000/svg', ''), /https?:|<script|<link|@import|url\(/);

  const again = await run(proof.command.split(' ').slice(1, -2));
  assert.equal(again.stdout.split('\n')[0], found.stdout.split('\n')[0], 'the command in the proof repeats the finding');
  rmSync(folder, { recursive: true });
});

test('other tricks are found at a strength where they must be', async () => {
  const folder = temporaryFolder('tricks');
  const honest = path.join(folder, 'honest.csv');
  const forged = path.join(folder, 'forged.csv');
  writeFileSync(honest, honestSeries(11));
  const columns = 'concentration=value,o2=o2,load=load,mark=mark';
  for (const [trick, rule, extra, screenExtra] of [
    ['flat', 'flat-line', [], []],
    ['near-flat', 'near-flat', [], []],
    ['digit', 'digit-preference', [], []],
    ['cap', 'capped', ['--limit', 50], ['--limit', 50]],
    ['hide-by-calibration', 'marks-hide-peaks', ['--companions', '--limit', 50], ['--columns', columns]],
    ['dilute', 'dilution-timing', ['--companions', '--limit', 50], ['--columns', columns]],
  ]) {
    plant([trick, honest, '--out', forged, '--strength', 1, '--seed', 5, ...extra]);
    const found = await run(['screen', forged, ...screenExtra]);
    assert.match(found.stdout, new RegExp(`forged value: ${rule}: `), `${trick}: ${found.stdout}${found.stderr}`);
  }
  rmSync(folder, { recursive: true });
});

test('bad input is one line with file, line and reason', async () => {
  const folder = temporaryFolder('screen-bad');
  const file = path.join(folder, 'bad.csv');
  const refused = async (text, args = []) => {
    writeFileSync(file, text);
    const out = await run(['screen', file, ...args]);
    assert.notEqual(out.code, 0);
    assert.equal(out.stderr.trim().split('\n').length, 1);
    return `${out.code} ${out.stderr}`;
  };
  assert.match(await refused('time,value\n2023-01-01 01:00,abc\n'), /^65 celadon: .*bad\.csv:2: 'abc' is not a number/);
  assert.match(await refused('time,SO2\n'), /^65 .*bad\.csv:1: there is no column 'concentration'; name it with --columns/);
  assert.match(await refused('time,value\n'), /^65 .*there are no rows/);
  assert.match(await refused('time,value\n2023-01-01 01:30,1\n'), /^65 .*:2: the time is not a whole hour/);
  assert.match(await refused('time,value\n1990-01-01 01:00,1\n2023-01-01 01:00,1\n'), /^65 .*more than 20 years/);
  assert.match(await refused('time,value\n', ['--columns', 'smell=x']), /^65 .*'smell=x': expected PART=NAME/);
  assert.equal((await run(['screen', path.join(folder, 'none.csv')])).code, 66);

  const packs = path.join(folder, 'packs');
  cpSync(path.join(root, 'packs'), packs, { recursive: true });
  const pack = path.join(packs, 'quality/screening.yaml');
  writeFileSync(pack, readFileSync(pack, 'utf8').replace('length_min: 8', 'length_min: 2'));
  const misprint = await run(['--packs', packs, 'screen', file]);
  assert.equal(misprint.code, 65);
  assert.match(misprint.stderr, /^celadon: screening\.yaml:\d+: length_min: expected a whole number from 3 to 8784\n$/);
  rmSync(folder, { recursive: true });
});
