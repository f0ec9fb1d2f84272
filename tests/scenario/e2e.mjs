// The page against the real server: the demo city loaded, its last days replayed through the gateway, then web/e2e.

import assert from 'node:assert';
import { runPageTests } from './pages.mjs';
import { run } from './program.mjs';

await runPageTests('e2e', async (served) => {
  const sent = await run(['replay', 'demo/air-station-hourly-2020/jingdezhen_hourly.csv', '--to', `127.0.0.1:${served.gatewayPort}`,
    '--from', '2020-04-03 00:00', '--speed', 'max']);
  assert.equal(sent.code, 0, sent.stderr);
  assert.match(sent.stdout, /^5 devices, (\d+) messages, \1 answered, 0 refused/);
});
