// Depots, sixty kinds of stores, and the movements that make their amounts.

import {number, plus, today} from './random.mjs';

const depots = [
  ['市本级应急物资库', 'city', '360200', null, 25, 20], ['浮梁县应急物资库', 'county', '360222', null, 25, 24],
  ['乐平市应急物资库', 'county', '360281', null, 25, 18], ['乐平化工园区应急物资库', 'park', '360281', null, 20, 5],
  ['陶瓷工业园区应急物资库', 'park', '360222', null, 25, 42], ['澄泊化工应急物资库', 'enterprise', '360281', 0, 15, 8]
];
const kinds = [
  ['活性炭', 'adsorb', 't', 5, 24], ['吸油毡', 'adsorb', 'kg', 500, 36], ['吸油索', 'contain', 'm', 300, 36],
  ['围油栏', 'contain', 'm', 500, 60], ['堵漏工具', 'cut-off', 'piece', 4, null], ['沙袋', 'cut-off', 'piece', 2000, null],
  ['片碱', 'neutralise', 't', 10, 24], ['聚合氯化铝', 'neutralise', 't', 10, 18], ['硫化钠', 'neutralise', 't', 5, 12],
  ['防化服', 'protect', 'piece', 20, 60], ['正压式呼吸器', 'protect', 'piece', 10, 36], ['滤毒罐', 'protect', 'piece', 60, 36],
  ['便携式多气体检测仪', 'monitor', 'piece', 3, null], ['便携式重金属分析仪', 'monitor', 'piece', 1, null],
  ['应急抽水泵', 'collect', 'piece', 4, null], ['吨桶', 'transport', 'piece', 30, null], ['移动电源', 'signal', 'piece', 2, null]
];

export function makeStores(world) {
  const {random, places} = world;
  depots.forEach(([name, level, division, firm, call_min, drive_min], i) => {
    world.add('depot', {
      id: number('KD', 4, i + 1),
      name: `${name}（示例）`,
      level,
      division,
      enterprise: firm === null ? undefined : world.registers.get('enterprise')[firm].code,
      owner: world.bureauOf(division),
      address: '示例地址',
      place: places.write(places.near(random, division, 0.03)),
      call_min,
      drive_min,
      contact: `库管员${i + 1}`,
      phone: `0798-003${String(1000 + i)}`,
      note: '示例'
    });
  });
  let moves = 0;
  for (let i = 0; i < 60; ++i) {
    const [name, use, unit, minimum, months] = kinds[i % kinds.length];
    const depot = i % depots.length;
    const id = number('WZ', 5, i + 1);
    const least = Math.max(1, Math.round(minimum * (depot === 5 ? 0.3 : 1)));
    world.add('stock-item', {
      id,
      name: `${name}（示例）`,
      function: use,
      depot: number('KD', 4, depot + 1),
      model: '示例型号',
      unit,
      minimum: least,
      expires_on: months === null ? undefined :
                                    plus(
                                        today,
                                        i % 15 === 6     ? -random.whole(5, 60) :
                                            i % 15 === 9 ? random.whole(10, 80) :
                                                           random.whole(120, months * 30)),
      checked_on: plus(today, i % 11 === 4 ? -random.whole(190, 260) : -random.whole(10, 150)),
      note: '示例'
    });
    const move = (kind, amount, on, for_what) => world.add('stock-move', {
      id: number('LS', 6, ++moves),
      item: id,
      kind,
      amount,
      moved_on: on,
      for_what,
      taken_by: kind === 'out' ? '应急队员' : undefined,
      note: '示例'
    });
    // Every ninth holds less than the list wants, on purpose.
    const got = Math.round(least * (i % 9 === 4 ? 0.7 : random.between(1.15, 1.6)) + (i % 9 === 4 ? 0 : 1));
    move('into', got, plus('2025-06-01', i), '年度采购');
    if (i % 4 === 1 && got > least + 1) {
      const used = Math.max(1, Math.min(got - least - 1, Math.round(least * 0.1)));
      move('out', used, plus('2026-05-10', i), i % 8 === 1 ? '桌面演练（示例）' : '实战演练（示例）');
      if (i % 8 === 5) move('back', used, plus('2026-05-20', i), '演练归还');
    }
  }
}
