// What the newer modules share: ids by register, and the steps that led a matter to its state.

import {noon, number, plus} from './random.mjs';

/** Adds a record under the next number of its register; gives the id. */
export function enter(world, register, prefix, digits, row) {
  const id = number(prefix, digits, (world.registers.get(register)?.length ?? 0) + 1);
  world.add(register, {id, ...row, note: row.note ?? '示例'});
  return id;
}

/** The steps of a matter, so many days apart from the day it was opened. */
export function walk(world, register, id, path, opened, each = 1) {
  path.forEach(
      (step, k) => world.steps.push({register, id, step, at: noon(plus(opened, k * each)), who: '示例', why: '示例'}));
}
