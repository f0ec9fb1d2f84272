// The page against the real server: the demo city loaded, its last days replayed through the gateway, then web/e2e.

import assert from 'node:assert';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { Served, root, run } from './program.mjs';

const served = await Served.start({ args: ['--demo', 'demo'] });
try {
  const sent = await run(['replay', 'demo/air-station-hourly-2020/jingdezhen_hourly.csv', '--to', `127.0.0.1:${served.gatewayPort}`,
    '--from', '2020-04-03 00:00', '--speed', 'max']);
  assert.equal(sent.code, 0, sent.stderr);
  assert.match(sent.stdout, /^5 devices, (\d+) messages, \1 answered, 0 refused/);
  const result = spawnSync('npm', ['run', '--prefix', path.join(root, 'web'), 'e2e'], {
    stdio: 'inherit',
    env: {
      ...process.env,
      CELADON_URL: served.url,
      CELADON_GATEWAY: `127.0.0.1:${served.gatewayPort}`,
      CELADON_SCREENSHOTS: process.env.CELADON_SCREENSHOTS ?? path.join(root, 'build/screenshots'),
    },
  });
  process.exitCode = result.status ?? 1;
} finally {
  await served.stop();
}
