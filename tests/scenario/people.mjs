// Accounts from the command line to the page: the open house, the first admin, sign-in over a kill, rights, the audit and its proof.

import assert from 'node:assert';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { Served, run, temporaryFolder } from './program.mjs';

const password = 'kiln and river';

const send = (served, method, pathname, { cookie, token, body, page = true, headers = {} } = {}) =>
  fetch(`${served.url}/api/v1/${pathname}`, {
    method,
    headers: {
      ...(cookie ? { cookie: `celadon_session=${cookie}` } : {}),
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(page ? { 'x-celadon': '1' } : {}),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  });

async function signIn(served, name) {
  const reply = await send(served, 'POST', 'session', { body: { name, password } });
  assert.equal(reply.status, 200);
  const cookie = reply.headers.get('set-cookie');
  assert.match(cookie, /^celadon_session=[0-9a-f]{64}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=\d+$/);
  return cookie.slice('celadon_session='.length, cookie.indexOf(';'));
}

const how = async (served, options) => (await (await send(served, 'GET', 'session', options)).json()).how;

test('people: from the open house to signed-in work, over a kill, to a proven audit', async () => {
  const data = temporaryFolder('people');
  const options = ['--data', data];
  try {
    // ---- the open house
    let served = await Served.start({ data });
    assert.equal(await how(served), 'house');
    assert.equal((await send(served, 'GET', 'devices')).status, 200);
    const refused = await run(['people', 'add', 'li', '--role', 'admin', ...options], { input: `${password}\n` });
    assert.notEqual(refused.code, 0);  // the server has the folder
    await served.stop();

    // ---- accounts from the command line, the password never an argument
    const first = await run(['people', 'add', 'wang', '--role', 'duty', ...options], { input: `${password}\n` });
    assert.equal(first.code, 77, first.stderr);
    assert.match(first.stderr, /the first account must have the role admin/);
    assert.equal((await run(['people', 'add', 'li', '--role', 'admin', ...options], { input: 'short\n' })).code, 65);
    const added = await run(['people', 'add', 'li', '--role', 'admin', '--shown', '李', ...options], { input: `${password}\n` });
    assert.equal(added.code, 0, added.stderr);
    assert.equal((await run(['people', 'add', 'wang', '--role', 'duty', '--division', '360222', ...options], { input: `${password}\n` })).code, 0);
    const listed = await run(['people', 'list', ...options]);
    assert.match(listed.stdout, /^li +admin +division 360200 .*李\nwang +duty +division 360222 /);
    assert.doesNotMatch(listed.stdout, /argon2/);

    // ---- rights
    served = await Served.start({ data });
    assert.equal(await how(served), 'nobody');
    assert.equal((await send(served, 'GET', 'city')).status, 200);
    assert.equal((await send(served, 'GET', 'cases')).status, 401);
    const wang = await signIn(served, 'wang');
    assert.equal((await send(served, 'GET', 'cases', { cookie: wang })).status, 200);
    assert.equal((await send(served, 'GET', 'people', { cookie: wang })).status, 403);
    assert.equal((await send(served, 'POST', 'tokens', { cookie: wang, body: { label: 'x' }, page: false })).status, 403);
    const token = await (await send(served, 'POST', 'tokens', { cookie: wang, body: { label: 'x', roles: ['duty'] } })).json();
    assert.equal((await send(served, 'GET', 'cases', { token: token.secret })).status, 200);
    assert.equal((await send(served, 'POST', 'devices/A/commands', { token: token.secret, body: {} })).status, 403);

    // ---- a kill signs nobody out
    process.kill(served.servingPid(), 'SIGKILL');
    await served.exited;
    served = await Served.start({ data });
    assert.equal(await how(served, { cookie: wang }), 'session');
    assert.equal((await send(served, 'GET', 'cases', { token: token.secret })).status, 200);

    // ---- the audit knows what was refused, and proves itself
    const li = await signIn(served, 'li');
    const audit = await (await send(served, 'GET', 'audit?limit=1000', { cookie: li })).json();
    assert(audit.items.some((entry) => entry.who === 'wang' && entry.action === 'refused' && entry.object === 'GET /api/v1/people'));
    assert(!JSON.stringify(audit).includes(password));
    await served.stop();
    const proven = await run(['audit', 'verify', ...options]);
    assert.equal(proven.stdout, `${audit.items.length} entries, none changed, none missing\n`, proven.stderr);

    // ---- somebody with the file in hand makes one entry say something else
    const ledger = path.join(data, 'ledger', 'ledger.sqlite');
    const bytes = readFileSync(ledger);
    const at = bytes.indexOf('wangrefusedGET /api/v1/people');  // who, action and object lie side by side
    assert(at > 0);
    bytes.write('ming', at);
    writeFileSync(ledger, bytes);
    const broken = await run(['audit', 'verify', ...options]);
    assert.equal(broken.code, 74);
    const { number } = audit.items.find((entry) => entry.object === 'GET /api/v1/people' && entry.action === 'refused');
    assert(broken.stderr.includes(`audit entry ${number} `), broken.stderr);
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
});
