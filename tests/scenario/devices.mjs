// The register of field units and what people do with it, over the program's sockets: an unknown device is held with its
// data and taken in, requests are asked and leave receipts, an outage is filled by itself, one number on two lines.

import assert from 'node:assert';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test, before, after } from 'node:test';
import { Device, accepted, hour212, time212 } from './device.mjs';
import { Served, crc212, freePort, run, sleep, temporaryFolder } from './program.mjs';

const post = (body, method = 'POST') => ({ method, body: JSON.stringify({ who: 'Li', why: 'test', ...body }) });
const site = (id) => ({ id, kind: 'outlet', name_zh: '测试排口', name_en: 'Test outlet', lon: 117.2, lat: 29.3 });
const hours = (count) => new Date(Math.floor(Date.now() / 3600e3) * 3600e3 - count * 3600e3);

async function until(look, seconds = 10) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > end) throw new Error('it did not come about in time');
    await sleep(50);
  }
}

let served;
let data;
before(async () => {
  data = temporaryFolder('devices');
  served = await Served.start({ data });
});
after(async () => { await served.stop(); });

const register = (mn, more = {}) => served.json('/api/v1/devices', post({
  devices: [{ mn, password: '123456', site: `out.${mn}`, system_code: '32', ...more }], sites: [site(`out.${mn}`)],
}));
const values = async (mn, property = 'COD', averaging = 'PT1H') =>
  (await served.json(`/api/v1/observations?site=out.${mn}&property=${property}&averaging=${averaging}`)).items[0]?.value ?? [];
const receipt = async (mn, id, state) => until(async () => {
  const { items } = await served.json(`/api/v1/devices/${mn}/commands`);
  return items.find((one) => one.id === id && one.state === state);
});

test('an unknown device is held with its data, survives a kill, and is taken in with all it sent', async () => {
  const mn = 'UNKNOWN0000000000000001';
  const device = await new Device({ mn }).connect(served.gatewayPort);
  for (let hour = 5; hour >= 3; hour -= 1) {
    const answer = await device.send('2061', `DataTime=${time212(hours(hour))};w01018-Avg=${hour}0,w01018-Flag=N`);
    assert.equal(answer.CN, '9014');
  }
  device.close();
  process.kill(served.servingPid(), 'SIGKILL');
  await served.exited;
  served = await Served.start({ data });
  const { items } = await served.json('/api/v1/devices/pending');
  const waiting = items.find((one) => one.mn === mn);
  assert.equal(waiting.held_frames, 3);
  assert.equal(waiting.system_code, '32');
  assert.match(waiting.sample, /w01018-Avg=30/);

  const again = await new Device({ mn }).connect(served.gatewayPort);
  await again.send('2061', `DataTime=${time212(hours(2))};w01018-Avg=20,w01018-Flag=N`);
  const taken = await served.json(`/api/v1/devices/pending/${mn}/approve`, post({ new_site: site(`out.${mn}`), outlet: 'DW001' }));
  assert.deepEqual(taken.taken, { frames: 4, observations: 4, refused: 0 });
  assert.equal(taken.device.outlet, 'DW001');
  await again.send('2061', `DataTime=${time212(hours(1))};w01018-Avg=10,w01018-Flag=N`);
  assert.deepEqual(await values(mn), [50, 40, 30, 20, 10]);
  assert(!(await served.json('/api/v1/devices/pending')).items.some((one) => one.mn === mn));
  const shown = await served.json(`/api/v1/devices/${mn}`);
  assert.equal(shown.online, true);
  assert.equal(shown.history.length, 1);
  assert.equal(shown.history[0].who, 'Li');
  again.close();
});

test('a device that was turned away is refused with QnRtn 4, and no more of it is held', async () => {
  const mn = 'TURNED00000000000000001';
  const device = await new Device({ mn }).connect(served.gatewayPort);
  await device.send('2011', `DataTime=${time212(new Date())};w01018-Rtd=1`);
  await served.json(`/api/v1/devices/pending/${mn}/refuse`, post({}));
  const answer = await device.send('2011', `DataTime=${time212(new Date())};w01018-Rtd=1`);
  assert.deepEqual([answer.CN, answer.items.QnRtn], ['9011', '4']);
  const waiting = (await served.json('/api/v1/devices/pending')).items.find((one) => one.mn === mn);
  assert.deepEqual([waiting.state, waiting.held_frames], ['refused', 1]);
  device.close();
});

test('the register refuses what is wrong, naming the field', async () => {
  const wrong = async (device, field, status = 422) => {
    await assert.rejects(served.json('/api/v1/devices', post({ devices: [device], sites: [site('out.x')] })),
      (error) => error.body.field === field && (error.status === status || error.status === 400));
  };
  const good = { mn: 'GOOD', site: 'out.x', password: '123456' };
  await wrong({ ...good, mn: 'a;b' }, 'mn');
  await wrong({ ...good, site: 'nowhere' }, 'site', 404);
  await wrong({ ...good, addresses: ['10.0.0.0/33'] }, 'addresses');
  await wrong({ ...good, cipher_key: 'zz' }, 'cipher_key');
  await wrong({ ...good, minute_interval_min: 0 }, 'minute_interval_min');
  await wrong({ ...good, password: 7 }, 'password');
});

test('address, expiry and retirement keep a device out until its entry is changed', async () => {
  const mn = 'RULES000000000000000001';
  await register(mn, { addresses: ['10.1.0.0/16'] });
  const device = await new Device({ mn }).connect(served.gatewayPort);
  const say = async () => (await device.send('2011', `DataTime=${time212(new Date())};w01018-Rtd=1`)).items.QnRtn ?? 'taken';
  assert.equal(await say(), '2');
  let revision = 1;
  const change = async (body) => { revision = (await served.json(`/api/v1/devices/${mn}`, post({ revision, ...body }, 'PUT'))).revision; };
  await change({ addresses: ['127.0.0.0/8'] });
  assert.equal(await say(), 'taken');
  await change({ expires: '2020-01-01T00:00:00Z' });
  assert.equal(await say(), '2');
  await change({ expires: '' });
  assert.equal(await say(), 'taken');
  await change({ retired: true });
  assert.equal(await say(), '2');
  await assert.rejects(served.json(`/api/v1/devices/${mn}`, post({ revision: 1, note: 'late' }, 'PUT')), (error) => error.status === 409);
  const shown = await served.json(`/api/v1/devices/${mn}`);
  assert.equal(shown.state, 'retired');
  assert.equal(shown.refused['wrong address'], 1);
  device.close();
});

test('a request is sent, accepted, executed, and leaves a receipt with who, why and every step', async () => {
  const mn = 'COMMAND0000000000000001';
  await register(mn);
  const asked = [];
  const device = await new Device({ mn,
    onRequest: (request) => {
      asked.push(request);
      if (request.CN === '3012') return accepted(request, [], 5);
      if (request.CN === '1062') return accepted(request).slice(0, 1).map((text) => text.replace('QnRtn=1', 'QnRtn=2'));
      return accepted(request);
    } }).connect(served.gatewayPort);
  await device.send('2011', `DataTime=${time212(new Date())};w01018-Rtd=1`);
  const ask = (cn, parameters = []) => served.json(`/api/v1/devices/${mn}/commands`, post({ cn, parameters }));

  const clock = await ask('1012', [{ name: 'SystemTime', value: time212(new Date()) }]);
  const done = await receipt(mn, clock.id, 'done');
  assert.deepEqual([done.who, done.why, done.qn_rtn, done.exe_rtn], ['Li', 'test', 1, 1]);
  assert.deepEqual(done.steps.map((step) => step.what), ['asked', 'sent', 'accepted', 'result']);
  assert.match(done.steps[1].frame, /CN=1012;PW=123456;MN=COMMAND0000000000000001;Flag=5;CP=&&SystemTime=\d{14}&&/);
  assert.equal(asked[0].QN, clock.id);

  assert.equal((await receipt(mn, (await ask('3012', [{ name: 'PolId', value: 'w01018' }])).id, 'failed')).exe_rtn, 5);
  assert.equal((await receipt(mn, (await ask('1062', [{ name: 'RtdInterval', value: '60' }])).id, 'refused')).qn_rtn, 2);

  const password = await ask('1072', [{ name: 'NewPW', value: '654321' }]);
  await receipt(mn, password.id, 'done');
  const shown = await until(async () => {
    const one = await served.json(`/api/v1/devices/${mn}`);
    return one.password === '654321' && one;
  });
  assert.match(shown.history.at(-1).why, /1072/);
  await assert.rejects(served.json(`/api/v1/devices/${mn}/commands`, { method: 'POST', body: '{"cn":"1011"}' }),
    (error) => error.body.field === 'who');
  device.close();
});

test('an outage is asked for by itself once the device is back, and stored as back-filled', { timeout: 120_000 }, async () => {
  const mn = 'OUTAGE00000000000000001';
  await register(mn);
  const history = (request) => {
    const all = [];
    for (let hour = 12; hour >= 1; hour -= 1) {
      const label = time212(hours(hour));
      if (label >= request.items.BeginTime && label <= request.items.EndTime)
        all.push(`QN=${time212(new Date())}${String(hour).padStart(3, '0')};ST=32;CN=2061;PW=123456;MN=${mn};Flag=4;CP=&&DataTime=${label};w01018-Avg=${hour},w01018-Flag=N&&`);
    }
    return accepted(request, all);
  };
  const device = await new Device({ mn, onRequest: (request) => (request.CN === '2061' ? history(request) : []) }).connect(served.gatewayPort);
  for (const hour of [12, 11, 3, 2]) await device.send('2061', `DataTime=${time212(hours(hour))};w01018-Avg=${hour},w01018-Flag=N`);
  const gaps = await served.json(`/api/v1/devices/${mn}/gaps?cn=2061&to=${hours(1).toISOString()}`);
  assert.deepEqual([gaps.expected, gaps.present, gaps.items.length, gaps.items[0].periods], [11, 4, 1, 7]);
  await until(async () => (await values(mn)).length >= 11, 90);
  assert.deepEqual((await values(mn)).slice(0, 11), [12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2]);
  const { items } = await served.json(`/api/v1/devices/${mn}/commands`);
  assert.equal(items[0].origin, 'back-fill');
  await receipt(mn, items[0].id, 'done');
  const frames = await served.json(`/api/v1/devices/${mn}/frames?contains=CN=2061&limit=1000`);
  assert.equal(frames.items.filter((frame) => frame.source === 'hj212-backfill').length, 7);
  const asked = await served.json(`/api/v1/devices/${mn}/backfill`, post({ cn: '2061', from: hours(1).toISOString(), to: hours(0).toISOString() }));
  await receipt(mn, asked.items[0].id, 'done');
  await until(async () => (await values(mn)).length === 12);
  device.close();
});

test('one number on a new connection takes the old one over, and requests go to the new one', async () => {
  const mn = 'TAKEOVER000000000000001';
  await register(mn);
  const first = await new Device({ mn, onRequest: accepted }).connect(served.gatewayPort);
  await first.send('2011', `DataTime=${time212(new Date())};w01018-Rtd=1`);
  const second = await new Device({ mn, onRequest: (request) => accepted(request) }).connect(served.gatewayPort);
  await second.send('2011', `DataTime=${time212(new Date())};w01018-Rtd=1`);
  await first.ended;
  const asked = await served.json(`/api/v1/devices/${mn}/commands`, post({ cn: '1011' }));
  await receipt(mn, asked.id, 'done');
  assert(second.received.some((message) => message.CN === '1011'));
  assert.equal((await served.json(`/api/v1/devices/${mn}`)).takeovers, 1);
  second.close();
});

test('a wrong password takes nothing over', async () => {
  const mn = 'PASSWORD000000000000001';
  await register(mn);
  const right = await new Device({ mn }).connect(served.gatewayPort);
  await right.send('2011', `DataTime=${time212(new Date())};w01018-Rtd=1`);
  const wrong = await new Device({ mn, password: '000000' }).connect(served.gatewayPort);
  assert.equal((await wrong.send('2011', `DataTime=${time212(new Date())};w01018-Rtd=1`)).items.QnRtn, '3');
  assert.equal((await right.send('2011', `DataTime=${time212(new Date())};w01018-Rtd=2`)).CN, '9014');
  right.close();
  wrong.close();
});

test('an MN that is no text is refused, and harms neither the archive nor any other device', async () => {
  const mn = 'ADDRESS0000000000000001';
  await register(mn);
  const device = await new Device({ mn }).connect(served.gatewayPort);
  const strange = await new Device({ mn: 'X' }).connect(served.gatewayPort);
  const bytes = Buffer.from('ST=32;CN=2011;PW=123456;MN=\xd6\xd0\xff\xfe \x80;Flag=5;CP=&&DataTime=20260101000000;w01018-Rtd=1&&', 'latin1');
  strange.socket.write(Buffer.concat([Buffer.from(`##${String(bytes.length).padStart(4, '0')}`), bytes, Buffer.from(`${crc212(bytes)}\r\n`)]));
  await strange.until((message) => message.items.QnRtn === '4');
  assert.equal((await device.send('2011', `DataTime=${time212(new Date())};w01018-Rtd=1`)).CN, '9014');
  assert.equal((await served.json('/healthz')).status, 'ok');
  const refused = await served.json('/api/v1/frames?kind=refused&limit=5');
  assert(refused.items.some((frame) => frame.mn.includes('\\xD6')), 'the bytes were not kept');
  strange.close();
  device.close();
});

test('at the stop what was sent is still answered, and open requests end as failed', async () => {
  const mn = 'FAREWELL000000000000001';
  await register(mn);
  const device = await new Device({ mn }).connect(served.gatewayPort);
  await device.send('2011', `DataTime=${time212(new Date())};w01018-Rtd=1`);
  const asked = await served.json(`/api/v1/devices/${mn}/commands`, post({ cn: '1011' }));
  const last = device.send('2011', `DataTime=${time212(new Date())};w01018-Rtd=2`);
  await last;
  served.child.kill('SIGTERM');
  assert.equal((await served.exited).code, 0);
  await device.ended;
  served = await Served.start({ data });
  await receipt(mn, asked.id, 'failed');
});

test('TLS: a device with the right authority speaks, and plain bytes at that port harm nothing', async () => {
  const folder = temporaryFolder('tls');
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', '/CN=localhost',
    '-addext', 'subjectAltName=DNS:localhost', '-keyout', path.join(folder, 'key.pem'), '-out', path.join(folder, 'cert.pem')], { stdio: 'ignore' });
  await served.stop();
  const tlsPort = await freePort();
  served = await Served.start({ data, args: ['--gateway-tls-port', tlsPort, '--tls-cert', path.join(folder, 'cert.pem'), '--tls-key', path.join(folder, 'key.pem')] });
  const plain = await new Device({ mn: 'X' }).connect(tlsPort);
  plain.socket.write('##0012 this is no handshake');
  await plain.ended;
  const secure = { ca: readFileSync(path.join(folder, 'cert.pem')), servername: 'localhost' };
  const device = await new Device({ mn: 'TAKEOVER000000000000001' }).connect(tlsPort, { secure });
  assert.equal((await device.send('2011', `DataTime=${time212(new Date())};w01018-Rtd=3`)).CN, '9014');
  device.close();
});

test('a missing PEM file is named', async () => {
  const answer = await run(['serve', '--data', temporaryFolder('pem'), '--port', '0', '--gateway-port', '0', '--tls-cert', '/no/cert.pem', '--tls-key', '/no/key.pem']);
  assert.notEqual(answer.code, 0);
  assert.match(answer.stderr, /\/no\/cert\.pem/);
});
