// Along the rivers: goals of sections and their plans, joint meetings, sources of drinking water, river sheets,
// ecological flow and water budgets. Numbers are invented; names of rivers and sections are the plan's.

import {plus, Random} from './random.mjs';
import {enter, stroke, walk} from './walk.mjs';

// section, site, water, main stem, county, goal, cap of phosphorus in t, loads by source in t
const goals = [
  [
    '南河河口', 'water.nanhehekou', 'nanhe', false, '360202', 'c3', 38,
    [['industry', 12.4], ['urban', 14.1], ['farming', 9.3], ['inflow', 6.2]]
  ],
  [
    '鲇鱼山', 'water.nianyushan', 'changjiang', true, '360202', 'c2', 120,
    [['urban', 46.2], ['farming', 32.5], ['inflow', 28.4]]
  ],
  [
    '镇埠', 'water.zhenbu', 'leanhe', true, '360281', 'c2', 160,
    [['industry', 38.7], ['urban', 29.9], ['livestock', 31.2], ['inflow', 44.1]]
  ],
  ['戴村', 'water.daicun', 'leanhe', true, '360281', 'c2', 90, [['farming', 22.8], ['rural', 9.6], ['inflow', 41.5]]],
  ['罗家村', undefined, 'changjiang', true, '360222', 'c2', 44, [['farming', 14.6], ['rural', 6.8], ['inflow', 19.9]]],
  ['湖田桥', undefined, 'nanhe', false, '360203', 'c3', 26, [['industry', 6.1], ['urban', 11.7], ['inflow', 5.5]]],
];

function makeGoals(world, random) {
  const {places} = world;
  const sections = goals.map(([name, site, water, stem, division, goal, cap, loads]) => {
    const year = site ? 2021 : 2026;  // the measuring sites of the demo have data of 2021
    const id = enter(world, 'section-goal', 'EA', 4, {
      name: `${name} ${year}年（示例）`,
      section: name,
      site,
      level: stem ? 'national' : 'provincial',
      water,
      main_stem: stem,
      division,
      place: places.write(places.byRiver(random, water === 'leanhe' ? '乐安河' : '昌江', division)),
      from_on: `${year}-01-01`,
      to_on: `${year}-12-31`,
      goal,
      tp_cap_t: cap,
    });
    for (const [source_kind, tp_t] of loads)
      enter(world, 'section-load', 'EB', 6, {
        goal: id,
        division,
        source_kind,
        counted_on: '2026-10-20',
        tp_t,
        nh3n_t: Number((tp_t * 6.5).toFixed(3)),
        cod_t: Number((tp_t * 95).toFixed(2)),
        method: '排放系数法（示例）'
      });
    return [id, name, division];
  });
  const plans = [
    [
      0, 'working', '2026-08-30',
      [
        ['园区污水厂深度除磷改造', 'industry', 2.4, '2026-10-31', '2026-10-20'],
        ['城区雨污混接改造', 'urban', 1.8, '2026-11-15', null], ['沿河退养与缓冲带', 'farming', 0.9, '2027-03-31', null]
      ]
    ],
    [5, 'reviewing', '2026-11-02', [['老旧管网更新', 'urban', 0.6, '2027-06-30', null]]],
    [4, 'drafted', '2026-09-10', []],
  ];
  for (const [at, state, opened, measures] of plans) {
    const [goal, name, division] = sections[at];
    const id = enter(world, 'section-plan', 'EC', 4, {
      name: `${name}断面专项整改方案（示例）`,
      goal,
      cause: state === 'drafted' ? undefined : '汛期面源与管网溢流叠加（示例）',
      duty_unit: world.bureauOf(division),
      reach_by: state === 'drafted' ? undefined : '2027-12-31',
      state,
      opened,
    });
    walk(
        world, 'section-plan', id, {drafted: [], reviewing: ['submit'], working: ['submit', 'issue']}[state],
        plus(opened, 8), 12);
    for (const [what, source_kind, tp_cut_t, due_on, done_on] of measures)
      enter(world, 'plan-measure', 'ED', 5, {
        plan: id,
        what: `${what}（示例）`,
        source_kind,
        tp_cut_t,
        duty_unit: world.bureauOf(division),
        due_on,
        done_on
      });
  }
}

const mechanisms =
    [['meeting', '联席会议'], ['monitoring', '监测协同'], ['supervision', '联合监管'], ['pressing', '协同督办']];

function makeMeetings(world) {
  const works = [];
  for (const [basin, name, division] of [['changjiang', '昌江', '360200'], ['leanhe', '乐安河', '360281']])
    for (const [mechanism, kind] of mechanisms)
      works.push([
        enter(world, 'basin-work', 'EE', 4, {
          name: `${name}${kind}（示例）`,
          basin,
          mechanism,
          division,
          lead: world.bureauOf(division),
          partners: '水利、住建、农业农村部门（示例）',
          charter: '协同机制方案（示例）'
        }),
        name, kind
      ]);
  // mechanism, day, topic, upstream, downstream, major, decisions: what, county, due, done, state
  const meetings = [
    [
      0, '2026-03-18', '汛前沿江风险联合排查', ['360222'], ['360202', '360203'], true,
      [
        ['完成47家沿江企业排查', '360222', '2026-04-30', '2026-04-26', 'done'],
        ['补齐三处应急闸门', '360202', '2026-06-30', '2026-07-12', 'done']
      ]
    ],
    [
      1, '2026-05-12', '断面加密监测安排', ['360222'], ['360202'], false,
      [['罗家村断面每周两次', '360222', '2026-05-31', '2026-05-20', 'done']]
    ],
    [
      2, '2026-09-22', '船舶与码头联合检查', ['360222'], ['360203'], false,
      [
        ['整改四处码头接收设施', '360203', '2026-11-20', null, 'working'],
        ['建立接收联单', '360222', '2026-12-15', null, 'working']
      ]
    ],
    [
      4, '2026-06-16', '乐安河跨界水质会商', ['360281'], ['360200'], true,
      [
        ['上游来水预警互通', '360281', '2026-08-31', '2026-08-28', 'done'],
        ['重点企业错峰排放', '360281', '2026-11-28', null, 'working']
      ]
    ],
    [
      7, '2025-10-14', '历史遗留问题督办', ['360281'], ['360202'], false,
      [['关停两处砂场', '360281', '2025-12-31', '2025-12-30', 'done']]
    ],
    [
      0, '2026-11-24', '枯水期生态流量会商', ['360222'], ['360202', '360203'], true,
      [
        ['示例水库增加下泄', '360222', '2026-12-05', null, 'assigned'],
        ['加密渡峰坑流量测报', '360202', '2026-12-10', null, 'assigned']
      ]
    ],
  ];
  for (const [at, held_on, topic, upstream, downstream, major, decisions] of meetings) {
    const [work] = works[at];
    const meeting = enter(world, 'basin-meeting', 'EF', 5, {
      work,
      held_on,
      topic: `${topic}（示例）`,
      upstream,
      downstream,
      outside: at > 3 ? '下游市水利局（示例）' : undefined,
      major,
      minutes: `${topic}，形成一致意见。（示例）`
    });
    for (const [what, division, due_on, done_on, state] of decisions) {
      const id = enter(world, 'basin-decision', 'EG', 5, {
        meeting,
        work,
        what: `${what}（示例）`,
        division,
        owner: state === 'assigned' ? undefined : world.bureauOf(division),
        due_on,
        done_on,
        result: done_on ? '已办结（示例）' : undefined,
        state,
        opened: held_on
      });
      walk(
          world, 'basin-decision', id,
          {assigned: [], working: ['take-up'], done: ['take-up', 'report', 'finish']}[state], plus(held_on, 2), 8);
    }
  }
}

// name, level, kind, water, county, done parts, station km, velocity, time to switch, standby
const sources = [
  ['昌江市区饮用水水源地', 'city', 'river', 'changjiang', '360203', [1, 1, 1, 1], 6.2, 0.45, 2, '玉田水库'],
  ['昌江浮梁饮用水水源地', 'county', 'river', 'changjiang', '360222', [1, 1, 1, 1], 5.4, 0.5, 2.5, '东港水库（示例）'],
  ['昌江西郊饮用水水源地', 'county', 'river', 'changjiang', '360202', [1, 1, 0, 1], 3.1, 0.5, 2.5, '昌江市区水源互备'],
  ['昌江三龙饮用水水源地', 'county', 'river', 'changjiang', '360222', [1, 0, 0, 1], null, 0.5, 3, null],
  [
    '乐平共产主义水库水源地', 'county', 'reservoir', 'gongchanzhuyi', '360281', [1, 1, 1, 1], 1.2, 0.05, 3,
    '乐安河礼林取水口（示例）'
  ],
  ['玉田水库备用水源地', 'county', 'reservoir', 'yutianshuiku', '360202', [0, 0, 0, 1], null, 0.05, 4, null],
  ['镇桥千吨万人水源地', 'town', 'river', 'leanhe', '360281', [0, 0, 0, 1], null, 0.4, 2, null],
  ['瑶里千吨万人水源地', 'town', 'river', 'other', '360222', [0, 0, 0, 0], null, 0.6, 1.5, null],
];

function makeSources(world, random) {
  const {places} = world;
  sources.forEach(([name, level, kind, water, division, parts, station_km, speed_m_s, switch_h, standby], i) => {
    const at = water === 'changjiang' ? places.byRiver(random, '昌江', division) : places.near(random, division, 0.12);
    const source = enter(world, 'water-source', 'EZ', 4, {
      name: `${name}（示例）`,
      level,
      kind,
      water,
      division,
      place: places.write(at),
      people: {city: 420000, county: 96000, town: 14000}[level],
      intake_m3_d: {city: 180000, county: 36000, town: 1800}[level],
      has_station: parts[0] === 1,
      has_video: parts[1] === 1,
      has_link: parts[2] === 1,
      has_marks: parts[3] === 1,
      station_km,
      speed_m_s,
      switch_h,
      standby,
    });
    if (level !== 'town')
      for (const [what, risk, km] of [['跨江大桥', 'bridge', 1.8 + i], ['沿江企业', 'plant', 9 + 2 * i]])
        enter(world, 'source-risk', 'FA', 5, {
          name: `${name}上游${what}（示例）`,
          source,
          division,
          kind: risk,
          place: places.write(places.near(random, division, 0.1)),
          distance_km: km,
          substances: risk === 'bridge' ? '危险化学品运输' : '氨氮、石油类',
          measures: '桥面径流收集、应急闸门与联动停取（示例）',
          checked_on: i % 3 === 2 ? '2025-09-12' : '2026-07-08',
        });
    const wanted = {city: 12, county: 4, town: 2}[level];
    for (let k = 0; k < wanted; ++k) {
      const month = Math.round(((k + 1) * 12) / wanted);
      if (month > 11 || (i === 3 && k === 2)) continue;
      const bad = i === 6 && k === 0;
      enter(world, 'source-sample', 'FB', 6, {
        source,
        sampled_on: `2026-${String(month).padStart(2, '0')}-06`,
        items: k === 0 && level !== 'town' ? 'full' : 'routine',
        failed_n: bad ? 1 : 0,
        failed: bad ? '锰 0.3倍' : undefined,
        intake_m3: Math.round(({city: 180000, county: 36000, town: 1800}[level] * 365) / wanted),
        lab: '示例检测机构',
      });
    }
    enter(world, 'source-assessment', 'FC', 5, {
      source,
      year_no: 2026,
      problems: parts.includes(0) ? '信息化与防护设施尚未齐备（示例）' : undefined,
      proposals: '按规范化建设要求补齐（示例）'
    });
  });
}

function makeSheets(world, random) {
  const {places} = world;
  const plans = [
    [
      '昌江', 'changjiang', '360222', 68, '2024-12-10',
      [
        ['risk', '示例陶瓷码头', 6], ['bridge', '三龙大桥', 15, null, 1.5], ['tributary', '西河汇入口', 19],
        ['sluice', '浮梁枢纽', 27, 900000, 2], ['pool', '湖边坑塘群', 29, 42000, 1], ['intake', '浮梁取水口', 34],
        ['risk', '示例工业园雨水口', 37], ['bridge', '昌江大桥', 46, null, 1], ['intake', '市区取水口', 52],
        ['section', '鲇鱼山断面', 60]
      ]
    ],
    [
      '乐安河', 'leanhe', '360281', 74, '2023-11-05',
      [
        ['risk', '化工园区雨水总口', 9], ['sluice', '礼林闸', 21, 300000, 2.5], ['bridge', '乐平大桥', 30, null, 1],
        ['pool', '镇桥洼地', 36, 60000, 1.5], ['section', '镇埠断面', 66]
      ]
    ],
    [
      '南河', 'nanhe', '360203', 22, '2025-06-20',
      [['risk', '示例釉料企业', 4], ['bridge', '湖田桥', 8, null, 0.8], ['section', '南河河口', 21]]
    ],
  ];
  for (const [name, water, division, length_km, edition_on, points] of plans) {
    const plan = enter(world, 'river-plan', 'FD', 3, {
      name: `${name}“一河一策一图”（示例）`,
      water,
      division,
      course: stroke(places.byRiver(random, water === 'leanhe' ? '乐安河' : '昌江', division), places.write, 0.05),
      length_km,
      edition_on,
      speed_m_s: 0.5,
      flood_m_s: 1.4,
      notice_h: 1
    });
    const there = points.map(
        ([kind, point, km, capacity_m3, setup_h]) =>
            [enter(world, 'river-point', 'FE', 5, {
               name: `${point}（示例）`,
               plan,
               kind,
               division,
               km,
               place: places.write(places.byRiver(random, water === 'leanhe' ? '乐安河' : '昌江', division)),
               capacity_m3,
               setup_h,
               action:
                   {bridge: '布设围油栏、投加药剂（示例）', sluice: '关闸拦截（示例）', pool: '开闸导流入池（示例）'}
                       [kind],
               owner: world.bureauOf(division),
               checked_on: '2026-04-15',
             }),
             kind, km]);
    const [risk, , from] = there.find(([, kind]) => kind === 'risk');
    for (const [stop, kind, km] of there.filter(
             ([, kind, km]) => ['bridge', 'sluice', 'pool'].includes(kind) && km > from))
      for (const high_water of kind === 'bridge' ? [false, true] : [true])
        enter(world, 'river-stop', 'FF', 5, {
          plan,
          risk,
          stop,
          high_water,
          flow_m3_s: kind === 'pool' ? 3 : 12,
          lasts_h: 5,
          note: `距风险源${km - from}公里（示例）`
        });
  }
}

function makeFlow(world, random) {
  const {places} = world;
  const sections = [
    ['渡峰坑', 'changjiang', '昌江', true, '360203', true, 145, 28, 40, [0, 1]],
    ['樟树坑', 'changjiang', '昌江', true, '360222', true, 96, 19, null, [5]],
    ['石镇街', 'leanhe', '乐安河', true, '360281', true, 210, 42, null, []],
    ['潘溪河口', 'panxihe', '昌江', true, '360222', false, 9, 1.2, null, [1, 2, 3, 4, 8, 11]],
    ['西河口', 'xihe', '昌江', false, '360202', true, 22, 3.3, null, [2]]
  ];
  const ids =
      sections.map(([name, water, river, key, division, online, natural_m3_s, target_m3_s, spawn_m3_s, low]) => {
        const section = enter(world, 'flow-section', 'EQ', 4, {
          name: `${name}（示例）`,
          water,
          key,
          division,
          place: places.write(places.byRiver(random, river, division)),
          online,
          natural_m3_s,
          target_m3_s,
          spawn_m3_s,
          from_on: '2026-11-01',
          to_on: '2026-11-30'
        });
        for (let day = 0; day < 28; ++day)
          enter(world, 'flow-day', 'ER', 7, {
            section,
            day_on: plus('2026-11-01', day),
            flow_m3_s: day === 20 ?
                undefined :
                Number((target_m3_s * (low.includes(day) ? 0.86 : random.number(1.04, 1.5, 3))).toFixed(3))
          });
        return section;
      });
  const works = [
    ['浯溪口水利枢纽', 'hub', 'changjiang', '360222', 475000000, 33000000, 60, 30],
    ['共产主义水库', 'reservoir', 'gongchanzhuyi', '360281', 143000000, 9000000, 15, 2.6],
    ['玉田水库', 'reservoir', 'yutianshuiku', '360202', 34000000, 2000000, 6, 0.5],
    ['示例一级电站', 'small-power', 'panxihe', '360222', 900000, 100000, 2, null]
  ];
  const dams = works.map(([name, kind, water, division, total_m3, dead_m3, max_release_m3_s, eco_m3_s], i) => {
    const work = enter(world, 'hydro-work', 'ES', 4, {
      name: `${name}（示例）`,
      kind,
      water,
      division,
      place: places.write(places.near(random, division, 0.15)),
      operator: '管理单位（示例）',
      total_m3,
      dead_m3,
      max_release_m3_s,
      eco_m3_s
    });
    let stored_m3 = Math.round(total_m3 * 0.6);
    const from = i === 3 ? '2026-11-10' : '2026-11-20';
    for (let day = 0; day < 8; ++day) {
      const outflow_m3_s = Number(((eco_m3_s ?? 0.4) * (i === 1 && day === 5 ? 0.7 : 1.2)).toFixed(3));
      const inflow_m3_s = Number((outflow_m3_s * 0.9).toFixed(3));
      stored_m3 += Math.round((inflow_m3_s - outflow_m3_s) * 86400) + (i === 2 && day === 4 ? 40000 : 0);
      enter(world, 'hydro-report', 'ET', 6, {work, day_on: plus(from, day), stored_m3, inflow_m3_s, outflow_m3_s});
    }
    return work;
  });
  const orders = [
    [0, 0, '2026-11-02', 6, 24, 'done', 40, 0.8], [3, 3, '2026-11-12', 0.2, 48, 'refused', 6, 0.4],
    [1, 0, '2026-11-06', 4, 36, 'releasing', 22, 0.8], [3, 3, '2026-11-27', 0.2, 24, 'proposed', 6, 0.4]
  ];
  const path =
      {done: ['agree', 'release', 'finish'], refused: ['refuse'], releasing: ['agree', 'release'], proposed: []};
  for (const [section, dam, low_on, release_m3_s, hours, state, distance_km, speed_m_s] of orders) {
    const id = enter(world, 'release-order', 'EU', 5, {
      section: ids[section],
      work: dams[dam],
      low_on,
      release_m3_s,
      hours,
      distance_km,
      speed_m_s,
      agreed_by: state === 'proposed' ? undefined : '市水利局（示例）',
      released_on: path[state].includes('release') ? plus(low_on, 1) : undefined,
      result: state === 'done' ? '断面恢复到目标以上（示例）' : undefined,
      state,
      opened: low_on
    });
    walk(world, 'release-order', id, path[state], low_on, 1);
  }
}

function makeBudgets(world) {
  const firms = world.registers.get('enterprise');
  for (const [division, cap_m3, gdp_10k] of [
           ['360202', 96000000, 2100000], ['360203', 88000000, 3300000], ['360222', 150000000, 2300000],
           ['360281', 330000000, 4600000]])
    enter(world, 'water-cap', 'EV', 4, {division, year_no: 2026, cap_m3, gdp_10k});
  // user, kind, enterprise's place in its county, county, granted, shares of quarters, used by quarter
  const users = [
    ['乐平灌区', 'farming', null, '360281', 120000000, [10, 40, 40, 10], [9000000, 46000000, 52000000]],
    ['市自来水公司', 'town', null, '360203', 62000000, [24, 25, 27, 24], [14500000, 15600000, 17200000]],
    ['乐平精细化工', 'industry', 0, '360281', 900000, [25, 25, 25, 25], [236000, 268000, 301000]],
    ['浮梁建筑陶瓷', 'industry', 0, '360222', 420000, [25, 25, 25, 25], [98000, 101000, 96000]],
    ['昌江航空机械', 'industry', 0, '360202', 160000, [25, 25, 25, 25], [38000, 39000, 41000]],
    ['浮梁农村供水', 'rural', null, '360222', 8000000, [22, 26, 30, 22], [1800000, 2100000, 2500000]],
    ['老南河生态补水', 'nature', null, '360203', 3000000, [30, 20, 20, 30], [800000, 500000, 650000]],
    ['乐平新建园区', 'industry', 2, '360281', null, [25, 25, 25, 25], []],
  ];
  const budgets = users.map(([user, kind, firm, division, granted_m3, shares, used]) => {
    const state = granted_m3 === null ? 'asked' : 'granted';
    const opened = state === 'asked' ? '2026-10-26' : '2026-01-06';
    const budget = enter(world, 'water-budget', 'EW', 5, {
      user: `${user}（示例）`,
      kind,
      enterprise: firm === null ? undefined : firms.filter((f) => f.division === division)[firm].code,
      division,
      year_no: 2026,
      permit_m3: granted_m3 === null ? undefined : Math.round(granted_m3 * 1.1),
      asked_m3: granted_m3 ?? 1200000,
      granted_m3,
      q1_pct: shares[0],
      q2_pct: shares[1],
      q3_pct: shares[2],
      q4_pct: shares[3],
      state,
      opened
    });
    walk(world, 'water-budget', budget, state === 'asked' ? [] : ['grant'], '2026-01-20');
    used.forEach((used_m3, k) => enter(world, 'water-use', 'EX', 6, {
                   budget,
                   quarter_no: `q${k + 1}`,
                   origin: kind === 'nature' ? 'reclaimed' : 'surface',
                   used_m3,
                   metered: kind !== 'rural'
                 }));
    return budget;
  });
  enter(world, 'water-trade', 'EY', 5, {
    seller: budgets[0],
    buyer: budgets[2],
    traded_on: '2026-08-18',
    volume_m3: 60000,
    price: 0.45,
    contract: '示例合同1号'
  });
  enter(world, 'water-trade', 'EY', 5, {
    seller: budgets[4],
    buyer: budgets[3],
    traded_on: '2026-09-02',
    volume_m3: 15000,
    price: 0.6,
    contract: '示例合同2号'
  });
}

export function makeBasins(world) {
  const random = new Random(5101);
  makeGoals(world, random);
  makeMeetings(world);
  makeSources(world, random);
  makeSheets(world, random);
  makeFlow(world, random);
  makeBudgets(world);
}
