// The pages where people sign in, against a server of their own: the first account closes it, which the other pages' tests
// do not expect.

import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { Served, root } from './program.mjs';

const served = await Served.start({ args: ['--demo', 'demo'] });
try {
  const result = spawnSync('npm', ['run', '--prefix', path.join(root, 'web'), 'e2e:people'], {
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
