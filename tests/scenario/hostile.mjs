// A hostile network between simulated field units and the gateway: frames joined, split at every byte, delayed, short of
// bytes, changed, cut off, answers lost. Whatever was answered is in the archive exactly once, with the value that was
// sent; whatever was not is sent again until it is; sums and counts agree with the units' own ledger.
//
//   node --test tests/scenario/hostile.mjs          CELADON_SEED=7 for another course of events,
//                                                   CELADON_FRONT=1 with a front before the gateway

import assert from 'node:assert';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { test, before, after } from 'node:test';
import { Proxy, misleads, seeded } from './proxy.mjs';
import { archiveHolds, expectAnswered, keyOf, readLedger } from './ledger.mjs';
import { Front, Served, frame212, run, temporaryFolder } from './program.mjs';

const seed = Number(process.env.CELADON_SEED ?? 1);
const units = 8;
const messages = 40;

let served;
let front = null;
let gateway;  // the port that the lines end at
let folder;
const expected = new Map();  // key -> value, of all that was answered

before(async () => {
  folder = temporaryFolder('hostile');
  const socket = path.join(folder, 'front.sock');
  const fronted = process.env.CELADON_FRONT === '1';
  served = await Served.start({ data: path.join(folder, 'data'), args: fronted ? ['--gateway-front-socket', socket] : [] });
  if (fronted) front = await Front.start(socket);
  gateway = front?.port ?? served.gatewayPort;
});
after(async () => {
  await front?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Two hours ago: then the units have their messages ready, and the gateway takes them for live. */
const from = () => new Date(Math.floor(Date.now() / 3600e3) * 3600e3 - 4 * 3600e3).toISOString();

async function simulate(name, port, more = []) {
  const ledger = path.join(folder, `${name}.jsonl`);
  const out = await run(['simulate', 'devices', '--devices', units, '--to', `127.0.0.1:${port}`, '--register', served.url,
    '--kinds', '2011,2051,2061', '--interval-s', 300, '--messages', messages, '--answer-wait-s', 1, '--seed', seed, '--json',
    '--ledger', ledger, ...more]);
  assert(out.code === 0 || out.code === 1, `${name}: exit ${out.code} ${out.stderr}`);
  return { code: out.code, rows: readLedger(ledger), summary: JSON.parse(out.stdout) };
}

const expect = (rows) => expectAnswered(expected, rows);

let course = 0;
async function through(name, faults, more = [], check = () => {}) {
  course += 1;
  const prefix = (0xa0 + course).toString(16).toUpperCase();
  const proxy = await Proxy.start(gateway, seed * 100 + course, faults);
  const result = await simulate(name, proxy.port, ['--mn-prefix', prefix, '--from', from(), ...more]);
  await proxy.stop();
  assert.equal(result.code, 0, `${name}: ${result.summary.never_answered} messages were never answered: ${JSON.stringify(proxy.counts)}`);
  // A long message goes in packets, each counted; its values have the QN of the message.
  assert(result.summary.messages >= new Set(result.rows.map((row) => `${row.mn}|${row.qn}`)).size);
  assert(result.summary.messages >= units * messages);
  assert.equal(result.summary.answered, result.summary.messages);
  assert(result.rows.every((row) => row.answered === true));
  expect(result.rows);
  check(result, proxy.counts);
}

const again = ({ summary }) => assert(summary.repeats > 0, 'nothing was sent again');

test('frames joined in one piece', () => through('join', { join: true }, ['--window', 8]));
test('frames split at every byte', () => through('split', { split: true }));
test('frames delayed', () => through('delay', { delayMs: 60 }, ['--window', 4]));
test('bytes lost', () => through('drop', { drop: 0.15 }, ['--window', 4], (result, counts) => {
  assert(counts.drop > 10);
  again(result);
}));
test('bytes changed', () => through('corrupt', { corrupt: 0.15 }, ['--window', 4], (result, counts) => {
  assert(counts.corrupt > 10);
  assert(result.summary.refused > 0, 'the gateway told nobody of a wrong checksum');
  again(result);
}));
test('connections cut inside a frame', () => through('cut', { cut: 0.08 }, ['--window', 4], (result, counts) => {
  assert(counts.cut > 5);
  assert(result.summary.reconnections >= counts.cut / 2);
}));
test('answers lost and changed: stored, sent again, stored once', () =>
  through('answers', { loseAnswer: 0.1, corruptAnswer: 0.1 }, ['--window', 4], again));
test('all of it at once, with units of every edition and encrypted data', () => through('all',
  { join: true, delayMs: 10, drop: 0.04, corrupt: 0.04, cut: 0.02, loseAnswer: 0.03, corruptAnswer: 0.03 },
  ['--window', 8, '--editions', '2005,2017,2025', '--system', '31,32', '--sm4-key', '00112233445566778899AABBCCDDEEFF'], again));
test('faults of the units themselves', async () => {
  const result = await simulate('faults', gateway, ['--mn-prefix', 'B0', '--from', from(), '--window', 4, '--faults',
    'split=0.1,corrupt=0.1,drop=0.05,drop-bytes=0.1,duplicate=0.1,reorder=0.2,disconnect=0.03,drop-data=0.1,fault-flag=0.1']);
  assert.equal(result.code, 0, JSON.stringify(result.summary));
  for (const fault of ['split', 'corrupt', 'drop', 'drop-bytes', 'duplicate', 'reorder', 'disconnect', 'fault-flag']) {
    assert(result.rows.some((row) => row.fault.split('+').includes(fault)), `${fault} struck nothing`);
  }
  expect(result.rows);
});

test('stored and never answered, then sent again by a later run: there once', async () => {
  const proxy = await Proxy.start(gateway, seed, { mute: true });
  const args = ['--mn-prefix', 'C0', '--from', from()];
  const unheard = await simulate('mute', proxy.port, [...args, '--window', 8, '--for-s', 3, '--settle-s', 1]);
  await proxy.stop();
  assert.equal(unheard.code, 1);
  assert.equal(unheard.summary.answered, 0);
  assert(unheard.rows.length > 0 && unheard.rows.every((row) => row.answered === false && row.sends >= 1));
  const heard = await simulate('heard', gateway, [...args, '--window', 8]);
  assert.equal(heard.code, 0);
  const sent = new Map(heard.rows.map((row) => [`${keyOf(row)}|${row.qn}`, row.value]));
  for (const row of unheard.rows) assert.equal(sent.get(`${keyOf(row)}|${row.qn}`), row.value, 'the second run sent something else');
  expect(heard.rows);
});

test('a unit that nobody hears ends with exit code 1, and nothing of it is in the archive', async () => {
  const proxy = await Proxy.start(gateway, seed, { deaf: true });
  const { code, summary } = await simulate('deaf', proxy.port, ['--mn-prefix', 'D0', '--from', from(), '--for-s', 2, '--settle-s', 1]);
  await proxy.stop();
  assert.equal(code, 1);
  assert.equal(summary.never_answered, units);
});

test('the archive holds what was answered: each value once, as sent, and nothing else', async () => {
  await served.stop();
  await archiveHolds(served.data, expected);
  assert(expected.size > 10_000, `only ${expected.size} values`);
});

test('the checksum finds every changed byte, and the proxy draws again what it would not find', () => {
  const random = seeded(seed);
  const clean = Buffer.from(frame212('QN=20260302000000000;ST=32;CN=2011;PW=123456;MN=A1;Flag=5;CP=&&DataTime=20260302000000;w01018-Rtd=31.5,w01018-Flag=N&&'));
  for (let at = 0; at < clean.length - 2; at += 1) {
    for (let change = 1; change < 256; change += 1) {
      const damaged = Buffer.from(clean);
      damaged[at] ^= change;
      assert(!misleads(damaged, clean), `byte ${at} changed by ${change} passes`);
    }
  }
  // Two bytes eight places apart may be swapped unseen: damage of another kind can mislead, one in 256.
  let misled = 0;
  const draws = 20_000;
  for (let i = 0; i < draws; i += 1) {
    const at = 6 + Math.floor(random() * (clean.length - 20));
    if (misleads(Buffer.concat([clean.subarray(0, at), clean.subarray(at + 1 + Math.floor(random() * 4))]), clean)) misled += 1;
  }
  assert(misled > draws / 1024 && misled < draws / 64, `${misled} of ${draws} shortened frames pass`);
});
