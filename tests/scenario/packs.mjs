// The packs of registers and cases at a desk: celadon pack check and new.

import assert from 'node:assert';
import { cpSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { root, run, temporaryFolder } from './program.mjs';

/** A copy of packs/ that a test may spoil. */
function copyOfPacks() {
  const folder = temporaryFolder('packs');
  const packs = path.join(folder, 'packs');
  cpSync(path.join(root, 'packs'), packs, { recursive: true });
  symlinkSync(path.join(root, 'demo'), path.join(folder, 'demo')); // the city's shapes lie there
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

test('every working day of the packs goes as it says, and one that does not is told with its line', async () => {
  const played = await run(['pack', 'play']);
  assert.equal(played.code, 0, played.stdout + played.stderr);
  assert.match(played.stdout, /^\d+ days: \d+ steps, \d+ expectations, all as expected\n$/);
  const { folder, packs } = copyOfPacks();
  const day = path.join(packs, 'systems', 'days', 'a-unit.yaml');
  const text = `day: a-unit
name: {zh: 责任单位, en: A unit}
at: 2026-03-02 09:00
steps:
  - save: duty-unit
    values: {name: 示例单位, kind: bureau, division: "360222"}
    expect: {division: "360222", duty: none}
`;
  writeFileSync(day, text);
  const good = await run(['--packs', packs, 'pack', 'play', 'a-unit']);
  assert.equal(good.stdout, '1 days: 1 steps, 2 expectations, all as expected\n', good.stderr);
  writeFileSync(day, text.replace('expect: {division: "360222"', 'expect: {division: "360281"'));
  const otherwise = await run(['--packs', packs, 'pack', 'play', 'a-unit', 'outfall']);
  assert.equal(otherwise.code, 65);
  assert.equal(otherwise.stdout, 'a-unit.yaml:7: expected division 360281, is 360222\n');
  assert.equal(otherwise.stderr, 'celadon: 1 of 2 days came out otherwise\n');
  writeFileSync(day, text.replace('steps:', 'step:'));
  const wrong = await run(['--packs', packs, 'pack', 'play', day]);
  assert.equal(wrong.code, 65);
  assert.match(wrong.stderr, /^celadon: a-unit\.yaml:4: there is no field 'step' here\n$/);
  rmSync(folder, { recursive: true });
});

test('docs/systems.md is what the packs say of the rows of the plan', async () => {
  const page = path.join(root, 'docs', 'systems.md');
  const checked = await run(['pack', 'systems', '--check', page]);
  assert.equal(checked.code, 0, checked.stderr);
  const { folder, packs, file } = copyOfPacks();
  const stale = path.join(folder, 'systems.md');
  writeFileSync(stale, readFileSync(page, 'utf8').replace('# The systems', '# Systems'));
  const apart = await run(['pack', 'systems', '--check', stale]);
  assert.equal(apart.code, 65);
  assert.match(apart.stderr, /^celadon: \S+systems\.md is not what the packs say \(line 1\); write it anew: celadon pack systems --to \S+\n$/);
  writeFileSync(file('city.yaml'), readFileSync(file('city.yaml'), 'utf8').replace('codes:', 'rows: [{id: S999, rule: {zh: 无, en: none}}]\ncodes:'));
  const unknown = await run(['--packs', packs, 'pack', 'systems', '--to', stale]);
  assert.equal(unknown.code, 65);
  assert.match(unknown.stderr, /^celadon: city\.yaml:\d+: id: the plan of jingdezhen has no row S999\n$/);
  rmSync(folder, { recursive: true });
});
