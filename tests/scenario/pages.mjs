// The page's own tests against the built program with the demo city.

import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { Served, root } from './program.mjs';

/** Serves the demo city, does what is to be done `first`, then runs a script of web/package.json; its exit is ours. */
export async function runPageTests(script, first = async () => {}) {
  const served = await Served.start({ args: ['--demo', 'demo'] });
  try {
    await first(served);
    const result = spawnSync('npm', ['run', '--prefix', path.join(root, 'web'), script], {
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
}
