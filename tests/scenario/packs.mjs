// The packs of registers and cases at a desk: celadon pack check and new.

import assert from 'node:assert';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { root, run, temporaryFolder } from './program.mjs';

/** A copy of packs/ that a test may spoil. */
function copyOfPacks() {
  const folder = temporaryFolder('packs');
  const packs = path.join(folder, 'packs');
  cpSync(path.join(root, 'packs'), packs, { recursive: true });
  return { folder, packs, file: (name) => path.join(packs, 'systems', name) };
}

test('all packs are good, each and together', async () => {
  const checked = await run(['pack', 'check']);
  assert.equal(checked.code, 0, checked.stderr);
  assert.match(checked.stdout, /^\d+ systems: \d+ registers, \d+ ledgers, \d+ cases\n$/);
  const guide = await run(['pack', 'check', 'tests/scenario/fume-island.yaml']);
  assert.equal(guide.code, 0, guide.stderr);
});

test('each file that is wrong is one line with its place, and what is wrong between files is told by the file it stands in', async () => {
  const { folder, packs, file } = copyOfPacks();
  const change = (name, from, to) => {
    const text = readFileSync(file(name), 'utf8');
    assert(text.includes(from), from);
    writeFileSync(file(name), text.replace(from, to));
  };
  change('city.yaml', 'group:', 'gruop:');
  change('ldar.yaml', 'type: date', 'type: day');
  const both = await run(['--packs', packs, 'pack', 'check']);
  assert.equal(both.code, 65);
  const lines = both.stderr.trim().split('\n');
  assert.equal(lines.length, 2);
  assert.match(lines[0], /^celadon: city\.yaml:\d+: gruop: is not known here/);
  assert.match(lines[1], /^celadon: ldar\.yaml:\d+: type: 'day' is not known/);
  change('city.yaml', 'gruop:', 'group:');
  change('ldar.yaml', 'type: day', 'type: date');
  rmSync(file('enterprise.yaml'));
  const apart = await run(['--packs', packs, 'pack', 'check']);
  assert.equal(apart.code, 65);
  assert.match(apart.stderr, /^celadon: \w[\w-]*\.yaml:\d+: of: there is no register 'enterprise'\n$/);
  rmSync(folder, { recursive: true });
});

test('a beginning of each kind is written once and passes the check', async () => {
  const { folder, packs, file } = copyOfPacks();
  for (const kind of ['register', 'ledger', 'case']) {
    const made = await run(['--packs', packs, 'pack', 'new', `my-${kind}`, '--kind', kind]);
    assert.equal(made.code, 0, made.stderr);
    assert.match(made.stdout, new RegExp(`my-${kind}\\.yaml: a beginning`));
  }
  const checked = await run(['--packs', packs, 'pack', 'check']);
  assert.equal(checked.code, 0, checked.stderr);
  writeFileSync(file('my-case.yaml'), 'mine\n');
  const again = await run(['--packs', packs, 'pack', 'new', 'my-case']);
  assert.equal(again.code, 75);
  assert.equal(readFileSync(file('my-case.yaml'), 'utf8'), 'mine\n');
  assert.equal((await run(['--packs', packs, 'pack', 'new', '../sly'])).code, 65);
  assert.equal((await run(['--packs', packs, 'pack', 'new', 'x', '--kind', 'thing'])).code, 64);
  rmSync(folder, { recursive: true });
});
