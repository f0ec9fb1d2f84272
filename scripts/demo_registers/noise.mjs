// Noise zones, points with their days, quiet quarters, sources, and complaints driven to their end. All invented, all
// 示例.

import {adder, box, counties, spot} from './ledger.mjs';
import {plus, today} from './random.mjs';
import {walk} from './walk.mjs';

function makeMeasured(world) {
  const {random} = world;
  const firms = world.registers.get('enterprise');
  const zone = adder(world, 'noise-zone', 'BW', 4);
  const point = adder(world, 'noise-point', 'BX', 4);
  const noiseDay = adder(world, 'noise-day', 'BY', 7);
  const zones =
      [
        ['珠山居住区', '1', '360203', true, '2023-05-01'], ['昌江混合区', '2', '360202', true, '2023-05-01'],
        ['高新工业区', '3', '360202', false, '2023-05-01'], ['浮梁城区', '2', '360222', false, '2021-10-01'],
        ['乐平城区', '2', '360281', true, '2022-08-01'], ['迎宾大道两侧', '4a', '360203', false, '2023-05-01']
      ]
          .map(
              ([name, kind, division, sensitive, approved_on]) =>
                  [zone({
                     name: `${name}（示例）`,
                     class: kind,
                     division,
                     outline: box(world, division, 0.015),
                     area_km2: random.number(1.5, 12, 1),
                     sensitive,
                     approved_on
                   }),
                   kind, division]);
  const night = {1: 45, 2: 50, 3: 55, '4a': 55};
  const points = zones.map(([id, kind, division], i) => {
    const at = point({
      name: `${division === '360281' ? '乐平' : '市区'}${i + 1}号声站（示例）`,
      zone: id,
      place: spot(world, division, 0.03)
    });
    for (let d = 35; d >= 1; --d) {
      const whole = !(i === 3 && d % 9 === 0);
      noiseDay({
        point: at,
        day: plus(today, -d),
        day_hours: 16,
        night_hours: whole ? 8 : 6,
        ld_db: Number((night[kind] + random.between(1, 9)).toFixed(1)),
        ln_db: Number((night[kind] + random.between(-6, i === 5 ? 4 : 0.5)).toFixed(1)),
        lmax_db: Number((night[kind] + random.between(4, 16)).toFixed(1)),
        cause: i === 5 ? 'traffic' : undefined
      });
    }
    return at;
  });
  const quarter = adder(world, 'quiet-quarter', 'CA', 4);
  [[0, '瓷韵小区', 820, 4, 88, 'quiet', '2026-06-30'], [1, '昌江花园', 1200, 19, 76, 'building', '2026-10-31'],
   [4, '乐安新村', 560, 3, 85, 'building', '2027-06-30']]
      .forEach(([k, name, households, complaints_year, content_pct, state, plan_by]) => {
        const id = quarter({
          name: `${name}（示例）`,
          zone: zones[k][0],
          point: points[k],
          households,
          plan_by,
          pact_on: '2026-04-01',
          complaints_year,
          content_pct,
          place: spot(world, zones[k][2], 0.03),
          state,
          opened: '2026-03-15'
        });
        walk(world, 'quiet-quarter', id, state === 'quiet' ? ['award'] : [], '2026-06-20');
      });
  const source = adder(world, 'noise-source', 'CE', 6);
  [[12, 'industry', '3', 'night'], [4, 'industry', '3', 'night'], [26, 'industry', '3', 'day'],
   [null, 'building', '2', 'night'], [null, 'social', '2', 'night'], [5, 'industry', '3', 'night'],
   [null, 'building', '1', 'day'], [15, 'industry', '2', 'day']]
      .forEach(([k, kind, zoneClass, period], i) => {
        const division = k === null ? counties[i % 4] : firms[k].division;
        const background_db = random.number(44, 52, 1);
        source({
          name: k === null ? `${kind === 'building' ? '工地' : '商业综合体'}${i}（示例）` :
                             `${firms[k].short_name}厂界（示例）`,
          kind,
          enterprise: k === null ? undefined : firms[k].code,
          division,
          class: zoneClass,
          period,
          tested_on: plus(today, -random.whole(5, 120)),
          measured_db: Number((background_db + random.between(i === 6 ? 1 : 4, 14)).toFixed(1)),
          background_db,
          half_month: i % 3 === 0,
          place: k === null ? spot(world, division, 0.04) : firms[k].place
        });
      });
}

function makeNoiseMatters(world) {
  const matter = adder(world, 'noise-supervision', 'DP', 5);
  const path = {listed: [], treated: ['treat'], closed: ['treat', 'close']};
  [['夜间施工扰民', 'building', '360203', 'BW0001', 120, 'night', 54.3, null, '2026-11-18', 'listed'],
   ['商业街音响低频噪声', 'social', '360203', 'BW0001', 60, 'night', 51.6, null, '2026-10-15', 'listed'],
   ['园区风机噪声', 'industry', '360202', 'BW0002', 35, 'night', 55.2, 49.1, '2026-08-03', 'closed'],
   ['高架桥伸缩缝噪声', 'traffic', '360281', 'BW0005', 210, 'night', 53.8, null, '2026-11-02', 'treated']]
      .forEach(([what, kind, division, zone, households, period, before_db, after_db, opened, state]) => {
        const id = matter({
          what: `${what}（示例）`,
          kind,
          division,
          households,
          zone,
          owner: kind === 'industry' ? world.bureauOf(division) : 'ZR0014',
          period,
          before_db,
          measures: state === 'listed' ? undefined : '加装隔声与限时作业（示例）',
          after_db,
          content: state === 'closed' ? true : undefined,
          outcome: state === 'closed' ? '复测达标，投诉人认可（示例）' : undefined,
          place: spot(world, division, 0.04),
          state,
          opened
        });
        walk(world, 'noise-supervision', id, path[state], opened, 12);
      });
}

export function makeNoise(world) {
  makeMeasured(world);
  makeNoiseMatters(world);
}
