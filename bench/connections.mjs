// A served gateway under many connections that each send every 30 seconds: how many it holds, how fast it answers, and
// what it costs.
//
//   node bench/connections.mjs [--minutes 2] [--counts 1000,5000,20000] [--interval-s 30] [--known-min 0] [--json]
//
// With --known-min the units first call for so many minutes, which are not counted: the first message of a unit enters its
// series in the catalogue, each a durable write, and a city meets that once.
//
// Both processes need an open file a connection; where the session allows fewer (ulimit -Hn) the count is cut and said.

import { execFileSync, spawnSync } from 'node:child_process';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Served, program, root, run, sleep } from '../tests/scenario/program.mjs';
import { cpuSeconds, option } from './measure.mjs';

const minutes = Number(option('minutes', 2));
const interval = Number(option('interval-s', 30));
const knownMinutes = Number(option('known-min', 0));
const counts = option('counts', '1000,5000,20000').split(',').map(Number);

const filesBeside = 200;  // the server's own: database, log, API
const wanted = Math.max(...counts) + filesBeside;
spawnSync('prlimit', [`--pid=${process.pid}`, `--nofile=${wanted}:${wanted}`], { stdio: 'ignore' });
spawnSync('prlimit', [`--pid=${process.pid}`, `--nofile=${Number(execFileSync('bash', ['-c', 'ulimit -Hn']))}`], { stdio: 'ignore' });
const files = Number(/Max open files\s+(\d+)/.exec(readFileSync('/proc/self/limits', 'utf8'))[1]);

const memoryKb = (pid, name = 'VmRSS') => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]);

async function measure(count) {
  const served = await Served.start();
  const server = served.servingPid();
  const common = ['simulate', 'devices', '--devices', count, '--mn-prefix', 'BE', '--to', `127.0.0.1:${served.gatewayPort}`];
  const registered = await run([...common, '--register', served.url, '--dry-run']);
  if (registered.code !== 0) throw new Error(registered.stderr);
  if (knownMinutes > 0) {
    const met = await run([...common, '--interval-s', interval, '--for-s', knownMinutes * 60, '--settle-s', 30, '--json']);
    if (!met.stdout) throw new Error(met.stderr);
  }
  await sleep(2000);
  const before = { memory: memoryKb(server), cpu: cpuSeconds(server) };
  const child = spawn(program, [...common, '--interval-s', interval, '--for-s', minutes * 60, '--settle-s', 30, '--json'].map(String),
    { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (bytes) => { stdout += bytes; });
  child.stderr.on('data', (bytes) => { stderr += bytes; });
  const ended = new Promise((resolve) => { child.on('close', resolve); });
  let units = {};
  const watching = setInterval(() => {
    try { units = { memory: memoryKb(child.pid), cpu: cpuSeconds(child.pid) }; } catch { /* it has ended */ }
  }, 500);
  await sleep(minutes * 60_000 - 3000);
  const held = Number(/^celadon_hj212_connections (\d+)/m.exec(await (await fetch(`${served.url}/metrics`)).text())?.[1] ?? NaN);
  const full = memoryKb(server);
  const code = await ended;
  clearInterval(watching);
  if (!stdout) throw new Error(`the units ended with ${code}: ${stderr}`);
  const summary = JSON.parse(stdout);
  const cpu = cpuSeconds(server) - before.cpu;
  await served.stop();
  return { connections: count, held: summary.connections_open, heldByServer: held, lost: summary.lost, messages: summary.messages,
    perSecond: Math.round(summary.messages / summary.seconds), neverAnswered: summary.never_answered, repeats: summary.repeats,
    p50: summary.answer_p50_ms, p99: summary.answer_p99_ms, max: summary.answer_max_ms,
    serverMb: [before.memory / 1024, full / 1024], serverKbEach: (full - before.memory) / count, serverCpu: cpu,
    unitsMb: units.memory / 1024, unitsCpu: units.cpu, seconds: summary.seconds };
}

const rows = [];
for (const asked of counts) {
  const count = Math.min(asked, files - filesBeside);
  if (count < asked) console.error(`${asked} connections need ${asked + filesBeside} open files; this session has ${files}: measured with ${count}`);
  rows.push(await measure(count));
}
if (process.argv.includes('--json')) {
  for (const row of rows) console.log(JSON.stringify(row));
} else {
  const one = (value, digits = 1) => value.toFixed(digits);
  console.log(`each sends every ${interval} s, for ${minutes} min\n`);
  console.log('| connections | held | lost | messages | a second | not answered | repeats | p50 ms | p99 ms | max ms | server MB before / full | KB each | server CPU s | units MB | units CPU s |');
  console.log('|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|');
  for (const r of rows) {
    console.log(`| ${r.connections} | ${r.held} (server: ${r.heldByServer}) | ${r.lost} | ${r.messages} | ${r.perSecond} | ${r.neverAnswered} | ${r.repeats} | ${one(r.p50)} | ${one(r.p99)} | ${one(r.max)} | ` +
      `${one(r.serverMb[0])} / ${one(r.serverMb[1])} | ${one(r.serverKbEach)} | ${one(r.serverCpu)} | ${one(r.unitsMb)} | ${one(r.unitsCpu)} |`);
  }
}
