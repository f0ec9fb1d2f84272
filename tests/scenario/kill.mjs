// kill -9 during a replay at full speed, CELADON_KILLS times (200 unless told). Afterwards every observation whose answer
// was sent is in the archive exactly once, and the server started again by itself each time.
//
//   node tests/scenario/kill.mjs [seed]

import { closeSync, createReadStream, existsSync, openSync, rmSync, writeSync } from 'node:fs';
import { spawn } from 'node:child_process';
import assert from 'node:assert';
import path from 'node:path';
import readline from 'node:readline';
import { Served, program, root, run, sleep, temporaryFolder } from './program.mjs';

const kills = Number(process.env.CELADON_KILLS ?? 200);
const seed = Number(process.argv[2] ?? 1);

// A small generator of our own, so that a run can be repeated from its seed.
let state = seed * 2654435761 % 2 ** 32;
const random = () => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 32;
};

// Hourly values of the five stations, enough of them that the replay outlives every kill.
function writeObservations(file, years) {
  let lines = ['site,property,averaging,time,value,unit,flag'];
  const begin = Date.UTC(1995, 0, 1);
  const out = openSync(file, 'w');
  for (let hour = 1; hour <= years * 8760; hour += 1) {
    if (lines.length > 50_000) {
      writeSync(out, lines.join('\n') + '\n');
      lines = [];
    }
    const time = new Date(begin + hour * 3600e3).toISOString().replace('.000Z', 'Z');
    for (const station of ['2342A', '2343A', '2344A', '2345A', '2346A']) {
      for (const property of ['SO2', 'NO2']) {
        lines.push(`air.${station},${property},PT1H,${time},${Math.floor(random() * 200)},ug/m3,N`);
      }
    }
  }
  writeSync(out, lines.join('\n') + '\n');
  closeSync(out);
}

const folder = temporaryFolder('kill');
const input = path.join(folder, 'observations.csv');
const answered = path.join(folder, 'answered.jsonl');
writeObservations(input, Math.max(1, Math.ceil(kills / 14)));

const served = await Served.start({ data: path.join(folder, 'data'), keepRunning: true });
const replay = spawn(program, ['replay', input, '--to', `127.0.0.1:${served.gatewayPort}`, '--speed', 'max', '--window', '16',
  '--answered', answered, '--keep-trying'], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
let replayEnded = false;
replay.on('exit', () => { replayEnded = true; });

let done = 0;
const pids = new Set();
for (; done < kills; done += 1) {
  await sleep(40 + random() * 120);
  assert(!replayEnded, `the replay ended after ${done} kills: it needs more to send`);
  const pid = served.servingPid();
  pids.add(pid);
  process.kill(pid, 'SIGKILL');
  const until = Date.now() + 30_000;
  while (true) {  // the server is there again, by itself, and it is another process
    let now;
    try { now = served.servingPid(); } catch { now = pid; }
    if (now !== pid) {
      try { if ((await fetch(`${served.url}/healthz`)).ok) break; } catch { /* not yet */ }
    }
    assert(Date.now() < until, `the server did not start again after kill ${done + 1}`);
    await sleep(5);
  }
}
replay.kill('SIGTERM');
await new Promise((resolve) => (replayEnded ? resolve() : replay.on('exit', resolve)));
await served.stop();

// What was answered, by device, data time and property.
const promised = new Map();
assert(existsSync(answered), 'the replay wrote no list of answered observations');
for await (const line of readline.createInterface({ input: createReadStream(answered) })) {
  if (!line.trim()) continue;
  let row;
  try { row = JSON.parse(line); } catch { continue; }  // the last line may be cut: we killed the writer of this list too
  promised.set(`${row.site}|${row.property}|${row.time}`, row.value);
}
assert(promised.size > kills, `only ${promised.size} observations were answered`);

const stored = await run(['export', '--data', served.data, '--format', 'csv', '--versions', '--averaging', 'PT1H']);
assert.equal(stored.code, 0, stored.stderr);
const rows = stored.stdout.trim().split('\n');
const header = rows.shift().split(',');
const column = Object.fromEntries(header.map((name, i) => [name, i]));
const seen = new Map();
for (const row of rows) {
  const cell = row.split(',');
  const key = `${cell[column.site]}|${cell[column.property]}|${cell[column.time]}`;
  seen.set(key, (seen.get(key) ?? 0) + 1);
  if (promised.has(key)) assert.equal(Number(cell[column.value]), promised.get(key), `another value was stored for ${key}`);
}
const lost = [...promised.keys()].filter((key) => !seen.has(key));
const doubled = [...seen].filter(([, count]) => count > 1);
assert.equal(lost.length, 0, `${lost.length} answered observations are missing, for example ${lost[0]}`);
assert.equal(doubled.length, 0, `${doubled.length} observations are there twice, for example ${doubled[0]}`);

rmSync(folder, { recursive: true, force: true });
console.log(`${done} kills, ${promised.size} observations answered, ${seen.size} stored, none lost, none twice`);
