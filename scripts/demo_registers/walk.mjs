// What the newer modules share: ids by register, and the steps that led a matter to its state.

import {walkOn} from './common.mjs';
import {number, plus} from './random.mjs';

/** Adds a record under the next number of its register; gives the id. */
export function enter(world, register, prefix, digits, row) {
  const id = number(prefix, digits, (world.registers.get(register)?.length ?? 0) + 1);
  world.add(register, {id, ...row, note: row.note ?? '示例'});
  return id;
}

/** A short line from a point, as a cell. */
export const stroke =
    ([lon, lat], write, d = 0.012) => [0, 1, 2].map((k) => write([lon + k * d * 0.5, lat + k * d * 0.4])).join(' ');

/** A square around a point, as a cell; the side is 2 d degrees. */
export const square =
    ([lon, lat], write,
     d) => [[-d, -d], [d, -d], [d, d], [-d, d], [-d, -d]].map(([x, y]) => write([lon + x, lat + y])).join(' ');

/** The steps of a matter, so many days apart from the day it was opened. */
export function walk(world, register, id, path, opened, each = 1) {
  walkOn(world, register, id, path.map((step, k) => [step, plus(opened, k * each)]));
}
