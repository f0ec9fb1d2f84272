// Two programs, the first forwards to the second: the second is killed again and again and away for a while, the first is
// killed too. In the end the second has what the first has, and dead letters are seen and sent again through the API.
//
//   node tests/scenario/forward.mjs [seed]

import assert from 'node:assert';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { LoadDevice, registration } from './load.mjs';
import { Served, run, sleep, temporaryFolder } from './program.mjs';

const seed = Number(process.argv[2] ?? 1);
let state = seed * 2654435761 % 2 ** 32;
const random = () => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 32;
};
const post = (body, method = 'POST') => ({ method, body: JSON.stringify({ who: 'Wu', why: 'scenario', ...body }) });

async function until(what, look, seconds = 180) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const found = await look().catch((error) => { if (Date.now() > end) throw error; });
    if (found) return found;
    assert(Date.now() < end, `it did not come about: ${what}`);
    await sleep(50);
  }
}

async function kill(served) {
  const pid = served.servingPid();
  process.kill(pid, 'SIGKILL');
  await until('it is there again', async () => served.servingPid() !== pid && (await fetch(`${served.url}/healthz`)).ok, 60);
}

const folder = temporaryFolder('forward');
let far = await Served.start({ data: path.join(folder, 'far'), keepRunning: true });
const near = await Served.start({ data: path.join(folder, 'near'), keepRunning: true });
const devices = Array.from({ length: 12 }, (_, i) => new LoadDevice({
  mn: `FORWARD${String(i).padStart(13, '0')}`, begin: Math.floor(Date.now() / 3600e3) * 3600e3 - 20 * 3600e3, window: 4,
}));
const odd = devices[11];  // the far side knows another password of it
await near.json('/api/v1/devices', registration(devices));
await far.json('/api/v1/devices', registration(devices.map((device) => (device === odd ? { mn: odd.mn, password: '999999' } : device))));

const bad = await fetch(`${near.url}/api/v1/upstreams`, post({ id: 'far', host: '127.0.0.1', port: 0 }));
assert.deepEqual([bad.status, (await bad.json()).field], [422, 'port']);
const made = await near.json('/api/v1/upstreams', post({ id: 'far', name: '上级平台', host: '127.0.0.1', port: far.gatewayPort }));
assert.deepEqual([made.revision, made.enabled, made.devices], [1, true, []]);
const again = await fetch(`${near.url}/api/v1/upstreams`, post({ id: 'far', host: '127.0.0.1', port: 1 }));
assert.equal(again.status, 409);
const upstream = async () => (await near.json('/api/v1/upstreams')).items.find((one) => one.id === 'far');

// The odd one says a few words; the others talk all the time.
const talking = devices.map((device) => device.run(near.gatewayPort, { pauseMs: 50 }));
await until('the first answers', async () => (await upstream()).answered > 50);
odd.pause();

let kills = 0;
for (let round = 0; round < 8; round += 1) {
  await sleep(300 + random() * 700);
  await kill(round % 3 === 2 ? near : far);
  kills += 1;
}
await far.stop();
await until('the link is seen lost', async () => ['waiting', 'connecting'].includes((await upstream()).state));
const queued = (await upstream()).queued_frames;
await until('frames wait', async () => (await upstream()).queued_frames > queued + 20);
await kill(near);
const waiting = await until('it says how long', async () => { const one = await upstream(); return one.queued_frames > 0 && one.oldest_queued && one; });
assert(Date.parse(waiting.oldest_queued) <= Date.now());
far = await Served.start({ data: far.data, keepRunning: true, port: far.port, gatewayPort: far.gatewayPort });
for (const device of devices) device.pause();
await until('the last answers of the near side', async () => devices.every((device) => device.waiting.length === 0));
await until('all is forwarded', async () => { const one = await upstream(); return one.queued_frames === 0 && one.state === 'connected'; });

// The far side refused the odd one's frames, and its register is put right.
const letters = async (which = '') => (await near.json(`/api/v1/upstreams/far/dead-letters?limit=1000${which}`)).items;
const dead = await letters('&state=dead');
assert.equal(dead.length, odd.answered.size, 'each frame of the odd one is a dead letter');
assert(dead.every((letter) => letter.mn === odd.mn && letter.reason === '9011 with QnRtn=3' && letter.raw.includes(`MN=${odd.mn};`)));
assert.equal((await upstream()).dead_letters, dead.length);
assert.match(await (await fetch(`${near.url}/metrics`)).text(), new RegExp(`celadon_forward_dead_letters_waiting\\{upstream="far"\\} ${dead.length}\n`));
const entry = await far.json(`/api/v1/devices/${odd.mn}`);
await far.json(`/api/v1/devices/${odd.mn}`, post({ revision: entry.revision, password: odd.password }, 'PUT'));
const one = await near.json(`/api/v1/upstreams/far/dead-letters/${dead.at(-1).id}/resend`, post({}));
assert.equal(one.state, 'resent');
assert.deepEqual(await near.json('/api/v1/upstreams/far/dead-letters/all/resend', post({})), { moved: dead.length - 1 });
await until('the dead letters are answered', async () => (await letters()).every((letter) => letter.state === 'resent' && letter.answered));
const twice = await fetch(`${near.url}/api/v1/upstreams/far/dead-letters/${dead[0].id}/resend`, post({}));
assert.equal(twice.status, 409);
const noWhy = await fetch(`${near.url}/api/v1/upstreams/far/dead-letters/${dead[0].id}/discard`, { method: 'POST', body: '{"who":"Wu"}' });
assert.deepEqual([noWhy.status, (await noWhy.json()).field], [400, 'why']);

/** Taken frames of all devices, through the API, page by page. */
async function frames(served) {
  const all = [];
  for (let before = ''; ;) {
    const page = await served.json(`/api/v1/frames?kind=taken&limit=1000${before}`);
    all.push(...page.items.map((frame) => frame.raw));
    if (page.next === null) return all.sort();
    before = `&before=${page.next}`;
  }
}
assert.deepEqual(await frames(far), await frames(near), 'the same frames, each once');

for (const device of devices) device.stop();
await Promise.all(talking);
await near.stop();
await far.stop();
const rows = async (served) => {
  const out = await run(['export', '--data', served.data, '--format', 'csv', '--versions', '--property', 'COD']);
  assert.equal(out.code, 0, out.stderr);
  const [header, ...lines] = out.stdout.trim().split('\n').map((line) => line.split(','));
  const columns = ['site', 'property', 'averaging', 'time', 'value', 'unit', 'flag'].map((name) => header.indexOf(name));
  return lines.map((cells) => columns.map((column) => cells[column]).join(',')).sort();
};
const [nearRows, farRows] = [await rows(near), await rows(far)];
assert.deepEqual(farRows, nearRows);
const sent = devices.reduce((total, device) => total + device.answered.size, 0);
assert.equal(nearRows.length, sent);
rmSync(folder, { recursive: true, force: true });
console.log(`${kills + 1} kills and an absence: ${sent} frames taken, all forwarded, ${dead.length} of them as dead letters sent again`);
