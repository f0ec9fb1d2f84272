// Soil, groundwater and the countryside: key units, cropland and its grain, plots, wells and lists, rural sewage, runoff of farming. All
// invented, all 示例; some overdue, some above a value, on purpose.

import {walkOn} from './common.mjs';
import {number, plus, today} from './random.mjs';

/** A ring of about so many metres around a point, as an area of a CSV cell. */
const ring = ([lon, lat], metres, write) => {
  const d = metres / 200000;
  return [[-d, -d], [d, -d], [d, d], [-d, d], [-d, -d]].map(([x, y]) => write([lon + x, lat + y])).join(' ');
};

/** Numbers ids, marks rows and writes down the steps that led to their states. */
export function writer(world, {prefix, digits, register}) {
  let n = 0;
  return (row, path = [], each = 10) => {
    const id = number(prefix, digits, ++n);
    world.add(register, {id, ...row, note: '示例'});
    walkOn(world, register, id, path.map((step, k) => {
      const on = plus(row.opened, 1 + k * each);
      return [step, on < today ? on : plus(today, -1)];
    }));
    return id;
  };
}

const counties = ['360281', '360222', '360202', '360203'];

function makeKeyUnits(world) {
  const {random, places} = world;
  const unit = writer(world, {prefix: 'JA', digits: 4, register: 'soil-key-unit'});
  const zone = writer(world, {prefix: 'JB', digits: 5, register: 'soil-zone'});
  const test = writer(world, {prefix: 'JD', digits: 6, register: 'soil-self-test'});
  const round = writer(world, {prefix: 'JE', digits: 5, register: 'soil-inspection'});
  const danger = writer(world, {prefix: 'JF', digits: 6, register: 'soil-danger'});
  const firms = world.registers.get('enterprise');
  // index of the firm, toxic substances, listed on, inspected on: the third and the last are late
  const units = [
    [0, '苯胺、甲苯', '2021-05-10', '2024-09-20'], [1, '有机磷、二甲苯', '2021-05-10', '2025-03-14'],
    [2, '二氯甲烷', '2022-06-01', '2023-10-18'], [3, '氟化物、汞', '2021-05-10', '2025-11-06'],
    [4, '苯、多环芳烃', '2021-05-10', '2024-12-25'], [10, '铜、砷、镉', '2021-05-10', '2026-04-09'],
    [18, '三氯甲烷', '2023-04-20', '2026-03-30'], [21, '砷、铅', '2022-06-01', '2025-06-12'],
    [23, '六价铬、氰化物', '2021-05-10', '2025-08-21'], [37, '重金属、二噁英', '2025-10-15', null]
  ];
  units.forEach(([index, toxic, listed, inspected], i) => {
    const firm = firms[index];
    const id = unit({
      name: firm.name,
      enterprise: firm.code,
      listed_on: listed,
      reason: '环境监管重点单位名录（土壤）',
      toxic,
      permit_has_duties: i !== 8,
      toxic_report_year: i === 3 ? 2024 : 2025,
      place: firm.place,
      state: 'listed',
      opened: listed
    });
    for (const [kind, medium, facility, late] of [
           ['class-1', 'groundwater', 'store-liquid', i === 2], ['class-2', 'groundwater', 'production', false],
           ['class-2', 'soil', 'production', false]]) {
      const since = plus(listed, 120);
      const one = zone({
        unit: id,
        name: `${firm.short_name}${{'store-liquid': '储罐区', production: '生产区'}[facility]}${
            medium === 'soil' ? '（土壤）' : ''}（示例）`,
        class: kind,
        medium,
        facility,
        items: toxic,
        since_on: since,
        place: firm.place,
        state: 'watched',
        opened: since
      });
      const limit = medium === 'soil' ? 260 : 0.5;
      [[400, 0.4], [late ? 230 : random.whole(20, 150), i === 5 ? 1.3 : i === 7 ? 0.9 : 0.45]].forEach(([days, share]) => test({
        zone: one,
        sampled_on: plus(today, medium === 'soil' ? -days - 200 : -days),
        item: toxic.split('、')[0],
        value: Number((limit * share * random.between(0.9, 1)).toFixed(3)),
        limit,
        lab: '示例检测机构'
      }));
    }
    if (!inspected) return;
    const found = random.whole(1, 3);
    const visit = round({
      unit: id,
      finished_on: inspected,
      places_listed: 40,
      places_seen: i === 5 ? 36 : 40,
      dangers_found: found,
      looked_at_by: '示例专家组'
    });
    for (let k = 0; k < found; ++k) {
      const state = i === 5 ? (k === 0 ? 'fixing' : 'found') : i === 6 && k === 0 ? 'checking' : 'closed';
      const path = {
        found: [],
        fixing: ['begin'],
        checking: ['begin', 'report'],
        closed: k === 1 && i % 3 === 1 ? ['begin', 'report', 'send-back', 'report', 'pass'] : ['begin', 'report', 'pass']
      }[state];
      danger(
          {
            unit: id,
            inspection: visit,
            what: ['储罐围堰裂缝', '管沟积液', '装卸区防渗破损'][k] + '（示例）',
            facility: ['store-liquid', 'move-liquid', 'store-goods'][k],
            found_on: inspected,
            measures: path.length ? '修补防渗并清理' : undefined,
            fix_by: path.length ? plus(inspected, 120) : undefined,
            fixed_on: path.includes('report') ? plus(inspected, 70) : undefined,
            sent_back: path.includes('send-back') ? 1 : undefined,
            place: places.write(places.near(random, firm.division, 0.02)),
            state,
            opened: inspected
          },
          path);
    }
  });
}

function makeCropland(world) {
  const {random, places} = world;
  const unit = writer(world, {prefix: 'JG', digits: 5, register: 'cropland-unit'});
  const point = writer(world, {prefix: 'JH', digits: 6, register: 'soil-point'});
  const crop = writer(world, {prefix: 'JI', digits: 6, register: 'crop-sample'});
  const change = writer(world, {prefix: 'JJ', digits: 5, register: 'class-change'});
  const lot = writer(world, {prefix: 'JK', digits: 6, register: 'grain-lot'});
  const test = writer(world, {prefix: 'JL', digits: 6, register: 'grain-test'});
  const move = writer(world, {prefix: 'JM', digits: 6, register: 'grain-move'});
  // name, county, town, ha, land, class, use, measure, Cd of its points, Cd of its rice
  const fields = [
    ['接渡一号', '360281', '接渡镇', 42, 'paddy', 'safe-use', 'grain', 'variety', [0.36, 0.42, 0.35], [0.11, 0.14]],
    ['鸬鹚二号', '360281', '鸬鹚乡', 30, 'paddy', 'safe-use', 'grain', 'lime', [0.38, 0.41, 0.44], [0.15, 0.18]],
    ['涌山矿区', '360281', '涌山镇', 18, 'paddy', 'strict', 'non-food', 'structure', [2.3, 1.9, 0.9], []],
    ['塔前三号', '360281', '塔前镇', 25, 'rotation', 'safe-use', 'grain', 'agronomy', [0.5, 0.6, 0.55], [0.24, 0.31, 0.19]],
    ['后港四号', '360281', '后港镇', 55, 'paddy', 'priority', 'grain', 'protect', [0.12, 0.18, 0.2], [0.05]],
    ['湘湖一号', '360222', '湘湖镇', 33, 'paddy', 'priority', 'grain', 'protect', [0.15, 0.16, 0.22], [0.06]],
    ['三龙二号', '360222', '三龙镇', 21, 'other', 'safe-use', 'non-food', 'none', [0.34, 0.37, 0.33], []],
    ['鹅湖三号', '360222', '鹅湖镇', 27, 'paddy', 'safe-use', 'grain', 'variety', [0.33, 0.36, 0.34], [0.13]],
    ['鲇鱼山一号', '360202', '鲇鱼山镇', 24, 'paddy', 'priority', 'grain', 'none', [0.2, 0.24, 0.21], [0.07]],
    ['荷塘二号', '360202', '荷塘乡', 16, 'paddy', 'safe-use', 'grain', 'agronomy', [0.37, 0.4, 0.39], [0.16]],
    ['竟成一号', '360203', '竟成镇', 9, 'other', 'priority', 'edible', 'protect', [0.14, 0.2, 0.18], []]
  ];
  const ids = fields.map(([name, division, town, area_ha, land, kind, use, measure, soil, rice], i) => {
    const middle = places.near(random, division, 0.12);
    const id = unit({
      name: `${name}单元（示例）`,
      division,
      town,
      outline: ring(middle, 400, places.write),
      area_ha,
      land,
      class: kind,
      use,
      measure,
      measure_year: measure === 'none' ? undefined : 2026,
      traced: kind !== 'priority' && i !== 6,
      source_text: kind !== 'priority' && i !== 6 ? '上游历史采选与灌溉（示例）' : undefined,
      source_closed: i === 0 || i === 2
    });
    soil.forEach((cd, k) => point({
      code: `${division}-${i + 1}-${k + 1}`,
      unit: id,
      sampled_on: plus('2026-03-10', i * 3),
      ph: random.number(4.9, 5.5, 2),
      cd,
      hg: random.number(0.05, 0.3, 3),
      as: random.number(6, 20, 1),
      pb: random.number(25, 60, 1),
      cr: random.number(40, 110, 1),
      place: places.write([middle[0] + k * 0.0008, middle[1]])
    }));
    rice.forEach((value, k) =>
                     crop({unit: id, sampled_on: plus('2026-10-08', k), crop: 'rice', item: 'cd', value}));
    return id;
  });
  const changes = [
    [3, 'safe-use', 'strict', 'noticed', ['review', 'notice']], [8, 'priority', 'safe-use', 'proposed', []],
    [7, 'priority', 'safe-use', 'applied', ['review', 'notice', 'approve', 'apply']],
    [4, 'safe-use', 'priority', 'refused', ['review', 'refuse']]
  ];
  changes.forEach(([field, from, to, state, path], i) => {
    const opened = plus('2026-08-03', i * 20);
    change(
        {
          unit: ids[field],
          from,
          to,
          grounds: '土壤与农产品协同监测结果（示例）',
          experts: path.includes('review') ? 5 : undefined,
          notice_from: path.includes('notice') ? plus(opened, 12) : undefined,
          notice_to: path.includes('notice') ? plus(opened, 22) : undefined,
          approval: path.includes('approve') ? `示例批〔2026〕${i + 1}号` : undefined,
          state,
          opened
        },
        path, 12);
  });
  // parcel, harvested, t, tests, state, moves
  const lots = [
    [0, '2026-10-12', 45, [0.12], 'settled', ['release', 'settle'], [['food', 44.8]]],
    [1, '2026-10-15', 92, [0.15, 0.17], 'released', ['release'], [['food', 50]]],
    [3, '2026-10-18', 40, [0.27], 'diverted', ['divert'], [['industry', 15]]],
    [3, '2026-10-20', 36, [0.24], 'settled', ['divert', 'settle'], [['industry', 35.9]]],
    [7, '2026-11-02', 60, [0.14], 'stored', [], []], [9, '2026-11-08', 38, [], 'stored', [], []]
  ];
  lots.forEach(([field, harvested, stored_t, tests, state, path, moves], i) => {
    const id = lot(
        {
          name: `${fields[field][0]}晚稻${i + 1}批（示例）`,
          unit: ids[field],
          crop: 'rice',
          harvested_on: harvested,
          stored_t,
          store: `专仓${i + 1}号`,
          state,
          opened: plus(harvested, 2)
        },
        path, 8);
    tests.forEach((value, k) => test({lot: id, tested_on: plus(harvested, 5 + k), item: 'cd', value, lab: '示例检测机构'}));
    moves.forEach(([destination, amount_t]) => move({
      lot: id,
      moved_on: plus(harvested, 15),
      destination,
      amount_t,
      receiver: destination === 'food' ? '示例米业' : '示例酒精厂',
      voucher: `示例出库${i + 1}`
    }));
  });
}

function makePlots(world) {
  const {random, places} = world;
  const plot = writer(world, {prefix: 'JN', digits: 5, register: 'plot'});
  const point = writer(world, {prefix: 'JP', digits: 6, register: 'plot-point'});
  const value = writer(world, {prefix: 'JQ', digits: 6, register: 'plot-value'});
  const decide = writer(world, {prefix: 'JR', digits: 5, register: 'land-decision'});
  const vacate = writer(world, {prefix: 'JS', digits: 4, register: 'vacated-plot'});
  const visit = writer(world, {prefix: 'JT', digits: 6, register: 'vacated-visit'});
  const alarm = writer(world, {prefix: 'JU', digits: 6, register: 'plot-alarm'});
  const clean = ['survey', 'clear'];
  const listed = ['survey', 'detail', 'list'];
  // name, county, m2, former trade, planned, state, path, item, value, river, km
  const plots = [
    ['原乐平农药厂', '360281', 38000, 'pesticide', 'unknown', 'working', [...listed, 'begin'], 'bap', 6.2, 'leanhe', 0.6],
    ['原乐平化工一厂', '360281', 26000, 'chemical', 'class-2', 'listed', listed, 'chloroform', 3.4, 'leanhe', 0.9],
    ['原焦化厂老区', '360202', 61000, 'coking', 'class-2', 'evaluating', [...listed, 'begin', 'evaluate'], 'benzene', 9, 'changjiang', 1.4],
    ['原电镀厂', '360202', 7000, 'metal', 'class-2', 'detailed', ['survey', 'detail'], 'cr6', 11, null, null],
    ['原建国瓷厂', '360203', 15000, 'ceramic', 'class-2', 'clean', clean, 'pb', 310, 'nanhe', 0.4],
    ['原为民瓷厂', '360203', 4200, 'ceramic', 'class-1', 'surveying', ['survey'], 'pb', 420, null, null],
    ['原浮梁制药厂', '360222', 12000, 'pharma', 'class-2', 'removed', [...listed, 'begin', 'evaluate', 'remove'], 'chloroform', 4.1, 'changjiang', 0.8],
    ['湘湖学校用地', '360222', 9000, 'farm', 'class-1', 'found', [], null, null, null, null],
    ['塔山收储地块', '360281', 5600, 'other', 'class-1', 'found', [], null, null, null, null]
  ];
  plots.forEach(([name, division, area_m2, former, planned, state, path, item, worst, river, km], i) => {
    const middle = places.near(random, division, 0.05);
    const opened = plus('2025-02-10', i * 14);
    const onList = path.includes('list');
    const id = plot(
        {
          name: `${name}地块（示例）`,
          code: `${division}${String(1000 + i)}`,
          division,
          outline: ring(middle, Math.sqrt(area_m2), places.write),
          area_m2,
          former,
          former_name: `${name}（示例）`,
          owner: '示例土地储备中心',
          planned,
          listed_on: onList ? plus(opened, 130) : undefined,
          control_until: onList ? (i === 1 ? '2026-10-31' : '2027-06-30') : undefined,
          effect: path.includes('evaluate') ? '达到修复目标（示例）' : undefined,
          removed_on: state === 'removed' ? plus(opened, 420) : undefined,
          state,
          opened
        },
        path, 60);
    if (item)
      for (let k = 0; k < 6; ++k) {
        const at = point(
            {plot: id, code: `S${k + 1}`, depth_m: 6, place: places.write([middle[0] + k * 0.0002, middle[1]])});
        value({
          point: at,
          sampled_on: plus(opened, 40),
          top_m: 0.5,
          item,
          value: Number((worst * (k === 0 ? 1 : random.between(0.1, 0.5))).toFixed(3))
        });
      }
    if (river) {
      const controlled = state === 'removed' || state === 'clean' ? 'released' : 'controlled';
      const vacated = plus(opened, -200);
      const one = vacate(
          {
            plot: id,
            vacated_on: vacated,
            river,
            river_km: km,
            fenced: true,
            signed: i !== 1,
            covered: i === 0,
            equipment_gone: i !== 1,
            wells: i === 1 ? 1 : 4,
            state: controlled,
            opened: vacated
          },
          controlled === 'released' ? ['release'] : [], 500);
      for (const days of i === 1 ? [120] : [i === 0 ? 18 : 40, 75])
        visit({
          vacated: one,
          visited_on: plus(today, -days),
          intact: !(i === 0 && days === 75),
          found: i === 0 && days === 75 ? '围挡缺口（示例）' : undefined
        });
    }
    if (state === 'listed' || state === 'clean')
      decide({
        plot: id,
        step: 'supply',
        use: 'class-2',
        asked_on: plus(today, -40),
        answer: state === 'clean' ? 'granted' : 'refused',
        answered_on: plus(today, -37),
        reason: state === 'clean' ? undefined : '地块在名录，未完成风险管控（示例）'
      });
    if (state === 'detailed')
      decide({plot: id, step: 'planning', use: 'class-2', asked_on: plus(today, -3), answer: 'open'});
    if (i < 4) {
      const received = plus(today, [-6, -40, -70, -20][i]);
      const finding = [undefined, 'violation', 'lawful', 'none'][i];
      const steps = [[], ['check', 'order'], ['check', 'close'], ['check', 'close']][i];
      alarm(
          {
            plot: id,
            before_on: plus(received, -60),
            after_on: plus(received, -5),
            received_on: received,
            change: ['digging', 'heap', 'building', 'cropping'][i],
            outline: ring(middle, 40, places.write),
            changed_m2: [1600, 900, 400, 300][i],
            finding,
            checked_on: finding ? plus(received, 4) : undefined,
            restore_by: steps.includes('order') ? plus(received, 30) : undefined,
            state: ['raised', 'restoring', 'closed', 'closed'][i],
            opened: received
          },
          steps, 3);
    }
  });
}

function makeGroundwater(world) {
  const {random, places} = world;
  const source = writer(world, {prefix: 'JV', digits: 4, register: 'gw-source'});
  const well = writer(world, {prefix: 'JW', digits: 5, register: 'gw-well'});
  const sample = writer(world, {prefix: 'JX', digits: 6, register: 'gw-sample'});
  const list = writer(world, {prefix: 'JY', digits: 5, register: 'gw-list-change'});
  const survey = writer(world, {prefix: 'JZ', digits: 5, register: 'gw-survey'});
  const firms = world.registers.get('enterprise');
  // name, kind, county, park, firm, toxic, aim, m, vulnerability, tight, wells around, NH3-N down and before, lists it is on
  const sources = [
    ['乐平化工园区', 'chemical-park', '360281', 'leping-chemical', null, true, 4, 800, 'middle', true, 4, 2.4, 1.2, ['key', 'over', 'high-risk']],
    ['鱼山医药产业园', 'chemical-park', '360222', 'yushan', null, true, 4, 2500, 'low', true, 3, 0.4, 0.4, ['key']],
    ['乐平生活垃圾填埋场', 'landfill', '360281', null, null, false, 4, 1800, 'high', false, 2, 3.1, 3.0, ['key', 'over']],
    ['市环固废处置场', 'hazardous-waste', '360202', null, 38, true, 4, 5200, 'middle', true, 3, 0.3, 0.2, ['key']],
    ['铜岭尾矿库', 'mine', '360281', null, 10, true, 3, 900, 'middle', true, 3, 0.9, 0.3, []],
    ['澄泊厂区', 'works', '360281', 'leping-chemical', 0, true, 3, 1200, 'high', true, 2, 0.4, 0.4, ['key', 'discharger']],
    ['珠山加油站片区', 'fuel', '360203', null, null, false, 3, 600, 'middle', true, 1, 0.1, 0.1, []],
    ['昌江规模养殖片区', 'farm', '360202', null, null, false, 3, 700, 'low', false, 1, 0.4, 0.2, []]
  ];
  sources.forEach(([name, kind, division, park, firm, toxic, aim, far, vulnerable, tight, around, now, before, lists], i) => {
    const middle = places.near(random, division, 0.05);
    const id = source({
      name: `${name}（示例）`,
      kind,
      division,
      park,
      enterprise: firm === null ? undefined : firms[firm].code,
      duty_unit: world.bureauOf(division),
      toxic,
      wastewater_t_a: firm === null ? undefined : 60000,
      aim,
      sensitive_m: far,
      vulnerable,
      seepage_proof: tight,
      cut_off: i === 1,
      rectified: i === 1,
      rectify_by: kind === 'chemical-park' ? '2027-10-31' : undefined,
      place: places.write(middle)
    });
    const add = (role, k, values, last) => {
      const one = well({
        name: `${name}${{up: '上游', side: '两侧', down: '下游', inside: '场内'}[role]}${k}号井（示例）`,
        source: id,
        role,
        division,
        owner: world.bureauOf(division),
        depth_m: random.whole(8, 40),
        every_mo: 6,
        built_on: '2024-05-20',
        place: places.write([middle[0] + k * 0.002, middle[1] + (role === 'up' ? 0.006 : -0.004)]),
        state: 'watched',
        opened: '2024-05-20'
      });
      values.forEach((nh3n, j) => sample({
        well: one,
        sampled_on: plus(last, (j - values.length + 1) * 180),
        level_m: random.number(2, 9, 2),
        ph: random.number(6.6, 7.6, 2),
        hardness: random.number(90, 260, 0),
        tds: random.number(180, 420, 0),
        so4: random.number(20, 90, 1),
        cl: random.number(8, 60, 1),
        codmn: random.number(0.6, 1.9, 2),
        nh3n,
        no3n: random.number(0.6, 4, 2),
        f: random.number(0.1, 0.8, 2),
        lab: '示例检测机构'
      }));
      return one;
    };
    add('up', 1, [0.05, 0.06], plus(today, -random.whole(20, 120)));
    for (let k = 1; k <= around; ++k)
      add(k === around ? 'down' : 'side', k, k === around ? [before, now] : [0.1, 0.2],
          plus(today, i === 6 ? -220 : -random.whole(20, 120)));
    lists.forEach((which) => list({
      source: id,
      list: which,
      move: 'into',
      decided_on: '2026-06-20',
      reason: {
        key: '重点类型（示例）',
        over: '下游氨氮劣于上游且超评价类别（示例）',
        'high-risk': '1000米内有取水井（示例）',
        discharger: '涉毒排水企业（示例）'
      }[which],
    }));
    if (i === 0 || i === 2)
      survey(
          {
            name: `${name}氨氮溯源（示例）`,
            source: id,
            item: '氨氮',
            down_mg_l: now,
            up_mg_l: 0.06,
            limit_mg_l: 1.5,
            conductivity_m_d: 5,
            gradient: 0.004,
            porosity: 0.25,
            distance_m: 300,
            operated_a: i === 0 ? 16 : 9,
            used_there: true,
            conclusion: i === 0 ? '污水管网渗漏（示例）' : undefined,
            remedy_by: i === 0 ? '2027-03-31' : undefined,
            state: i === 0 ? 'remedying' : 'open',
            opened: '2026-05-11'
          },
          i === 0 ? ['name', 'order'] : [], 60);
  });
}

function makeRural(world) {
  const {random, places} = world;
  const plant = writer(world, {prefix: 'NA', digits: 5, register: 'rural-plant'});
  const check = writer(world, {prefix: 'NB', digits: 6, register: 'rural-check'});
  const exit = writer(world, {prefix: 'NC', digits: 5, register: 'rural-exit'});
  const towns = {
    360281: ['接渡镇', '后港镇', '涌山镇', '塔前镇'],
    360222: ['三龙镇', '湘湖镇', '鹅湖镇', '蛟潭镇'],
    360202: ['鲇鱼山镇', '荷塘乡'],
    360203: ['竟成镇', '新厂街道']
  };
  let n = 0;
  for (const division of counties)
    for (const town of towns[division]) {
      const i = n++;
      const capacity_t_d = [200, 120, 60, 30, 15][i % 5];
      const left = i === 8;
      const id = plant(
          {
            name: `${town}${i % 2 ? '中心村' : '集镇'}污水站（示例）`,
            division,
            town,
            villages: i % 3 + 1,
            households: capacity_t_d * 4,
            capacity_t_d,
            process: ['a-o', 'wetland', 'mbr', 'septic', 'pond'][i % 5],
            operator: capacity_t_d >= 100 && i !== 6 ? 'ZR0016' : undefined,
            duty_unit: world.bureauOf(division),
            receives: {360281: 'leanhe', 360222: 'changjiang', 360202: 'xihe', 360203: 'nanhe'}[division],
            built_on: '2022-06-15',
            standard: '示例执行标准',
            cod_limit_mg_l: 60,
            nh3n_limit_mg_l: 8,
            cost_yuan_t: 1.2,
            funded_yuan: i % 4 === 0 ? 20000 : 90000,
            place: places.write(places.near(random, division, 0.15)),
            state: left ? 'left' : 'running',
            opened: '2022-06-15'
          },
          left ? ['leave'] : [], 1500);
      const bad = [2, 7, 8].includes(i);
      const dates = i === 5 ? ['2026-03-20'] : ['2026-02-12', '2026-05-14', '2026-08-13', '2026-11-10'].slice(capacity_t_d >= 100 ? 0 : 2);
      dates.forEach((checked_on, k) => check({
        plant: id,
        checked_on,
        flow_t_d: bad && k === dates.length - 1 ? (i === 7 ? 0 : capacity_t_d * 0.2) :
                                                  Number((capacity_t_d * random.between(0.45, 0.95)).toFixed(1)),
        equipment_ok: true,
        sewers_ok: !(i === 2 && k === dates.length - 1),
        cod_mg_l: capacity_t_d >= 20 ? random.number(20, 58, 1) : undefined,
        nh3n_mg_l: capacity_t_d >= 20 ? random.number(0.5, i === 10 ? 9.5 : 6, 2) : undefined,
        by: '排查员'
      }));
      if (bad)
        exit(
            {
              plant: id,
              cause: {2: 'pipe', 7: 'idle', 8: 'under-load'}[i],
              found_on: left ? '2026-03-12' : '2026-11-10',
              mend_by: i === 2 ? '2026-12-20' : undefined,
              way_out: left ? 'sewer' : undefined,
              households_served: left ? capacity_t_d * 4 : undefined,
              approved_on: left ? '2026-04-20' : undefined,
              state: left ? 'approved' : i === 2 ? 'mending' : 'found',
              opened: left ? '2026-03-12' : '2026-11-10'
            },
            left ? ['propose', 'approve'] : i === 2 ? ['mend'] : []);
    }
}

function makeRunoff(world) {
  const {random, places} = world;
  const basin = writer(world, {prefix: 'ND', digits: 3, register: 'sub-basin'});
  const farm = writer(world, {prefix: 'NE', digits: 5, register: 'livestock-farm'});
  const plot = writer(world, {prefix: 'NF', digits: 3, register: 'runoff-plot'});
  const event = writer(world, {prefix: 'NG', digits: 6, register: 'field-runoff'});
  const tail = writer(world, {prefix: 'NH', digits: 6, register: 'tail-water'});
  const basins = [
    ['车溪水', '360281', 'leanhe', 5200, 3], ['建节水', '360281', 'leanhe', 3100, 2], ['南河上游', '360222', 'nanhe', 2400, 2],
    ['西河中段', '360202', 'xihe', 1500, 1], ['老南河', '360203', 'laonanhe', 200, 0]
  ];
  const animals = [['pig', 3200], ['poultry', 60000], ['beef', 220], ['pig', 900], ['dairy', 80], ['sheep', 600], ['pig', 450], ['pig', 5200]];
  let n = 0;
  basins.forEach(([name, division, water, cropland_ha, farms], i) => {
    const middle = places.near(random, division, 0.12);
    const id = basin({name: `${name}小流域（示例）`, division, water, place: places.write(middle), cropland_ha});
    for (let k = 0; k < farms; ++k) {
      const [animal, heads] = animals[n++];
      farm({
        name: `${name}${k + 1}号养殖场（示例）`,
        division,
        basin: id,
        running: true,
        animal,
        heads,
        way: ['biogas', 'sold', 'field'][n % 3],
        used_pct: random.whole(78, 96),
        land_mu: n === 1 || n === 8 ? 900 : 2600,
        crop_n_kg_mu: 12,
        lost_pct: 15,
        tank_m3: n === 4 ? 300 : 6000,
        place: places.write(places.near(random, division, 0.15))
      });
    }
    const at = plot({
      name: `${name}监测小区（示例）`,
      basin: id,
      crop: i % 2 ? '油菜—晚稻' : '双季稻',
      area_m2: 500,
      fertilizer_n_kg_ha: random.whole(240, 380),
      place: places.write(middle)
    });
    ['2026-04-12', '2026-05-20', '2026-06-09', '2026-07-02', '2026-08-18'].forEach((happened_on) => event({
      plot: at,
      happened_on,
      rain_mm: random.number(35, 90, 1),
      runoff_m3: random.number(4, 15, 2),
      tn_mg_l: random.number(2, 7, 2),
      tp_mg_l: random.number(0.1, 0.5, 3)
    }));
    if (i < 4)
      tail({
        pond: `${name}渔场（示例）`,
        basin: id,
        area_ha: [6, 3, 12, 2][i],
        grade: 'two',
        released_on: plus('2026-10-20', i * 6),
        volume_m3: [60000, 24000, 110000, 15000][i],
        codmn_mg_l: random.number(12, 24, 1),
        tn_mg_l: i === 2 ? 6.4 : random.number(2, 4.8, 2),
        tp_mg_l: random.number(0.3, 0.9, 2),
        treated: i !== 0,
        place: places.write(places.near(random, division, 0.1))
      });
  });
}

export function makeSoil(world) {
  makeKeyUnits(world);
  makeCropland(world);
  makePlots(world);
  makeGroundwater(world);
  makeRural(world);
  makeRunoff(world);
}
