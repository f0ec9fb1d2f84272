// A disk that stalls, and one that is full, under load (slow_disk.c stands between the program and the system).
//
//   node tests/scenario/disk.mjs        CELADON_STALL_S=30 seconds of stall

import assert from 'node:assert';
import { execFileSync } from 'node:child_process';
import { closeSync, openSync, readFileSync, readSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { LoadDevice, registration, storedNumbers } from './load.mjs';
import { Served, root, run, sleep, temporaryFolder } from './program.mjs';

const stallSeconds = Number(process.env.CELADON_STALL_S ?? 30);
const folder = temporaryFolder('disk');
const library = path.join(folder, 'slow_disk.so');
execFileSync('cc', ['-std=gnu11', '-O2', '-shared', '-fPIC', '-o', library, path.join(root, 'tests/scenario/slow_disk.c'), '-ldl']);

/** The control of one disk: what it does, and how many calls met it. */
class Disk {
  constructor(name, below) {
    this.file = path.join(folder, `${name}.control`);
    writeFileSync(this.file, '0\0\0\0\0\0\0\0');
    this.descriptor = openSync(this.file, 'r+');
    this.env = { LD_PRELOAD: library, SLOW_DISK_CONTROL: this.file, SLOW_DISK_FOLDER: below, ASAN_OPTIONS: 'verify_asan_link_order=0' };
  }
  does(what) { writeSync(this.descriptor, Buffer.from(`${what}\0`, 'latin1'), 0, 2, 0); }
  met() {
    const bytes = Buffer.alloc(8);
    readSync(this.descriptor, bytes, 0, 8, 0);
    return bytes[1];
  }
  close() { closeSync(this.descriptor); }
}

const rssMiB = (pid) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;
const sum = (devices) => devices.reduce((total, device) => total + device.answered.size, 0);
const fleet = (name, count) => Array.from({ length: count }, (_, i) => new LoadDevice({
  mn: `${name}${String(i).padStart(20 - name.length, '0')}`, begin: Math.floor(Date.now() / 3600e3) * 3600e3 - 20 * 3600e3, window: 40,
}));

async function until(what, look, seconds = 120) {
  const end = Date.now() + seconds * 1000;
  while (!(await look())) {
    assert(Date.now() < end, `it did not come about: ${what}`);
    await sleep(20);
  }
}

/** Everything that was answered is stored, once; and nothing else than what was sent. */
async function check(data, devices) {
  const out = await run(['export', '--data', data, '--format', 'csv', '--versions', '--property', 'COD']);
  assert.equal(out.code, 0, out.stderr);
  const stored = storedNumbers(out.stdout, devices);
  for (const device of devices) {
    const numbers = stored.get(device.mn);
    for (const number of device.answered) assert.equal(numbers.get(number), 1, `${device.mn}: message ${number} was answered and is there ${numbers.get(number) ?? 0} times`);
    for (const [number, times] of numbers) assert(times === 1 && number < device.next, `${device.mn}: message ${number} is there ${times} times`);
  }
}

async function stalled() {
  const data = path.join(folder, 'stalled');
  const disk = new Disk('stalled', path.join(data, 'archive'));
  const served = await Served.start({ data, env: disk.env });
  const devices = fleet('STALL', 40);
  await served.json('/api/v1/devices', registration(devices));
  const running = devices.map((device) => device.run(served.gatewayPort));
  await until('load', () => devices.every((device) => device.answered.size > 20));
  const pid = served.servingPid();
  const before = rssMiB(pid);

  disk.does('s');
  await until('a sync that blocks', () => disk.met() > 0);
  await sleep(1000);  // what was on its way to the sockets before arrives
  const answered = sum(devices);
  let most = 0;
  for (let second = 0; second < stallSeconds; second += 1) {
    await sleep(1000);
    most = Math.max(most, rssMiB(pid));
  }
  assert.equal(sum(devices), answered, 'a message was answered before it was on the disk');
  assert.equal((await served.json('/healthz')).status, 'ok');
  assert(most - before < 100, `the program grew from ${before} to ${most} MiB while the disk stalled`);
  disk.does('0');

  const goal = devices.map((device) => device.next + 20);
  await until('all goes on', () => devices.every((device, i) => device.answered.size > goal[i]));
  for (const device of devices) device.pause();
  await until('the last answers', () => devices.every((device) => device.waiting.length === 0));
  for (const device of devices) device.stop();
  await Promise.all(running);
  assert.equal((await served.stop()).code, 0);
  await check(data, devices);
  disk.close();
  console.log(`a stall of ${stallSeconds} s: ${sum(devices)} messages answered, none before it was on the disk, none lost, ` +
    `${before.toFixed(0)} MiB before and at most ${most.toFixed(0)} MiB during it`);
}

async function full() {
  const data = path.join(folder, 'full');
  const disk = new Disk('full', data);
  let served = await Served.start({ data, env: disk.env });
  const devices = fleet('FULL', 40);
  await served.json('/api/v1/devices', registration(devices));
  let running = devices.map((device) => device.run(served.gatewayPort));
  await until('load', () => devices.every((device) => device.answered.size > 20));

  disk.does('f');
  let health;
  await until('the health check says so', async () => {
    const reply = await fetch(`${served.url}/healthz`);
    health = await reply.json();
    return reply.status === 503;
  });
  assert.match(health.detail, /nothing more can be stored.*make room/s);
  await sleep(500);
  const answered = sum(devices);
  await sleep(3000);
  assert.equal(sum(devices), answered, 'a message was answered though nothing can be stored');
  assert(devices.every((device) => device.waiting.length > 0 && device.refused === 0));
  for (const device of devices) { device.pause(); device.stop(); }
  await Promise.all(running);
  await served.stop();
  disk.does('0');
  await check(data, devices);

  served = await Served.start({ data });
  running = devices.map((device) => device.run(served.gatewayPort));  // paused: only what was not answered
  await until('what was not answered is sent again', () => devices.every((device) => device.waiting.length === 0));
  for (const device of devices) device.stop();
  await Promise.all(running);
  for (const device of devices) assert.equal(device.answered.size, device.next);
  assert.equal((await served.stop()).code, 0);
  await check(data, devices);
  disk.close();
  console.log(`a full disk: ${answered} messages answered before it and none after, ${sum(devices) - answered} sent again after the restart, none lost`);
}

await stalled();
await full();
rmSync(folder, { recursive: true, force: true });
