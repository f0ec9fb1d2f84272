// Warnings and cuts, VOCs, ultra-low projects, gates, machines, vehicle tests, petrol vapour, dust of sites and roads,
// spoil, burning, ozone substances, noise, key complaints. All invented, all 示例.

import {adder, box, counties, spot} from './ledger.mjs';
import {noon, plus, today} from './random.mjs';
import {walk} from './walk.mjs';

const firmsOf = (world) => world.registers.get('enterprise');

// name, division, days above 150, 200, 300, level, begins, ends, state
const warnings = [
  ['2025年12月第1次', '360200', 3, 1, 0, 'orange', '2025-12-18', '2025-12-21', 'evaluated'],
  ['2026年1月第1次', '360200', 2, 0, 0, 'yellow', '2026-01-09', '2026-01-11', 'evaluated'],
  ['2026年11月第1次', '360281', 2, 1, 0, 'yellow', '2026-11-19', '2026-11-21', 'lifted'],
  ['2026年11月第2次', '360200', 3, 0, 0, 'orange', '2026-11-28', null, 'responding'],
];
const warningSteps = {
  responding: ['issue', 'begin'],
  lifted: ['issue', 'begin', 'lift'],
  evaluated: ['issue', 'begin', 'lift', 'evaluate'],
};
// Of each grade: the cuts at yellow, orange and red.
const cutsOf = {
  a: [0, 0, 0],
  leading: [0, 0, 0],
  b: [0, 20, 30],
  c: [20, 50, 100],
  d: [50, 100, 100],
  none: [50, 100, 100]
};

function makeWarnings(world) {
  const {random} = world;
  const warning = adder(world, 'pollution-warning', 'AW', 4);
  const ids = warnings.map(([name, division, days_150, days_200, days_300, level, from, to, state]) => {
    const id = warning({
      name: `${name}（示例）`,
      division,
      cause: 'pm25',
      days_150,
      days_200,
      days_300,
      level,
      issued_at: noon(plus(from, -1), 17),
      starts_on: from,
      ends_on: to,
      issued_by: '示例',
      city_pm_t_d: division === '360200' ? 7.5 : 3.2,
      city_so2_t_d: division === '360200' ? 5.5 : 2.6,
      city_nox_t_d: division === '360200' ? 10 : 3.6,
      city_voc_t_d: division === '360200' ? 3.2 : 1.6,
      advice: '请减少户外活动（示例）',
      highest_aqi: state === 'evaluated' ? random.whole(160, 215) : undefined,
      outcome: state === 'evaluated' ? '响应及时，个别企业落实不到位（示例）' : undefined,
      state,
      opened: plus(from, -1)
    });
    walk(world, 'pollution-warning', id, warningSteps[state], plus(from, -1));
    return id;
  });
  const cut = adder(world, 'emission-cut', 'AC', 5);
  const entries =
      firmsOf(world).slice(0, 30).filter((firm) => !['4620', '8411'].includes(firm.industry)).map((firm, i) => {
        const [yellow_pct, orange_pct, red_pct] = cutsOf[firm.grade];
        const big = ['2521', '3011', '4411', '3071'].includes(firm.industry) ? 8 : 1;
        const revised_on = plus(today, i % 7 === 3 ? -random.whole(370, 430) : -random.whole(20, 340));
        const id = cut({
          name: `${firm.short_name}减排措施（示例）`,
          enterprise: firm.code,
          exempt: 'none',
          pm_kg_d: random.number(5, 60, 1) * big,
          so2_kg_d: random.number(3, 45, 1) * big,
          nox_kg_d: random.number(8, 110, 1) * big,
          voc_kg_d: random.number(3, 60, 1),
          measures_yellow: yellow_pct ? `减产${yellow_pct}%` : '自主减排',
          measures_orange: orange_pct === 100 ? '停产' :
              orange_pct                      ? `减产${orange_pct}%` :
                                                '自主减排',
          measures_red: red_pct === 100 ? '停产' :
              red_pct                   ? `减产${red_pct}%` :
                                          '自主减排',
          yellow_pct,
          orange_pct,
          red_pct,
          in_permit: i % 3 !== 1,
          revised_on,
          place: firm.place,
          state: 'listed',
          opened: revised_on
        });
        walk(world, 'emission-cut', id, ['list'], revised_on);
        return [id, orange_pct, yellow_pct];
      });
  const check = adder(world, 'cut-check', 'AD', 6);
  [[0, '2025-12-19'], [1, '2026-01-10'], [2, '2026-11-20'], [3, '2026-11-28']].forEach(([w, on]) => {
    for (let i = 0; i < 4; ++i) {
      const [entry, orange, yellow] = entries[(w * 5 + i * 3) % entries.length];
      const wanted = warnings[w][5] === 'orange' ? orange : yellow;
      const base_kwh_d = random.whole(4000, 30000);
      const done = i === 3 ? wanted * 0.4 : wanted + random.number(-3, 6, 1);
      check({
        warning: ids[w],
        entry,
        checked_on: on,
        base_from: plus(on, -20),
        base_to: plus(on, -10),
        base_kwh_d,
        during_kwh_d: Math.round(base_kwh_d * (1 - Math.min(100, done) / 100)),
        found: i === 3 ? '一条生产线仍在运行（示例）' : '按方案落实（示例）'
      });
    }
  });
  const agreement = adder(world, 'air-agreement', 'AA', 4);
  [['浮梁—祁门大气联防联控协议', 'huangshan', '360222', '2025-03-01', '2028-02-29'],
   ['乐平—德兴大气联防联控协议', 'shangrao', '360281', '2024-01-10', '2026-12-31'],
   ['长江中游城市群协作框架', 'group', '360200', '2022-12-30', '2025-12-30']]
      .forEach(
          ([name, neighbour, division, signed_on, valid_to]) =>
              agreement({name: `${name}（示例）`, neighbour, division, signed_on, valid_to, share_every_h: 24}));
  const notice = adder(world, 'joint-notice', 'AN', 5);
  [['橙色预警通报', 'out', 'warning', 'shangrao', '360281', 0, '2025-12-17', 90, 'closed'],
   ['黄色预警通报', 'out', 'warning', 'huangshan', '360222', 2, '2026-11-18', 200, 'acting'],
   ['边界秸秆焚烧通报', 'in', 'burning', 'huangshan', '360222', null, '2026-10-22', 40, 'closed'],
   ['橙色预警通报', 'out', 'warning', 'jiujiang', '360222', 3, '2026-11-27', 60, 'told']]
      .forEach(([what, direction, kind, neighbour, division, w, on, minutes, state]) => {
        const path = {told: ['tell'], acting: ['tell', 'answer'], closed: ['tell', 'answer', 'close']}[state];
        const id = notice({
          what: `${what}（示例）`,
          direction,
          kind,
          neighbour,
          division,
          warning: w === null ? undefined : ids[w],
          issued_at: noon(on, 8),
          told_at: noon(on, 8 + Math.floor(minutes / 60), minutes % 60),
          answered_on: state === 'told' ? undefined : plus(on, 1),
          action: state === 'told' ? undefined : '同步会商，互通站点数据（示例）',
          outcome: state === 'closed' ? '已办结（示例）' : undefined,
          state,
          opened: on
        });
        walk(world, 'joint-notice', id, path, on);
      });
}

function makeIndustry(world) {
  const {random} = world;
  const firms = firmsOf(world);
  const unit = adder(world, 'voc-unit', 'AV', 5);
  const techniques =
      ['carbon', 'rto', 'carbon', 'photo', 'co', 'carbon', 'plasma', 'condense', 'carbon-regen', 'scrub'];
  const units = techniques.map((technique, i) => {
    const firm = firms[[0, 1, 2, 3, 4, 18, 19, 23, 24, 9][i]];
    const flow_m3_h = random.whole(8, 40) * 1000;
    const weak = ['photo', 'plasma', 'scrub'].includes(technique);
    const in_mg_m3 = random.whole(60, 300);
    const carbon = technique === 'carbon';
    const id = unit({
      name: `${firm.short_name}${i + 1}#治理设施（示例）`,
      enterprise: firm.code,
      technique,
      flow_m3_h,
      in_mg_m3,
      out_mg_m3: Math.round(in_mg_m3 * (weak ? random.between(0.4, 0.7) : random.between(0.05, 0.18))),
      tested_on: plus(today, -random.whole(20, 200)),
      capture_m_s: random.number(0.2, 0.6, 2),
      carbon_kg: carbon ? random.whole(1000, 6000) : undefined,
      iodine_mg_g: carbon ? random.whole(650, 950) : undefined,
      capacity_pct: carbon ? 10 : undefined,
      hours_d: carbon ? random.pick([8, 10, 16]) : undefined,
      changed_on: carbon ? plus(today, -random.whole(2, 60)) : undefined,
      place: firm.place
    });
    return [id, firm, weak];
  });
  const problem = adder(world, 'voc-problem', 'AP', 6);
  const path = {found: [], rectifying: ['order'], checking: ['order', 'report'], closed: ['order', 'report', 'close']};
  [['治理工艺低效，拟淘汰', 3, 'treatment', '2026-09-10', '2026-11-15', 'rectifying'],
   ['活性炭更换不及时', 5, 'treatment', '2026-10-20', '2026-12-20', 'rectifying'],
   ['储罐呼吸阀泄漏', 0, 'tank', '2026-08-05', '2026-09-05', 'closed'],
   ['装卸未接气相平衡管', 1, 'loading', '2026-09-01', '2026-10-15', 'closed'],
   ['集气罩风速不足', 7, 'collection', '2026-10-12', '2026-11-30', 'checking'],
   ['废水池未密闭', 2, 'open-water', '2026-11-26', null, 'found'],
   ['旁路阀未铅封', 4, 'bypass', '2026-11-03', '2026-12-03', 'rectifying'],
   ['涂料VOCs含量超限', 8, 'product', '2026-07-20', '2026-09-20', 'closed']]
      .forEach(([what, k, link, found_on, rectify_by, state]) => {
        const [unitId, firm] = units[k];
        const id = problem({
          what: `${what}（示例）`,
          enterprise: firm.code,
          link,
          unit: link === 'treatment' ? unitId : undefined,
          found_on,
          campaign: '2026年秋季',
          measures: state === 'found' ? undefined : '限期整改（示例）',
          rectify_by,
          rectified_on: ['checking', 'closed'].includes(state) ? plus(found_on, 25) : undefined,
          cut_t_y: random.number(0.3, 4, 2),
          place: firm.place,
          state,
          opened: found_on
        });
        walk(world, 'voc-problem', id, path[state], found_on, 8);
      });
  const project = adder(world, 'ultra-low-project', 'AU', 4);
  const built = {
    planned: [],
    building: ['begin'],
    running: ['begin', 'start'],
  };
  [[5, '窑尾超低排放改造', 'cement', '2026-12-31', 'building'],
   [4, '焦炉烟气脱硫脱硝', 'coking', '2026-10-31', 'running'],
   [26, '锅炉超低排放改造', 'power', '2026-06-30', 'running'],
   [12, '窑炉深度治理', 'ceramic', '2026-09-30', 'building'],
   [13, '喷雾塔深度治理', 'ceramic', '2027-06-30', 'planned'], [14, '窑炉深度治理', 'ceramic', '2027-12-31', 'planned']]
      .forEach(([k, what, trade, planned_on, state], i) => {
        const opened = `2026-0${(i % 3) + 1}-15`;
        const id = project({
          name: `${firms[k].short_name}${what}（示例）`,
          enterprise: firms[k].code,
          trade,
          planned_on,
          built_on: state === 'running' ? '2026-06-20' : undefined,
          nh3_mg_m3: state === 'running' ? [0, 9.4, 1.8][i] : undefined,
          invested_yuan: random.whole(300, 4000) * 10000,
          place: firms[k].place,
          state,
          opened
        });
        walk(world, 'ultra-low-project', id, built[state], opened, 60);
      });
  const gate = adder(world, 'gate', 'AG', 4);
  const gates = [5, 4, 26, 12, 29, 6].map((k, i) => {
    const firm = firms[k];
    return [
      gate({
        name: `${firm.short_name}${i % 2 ? '北' : '南'}门（示例）`,
        enterprise: firm.code,
        lanes: 2,
        cameras: i === 3 ? 1 : 2,
        linked_on: i === 5 ? undefined : plus('2026-03-01', i * 20),
        video_months: i === 2 ? 3 : 6,
        ledger_months: 60,
        place: firm.place
      }),
      firm
    ];
  });
  const trip = adder(world, 'gate-trip', 'AT', 7);
  for (let i = 0; i < 36; ++i) {
    const [id, firm] = gates[i % 5];
    const way = i % 9 === 4 ? 'rail' : 'road';
    const on = i % 5 === 2 ? plus(today, -8) : plus(today, -1 - (i % 4));
    trip({
      gate: id,
      enterprise: firm.code,
      passed_at: noon(on, 6 + (i % 5), (i * 7) % 60),
      way,
      plate: way === 'road' ? `赣H示${String(100 + i)}` : undefined,
      stage: way === 'road' ? random.pick(['s4', 's5', 's5', 's6', 's6', 'electric']) : undefined,
      load_t: way === 'rail' ? 600 : random.number(15, 32, 1)
    });
  }
}

function makeMobile(world) {
  const {random} = world;
  const zone = adder(world, 'low-emission-zone', 'AZ', 3);
  const zones = [['中心城区禁用区', '360203'], ['乐平城区禁用区', '360281']].map(([name, division]) => zone({
                                                                                   name: `${name}（示例）`,
                                                                                   division,
                                                                                   outline: box(world, division),
                                                                                   from_on: '2024-01-01',
                                                                                   paper: '示例通告'
                                                                                 }));
  const machine = adder(world, 'machine', 'AM', 5);
  const test = adder(world, 'machine-test', 'AS', 6);
  const kinds = ['excavator', 'loader', 'forklift', 'bulldozer', 'roller', 'crane'];
  for (let i = 0; i < 16; ++i) {
    const stage = ['s2', 's3', 's4', 'electric', 's1', 's3', 's4', 's3'][i % 8];
    const division = counties[i % 4];
    const id = machine({
      code: `H-${String(2000000 + i * 37)}`,
      kind: kinds[i % 6],
      stage,
      power_kw: random.whole(25, 180),
      made_on: {
        s1: '2008-06-01',
        s2: '2013-05-01',
        s3: '2019-04-01',
        s4: i % 3 ? '2024-03-01' : '2026-02-01',
        electric: '2026-05-01'
      }[stage],
      division,
      place: spot(world, division)
    });
    if (stage !== 'electric' && i % 5 !== 0)
      test({
        machine: id,
        tested_on: plus(today, -random.whole(3, 120)),
        zone: i % 4 === 1 ? zones[0] : undefined,
        k_1_m: random.number(0.2, i % 6 === 1 ? 1.8 : 0.7, 2),
        ringelmann: i % 6 === 1 ? 2 : 0,
        place: spot(world, division)
      });
  }
  const diesel = adder(world, 'diesel-check', 'AK', 6);
  for (let i = 0; i < 12; ++i)
    diesel({
      plate: `赣H示${String(300 + i)}`,
      division: counties[i % 4],
      checked_on: plus(today, -random.whole(1, 100)),
      way: ['roadside', 'home', 'remote'][i % 3],
      k_1_m: random.number(0.3, i % 5 === 2 ? 2 : 1, 2),
      nox_ppm: i % 3 === 1 ? random.whole(300, 1700) : undefined,
      place: spot(world, counties[i % 4])
    });
  const body = adder(world, 'im-body', 'AI', 4);
  const bodies = [
    ['昌江检测站', 'test', '360202'], ['珠山检测站', 'test', '360203'], ['乐平检测站', 'test', '360281'],
    ['珠山维修站', 'repair', '360203'], ['乐平维修站', 'repair', '360281']
  ].map(([name, kind, division], i) => body({
          name: `${name}（示例）`,
          kind,
          division,
          lines: kind === 'test' ? 2 + (i % 2) : undefined,
          certified_to: kind === 'test' ? ['2028-05-31', '2027-01-31', '2026-10-31'][i] : undefined,
          linked: i !== 4,
          place: spot(world, division, 0.04)
        }));
  const slip = adder(world, 'repair-slip', 'AR', 6);
  slip({
    shop: bodies[3],
    vehicle: 'SL000003',
    done_on: plus(today, -9),
    what: '更换三元催化器（示例）',
    cost_yuan: 1800
  });
  slip({shop: bodies[4], vehicle: 'SL000008', done_on: plus(today, -5), what: '清洗喷油器（示例）', cost_yuan: 600});
  const im = adder(world, 'im-test', 'AE', 7);
  const seen = [];
  for (let i = 0; i < 20; ++i) {
    const long = i === 11 ? 2 : random.whole(5, 9);
    const on = plus(today, -(12 - Math.floor(i / 2)));
    seen.push(im({
      body: bodies[i % 3],
      line: 1 + (i % 2),
      vehicle: `SL0000${String(i % 14).padStart(2, '0')}`,
      method: ['vmas', 'vmas', 'lug', 'asm'][i % 4],
      begun_at: noon(on, 9, i % 2 ? 4 : 0),
      ended_at: noon(on, 9, (i % 2 ? 4 : 0) + long),
      passed: ![3, 5, 8].includes(i)
    }));
  }
  const matter = adder(world, 'im-case', 'AH', 5);
  matter({what: '检验用时过短（示例）', body: bodies[2], matter: 'falsified', state: 'open', opened: plus(today, -3)});
  const fuel = adder(world, 'fuel-place', 'AF', 4);
  const tested = adder(world, 'vapour-test', 'BA', 5);
  const nozzle = adder(world, 'nozzle-day', 'BB', 7);
  for (let i = 0; i < 10; ++i) {
    const division = counties[i % 4];
    const kind = i === 8 ? 'depot' : i === 9 ? 'fleet' : 'station';
    const sold_t_y = kind === 'station' ? random.whole(1500, 9000) : undefined;
    const id = fuel({
      name: `${i + 1}号${{station: '加油站', depot: '储油库', fleet: '油罐车队'}[kind]}（示例）`,
      kind,
      division,
      sold_t_y,
      nozzles: kind === 'station' ? random.whole(6, 16) : undefined,
      online_on: sold_t_y >= 5000 && i !== 2 ? '2025-06-01' : undefined,
      operator: '示例石油公司',
      place: spot(world, division, 0.05)
    });
    if (kind !== 'station' || i === 5) continue;
    const bad = i % 4 === 3;
    tested({
      fuel_place: id,
      tested_on: plus(today, i === 4 ? -400 : -random.whole(10, 300)),
      al_least: bad ? 0.94 : 1.02,
      al_most: 1.16,
      resist_18_pa: random.whole(15, 38),
      resist_28_pa: random.whole(40, 88),
      resist_38_pa: random.whole(80, 150),
      left_pa: random.whole(475, 495),
      least_pa: 472,
      unit_g_m3: random.number(5, 19, 1),
      lab: '示例检测公司'
    });
    if (i < 2)
      for (let d = 6; d >= 1; --d) {
        const fills = random.whole(60, 120);
        nozzle({
          fuel_place: id,
          nozzle: '1',
          day: plus(today, -d),
          fills,
          outside: Math.round(fills * (i === 1 ? random.between(0.27, 0.4) : random.between(0.02, 0.2)))
        });
      }
  }
}

const items = ['fence', 'cover', 'wash', 'harden', 'wet', 'closed_trucks', 'sensor', 'bare'];

function makeDust(world) {
  const {random} = world;
  const works = adder(world, 'works', 'BC', 5);
  const visit = adder(world, 'works-visit', 'BE', 6);
  const order = adder(world, 'dust-order', 'BD', 5);
  const names = [
    ['昌江安置房', '360202', 'building'], ['高新区标准厂房', '360202', 'building'],
    ['陶溪川三期', '360203', 'building'], ['老城区拆除', '360203', 'demolition'], ['浮梁大道改造', '360222', 'road'],
    ['三龙堆场', '360222', 'yard'], ['乐平污水管网', '360281', 'road'], ['塔山公寓', '360281', 'building'],
    ['乐安河堤防', '360281', 'water']
  ];
  const sites = names.map(([name, division, kind], i) => {
    const place = spot(world, division, 0.05);
    const id = works({
      name: `${name}（示例）`,
      kind,
      status: i === 8 ? 'paused' : 'running',
      division,
      builder: `示例建设${i + 1}公司`,
      owner: world.bureauOf(division),
      area_m2: random.whole(20, 300) * 100,
      from_on: plus('2026-02-01', i * 18),
      to_on: plus('2027-06-01', i * 30),
      place
    });
    return [id, place, division];
  });
  const found = sites.map(([id, place], i) => {
    let last;
    for (const days of i === 5 ? [75] : [40 + i, 6 + i]) {
      const states = Object.fromEntries(items.map((item, k) => {
        const bad = days < 40 && i % 3 === 1 ? k % 4 === 1 : random.chance(days < 40 ? 0.02 : 0.12);
        return [item, bad ? random.pick(['part', 'not']) : k === 4 && i % 4 === 2 ? 'na' : 'met'];
      }));
      const all = Object.values(states).every((state) => state === 'met' || state === 'na');
      last = visit({
        works: id,
        visited_on: plus(today, -days),
        ...states,
        found: all ? undefined : '部分裸土未覆盖、车辆冲洗不到位（示例）',
        place
      });
    }
    return last;
  });
  [[1, '覆盖裸土并清洗道路', '2026-11-22', 'ordered'], [4, '修复冲洗设施', '2026-11-19', 'done'],
   [7, '补装视频监控', '2026-11-27', 'ordered']]
      .forEach(([k, what, opened, state]) => {
        const id = order({
          what: `${what}（示例）`,
          works: sites[k][0],
          visit: found[k],
          rectified_on: state === 'done' ? plus(opened, 3) : undefined,
          place: sites[k][1],
          state,
          opened
        });
        walk(world, 'dust-order', id, state === 'done' ? ['report'] : [], opened);
      });
  const truck = adder(world, 'spoil-truck', 'BH', 5);
  const trucks = Array.from({length: 6}, (_, i) => truck({
                                           plate: `赣H${String(60010 + i * 13)}`,
                                           carrier: `示例渣土${(i % 2) + 1}公司`,
                                           division: counties[i % 4],
                                           stage: ['s5', 's6', 's6', 'electric', 's6', 's4'][i],
                                           load_max_t: 15.5,
                                           closed: i !== 5,
                                           tracked: true
                                         }));
  const permit = adder(world, 'spoil-permit', 'BJ', 6);
  const trip = adder(world, 'spoil-trip', 'BK', 7);
  [[0, 0], [1, 2], [2, 3], [3, 7], [4, 6]].forEach(([t, s], i) => {
    const from_on = plus(today, i === 4 ? -40 : -12);
    const id = permit({
      truck: trucks[t],
      works: sites[s][0],
      end: ['tip', 'reuse', 'backfill'][i % 3],
      end_name: `示例消纳场${(i % 2) + 1}`,
      route: '工地—迎宾大道—消纳场（示例）',
      from_on,
      to_on: plus(today, i === 4 ? -10 : 20),
      hour_from: 21,
      hour_to: 5,
      planned_t: 400,
      state: 'in-force',
      opened: from_on
    });
    for (let n = 0; n < 4; ++n) {
      const out_t = random.number(12, 15, 2);
      const open = i === 2 && n === 3;
      const on = plus(from_on, n + 1);
      const hour = i === 1 && n === 2 ? 15 : 22;
      trip({
        permit: id,
        left_at: noon(on, hour, 10),
        left_hour: hour + 0.17,
        out_t,
        washed: !(i === 3 && n === 0),
        arrived_at: open ? undefined : noon(on, hour, 55),
        in_t: open ? undefined : Number((out_t * (i === 2 && n === 1 ? 0.7 : random.between(0.97, 1))).toFixed(2))
      });
    }
  });
  const road = adder(world, 'road', 'BR', 4);
  const run = adder(world, 'road-run', 'BN', 6);
  [['迎宾大道', 'trunk', '360203', 5.2, 28000, 2.1], ['昌南大道', 'trunk', '360202', 7.4, 31000, 2.3],
   ['瓷都大道', 'trunk', '360203', 4.1, 24000, 2], ['浮梁大道', 'secondary', '360222', 6.3, 12000, 2.4],
   ['陶瓷园区运料路', 'haul', '360222', 3.2, 3200, 9.5], ['乐平大道', 'trunk', '360281', 8.1, 19000, 2.6],
   ['塔山工业路', 'haul', '360281', 4.6, 5200, 8.2], ['涌山运煤路', 'national', '360281', 11.5, 4100, 11]]
      .forEach(([name, kind, division, length_km, traffic_veh_d, weight_t], i) => {
        const id = road(
            {name: `${name}（示例）`, class: kind, division, cleaned_by: 'ZR0014', length_km, traffic_veh_d, weight_t});
        const days = i === 3 ? ['2026-08-20'] : ['2026-02-11', '2026-05-14', '2026-08-20', '2026-11-16'];
        for (const run_on of days)
          run({
            road: id,
            run_on,
            silt_g_m2:
                random.number(kind === 'haul' || kind === 'national' ? 1.2 : 0.25, kind === 'haul' ? 3.4 : 1.1, 3),
            speed_km_h: random.whole(35, 55),
            km: Number((length_km * random.between(0.85, 1)).toFixed(2)),
            dry_h: random.whole(48, 160)
          });
      });
}

function makeBurning(world) {
  const {random} = world;
  const zone = adder(world, 'no-fire-zone', 'CF', 3);
  const zones = [
    ['乐平全域秸秆禁烧区', 'straw', '360281'], ['浮梁全域秸秆禁烧区', 'straw', '360222'],
    ['中心城区禁燃区', 'fireworks', '360203']
  ].map(([name, kind, division]) => zone({
          name: `${name}（示例）`,
          kind,
          division,
          outline: box(world, division, 0.06),
          from_on: '2025-01-01',
          paper: '示例通告'
        }));
  const fire = adder(world, 'fire-spot', 'CD', 6);
  const path = {seen: [], told: ['tell'], closed: ['tell', 'arrive', 'close'], 'false-alarm': ['dismiss']};
  [['镇桥镇一村', '360281', 'satellite', '2026-10-18', 'straw', 6, 35, 3, 'closed'],
   ['名口镇二村', '360281', 'camera', '2026-10-21', 'straw', 4, 22, 1.5, 'closed'],
   ['乐港镇', '360281', 'satellite', '2026-10-25', 'straw', 15, 95, 8, 'closed'],
   ['塔山街道', '360281', 'satellite', '2026-10-26', 'heat', null, null, null, 'false-alarm'],
   ['三龙镇', '360222', 'patrol', '2026-11-02', 'waste', 3, 18, null, 'closed'],
   ['鹅湖镇', '360222', 'satellite', '2026-11-08', 'straw', 9, 55, 2, 'closed'],
   ['新厂街道', '360203', 'report', '2026-11-21', 'fireworks', 5, 25, null, 'closed'],
   ['鲇鱼山镇', '360202', 'camera', '2026-11-28', 'unknown', 6, null, null, 'told'],
   ['接渡镇', '360281', 'satellite', '2026-11-28', 'unknown', null, null, null, 'seen']]
      .forEach(([where, division, source, on, kind, told, arrived, burnt_mu, state]) => {
        const at = (minutes) => noon(on, 8 + Math.floor(minutes / 60), minutes % 60);
        const id = fire({
          where_text: `${where}（示例）`,
          division,
          source,
          seen_at: at(0),
          place: spot(world, division, 0.12),
          frp_mw: source === 'satellite' ? random.number(1, 15, 1) : undefined,
          zone: kind === 'straw'   ? zones[division === '360281' ? 0 : 1] :
              kind === 'fireworks' ? zones[2] :
                                     undefined,
          kind,
          told_at: told === null ? undefined : at(told),
          arrived_at: arrived === null ? undefined : at(arrived),
          out_at: arrived === null ? undefined : at(arrived + 20),
          burnt_mu,
          outcome: state === 'closed' ? '已扑灭并教育当事人（示例）' : undefined,
          state,
          opened: on
        });
        walk(world, 'fire-spot', id, path[state], on, 0);
      });
  const straw = adder(world, 'straw-account', 'BS', 5);
  for (const year_no of [2025, 2026])
    for (const [division, yields] of [
             ['360281', {'late-rice': 118000, 'early-rice': 92000, rape: 9800}],
             ['360222', {'one-rice': 61000, rape: 4200}]])
      for (const [crop, tons] of Object.entries(yields)) {
        const yield_t = Math.round(tons * random.between(0.95, 1.03));
        const ratio = {'early-rice': 0.68, 'late-rice': 1, 'one-rice': 1, rape: 2.05}[crop];
        const use = yield_t * ratio * (crop === 'rape' ? 0.7 : 0.8) * random.between(0.92, 0.985);
        straw({
          year_no,
          division,
          crop,
          yield_t,
          manure_t: Math.round(use * 0.78),
          feed_t: Math.round(use * 0.08),
          fuel_t: Math.round(use * 0.09),
          base_t: Math.round(use * 0.02),
          material_t: Math.round(use * 0.03)
        });
      }
  const user = adder(world, 'ods-user', 'BU', 4);
  const year = adder(world, 'ods-year', 'BV', 5);
  [['珠山制冷维修部', 'repair', '360203', ['HCFC-22', 'R410A'], '2024-05-10'],
   ['昌江制冷设备', 'sell', '360202', ['HCFC-22', 'HFC-134a'], '2024-06-01'],
   ['乐平保温材料厂', 'use', '360281', ['HCFC-141b'], '2024-04-20'],
   ['浮梁冷库', 'use', '360222', ['HCFC-22'], '2025-03-02'],
   ['乐平报废汽车拆解', 'repair', '360281', ['HFC-134a'], null],
   ['市回收中心', 'recover', '360202', ['HCFC-22', 'CFC-12'], '2024-09-09']]
      .forEach(([name, kind, division, substances, filed_on], i) => {
        const id = user({
          name: `${name}（示例）`,
          kind,
          division,
          substances,
          expected_t: kind === 'use' ? random.number(2, 40, 1) : undefined,
          filed_on,
          file_no: filed_on ? `示例备${i + 1}` : undefined,
          place: spot(world, division, 0.05)
        });
        if (!filed_on || i === 3) return;
        const bought_kg = random.whole(200, 900);
        const recovered_kg = kind === 'recover' ? 260 : kind === 'repair' ? 40 : 0;
        const used_kg = kind === 'sell' || kind === 'recover' ? 0 : Math.round(bought_kg * 0.9);
        const sold_kg = kind === 'sell' ? Math.round(bought_kg * 0.85) : 0;
        const destroyed_kg = kind === 'recover' ? 180 : 0;
        year({
          user: id,
          year_no: 2025,
          substance: substances[0],
          start_kg: 30,
          bought_kg,
          recovered_kg,
          used_kg,
          sold_kg,
          destroyed_kg,
          end_kg: 30 + bought_kg + recovered_kg - used_kg - sold_kg - destroyed_kg
        });
      });
}

function makeKeyComplaints(world) {
  const {random} = world;
  const told = world.registers.get('complaint');
  const key = adder(world, 'key-complaint', 'CJ', 4);
  const dispatch = adder(world, 'complaint-dispatch', 'CK', 5);
  [['化工园区夜间异味', 'smell', '360281', 1, '2026-10-08', 'listed', 4],
   ['老街餐馆油烟', 'fume', '360203', 13, '2026-09-12', 'watching', 3],
   ['焦化厂方向焦油味', 'smell', '360281', 4, '2026-11-10', 'listed', 1]]
      .forEach(([name, kind, division, k, listed_on, state, notes]) => {
        const alike = told.filter((one) => one.kind === kind).map((one) => one.id).slice(0, 3 + (notes % 2));
        const id = key({
          name: `${name}（示例）`,
          kind,
          division,
          enterprise: kind === 'smell' ? firmsOf(world)[k].code : undefined,
          complaints: alike,
          listed_on,
          owner: kind === 'fume' ? 'ZR0014' : world.bureauOf(division),
          cause: state === 'watching' ? '净化设施长期未清洗（示例）' : undefined,
          measures: state === 'watching' ? '更换净化器，排口升高（示例）' : undefined,
          rectified_on: state === 'watching' ? '2026-11-05' : undefined,
          place: spot(world, division, 0.04),
          state,
          opened: listed_on
        });
        walk(world, 'key-complaint', id, state === 'watching' ? ['rectify'] : [], '2026-11-05');
        for (let n = 0; n < notes; ++n)
          dispatch({
            case: id,
            noted_on: plus(listed_on, 7 * (n + 1) - random.whole(0, 2)),
            progress: `第${n + 1}次调度：核查治理设施，约谈责任单位（示例）`,
            share_done_pct: Math.min(100, 25 * (n + 1))
          });
      });
}

export function makeAirSources(world) {
  makeWarnings(world);
  makeIndustry(world);
  makeMobile(world);
  makeDust(world);
  makeBurning(world);
  makeKeyComplaints(world);
}
