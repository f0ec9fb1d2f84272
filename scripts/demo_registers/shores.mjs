// On the water and its banks: ships' waste, disorder, black-odorous waters, zones of the banks, life in the rivers. All
// invented.

import {plus, Random} from './random.mjs';
import {enter, stroke, walk} from './walk.mjs';

const counties = ['360202', '360203', '360222', '360281'];
const county = {
  360202: '昌江区',
  360203: '珠山区',
  360222: '浮梁县',
  360281: '乐平市'
};
const riverOf = (division) => (division === '360281' ? '乐安河' : '昌江');
const waterOf = (division) => (division === '360281' ? 'leanhe' : 'changjiang');

function makeShips(world, random) {
  const {places} = world;
  const firms = world.registers.get('enterprise');
  const ships = [];
  for (let i = 0; i < 10; ++i) {
    const division = counties[i % 4];
    ships.push([
      enter(world, 'ship', 'EH', 5, {
        name: `赣景${String(i + 1).padStart(3, '0')}（示例）`,
        kind: ['cargo', 'sand', 'passenger', 'working', 'fishing'][i % 5],
        gross_t: [480, 390, 120, 260, 40][i % 5],
        crew: [6, 5, 46, 8, 2][i % 5],
        division,
        berth: places.write(places.byRiver(random, riverOf(division), division)),
        tank_m3: i % 5 === 0 && i > 0 ? undefined : [2, 1.2, 6, 1.5, 0.3][i % 5],
        treated_aboard: i === 2,
      }),
      division
    ]);
  }
  const kinds = ['sewage', 'garbage', 'oily', 'sewage', 'oil'];
  for (let i = 0; i < 36; ++i) {
    const [ship, division] = ships[i % 9];
    const received_on = plus('2026-08-20', Math.floor(i * 2.8));
    const kind = kinds[i % 5];
    const state = i >= 34 ? 'received' : i >= 31 || i === 28 ? 'moved' : i === 24 ? 'received' : 'treated';
    const received_t = kind === 'garbage' ? random.number(0.2, 0.9, 3) : random.number(0.8, 4.5, 3);
    const moved_t = state === 'received' ? undefined : received_t;
    const id = enter(world, 'ship-waste-slip', 'EI', 6, {
      ship: i < 34 ? ship : undefined,
      ship_name: i < 34 ? undefined : '过路船（示例）',
      kind,
      division,
      place: places.write(places.byRiver(random, riverOf(division), division)),
      receiver: firms.filter((f) => f.division === division).at(-1).code,
      received_on,
      received_t,
      carrier: moved_t === undefined ? undefined : '示例转运车队',
      moved_on: moved_t === undefined ? undefined : plus(received_on, 3),
      moved_t,
      treater: state === 'treated' ? '示例处置厂' : undefined,
      treated_on: state === 'treated' ? plus(received_on, 9) : undefined,
      treated_t: state === 'treated' ? Number((received_t * (i % 11 === 7 ? 0.9 : 0.99)).toFixed(3)) : undefined,
      state,
      opened: received_on,
    });
    walk(
        world, 'ship-waste-slip', id, {received: [], moved: ['move'], treated: ['move', 'treat']}[state],
        plus(received_on, 3), 6);
  }
  for (const division of counties)
    for (const month_on of ['2026-09-01', '2026-10-01', '2026-11-01'])
      enter(world, 'ship-waste-month', 'EJ', 5, {division, month_on});
}

function makeBanks(world, random) {
  const {places} = world;
  const reaches = [];
  for (let i = 0; i < 12; ++i) {
    const division = counties[i % 4];
    const length_km = random.number(2, 9, 1);
    const chief_level = ['village', 'town', 'town', 'county', 'village', 'city'][i % 6];
    const reach = enter(world, 'patrol-reach', 'EL', 4, {
      name: `${riverOf(division)}${county[division]}${Math.floor(i / 4) + 1}段（示例）`,
      water: waterOf(division),
      division,
      course: stroke(places.byRiver(random, riverOf(division), division), places.write),
      chief_level,
      chief: `河长${i + 1}`,
      length_km
    });
    reaches.push([reach, division]);
    const last = {village: [-3, -11, -18], town: [-12, -44], county: [-35], city: [-120]}[chief_level];
    for (const ago of last)
      enter(world, 'river-patrol', 'EM', 6, {
        reach,
        walked_on: plus('2026-11-29', i === 4 ? ago - 9 : ago),
        walked_km: i % 5 === 3 ? Number((length_km * 0.6).toFixed(2)) : length_km,
        found: i % 6 === 0 ? 1 : 0,
        note: '巡查记录（示例）'
      });
  }
  // what, kind, grade, found by, reach, found on, state, m2
  const disorders = [
    ['岸边堆放废瓷片', 'heap', 'general', 'patrol', 0, '2026-10-20', 'clearing', 160],
    ['滩地围垦种菜', 'occupy', 'general', 'satellite', 1, '2026-09-14', 'watching', 900],
    ['违建砂石码头', 'build', 'major', 'superior', 2, '2026-08-03', 'cleared', 2400],
    ['夜间盗采河砂', 'dig', 'major', 'report', 3, '2026-11-21', 'found', 300],
    ['河道内弃土', 'heap', 'general', 'patrol', 4, '2026-05-12', 'closed', 420],
    ['再次堆放弃土', 'heap', 'general', 'satellite', 4, '2026-11-10', 'clearing', 260],
    ['占用岸线建棚', 'build', 'general', 'patrol', 5, '2026-07-08', 'closed', 180],
    ['疑似侵占（已有审批）', 'occupy', 'general', 'satellite', 6, '2026-10-11', 'dismissed', 700],
    ['生活垃圾倾倒', 'heap', 'general', 'report', 7, '2026-11-18', 'clearing', 60],
    ['网箱侵占水面', 'occupy', 'major', 'patrol', 8, '2026-08-25', 'clearing', 1500]
  ];
  const path = {
    found: [],
    clearing: ['confirm'],
    cleared: ['confirm', 'clear'],
    watching: ['confirm', 'clear', 'accept'],
    closed: ['confirm', 'clear', 'accept', 'hold'],
    dismissed: ['deny']
  };
  for (const [what, kind, grade, found_by, at, found_on, state, area_m2] of disorders) {
    const [reach, division] = reaches[at];
    const done = path[state].includes('clear');
    const id = enter(world, 'river-disorder', 'EN', 5, {
      what: `${what}（示例）`,
      kind,
      grade,
      found_by,
      reach,
      place: places.write(places.byRiver(random, riverOf(division), division)),
      found_on,
      area_m2,
      duty_unit: state === 'found' ? undefined : world.bureauOf(division),
      cleared_on: done ? plus(found_on, 20) : undefined,
      cleared_m2: done ? area_m2 : undefined,
      state,
      opened: found_on
    });
    walk(world, 'river-disorder', id, path[state], plus(found_on, 3), 20);
  }
}

function makeBlack(world, random) {
  const {places} = world;
  // name, kind, list, county, state, quality of the rounds: c clear, m mild, s severe
  const waters = [
    ['老南河城区段', 'urban', 'national', '360203', 'stable', ['s', 'c', 'c', 'c']],
    ['瓷都大道明渠', 'urban', 'national', '360203', 'treated', ['s', 'c', 'm']],
    ['西河支沟', 'urban', 'provincial', '360202', 'treated', ['m', 'c', 'c']],
    ['浮梁县城北沟', 'county', 'provincial', '360222', 'treating', ['s']],
    ['乐平东湖南沟', 'county', 'national', '360281', 'stable', ['m', 'c', 'c', 'c']],
    ['礼林村塘', 'rural', 'national', '360281', 'treated', ['m', 'c']],
    ['镇桥村沟', 'rural', 'provincial', '360281', 'treating', ['m']],
    ['鹅湖村塘', 'rural', 'local', '360222', 'listed', ['m']],
    ['洪源小区水塘', 'small', 'local', '360202', 'closed', ['m', 'c', 'c']],
    ['竟成镇小微水体', 'small', 'local', '360203', 'removed', ['c']]
  ];
  const path = {
    listed: [],
    removed: ['remove'],
    treating: ['treat'],
    treated: ['treat', 'done'],
    stable: ['treat', 'done', 'hold'],
    closed: ['treat', 'done', 'hold', 'strike']
  };
  waters.forEach(([name, kind, list, division, state, rounds], i) => {
    const found_on = plus('2025-03-10', i * 11);
    const going = path[state];
    const water = enter(world, 'black-water', 'EO', 4, {
      name: `${name}（示例）`,
      kind,
      list,
      division,
      village: kind === 'rural' ? `${county[division]}示例乡镇` : undefined,
      place: places.write(places.near(random, division, 0.08)),
      length_m: random.whole(300, 2400),
      found_on,
      cause: going.includes('treat') ? '生活污水直排与内源淤积（示例）' : undefined,
      duty_unit: going.includes('treat') ? world.bureauOf(division) : undefined,
      measures: going.includes('treat') ? '截污、清淤、补水（示例）' : undefined,
      treat_by: going.includes('treat') ? (state === 'treating' && i === 3 ? '2026-10-31' : '2026-12-31') : undefined,
      treated_on: going.includes('done') ? plus(found_on, 200) : undefined,
      satisfied_pct: going.includes('hold') ? 93.5 : undefined,
      state,
      opened: found_on,
    });
    walk(world, 'black-water', water, going, plus(found_on, 15), 190);
    const points = kind === 'rural' || kind === 'small' ? 1 : 3;
    rounds.forEach((quality, k) => {
      const round_on =
          k === 0 ? plus(found_on, 5) : plus(i === 4 ? '2026-07-20' : '2026-10-20', -91 * (rounds.length - 1 - k));
      for (let p = 1; p <= points; ++p) {
        const bad = quality !== 'c' && (quality === 's' ? p <= 2 : p === 1);
        enter(world, 'black-sample', 'EP', 6, {
          water,
          round_on,
          point_no: String(p),
          depth_cm: 70,
          sd_cm: bad ? (quality === 's' ? random.number(4, 9, 1) : random.number(12, 24, 1)) : random.number(32, 65, 1),
          do_mg_l: bad ? random.number(0.5, 1.9, 2) : random.number(3, 7, 2),
          orp_mv: bad ? random.whole(-120, 40) : random.whole(80, 240),
          nh3n_mg_l: bad ? random.number(8.5, 14.5, 2) : random.number(0.4, 3, 2),
          lab: '示例检测机构',
        });
      }
    });
  });
}

function makeZones(world, random) {
  const {places} = world;
  const kinds = ['protect', 'reserve', 'control', 'develop'];
  const zones = [];
  for (let i = 0; i < 12; ++i) {
    const division = counties[i % 4];
    const kind = kinds[(i + Math.floor(i / 4)) % 4];
    const length_km = random.number(3, 9, 2);
    zones.push([
      enter(world, 'shore-zone', 'FQ', 4, {
        name: `${riverOf(division)}${county[division]}岸线${i + 1}区（示例）`,
        kind,
        water: waterOf(division),
        division,
        bank: i % 2 ? '左岸' : '右岸',
        course: stroke(places.byRiver(random, riverOf(division), division), places.write),
        length_km,
        limit_pct: {protect: 5, reserve: 8, control: 25, develop: 50}[kind]
      }),
      kind, division, length_km
    ]);
  }
  zones.forEach(([zone, kind, division, length_km], i) => {
    const uses = {protect: ['public'], reserve: ['bridge'], control: ['leisure', 'port'], develop: [
                    'port', 'industry'
                  ]}[kind];
    uses.forEach(
        (use, k) => enter(world, 'shore-use', 'FR', 5, {
          name: `${county[division]}示例项目${i + 1}-${k + 1}`,
          zone,
          kind: use,
          length_km: Number((length_km * {protect: 0.03, reserve: 0.06, control: 0.14, develop: 0.2}[kind]).toFixed(3)),
          place: places.write(places.byRiver(random, riverOf(division), division)),
          approval: i % 5 === 4 && k === 1 ? undefined : `示例批文${i + 1}号`,
          until: i % 4 === 3 ? '2026-09-30' : '2031-12-31',
          gone: i === 7 && k === 1
        }));
  });
  const spots = [
    ['疑似新建厂房', 2, 'built', '2026-10-15', 'seen', 1200], ['水面填占', 4, 'filled', '2026-09-08', 'restoring', 640],
    ['岸坡采挖', 6, 'dug', '2026-06-12', 'restored', 380], ['林草清除', 9, 'cleared', '2026-07-20', 'lawful', 2100],
    ['滩地硬化', 11, 'built', '2026-11-20', 'seen', 450]
  ];
  for (const [what, at, kind, seen, state, area_m2] of spots) {
    const [zone, , division] = zones[at];
    const going = {seen: [], restoring: ['order'], restored: ['order', 'restore'], lawful: ['clear']}[state];
    const id = enter(world, 'shore-change', 'FS', 5, {
      what: `${what}（示例）`,
      zone,
      kind,
      before_on: plus(seen, -120),
      after_on: plus(seen, -6),
      place: places.write(places.byRiver(random, riverOf(division), division)),
      area_m2,
      checked_on: going.length ? plus(seen, 12) : undefined,
      finding: going.length ? '现场核实（示例）' : undefined,
      restore_by: going.includes('order') ? plus(seen, 75) : undefined,
      restored_on: state === 'restored' ? plus(seen, 60) : undefined,
      state,
      opened: seen
    });
    walk(world, 'shore-change', id, going, plus(seen, 12), 48);
  }
  const works = [
    ['潘溪河生态缓冲带', 'buffer', 'panxihe', '360222', 12, 7.5, '2026-01-10', '2027-06-30'],
    ['西河生态修复', 'buffer', 'xihe', '360202', 8, 2, '2025-09-01', '2026-12-31'],
    ['老南河水系连通', 'connect', 'laonanhe', '360203', 4.5, 4.5, '2025-03-01', '2026-10-31'],
    ['昌江水下森林示范区', 'forest', 'changjiang', '360222', 1.6, 0.6, '2026-04-01', '2027-12-31'],
    ['玉田湖湿地修复', 'wetland', 'yutianhu', '360202', 3.2, 0.4, '2026-03-01', '2027-02-28']
  ];
  for (const [name, kind, water, division, planned_km, done_km, begun_on, due_on] of works)
    enter(world, 'shore-work', 'FT', 4, {
      name: `${name}（示例）`,
      kind,
      water,
      division,
      place: places.write(places.near(random, division, 0.08)),
      planned_km,
      done_km,
      area_m2: Math.round(planned_km * 18000),
      begun_on,
      due_on
    });
}

function makeLife(world, random) {
  const {places} = world;
  const fish = [
    ['鲫', 'native'], ['鲤', 'native'], ['光倒刺鲃', 'native', true], ['大眼鳜', 'native'], ['黄颡鱼', 'native'],
    ['鲢', 'released'], ['尼罗罗非鱼', 'alien']
  ];
  const benthos = [
    ['四节蜉', '四节蜉科', 4], ['扁蜉', '扁蜉科', 10], ['石蝇', '石蝇科', 10], ['纹石蛾', '纹石蛾科', 5],
    ['河蚬', '蚬科', 3], ['环棱螺', '田螺科', 6], ['摇蚊', '摇蚊科', 2], ['颤蚓', '颤蚓科', 1],
    ['原石蛾', '原石蛾科', 7], ['蜉蝣', '蜉蝣科', 10], ['长角泥甲', '长角泥甲科', 5], ['箭蜓', '箭蜓科', 8]
  ];
  for (let i = 0; i < 8; ++i) {
    const division = counties[i % 4];
    const group = i < 4 ? 'fish' : 'benthos';
    const survey = enter(world, 'aquatic-survey', 'FO', 5, {
      reach: `${riverOf(division)}${county[division]}段（示例）`,
      water: waterOf(division),
      group,
      division,
      place: places.write(places.byRiver(random, riverOf(division), division)),
      surveyed_on: i < 4 ? `2026-05-${18 + i}` : `2026-10-${12 + i}`,
      method: group === 'fish' ? '刺网、地笼（示例）' : '索伯网（示例）',
      effort_m2: group === 'fish' ? undefined : 0.45,
      habitat: random.whole(90, 175)
    });
    if (group === 'fish')
      fish.forEach(([species, origin, guarded], k) => (k < 6 || i === 3) && enter(world, 'aquatic-find', 'FP', 6, {
                                                        survey,
                                                        species: `${species}（示例）`,
                                                        n: random.whole(3, 40),
                                                        mass_g: random.number(50, 3000, 1),
                                                        origin,
                                                        protected: guarded === true
                                                      }));
    else
      benthos.forEach(
          ([species, family, family_score], k) => (k + i) % (i - 1) !== 1 && enter(world, 'aquatic-find', 'FP', 6, {
                                                    survey,
                                                    species: `${species}（示例）`,
                                                    family,
                                                    n: random.whole(2, 60),
                                                    origin: 'native',
                                                    family_score
                                                  }));
  }
}

export function makeShores(world) {
  const random = new Random(5201);
  makeShips(world, random);
  makeBanks(world, random);
  makeBlack(world, random);
  makeZones(world, random);
  makeLife(world, random);
}
