// Heavy-metal stations, reserved stores, hidden dangers, sheets, plans and drills, an emergency with its inquiry,
// radiation, health. All invented, all 示例.

import {adder, counties, spot} from './ledger.mjs';
import {noon, plus, today} from './random.mjs';
import {walk} from './walk.mjs';

const firmsOf = (world) => world.registers.get('enterprise');

function makeMetals(world) {
  const stations =
      [['ZD0011', '乐安河镇埠重金属站', '360281', 'leanhe'], ['ZD0012', '乐安河戴村重金属站', '360281', 'leanhe']];
  for (const [id, name, division, water] of stations)
    world.add('station', {
      id,
      name: `${name}（示例）`,
      kind: 'metal',
      level: 'city',
      division,
      place: spot(world, division, 0.06),
      water,
      operator: 'ZR0016',
      contract_until: '2027-06-30',
      owner: 'ZR0001',
      built_on: '2026-05-01',
      note: '示例'
    });
  const watch = adder(world, 'metal-watch', 'CG', 4);
  const watches = [
    ['乐安河镇埠', 'water.zhenbu', 'Cd', 'leanhe', '360281', 0.0003],
    ['乐安河镇埠', 'water.zhenbu', 'Pb', 'leanhe', '360281', 0.002],
    ['乐安河戴村', 'water.daicun', 'Cu', 'leanhe', '360281', 0.02],
    ['乐安河戴村', 'water.daicun', 'As', 'leanhe', '360281', 0.003],
    ['昌江鲇鱼山', 'water.nianyushan', 'Cr6', 'changjiang', '360202', 0.002]
  ].map(([name, site, factor, water, division, background_mg_l]) => watch({
          name: `${name}${factor}（示例）`,
          station: site === 'water.zhenbu' ? 'ZD0011' :
              site === 'water.daicun'      ? 'ZD0012' :
                                             undefined,
          site,
          factor,
          water,
          division,
          background_mg_l,
          place: spot(world, division, 0.06)
        }));
  const alarm = adder(world, 'metal-alarm', 'CH', 5);
  const path = {found: [], confirmed: ['confirm'], closed: ['confirm', 'close'], cleared: ['clear']};
  [['镇埠镉超标', 0, '2026-07-06', 0.0061, 0.0058, 70, 'closed', 'rain'],
   ['戴村砷偏高', 3, '2026-09-15', 0.055, 0.004, 50, 'cleared', 'instrument'],
   ['戴村铜超标', 2, '2026-11-26', 1.3, 1.25, 160, 'confirmed', 'tailings']]
      .forEach(([what, k, on, value_mg_l, again_mg_l, minutes, state, cause]) => {
        const id = alarm({
          what: `${what}（示例）`,
          watch: watches[k],
          found_at: noon(on, 8),
          value_mg_l,
          verified_at: noon(on, 9),
          again_mg_l,
          reported_at: state === 'cleared' ? undefined : noon(on, 8 + Math.floor(minutes / 60), minutes % 60),
          cause,
          held_from: state === 'closed' ? plus(on, 2) : undefined,
          held_to: state === 'closed' ? plus(on, 6) : undefined,
          outcome: state === 'closed' ? '降雨冲刷底泥，已恢复（示例）' : undefined,
          state,
          opened: on
        });
        walk(world, 'metal-alarm', id, path[state], on, 6);
      });
  const reserve = adder(world, 'stock-reserve', 'CL', 5);
  [['枯水期备勤', 'WZ00001', 2, '2026-11-20', '2026-12-31', 'held'],
   ['园区演练', 'WZ00004', 100, '2026-11-10', '2026-11-25', 'held'],
   ['桌面推演', 'WZ00003', 30, '2026-10-12', '2026-10-20', 'released']]
      .forEach(([what, item, amount, on, until, state]) => {
        const id =
            reserve({for_what: `${what}（示例）`, item, amount, asked_at: noon(on, 9), until, state, opened: on});
        walk(world, 'stock-reserve', id, state === 'released' ? ['release'] : [], on, 1);
      });
}

const twelve = [
  'assessment', 'plan', 'file', 'train', 'stores', 'interception', 'pool', 'rain', 'discharge', 'distance', 'alarm',
  'notice'
];

function makeDangers(world) {
  const {random} = world;
  const firms = firmsOf(world);
  const unit = adder(world, 'risk-unit', 'CM', 4);
  const check = adder(world, 'risk-check', 'CN', 6);
  const units = [
    [0, 46, 48, 2], [1, 22, 30, 2], [2, 12, 26, 3], [3, 130, 40, 1], [4, 88, 35, 2], [9, 6, 20, 2], [18, 9, 50, 1],
    [12, 0.6, 15, 2]
  ].map(([k, q, m, e], i) => {
    const firm = firms[k];
    const id = unit({
      name: firm.name,
      enterprise: firm.code,
      q_air: q,
      m_air: m,
      e_air: e,
      q_water: Number((q * 0.6).toFixed(2)),
      m_water: m - 4,
      e_water: Math.min(3, e + (i % 2)),
      punished: i === 0,
      plan_until: plus(today, i === 4 ? -30 : random.whole(60, 900)),
      place: firm.place
    });
    for (let month = 1; month <= (i % 3 === 2 ? 8 : 10); ++month)
      check({
        unit: id,
        enterprise: firm.code,
        kind: 'daily',
        checked_on: `2026-${String(month).padStart(2, '0')}-${String(10 + i).padStart(2, '0')}`,
        parts: ['interception', 'pool', 'rain', 'stores'],
        found: random.whole(0, 2)
      });
    if (i !== 5)
      check({
        unit: id,
        enterprise: firm.code,
        kind: 'whole',
        checked_on: plus('2026-04-01', i * 9),
        parts: twelve,
        found: random.whole(0, 4)
      });
    return [id, firm];
  });
  const hazard = adder(world, 'risk-hazard', 'CP', 6);
  const path = {
    found: [],
    treating: ['begin'],
    checking: ['begin', 'report'],
    closed: ['begin', 'report', 'close'],
  };
  [[0, '事故应急池有效容积不足', 'pool', true, true, '2026-09-05', 'treating'],
   [3, '罐区围堰破损', 'interception', false, true, '2026-10-02', 'checking'],
   [1, '雨水切换阀未挂牌', 'rain', false, false, '2026-11-05', 'treating'],
   [4, '有毒气体报警器失灵', 'alarm', false, true, '2026-11-18', 'treating'],
   [2, '应急物资台账不全', 'stores', false, false, '2026-10-08', 'closed'],
   [6, '预案未按期修订', 'plan', false, false, '2026-11-27', 'found'],
   [5, '应急演练记录缺失', 'plan', false, false, '2026-08-14', 'closed'],
   [3, '废水总排口无闸门', 'discharge', true, true, '2026-08-20', 'treating']]
      .forEach(([k, what, part, hard, harm, found_on, state]) => {
        const [unitId, firm] = units[k];
        const id = hazard({
          what: `${what}（示例）`,
          unit: unitId,
          enterprise: firm.code,
          part,
          hard,
          may_harm: harm,
          grave_harm: false,
          found_on,
          plan: state === 'found' ? undefined : '明确目标、资金、责任与时限（示例）',
          interim: state === 'found' ? undefined : '加密巡查，备用储罐待命（示例）',
          treated_on: ['checking', 'closed'].includes(state) ? plus(found_on, 12) : undefined,
          place: firm.place,
          state,
          opened: found_on
        });
        walk(world, 'risk-hazard', id, path[state], found_on, 6);
      });
}

const ten =
    ['base-map', 'sources', 'receptors', 'works', 'points', 'stores', 'scenarios', 'monitoring', 'contacts', 'drill'];

function makeSheets(world) {
  const {random} = world;
  const sheet = adder(world, 'plan-sheet', 'CR', 4);
  const block = adder(world, 'block-point', 'CQ', 5);
  const path = {planned: [], making: ['begin'], 'in-force': ['begin', 'issue']};
  [['乐安河一河一策一图', 'river', '360281', {water: 'leanhe'}, 10, 'in-force', '2026-06-30', 2600, 3],
   ['昌江一河一策一图', 'river', '360202', {water: 'changjiang'}, 8, 'making', '2026-12-31', 1800, 2],
   ['乐平化工园区一园一策一图', 'park', '360281', {park: 'leping-chemical'}, 10, 'in-force', '2026-03-31', 4200, 3],
   ['瑶岭一号库一库一策一图', 'pond', '360222', {pond: 'WK0001'}, 7, 'making', '2026-11-15', 1500, 2],
   ['铜岭主库一库一策一图', 'pond', '360281', {pond: 'WK0003'}, 4, 'making', '2027-03-31', 2000, 2], [
     '景婺黄常高速一路一策一图', 'road', '360222', {road_name: '景婺黄常高速浮梁段（示例）'}, 3, 'planned',
     '2027-06-30', 300, 1
   ]].forEach(([name, kind, division, object, parts, state, plan_by, wanted, points]) => {
    const id = sheet({
      name: `${name}（示例）`,
      kind,
      division,
      ...object,
      owner: world.bureauOf(division),
      parts: ten.slice(0, parts),
      spill_m3: Math.round(wanted * 0.3),
      fire_m3: Math.round(wanted * 0.4),
      moved_m3: Math.round(wanted * 0.1),
      waste_m3: Math.round(wanted * 0.1),
      rain_m3: Math.round(wanted * 0.3),
      made_on: state === 'in-force' ? plus(plan_by, -20) : undefined,
      plan_by,
      place: spot(world, division, 0.06),
      state,
      opened: '2026-01-15'
    });
    walk(world, 'plan-sheet', id, path[state], '2026-02-01', 40);
    for (let n = 0; n < points; ++n) {
      const late = state !== 'in-force' && n === 0;
      block({
        name: `${name.slice(0, 4)}${n + 1}号拦截点（示例）`,
        sheet: id,
        kind: ['gate', 'bridge', 'pool'][n % 3],
        distance_km: late ? 1.2 : random.number(4, 9, 1) + n * 3,
        velocity_m_s: random.number(0.3, 0.6, 2),
        depot: division === '360281' ? 'KD0004' : 'KD0002',
        find_min: 15,
        build_min: [15, 60, 40][n % 3],
        held_m3: Math.round((wanted * (state === 'in-force' ? 1.3 : 0.7)) / points),
        place: spot(world, division, 0.08)
      });
    }
  });
}

const cards = [
  ['receive', 'duty', '接报并电话核实', 15, 2], ['report', 'duty', '向市政府和省厅初报', 120, 3],
  ['activate', 'leader', '启动响应并成立指挥部', 60, 2], ['control', 'control', '关闭闸坝切断污染源', 90, 5],
  ['monitor', 'monitoring', '首批样品采集并出数', 120, 5], ['stores', 'logistics', '第一批物资到场', 60, 4],
  ['public', 'publicity', '发布第一次信息', 300, 2]
];

function makePlansAndDrills(world) {
  const {random} = world;
  const firms = firmsOf(world);
  const plan = adder(world, 'response-plan', 'CS', 5);
  const plans = [
    ['生态环境局突发环境事件应急响应工作手册', 'bureau', '360200', null, '2026-05-20', 'filed'],
    ['景德镇市突发环境事件应急预案', 'government', '360200', null, '2024-08-01', 'filed'],
    ['乐平化工园区突发环境事件应急预案', 'park', '360281', null, '2025-09-10', 'filed'],
    ['澄泊化工应急预案', 'enterprise', '360281', 0, '2026-11-12', 'checking'],
    ['乐氟氟盐应急预案', 'enterprise', '360281', 3, '2026-10-20', 'signed'],
    ['鱼山禾元制药应急预案', 'enterprise', '360222', 18, '2023-10-30', 'filed'],
    ['辐射事故应急预案', 'government', '360200', null, '2025-12-15', 'filed'],
    ['景德镇市重污染天气应急预案', 'heavy-pollution', '360200', null, '2024-11-20', 'filed'],
    ['乐平市重污染天气应急预案', 'heavy-pollution', '360281', null, '2025-01-15', 'filed']
  ].map(([name, kind, division, firm, signed_on, state], i) => {
    const id = plan({
      name: `${name}（示例）`,
      kind,
      enterprise: firm === null ? undefined : firms[firm].code,
      division,
      class: firm === null ? undefined : 'larger',
      edition: signed_on.slice(0, 4),
      signed_on,
      filed_on: state === 'signed' ? undefined : plus(signed_on, 12),
      number: state === 'filed' ? `示例-${division}-${i + 1}` : undefined,
      state,
      opened: signed_on
    });
    walk(
        world, 'response-plan', id, {signed: [], checking: ['receive'], filed: ['receive', 'file']}[state], signed_on,
        12);
    return id;
  });
  const card = adder(world, 'response-card', 'CT', 5);
  const cardIds = cards.map(
      ([phase, role, action, within_min, weight], i) =>
          card({plan: plans[0], order_no: i + 1, phase, role, action: `${action}（示例）`, within_min, weight}));
  const drill = adder(world, 'drill', 'CU', 4);
  const step = adder(world, 'drill-step', 'CV', 6);
  [['乐安河槽车泄漏实战演练', 'field', 0, '360281', '2026-06-25', 'assessed', 1],
   ['尾矿库溃坝桌面推演', 'table', 0, '360222', '2026-11-20', 'held', 0.75],
   ['年末综合演练', 'field', 1, '360200', '2026-12-18', 'planned', 0],
   ['放射源丢失演练', 'radiation', 6, '360200', '2026-11-10', 'planned', 0]]
      .forEach(([name, kind, k, division, planned_on, state, quality]) => {
        const held = state !== 'planned';
        const id = drill({
          name: `${name}（示例）`,
          kind,
          plan: plans[k],
          division,
          scenario: '示例情景',
          planned_on,
          held_on: held ? planned_on : undefined,
          called_at: held ? noon(planned_on, 9) : undefined,
          people: held ? random.whole(25, 120) : undefined,
          lessons: state === 'assessed' ? '首批数据出数偏慢（示例）' : undefined,
          place: spot(world, division, 0.05),
          state,
          opened: plus(planned_on, -40)
        });
        walk(world, 'drill', id, {planned: [], held: ['hold'], assessed: ['hold', 'assess']}[state], planned_on, 6);
        if (!held) return;
        cards.forEach(([, , , within_min], i) => {
          const took = Math.round(within_min * (quality === 1 ? random.between(0.6, 1.02) : random.between(0.7, 1.4)));
          step({
            drill: id,
            card: cardIds[i],
            done_at: noon(planned_on, 9 + Math.floor(took / 60), took % 60),
            quality: random.whole(80, 100)
          });
        });
      });
}

function makeIncident(world) {
  const event = adder(world, 'emergency-event', 'TF', 5);
  const decision = adder(world, 'emergency-decision', 'JC', 6);
  const on = '2026-06-03';
  const id = event({
    what: '乐平境内槽车侧翻致少量酸液泄漏（示例）',
    kind: 'traffic',
    happened_at: noon(on, 5, 20),
    where_text: '示例路段',
    place: spot(world, '360281', 0.06),
    division: '360281',
    level: '4',
    measures: '围堵中和（示例）',
    owner: 'ZR0005',
    reported_at: noon(on, 6, 40),
    reported_to: '省生态环境厅、市政府（示例）',
    ended_why: '连续三次监测恢复本底（示例）',
    outcome: '未影响饮用水水源（示例）',
    state: 'closed',
    opened: on
  });
  ['report', 'respond', 'end', 'close'].forEach((step, k) => world.steps.push({
    register: 'emergency-event',
    id,
    step,
    at: noon(
        plus(
            on,
            k < 2       ? 0 :
                k === 2 ? 1 :
                          30),
        7 + k),
    who: '示例',
    why: '示例'
  }));
  [[5, 25, 'fact', '接报核实，罐体裂口，约2吨泄漏'], [5, 50, 'order', '关闭路侧沟渠闸门'],
   [6, 40, 'report', '初报省厅与市政府'], [9, 10, 'order', '片碱中和，槽车转运']]
      .forEach(
          ([hour, minute, kind, what]) =>
              decision({event: id, at: noon(on, hour, minute), kind, what: `${what}（示例）`, by: '示例'}));
  const inquiry = adder(world, 'incident-inquiry', 'CW', 4);
  const inquiryId = inquiry({
    name: '槽车侧翻事件调查（示例）',
    event: id,
    division: '360281',
    level: '4',
    ended_on: '2026-06-04',
    people_count: 3,
    deaths: 0,
    hurt: 1,
    moved: 60,
    cause: 'traffic',
    why_text: '雨天弯道侧翻，罐体裂口（示例）',
    blame: '运输企业负主要责任（示例）',
    report_on: '2026-06-30',
    state: 'reported',
    opened: '2026-06-05'
  });
  walk(world, 'incident-inquiry', inquiryId, ['report'], '2026-06-30');
  const loss = adder(world, 'incident-loss', 'CX', 5);
  [['response', '应急处置费用', 186000], ['property', '农作物受损', 42000], ['environment', '沟渠底泥清理', 95000]]
      .forEach(
          ([kind, what, amount_yuan]) =>
              loss({inquiry: inquiryId, kind, what: `${what}（示例）`, amount_yuan, basis: '票据与评估（示例）'}));
  const lesson = adder(world, 'incident-lesson', 'CY', 5);
  [['桥面径流收集池建设', 'ZR0009', '2026-11-15', null], ['危化品运输路段增设防撞护栏', 'ZR0009', '2026-12-31', null],
   ['应急物资前置至镇桥', 'ZR0005', '2026-09-30', '2026-09-22']]
      .forEach(([what, owner, do_by,
                 done_on]) => lesson({inquiry: inquiryId, what: `${what}（示例）`, owner, do_by, done_on}));
}

function makeRadiation(world) {
  const {random} = world;
  const firms = firmsOf(world);
  const station = adder(world, 'dose-station', 'DA', 3);
  const stations = [
    ['市区辐射自动站', 'auto', '360203'], ['珠河医院监督点', 'supervised', '360203'],
    ['乐平探伤企业监督点', 'supervised', '360281'], ['浮梁对照点', 'background', '360222']
  ].map(([name, kind, division]) => station({
          name: `${name}（示例）`,
          kind,
          division,
          operator: kind === 'auto' ? 'ZR0015' : undefined,
          background_ngy_h: random.number(72, 98, 1),
          sigma_ngy_h: random.number(3, 6, 1),
          place: spot(world, division, 0.04)
        }));
  const event = adder(world, 'dose-event', 'DB', 4);
  [[0, '2026-06-18', 131, 18, 'closed', ['rain']], [2, '2026-11-27', 205, 0, 'measuring', ['go']]].forEach(
      ([k, on, value_ngy_h, rain_mm, state, path]) => {
        const id = event({
          station: stations[k],
          found_at: noon(on, 8),
          value_ngy_h,
          rain_mm,
          reported_at: state === 'measuring' ? noon(on, 8, 40) : undefined,
          cause: state === 'closed' ? 'rain' : undefined,
          state,
          opened: on
        });
        walk(world, 'dose-event', id, path, on);
      });
  const reading = adder(world, 'dose-reading', 'DD', 5);
  [1, 2, 3].forEach((k) => ['2026-03-12', '2026-09-15'].forEach((measured_on) => reading({
                                                                  station: stations[k],
                                                                  measured_on,
                                                                  readings: 10,
                                                                  mean_reading: random.number(105, 128, 1),
                                                                  sd_reading: random.number(1, 3, 1),
                                                                  reads: 'cs137',
                                                                  k1: 0.98,
                                                                  k2: 1,
                                                                  ground: k === 3 ? 'open' : 'storeyed',
                                                                  cosmic: 11.5,
                                                                  lab: '示例监测站'
                                                                })));
  const licence = adder(world, 'radiation-licence', 'DE', 4);
  const licences = [
    [33, ['use-3', 'use-5', 'xray-2'], '2023-04-01', '2028-03-31', 2025],
    [34, ['xray-2', 'xray-3'], '2022-01-10', '2027-01-09', 2025],
    [5, ['use-4', 'use-5'], '2022-02-01', '2027-01-31', 2024], [4, ['use-4'], '2024-06-01', '2029-05-31', 2025],
    [23, ['use-2', 'xray-2'], '2025-03-01', '2030-02-28', 2025]
  ].map(([k, scope, from, to, assess_year], i) => licence({
          holder: firms[k].name,
          number: `示例辐证${String(i + 1).padStart(4, '0')}`,
          enterprise: firms[k].code,
          division: firms[k].division,
          scope,
          valid_from_on: from,
          valid_to: to,
          assess_year,
          devices: random.whole(0, 6),
          place: firms[k].place,
          state: 'in-force',
          opened: from
        }));
  const source = adder(world, 'radiation-source', 'DF', 5);
  const sources = [
    [0, 'Co-60', '3', 110, 'radiotherapy', '2023-05-01', 'in-use', null],
    [0, 'Sr-90', '5', 1.4, 'radiotherapy', '2018-05-01', 'idle', '2026-06-10'],
    [2, 'Cs-137', '4', 3.7, 'gauge', '2012-08-01', 'in-use', null],
    [2, 'Cs-137', '4', 1.85, 'gauge', '2006-08-01', 'idle', '2026-10-20'],
    [3, 'Cs-137', '4', 2.2, 'gauge', '2015-03-01', 'in-use', null],
    [4, 'Ir-192', '2', 3700, 'radiography', '2026-08-15', 'in-use', null],
    [4, 'Se-75', '2', 2900, 'radiography', '2026-05-20', 'in-use', null]
  ].map(([k, nuclide, category, made_gbq, use, made_on, state, idle_on], i) => {
    const firm = firms[[33, 34, 5, 4, 23][k]];
    const id = source({
      code:
          `SL${made_on.slice(2, 4)}${nuclide.slice(0, 2).toUpperCase()}${String(100 + i).padStart(5, '0')}${category}`,
      end_digit: category,
      licence: licences[k],
      nuclide,
      made_gbq,
      made_on,
      use,
      mobile: use === 'radiography',
      where_text: '示例场所',
      idle_on,
      checked_on: i === 4 ? '2025-08-01' : plus(today, -random.whole(10, 200)),
      place: firm.place,
      state,
      opened: made_on
    });
    walk(world, 'radiation-source', id, state === 'idle' ? ['idle'] : [], idle_on ?? made_on);
    return id;
  });
  const transfer = adder(world, 'source-transfer', 'DG', 5);
  const moved = transfer({
    source: sources[3],
    to_licence: licences[3],
    approved_on: '2026-11-02',
    moved_on: '2026-11-06',
    state: 'moved',
    opened: '2026-10-26'
  });
  walk(world, 'source-transfer', moved, ['approve', 'move'], '2026-11-02', 4);
  const slag = adder(world, 'norm-slag', 'DH', 4);
  [['瑶岭选矿渣场', 21, 42000, 1.35, 0.4, true, false], ['铜岭尾渣堆', 10, 86000, 0.4, 0.3, true, false],
   ['金湾渣场', 11, 15000, 1.1, 0.9, false, false]]
      .forEach(([name, k, stored_t, u_bq_g, th_bq_g, lined, in_permit]) => slag({
                 name: `${name}（示例）`,
                 enterprise: firms[k].code,
                 division: firms[k].division,
                 stored_t,
                 u_bq_g,
                 th_bq_g,
                 sampled_on: plus(today, -random.whole(30, 300)),
                 in_permit,
                 lined,
                 place: firms[k].place
               }));
  const accident = adder(world, 'radiation-accident', 'DJ', 4);
  const drilled = accident({
    what: '探伤放射源脱落演练（示例）',
    drill: true,
    kind: 'lost',
    happened_at: noon('2026-09-23', 8),
    division: '360202',
    source: sources[6],
    nuclide: 'Se-75',
    category: '2',
    activity_gbq: 1400,
    wide: false,
    deaths: 0,
    severe: 0,
    over: 0,
    reported_at: noon('2026-09-23', 9, 10),
    measured_usv_h: 60,
    commander: '示例',
    measures: '封控、搜寻、屏蔽回收（示例）',
    found_at: noon('2026-09-23', 10, 30),
    outcome: '演练达到预期（示例）',
    place: spot(world, '360202', 0.04),
    state: 'closed',
    opened: '2026-09-23'
  });
  walk(world, 'radiation-accident', drilled, ['respond', 'control', 'close'], '2026-09-23');
  const dose = adder(world, 'responder-dose', 'DK', 5);
  [['甲', 0.8, 12], ['乙', 1.2, 8], ['甲', 2.1, 6]].forEach(
      ([who, rate_msv_h, minutes]) =>
          dose({accident: drilled, person_no: `示例${who}`, task: 'other', rate_msv_h, minutes}));
}

function makeHealth(world) {
  const {random} = world;
  const firms = firmsOf(world);
  const source = adder(world, 'health-source', 'DL', 4);
  const point = adder(world, 'exposure-point', 'DM', 4);
  const sample = adder(world, 'health-sample', 'DN', 6);
  const levels = {
    benzene: 3.5,
    BaP: 0.0009,
    formaldehyde: 6,
    As: 0.004,
    Cd: 0.002,
    Ni: 0.006,
    Mn: 0.03,
    toluene: 20,
    H2S: 1.2,
    Cr6: 0.0004
  };
  [[4, '焦化', ['benzene', 'BaP'], '示例村', 'village', 1, 1],
   [0, '精细化工', ['benzene', 'toluene'], '园区边居民点', 'homes', 1, 0.6],
   [10, '铜业', ['As', 'Cd'], '铜岭村', 'village', 1, 0.9],
   [12, '陶瓷', ['Ni', 'Mn'], '陶瓷园小学', 'school', 0.5, 0.7],
   [38, '固废处置', ['H2S', 'Cd'], '填埋场周边村', 'village', 1, 0.8],
   [23, '航空机械', ['Cr6', 'formaldehyde'], '高新区社区', 'homes', 1, 0.4]]
      .forEach(([k, word, factors, name, kind, time, scale], i) => {
        const firm = firms[k];
        const id = source({
          name: `${firm.short_name}${word}（示例）`,
          enterprise: firm.code,
          division: firm.division,
          media: ['air'],
          factors,
          people_1km: random.whole(200, 5000),
          emission_kg_y: random.number(1, 400, 1),
          disclosed_on: i % 3 === 2 ? undefined : plus(today, -random.whole(30, 300)),
          place: firm.place
        });
        if (i === 5) return;
        const at = point({
          name: `${name}（示例）`,
          kind,
          division: firm.division === '360200' ? counties[i % 4] : firm.division,
          source: id,
          people: random.whole(150, 2500),
          hours_d: kind === 'school' ? 8 : 24,
          days_y: kind === 'school' ? 200 : 350,
          years: kind === 'school' ? 6 : 30 * time,
          place: spot(world, firm.division === '360200' ? counties[i % 4] : firm.division, 0.05)
        });
        for (const factor of factors)
          for (const sampled_on of ['2026-05-12', '2026-10-20'])
            sample({
              point: at,
              factor,
              sampled_on,
              value_ug_m3: Number((levels[factor] * scale * random.between(0.7, 1.5)).toPrecision(3)),
              lab: '示例检测公司'
            });
      });
}

export function makeSafety(world) {
  makeMetals(world);
  makeDangers(world);
  makeSheets(world);
  makePlansAndDrills(world);
  makeIncident(world);
  makeRadiation(world);
  makeHealth(world);
}
