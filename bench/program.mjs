// The whole program: sockets to durable, and files. Medians of five, one JSON line each.
//
//   cmake --build --preset release --target bench && node bench/program.mjs

import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { Served, program, root, run, temporaryFolder } from '../tests/scenario/program.mjs';

const median = (all) => [...all].sort((a, b) => a - b)[Math.floor(all.length / 2)];
const tell = (what, count, seconds, unit) => console.log(JSON.stringify({
  what, median: Math.round(count / median(seconds)), slowest: Math.round(count / Math.max(...seconds)), fastest: Math.round(count / Math.min(...seconds)), unit }));

// Clean air without events: what a busy rule costs is not what is measured here.
const base = { 'PM2.5': 8, PM10: 26, SO2: 5, NO2: 18, O3: 60 };

function write(file, years, properties) {
  const out = openSync(file, 'w');
  writeSync(out, 'site,property,averaging,time,value,unit,flag\n');
  let rows = 0;
  for (let hour = 1; hour <= years * 8760; hour += 1) {
    const time = new Date(Date.UTC(2000, 0, 1) + hour * 3600e3).toISOString().replace('.000Z', 'Z');
    let text = '';
    for (const station of ['2342A', '2343A', '2344A', '2345A', '2346A']) {
      for (const property of properties) {
        text += `air.${station},${property},PT1H,${time},${base[property] + (hour * 7 + rows) % 15},ug/m3,N\n`;
        rows += 1;
      }
    }
    writeSync(out, text);
  }
  closeSync(out);
  return rows;
}

const folder = temporaryFolder('bench');
const csv = path.join(folder, 'observations.csv');
const properties = ['PM2.5', 'PM10', 'SO2', 'NO2', 'O3'];

const sent = write(csv, 2, properties);
const socket = [];
for (let i = 0; i < 6; i += 1) {
  const served = await Served.start();
  const begin = process.hrtime.bigint();
  const out = await run(['replay', csv, '--to', `127.0.0.1:${served.gatewayPort}`, '--speed', 'max', '--window', '64']);
  if (out.code !== 0) throw new Error(out.stderr);
  if (i > 0) socket.push(Number(process.hrtime.bigint() - begin) / 1e9);
  await served.stop();
}
tell('5 sockets to durable: HJ 212 hour messages of 5 values, answered after fsync, with the sender and reading its file', sent, socket, 'observations/s');

const rows = write(csv, 8, properties);
const ours = [];
const peer = [];
for (let i = 0; i < 6; i += 1) {
  const data = path.join(folder, 'data');
  rmSync(data, { recursive: true, force: true });
  let begin = process.hrtime.bigint();
  if (spawnSync(program, ['import', csv, '--data', data], { cwd: root }).status !== 0) throw new Error('import failed');
  if (i > 0) ours.push(Number(process.hrtime.bigint() - begin) / 1e9);
  rmSync(path.join(folder, 'peer.duckdb'), { force: true });
  begin = process.hrtime.bigint();
  if (spawnSync(path.join(path.dirname(program), 'bench_duckdb_csv'), [csv, path.join(folder, 'peer.duckdb')]).status !== 0) throw new Error('peer failed');
  if (i > 0) peer.push(Number(process.hrtime.bigint() - begin) / 1e9);
}
tell('celadon import of a generic CSV: checked, flagged, versioned, durable', rows, ours, 'rows/s');
tell('the same CSV by plain DuckDB read_csv into a table', rows, peer, 'rows/s');
rmSync(folder, { recursive: true, force: true });
