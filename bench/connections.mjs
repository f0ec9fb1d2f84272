// A served gateway under many connections that each send every 30 seconds: how many it holds, how fast it answers, and
// what it costs.
//
//   node bench/connections.mjs [--minutes 2] [--counts 1000,5000,20000] [--interval-s 30] [--known-min 0] [--fronts 0] [--json]
//
// With --known-min the units first call for so many minutes, which are not counted: the first message of a unit enters its
// series in the catalogue, each a durable write, and a city meets that once.
//
// With --fronts N the units call at N `celadon front` processes, each with its share and a simulator of its own, and the server
// holds N links. p50 and p99 are then the greatest of the simulators, so that those of all units together are no greater.
//
// Each process needs an open file a connection; where the session allows fewer (ulimit -Hn) the count is cut and said.

import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Front, Served, program, root, run, sleep } from '../tests/scenario/program.mjs';
import { cpuSeconds, memoryKb, option } from './measure.mjs';

const minutes = Number(option('minutes', 2));
const interval = Number(option('interval-s', 30));
const knownMinutes = Number(option('known-min', 0));
const frontCount = Number(option('fronts', 0));
const groupCount = Math.max(1, frontCount);
const counts = option('counts', '1000,5000,20000').split(',').map(Number);

const filesBeside = 200;  // the server's own: database, log, API
const wanted = Math.ceil(Math.max(...counts) / groupCount) + filesBeside;
spawnSync('prlimit', [`--pid=${process.pid}`, `--nofile=${wanted}:${wanted}`], { stdio: 'ignore' });
spawnSync('prlimit', [`--pid=${process.pid}`, `--nofile=${Number(execFileSync('bash', ['-c', 'ulimit -Hn']))}`], { stdio: 'ignore' });
const files = Number(/Max open files\s+(\d+)/.exec(readFileSync('/proc/self/limits', 'utf8'))[1]);

/** A simulator with its share of the units, all through the same door. */
class Units {
  constructor(count, group, port) {
    this.args = ['simulate', 'devices', '--devices', count, '--mn-prefix', `BE${group.toString(16).toUpperCase().padStart(2, '0')}`, '--to', `127.0.0.1:${port}`];
  }

  async register(served) {
    const registered = await run([...this.args, '--register', served.url, '--dry-run']);
    if (registered.code !== 0) throw new Error(registered.stderr);
  }

  async speak(forMinutes) {
    const child = spawn(program, [...this.args, '--interval-s', interval, '--for-s', forMinutes * 60, '--settle-s', 30, '--json'].map(String),
      { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (bytes) => { stdout += bytes; });
    child.stderr.on('data', (bytes) => { stderr += bytes; });
    const watching = setInterval(() => {
      try { this.used = { memory: memoryKb(child.pid), cpu: cpuSeconds(child.pid) }; } catch { /* it has ended */ }
    }, 500);
    const code = await new Promise((resolve) => { child.on('close', resolve); });
    clearInterval(watching);
    if (!stdout) throw new Error(`the units ended with ${code}: ${stderr}`);
    return JSON.parse(stdout);
  }
}

const sum = (all) => all.reduce((total, one) => total + one, 0);

async function measure(count) {
  const socket = path.join('/tmp', `celadon-connections-${process.pid}.sock`);
  const served = await Served.start({ args: frontCount > 0 ? ['--gateway-front-socket', socket] : [] });
  const server = served.servingPid();
  const fronts = [];
  for (let i = 0; i < frontCount; i += 1) fronts.push(await Front.start(socket));
  const groups = [];
  for (let i = 0; i < groupCount; i += 1) {
    const share = Math.floor((count * (i + 1)) / groupCount) - Math.floor((count * i) / groupCount);
    groups.push(new Units(share, i, fronts[i]?.port ?? served.gatewayPort));
  }
  for (const group of groups) await group.register(served);
  if (knownMinutes > 0) await Promise.all(groups.map((group) => group.speak(knownMinutes)));
  await sleep(2000);
  const usedByFronts = () => ({ memory: sum(fronts.map((front) => memoryKb(front.child.pid))), cpu: sum(fronts.map((front) => cpuSeconds(front.child.pid))) });
  const before = { memory: memoryKb(server), cpu: cpuSeconds(server), fronts: usedByFronts() };
  const speaking = Promise.all(groups.map((group) => group.speak(minutes)));
  await sleep(minutes * 60_000 - 3000);
  const held = Number(/^celadon_hj212_connections (\d+)/m.exec(await (await fetch(`${served.url}/metrics`)).text())?.[1] ?? NaN);
  const full = { memory: memoryKb(server), fronts: usedByFronts() };
  const all = await speaking;
  const total = (name) => sum(all.map((one) => one[name]));
  const most = (name) => Math.max(...all.map((one) => one[name]));
  const cpu = cpuSeconds(server) - before.cpu;
  const frontsCpu = usedByFronts().cpu - before.fronts.cpu;
  for (const front of fronts) await front.stop();
  await served.stop();
  return { connections: count, fronts: frontCount, held: total('connections_open'), heldByServer: held, lost: total('lost'), messages: total('messages'),
    perSecond: Math.round(total('messages') / most('seconds')), neverAnswered: total('never_answered'), repeats: total('repeats'),
    p50: most('answer_p50_ms'), p99: most('answer_p99_ms'), max: most('answer_max_ms'),
    serverMb: [before.memory / 1024, full.memory / 1024], serverKbEach: (full.memory - before.memory) / count, serverCpu: cpu,
    frontsMb: [before.fronts.memory / 1024, full.fronts.memory / 1024], frontKbEach: (full.fronts.memory - before.fronts.memory) / count, frontsCpu,
    unitsMb: sum(groups.map((group) => group.used.memory)) / 1024, unitsCpu: sum(groups.map((group) => group.used.cpu)), seconds: most('seconds') };
}

const rows = [];
for (const asked of counts) {
  const count = Math.min(asked, (files - filesBeside) * groupCount);
  if (count < asked) console.error(`${asked} connections need ${Math.ceil(asked / groupCount) + filesBeside} open files a process; this session has ${files}: measured with ${count}`);
  rows.push(await measure(count));
}
if (process.argv.includes('--json')) {
  for (const row of rows) console.log(JSON.stringify(row));
} else {
  const one = (value, digits = 1) => value.toFixed(digits);
  console.log(`each sends every ${interval} s, for ${minutes} min${frontCount > 0 ? `, through ${frontCount} fronts` : ''}\n`);
  console.log('| connections | held | lost | messages | a second | not answered | repeats | p50 ms | p99 ms | max ms | server MB before / full | KB each | server CPU s | fronts MB before / full | KB each | fronts CPU s | units MB | units CPU s |');
  console.log('|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|');
  for (const r of rows) {
    console.log(`| ${r.connections} | ${r.held} (server: ${r.heldByServer}) | ${r.lost} | ${r.messages} | ${r.perSecond} | ${r.neverAnswered} | ${r.repeats} | ${one(r.p50)} | ${one(r.p99)} | ${one(r.max)} | ` +
      `${one(r.serverMb[0])} / ${one(r.serverMb[1])} | ${one(r.serverKbEach)} | ${one(r.serverCpu)} | ` +
      `${one(r.frontsMb[0])} / ${one(r.frontsMb[1])} | ${one(r.frontKbEach)} | ${one(r.frontsCpu)} | ${one(r.unitsMb)} | ${one(r.unitsCpu)} |`);
  }
}
