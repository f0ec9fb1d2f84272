// Small helpers of the demo modules that write many registers.

import {number} from './random.mjs';

/** A function that adds rows to a register, numbers them and marks them 示例; it gives the row's id. */
export function adder(world, register, prefix, digits) {
  let n = 0;
  return (row) => {
    const id = number(prefix, digits, ++n);
    world.add(register, {id, ...row, note: row.note ?? '示例'});
    return id;
  };
}

export const counties = ['360202', '360203', '360222', '360281'];

/** A point of the county, as a cell. */
export const spot = (world, division, spread = 0.08) =>
    world.places.write(world.places.near(world.random, division, spread));

/** A box around a point, as a cell. */
export function box(world, division, half = 0.02) {
  const [x, y] = world.places.near(world.random, division, 0.03);
  const corner = (dx, dy) => world.places.write([x + dx * half, y + dy * half]);
  return [corner(-1, -1), corner(1, -1), corner(1, 1), corner(-1, 1), corner(-1, -1)].join(' ');
}
