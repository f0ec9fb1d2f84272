// A table of many rows into a register over HTTP: how long it takes, and how often its progress moves.
//
//   node bench/import_rows.mjs [--rows 100000] [--json]
//
// Trees of the pack heritage-tree, which has formulas over other registers and four checks; every 500th row has no name.

import { Served, sleep } from '../tests/scenario/program.mjs';
import { option } from './measure.mjs';

const rows = Number(option('rows', 100_000));
const kinds = ['樟树', '银杏', '罗汉松', '枫香'];
const lines = ['name,plate_no,species,age,famous,division,place,crown_m,health'];
for (let i = 1; i <= rows; i += 1) {
  const place = `"${(117 + (i % 1000) / 2000).toFixed(5)},${(29 + (i % 777) / 1500).toFixed(5)}"`;
  lines.push(`${i % 500 === 0 ? '' : `示例古树 ${i}`},P${i},${kinds[i % 4]},${100 + (i % 700)},否,360281,${place},${5 + (i % 20)},good`);
}

const served = await Served.start();
try {
  const began = performance.now();
  const job = await served.json('/api/v1/registers/heritage-tree/imports?name=trees.csv', { method: 'POST', body: `${lines.join('\r\n')}\r\n` });
  const seen = new Set();
  let now = job;
  while (now.state !== 'done' && now.state !== 'failed') {
    await sleep(100);
    now = await served.json(`/api/v1/record-imports/${job.id}`);
    seen.add(now.done);
  }
  const seconds = (performance.now() - began) / 1000;
  if (now.state === 'failed') throw new Error(now.error);
  const told = { rows, seconds, rows_a_second: rows / seconds, added: now.added, refused: now.refused, progress_seen: seen.size };
  console.log(process.argv.includes('--json') ? JSON.stringify(told)
    : `${rows} rows in ${seconds.toFixed(1)} s: ${now.added} added, ${now.refused} refused, progress seen at ${seen.size} places`);
} finally {
  await served.stop();
}
