// One frame over TCP: answered, on the live stream within a second, and read back by API and export with the same value,
// time, unit and flag. Then what is wrong: each gets the protocol's own answer and harms nobody else.

import assert from 'node:assert';
import http from 'node:http';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test, before, after } from 'node:test';
import { Served, frame212, root, run, talk } from './program.mjs';

const beijing = (date) => new Date(date.getTime() + 8 * 3600e3).toISOString().replace(/[-:T]/g, '').slice(0, 14);

/** MN and site of the first air station of the demo city. */
function firstDevice() {
  const [header, ...rows] = readFileSync(path.join(root, 'packs/cities/jingdezhen/devices.csv'), 'utf8')
    .split('\n').filter((line) => line && !line.startsWith('#')).map((line) => line.split(','));
  const row = rows.find((cells) => cells[header.indexOf('site')].startsWith('air.'));
  return { mn: row[header.indexOf('mn')], site: row[header.indexOf('site')] };
}

/** Opens the live stream and gives a function that waits for the first event that fits. */
function listen(url) {
  const events = [];
  const waiting = [];
  const request = http.get(`${url}/api/v1/stream`, (reply) => {
    let text = '';
    reply.setEncoding('utf8');
    reply.on('data', (piece) => {
      text += piece;
      let cut;
      while ((cut = text.indexOf('\n\n')) >= 0) {
        const block = text.slice(0, cut);
        text = text.slice(cut + 2);
        const name = /^event: (.*)$/m.exec(block)?.[1];
        const data = /^data: (.*)$/m.exec(block)?.[1];
        if (!name || !data) continue;
        events.push({ name, data: JSON.parse(data) });
        for (const look of [...waiting]) look();
      }
    });
  });
  return {
    close: () => request.destroy(),
    until: (fits, timeoutMs) => new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('no such event in time')), timeoutMs);
      const look = () => {
        const found = events.find(fits);
        if (!found) return;
        clearTimeout(timer);
        waiting.splice(waiting.indexOf(look), 1);
        resolve(found);
      };
      waiting.push(look);
      look();
    }),
  };
}

let served;
const { mn, site } = firstDevice();
before(async () => { served = await Served.start(); });
after(async () => { await served.stop(); });

const segment = ({ cn = '2011', password = '123456', device = mn, cp, time = new Date(), flag = '5' }) =>
  `QN=${beijing(time)}001;ST=22;CN=${cn};PW=${password};MN=${device};Flag=${flag};CP=&&${cp}&&`;
const answered = (answer) => answer.includes('\r\n');

test('a frame is answered, live within a second, and reads back the same everywhere', async () => {
  const live = listen(served.url);
  const time = new Date(Math.floor(Date.now() / 1000) * 1000);
  const frame = frame212(segment({ time, cp: `DataTime=${beijing(time)};a34004-Rtd=35.25,a34004-Flag=N` }));
  const seen = live.until((event) => event.name === 'observations' &&
    event.data.items.some((item) => item.site === site && item.property === 'PM2.5'), 5000);
  const begin = Date.now();
  const answer = await talk(served.gatewayPort, frame, answered);
  assert.match(answer, new RegExp(`^##\\d{4}QN=${beijing(time)}001;ST=91;CN=9014;PW=123456;MN=${mn};Flag=4;CP=&&&&[0-9A-F]{4}\r\n$`));

  const item = (await seen).data.items.find((one) => one.property === 'PM2.5');
  assert(Date.now() - begin < 1000, `the live stream told it after ${Date.now() - begin} ms`);
  live.close();
  const iso = time.toISOString().replace('.000Z', 'Z');
  assert.equal(item.value, 35.25);
  assert.equal(item.phenomenon_end, iso);

  const back = await served.json(`/api/v1/observations?site=${site}&property=PM2.5&averaging=PT0S`);
  const columns = back.items[0];
  assert.deepEqual([columns.phenomenon_end, columns.value, columns.device_flag, columns.series.unit], [[iso], [35.25], ['N'], 'ug/m3']);

  const out = await run(['export', '--server', served.url, '--site', site, '--property', 'PM2.5', '--averaging', 'PT0S', '--format', 'csv']);
  assert.equal(out.code, 0, out.stderr);
  const [header, row] = out.stdout.trim().split('\n').map((line) => line.split(','));
  const cell = Object.fromEntries(header.map((name, i) => [name, row[i]]));
  assert.deepEqual([cell.site, cell.property, cell.averaging, Date.parse(cell.time), Number(cell.value), cell.unit, cell.flag],
    [site, 'PM2.5', 'PT0S', time.getTime(), 35.25, 'ug/m3', 'N']);
});

test('the same frame again is answered again and stored once', async () => {
  const time = new Date(Math.floor(Date.now() / 1000) * 1000 - 60_000);
  const frame = frame212(segment({ time, cp: `DataTime=${beijing(time)};a34002-Rtd=58,a34002-Flag=N` }));
  for (let i = 0; i < 3; i += 1) assert.match(await talk(served.gatewayPort, frame, answered), /CN=9014/);
  const back = await served.json(`/api/v1/observations?site=${site}&property=PM10&averaging=PT0S`);
  assert.equal(back.items[0].value.length, 1);
});

test('a sender that closes its half of the connection at once, as nc does, still gets its answers', async () => {
  const time = new Date(Math.floor(Date.now() / 1000) * 1000 - 120_000);
  const frame = frame212(segment({ time, cp: `DataTime=${beijing(time)};a34002-Rtd=58,a34002-Flag=N` }));
  const answer = await talk(served.gatewayPort, frame + frame, () => false, 5000, true);
  assert.equal(answer.match(/CN=9014/g)?.length, 2);
});

test('wrong checksum, password and time get the protocol\'s own code', async () => {
  const now = new Date();
  const cp = `DataTime=${beijing(now)};a34004-Rtd=1,a34004-Flag=N`;
  const good = frame212(segment({ cp }));
  const damaged = good.replace('a34004-Rtd=1', 'a34004-Rtd=2');
  assert.match(await talk(served.gatewayPort, damaged, answered, 2000), /CN=9011;.*QnRtn=9&&/);
  assert.match(await talk(served.gatewayPort, frame212(segment({ cp, password: '000000' })), answered, 2000), /CN=9011;.*QnRtn=3&&/);
  assert.match(await talk(served.gatewayPort, frame212(segment({ cp: 'DataTime=20261399000000;a34004-Rtd=1' })), answered, 2000), /CN=9011;.*QnRtn=2&&/);
  const back = await served.json(`/api/v1/observations?site=${site}&property=PM2.5&averaging=PT0S`);
  assert(!back.items[0].value.includes(1) && !back.items[0].value.includes(2), 'a refused value was stored');
  const devices = await served.json('/api/v1/devices');
  assert(Object.keys(devices.items.find((device) => device.mn === mn).refused).length >= 2, 'the refusals are not counted');
});

test('an unknown factor is left out, the rest of the message is stored and answered', async () => {
  const time = new Date(Math.floor(Date.now() / 1000) * 1000 - 120_000);
  const answer = await talk(served.gatewayPort,
    frame212(segment({ time, cp: `DataTime=${beijing(time)};zz9999-Rtd=7,zz9999-Flag=N;a05024-Rtd=81,a05024-Flag=N` })), answered);
  assert.match(answer, /CN=9014/);
  const back = await served.json(`/api/v1/observations?site=${site}&property=O3&averaging=PT0S`);
  assert.deepEqual(back.items[0].value, [81]);
});

test('a message that wants no answer gets none and is stored', async () => {
  const time = new Date(Math.floor(Date.now() / 1000) * 1000 - 180_000);
  const answer = await talk(served.gatewayPort,
    frame212(segment({ time, flag: '4', cp: `DataTime=${beijing(time)};a21026-Rtd=9,a21026-Flag=N` })), () => false, 500);
  assert.equal(answer, '');
  const back = await served.json(`/api/v1/observations?site=${site}&property=SO2&averaging=PT0S`);
  assert.deepEqual(back.items[0].value, [9]);
});

test('noise, a half frame and byte-by-byte sending on other connections disturb nobody', async () => {
  const net = await import('node:net');
  const noisy = net.connect(served.gatewayPort, '127.0.0.1', () => noisy.write(Buffer.from('##9999####0012\0\xff\xfegarbage\r\n##0100QN=')));
  const time = new Date(Math.floor(Date.now() / 1000) * 1000 - 240_000);
  const frame = frame212(segment({ time, cp: `DataTime=${beijing(time)};a21005-Rtd=0.7,a21005-Flag=N` }));
  const slow = net.connect(served.gatewayPort, '127.0.0.1');
  const answer = await new Promise((resolve) => {
    slow.on('data', (bytes) => resolve(bytes.toString('latin1')));
    (async () => {
      for (const byte of frame) {
        slow.write(byte);
        await new Promise((next) => setImmediate(next));
      }
    })();
  });
  assert.match(answer, /CN=9014/);
  noisy.destroy();
  slow.destroy();
  const health = await served.json('/healthz');
  assert.equal(health.status, 'ok');
});

test('heartbeat and clock are answered', async () => {
  assert.match(await talk(served.gatewayPort, frame212(segment({ cn: '9015', cp: '' })), answered), /CN=9013/);
  const both = await talk(served.gatewayPort, frame212(segment({ cn: '1013', cp: '' })), (text) => text.includes('CN=1012'));
  assert.match(both, /CN=9013/);
  const system = /CN=1012;.*SystemTime=(\d{14})/.exec(both)[1];
  const clock = Date.parse(system.replace(/(....)(..)(..)(..)(..)(..)/, '$1-$2-$3T$4:$5:$6+08:00'));
  assert(Math.abs(clock - Date.now()) < 5000, `the clock sent is ${system}`);
});
