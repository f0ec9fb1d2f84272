// A front between the field units and the server: what is answered is stored once, whatever is killed on the way.

import assert from 'node:assert';
import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { test, before, after } from 'node:test';
import { Device, hour212 } from './device.mjs';
import { archiveHolds, expectAnswered, readLedger } from './ledger.mjs';
import { registration } from './load.mjs';
import { Front, Served, program, root, run, sleep, temporaryFolder } from './program.mjs';

const units = 60;
const seconds = 14;

let folder;
let socket;
let served;
let front;

before(async () => {
  folder = temporaryFolder('front');
  socket = path.join(folder, 'front.sock');
  served = await Served.start({ data: path.join(folder, 'data'), keepRunning: true, args: ['--gateway-front-socket', socket] });
  front = await Front.start(socket);
});
after(() => rmSync(folder, { recursive: true, force: true }));

const metric = async (name) => Number(new RegExp(`^${name} (\\d+)`, 'm').exec(await (await fetch(`${served.url}/metrics`)).text())[1]);
async function until(what, holds) {
  for (const end = Date.now() + 20_000; !(await holds());) {
    assert(Date.now() < end, `not in time: ${what}`);
    await sleep(20);
  }
}

test('a device behind a front has its own address, and the rule about addresses holds', async () => {
  const mn = 'FE0000000001';
  await served.json('/api/v1/devices', registration([{ mn, password: '123456' }]));
  const entry = await served.json(`/api/v1/devices/${mn}`);
  await served.json(`/api/v1/devices/${mn}`, { method: 'PUT', body: JSON.stringify({ who: 'Li', why: 'scenario', revision: entry.revision, addresses: ['127.0.0.5'] }) });
  const device = await new Device({ mn }).connect(front.port, { localAddress: '127.0.0.5' });
  const data = `DataTime=${hour212(new Date(Date.now() - 3600e3))};w01018-Avg=12,w01018-Flag=N`;
  assert.equal((await device.send('2061', data)).CN, '9014');
  assert.equal((await served.json(`/api/v1/devices/${mn}`)).peer, `127.0.0.5:${device.socket.localPort}`);
  assert.equal(await metric('celadon_hj212_fronts'), 1);
  assert.equal(await metric('celadon_hj212_front_connections'), 1);
  assert.equal(await metric('celadon_hj212_connections'), 1);
  const stranger = await new Device({ mn }).connect(front.port, { localAddress: '127.0.0.6' });
  const refused = await stranger.send('2061', data);
  assert.deepEqual([refused.CN, refused.items.QnRtn], ['9011', '2']);
  stranger.close();
  device.close();
  await until('both are gone', async () => await metric('celadon_hj212_front_connections') === 0);
});

test('front and server are killed in turn while units send: each answered value is there once, and the sums agree', async () => {
  const ledger = path.join(folder, 'units.jsonl');
  const from = new Date(Math.floor(Date.now() / 3600e3) * 3600e3 - 6 * 3600e3).toISOString();
  const args = ['simulate', 'devices', '--devices', units, '--mn-prefix', 'FF', '--to', `127.0.0.1:${front.port}`, '--register', served.url,
    '--kinds', '2011,2051', '--from', from, '--speed', 120, '--interval-s', 60, '--window', 8, '--answer-wait-s', 2, '--for-s', seconds,
    '--settle-s', 60, '--seed', process.env.CELADON_SEED ?? 1, '--json', '--ledger', ledger];
  const child = spawn(program, args.map(String), { cwd: root });
  let out = '';
  let words = '';
  child.stdout.on('data', (bytes) => { out += bytes; });
  child.stderr.on('data', (bytes) => { words += bytes; });
  const ended = new Promise((resolve) => child.on('close', resolve));

  const kills = { front: 0, server: 0 };
  await until('the units are connected', async () => await metric('celadon_hj212_front_connections') === units);
  for (const begin = Date.now(); Date.now() < begin + (seconds - 4) * 1000;) {
    await sleep(1200);
    await front.stop('SIGKILL');
    kills.front += 1;
    front = await Front.start(socket, { port: front.port });
    await sleep(1200);
    const pid = served.servingPid();
    process.kill(pid, 'SIGKILL');
    kills.server += 1;
    await until('another server', () => { try { return served.servingPid() !== pid; } catch { return false; } });
    await served.untilHealthy();
    await front.untilOpen();
  }
  const code = await ended;
  assert.equal(code, 0, `${words} ${out}`);
  const summary = JSON.parse(out);
  assert(kills.front >= 2 && kills.server >= 2, JSON.stringify(kills));
  assert.equal(summary.never_answered, 0);
  assert.equal(summary.answered, summary.messages);
  assert(summary.reconnections >= units * 2, `${summary.reconnections} reconnections`);
  assert(summary.messages > units * 10, `only ${summary.messages} messages`);
  assert.match(front.lines, /^HJ 212 front: 127\.0\.0\.1:\d+ for /m);
  assert.equal(front.lines.match(/was closed/g)?.length ?? 0, 1, `the last server was killed once behind this front: ${front.lines}`);
});

test('what breaks the rules of the link is told, and the front beside it goes on', async () => {
  const ends = (bytes) => new Promise((resolve) => { net.connect(socket, function () { this.write(bytes); }).on('close', resolve).resume(); });
  await ends('##0000');
  await ends(Buffer.concat([Buffer.from('celadon front 1\n'), Buffer.from([0, 0, 0, 9, 2, 0, 0, 0, 1, 35])]));
  await until('the reasons', () => {
    const log = readFileSync(served.log, 'utf8');
    return log.includes('the link of a front was closed: it does not speak the language of the link') && log.includes('channel 9 was never opened');
  });
  assert.equal(await metric('celadon_hj212_fronts'), 1);
});

test('errors of the command line say what to do; one that is told to stop closes its devices', async () => {
  const taken = await run(['front', '--listen', `127.0.0.1:${front.port}`, '--to', socket]);
  assert.equal(taken.code, 74);
  assert.match(taken.stderr, /^celadon: the front cannot listen on 127\.0\.0\.1:\d+: Address already in use/);
  assert.equal((await run(['front', '--listen', 'here', '--to', socket])).code, 65);
  assert.equal((await run(['front'])).code, 64);
  const second = await run(['serve', '--data', path.join(folder, 'other'), '--port', 0, '--gateway-port', 0, '--gateway-front-socket', socket]);
  assert.equal(second.code, 75);
  assert.match(second.stderr, /another server takes the links of fronts/);
  const device = await new Device({ mn: 'FE0000000001' }).connect(front.port, { localAddress: '127.0.0.5' });
  assert.deepEqual(await front.stop(), { code: 0, signal: null });
  await device.ended;
  await until('no front', async () => await metric('celadon_hj212_fronts') === 0);
});

test('the archive holds what was answered, and nothing else', async () => {
  await served.stop();
  const expected = new Map();
  expectAnswered(expected, readLedger(path.join(folder, 'units.jsonl')));
  await archiveHolds(served.data, expected);
  assert(expected.size > 5000, `only ${expected.size} values`);
});
