// What several modules do alike: duty units by name, ids, and the steps that led to a state.

import {noon, number} from './random.mjs';

/** The duty unit of this name; added where none is there yet. */
export function unitOf(world, name, {kind = 'bureau', division = '360200', duty = '示例'} = {}) {
  const full = `${name}（示例）`;
  const there = (world.registers.get('duty-unit') ?? []).find((unit) => unit.name === full);
  if (there) return there.id;
  const n = (world.dutyUnits = (world.dutyUnits ?? 500) + 1);
  return world.add('duty-unit', {id: number('ZR', 4, n), name: full, kind, division, duty, note: '示例'}).id;
}

/** Adds a record with the next id of its register, marked as invented. */
export function enter(world, register, prefix, digits, row) {
  const id = number(prefix, digits, (world.registers.get(register)?.length ?? 0) + 1);
  return world.add(register, {id, note: '示例', ...row});
}

/** Writes the steps of a record, each a pair of step and day. */
export function walkOn(world, register, id, path) {
  for (const [step, on] of path) world.steps.push({register, id, step, at: noon(on), who: '示例', why: '示例'});
}
