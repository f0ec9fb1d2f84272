// From sockets to the disk: units that send as fast as they are answered, each answer given after fsync; beside DuckDB's
// bare appender in the same minutes. Medians, one JSON line each.
//
//   cmake --build --preset release --target bench && node bench/gateway.mjs [--units 200] [--messages 2000] [--window 64] [--runs 5]

import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Served, program, run } from '../tests/scenario/program.mjs';
import { cpuSeconds, option } from './measure.mjs';

const units = Number(option('units', 200));
const messages = Number(option('messages', 2000));
const window = Number(option('window', 64));
const runs = Number(option('runs', 5));

const bench = (name, ...args) => {
  const ended = spawnSync(path.join(path.dirname(program), name), args.map(String), { encoding: 'utf8' });
  if (ended.status !== 0) throw new Error(`${name}: ${ended.stderr}`);
  return ended.stdout.trim().split('\n').map((line) => JSON.parse(line));
};

const rates = [];
const cpu = [];
for (let i = 0; i <= runs; i += 1) {
  const served = await Served.start();
  const list = path.join(served.data, 'units.json');
  const registered = await run(['simulate', 'devices', '--devices', units, '--system', '31', '--register', served.url, '--dry-run', '--devices-out', list]);
  if (registered.code !== 0) throw new Error(registered.stderr);
  const mns = path.join(served.data, 'units.txt');
  writeFileSync(mns, JSON.parse(readFileSync(list, 'utf8')).devices.map((unit) => `${unit.mn}\n`).join(''));
  bench('bench_gateway_load', served.gatewayPort, mns, 1, 1);  // each unit's series are entered
  const before = cpuSeconds(served.servingPid());
  const [told] = bench('bench_gateway_load', served.gatewayPort, mns, messages, window);
  if (i > 0) {
    rates.push(told.observations / told.seconds);
    cpu.push((cpuSeconds(served.servingPid()) - before) / told.messages * 1e6);
  }
  await served.stop();
}
const sorted = (all) => [...all].sort((a, b) => a - b);
const tell = (what, all, unit) => console.log(JSON.stringify({ what, median: Math.round(sorted(all)[all.length >> 1]), least: Math.round(sorted(all)[0]), most: Math.round(sorted(all).at(-1)), unit }));
tell(`${units} sockets to durable: messages of 10 values, each answered after fsync, ${window} unanswered a unit`, rates, 'observations/s');
tell('processor time of the server', cpu, 'us/message');
for (const line of bench('bench_kernels', 'append')) console.log(JSON.stringify(line));
