// What simulated field units say they sent, held against what an archive has.

import assert from 'node:assert';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { root, run } from './program.mjs';

export const columns = (text) => {
  const [header, ...rows] = text.trim().split('\n').filter((line) => !line.startsWith('#')).map((line) => line.split(','));
  return rows.map((cells) => Object.fromEntries(header.map((name, i) => [name, cells[i]])));
};
const codes = new Map();
for (const row of columns(readFileSync(path.join(root, 'packs/standards/hj212_properties.csv'), 'utf8'))) {
  if (row.st === '*' || row.st === '31' || row.st === '32') codes.set(row.code, row.property);
}
const statistic = { Rtd: 'mean', Avg: 'mean', Min: 'minimum', Max: 'maximum', Cou: 'total',
  ZsRtd: 'converted_mean', ZsAvg: 'converted_mean', ZsMin: 'converted_minimum', ZsMax: 'converted_maximum' };
const averaging = { 2011: 'PT0S', 2051: 'PT10M', 2061: 'PT1H' };

export const readLedger = (file) => readFileSync(file, 'utf8').trim().split('\n').filter(Boolean).map((line) => JSON.parse(line));

/** Which value of the archive a row of a ledger is. */
export const keyOf = (row) => {
  const property = codes.get(`${row.factor}-${row.suffix}`) ?? codes.get(row.factor);  // a total may have its own unit
  assert(property, `factor ${row.factor} has no property`);
  return [`sim.${row.mn}`, property, averaging[row.cn], statistic[row.suffix], row.end].join('|');
};

/** Notes in `expected` what was answered; every value once, also in the ledger. */
export function expectAnswered(expected, rows) {
  for (const row of rows.filter((one) => one.answered)) {
    const key = keyOf(row);
    assert(!expected.has(key), `the ledger has ${key} twice`);
    expected.set(key, row.value);
  }
}

/** The archive of a stopped server holds what was answered: each value once, as sent, and nothing else of the units. */
export async function archiveHolds(data, expected) {
  const out = await run(['export', '--data', data, '--format', 'csv', '--versions']);
  assert.equal(out.code, 0, out.stderr);
  const seen = new Map();
  let sum = 0;
  for (const row of columns(out.stdout)) {
    if (!row.site.startsWith('sim.')) continue;
    const key = [row.site, row.property, row.averaging, row.statistic, row.time].join('|');
    assert(!seen.has(key), `${key} is there twice`);
    seen.set(key, Number(row.value));
    sum += Number(row.value);
  }
  let expectedSum = 0;
  for (const [key, value] of expected) {
    assert(seen.has(key), `${key} was answered and is not there`);
    assert(Math.abs(seen.get(key) - value) <= 1e-9 * Math.abs(value), `${key} is ${seen.get(key)}, and ${value} was sent`);
    expectedSum += value;
  }
  const more = [...seen.keys()].filter((key) => !expected.has(key));
  assert.deepEqual(more.slice(0, 3), [], `${more.length} values are there that nobody was answered for`);
  assert.equal(seen.size, expected.size);
  assert(Math.abs(sum - expectedSum) <= 1e-9 * Math.abs(expectedSum));
}
