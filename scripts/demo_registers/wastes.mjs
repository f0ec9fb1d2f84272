// Waste beyond the hazardous ledger: the zero-waste city, industrial and construction waste, dumping, small producers, assessments,
// transfers, medical waste, capacity, heavy metals, water of tailings ponds, new pollutants. All invented, all 示例.

import {plus, today} from './random.mjs';
import {writer} from './soil.mjs';

const near = (world, division, spread = 0.05) => world.places.write(world.places.near(world.random, division, spread));
const round = (value, decimals) => Number(value.toFixed(decimals));

function makeZeroWaste(world) {
  const {random} = world;
  const stream = writer(world, {prefix: 'KA', digits: 5, register: 'waste-stream-year'});
  const indicator = writer(world, {prefix: 'KB', digits: 3, register: 'zero-waste-indicator'});
  const value = writer(world, {prefix: 'KC', digits: 5, register: 'zero-waste-value'});
  const cell = writer(world, {prefix: 'KE', digits: 4, register: 'zero-waste-cell'});
  // stream, county, t of 2025, share used, share landfilled
  const streams = [
    ['fly-ash', '360202', 86000, 0.97, 0], ['slag', '360202', 31000, 1, 0], ['gypsum', '360202', 27000, 1, 0],
    ['industrial-sludge', '360281', 9400, 0.82, 0.12], ['gangue', '360281', 120000, 0.61, 0], ['tailings', '360222', 410000, 0.18, 0],
    ['ceramic', '360222', 64000, 0.88, 0.05], ['ceramic', '360203', 8200, 0.93, 0.03], ['construction', '360203', 320000, 0.52, 0.3],
    ['straw', '360281', 540000, 0.94, 0], ['household', '360200', 410000, 0.31, 0], ['hazardous', '360281', 21000, 0.63, 0.09]
  ];
  for (const year of [2024, 2025])
    streams.forEach(([kind, division, amount, used, buried], i) => {
      const generated_t = Math.round(amount * (year === 2024 ? random.between(0.94, 1.08) : 1));
      const used_t = Math.round(generated_t * used);
      const landfilled_t = Math.round(generated_t * buried);
      const stays = Math.round((generated_t - used_t - landfilled_t) * (kind === 'household' ? 0 : 1));
      stream({
        year,
        stream: kind,
        division,
        generated_t,
        used_t,
        used_old_t: 0,
        disposed_t: generated_t - used_t - stays,
        disposed_old_t: 0,
        landfilled_t,
        stored_t: i === 8 && year === 2025 ? stays - 9000 : stays,
        source_text: '示例统计年报'
      });
    });
  // name, family, form, better, unit, base, target, last value's numerator and denominator
  const indicators = [
    ['一般工业固体废物产生强度', 'reduce', 'intensity', 'lower', '吨/万元', null, 0.6, 1180000, 1720000],
    ['工业危险废物产生强度', 'reduce', 'intensity', 'lower', '吨/万元', null, 0.015, 21000, 1720000],
    ['一般工业固体废物综合利用率', 'recycle', 'rate', 'higher', '%', null, 65, 748000, 1180000],
    ['建筑垃圾资源化利用率', 'recycle', 'rate', 'higher', '%', null, 60, 166000, 320000],
    ['秸秆综合利用率', 'recycle', 'rate', 'higher', '%', null, 95, 508000, 540000],
    ['畜禽粪污综合利用率', 'recycle', 'rate', 'higher', '%', null, 92, 1840000, 1960000],
    ['工业危险废物填埋量下降率', 'dispose', 'decline', 'higher', '%', 2300, 15, 1890, null],
    ['医疗废物集中处置覆盖率', 'dispose', 'rate', 'higher', '%', null, 100, 171, 171],
    ['“无废细胞”数量', 'support', 'amount', 'higher', '个', null, 120, 83, null],
    ['“无废城市”建设公众满意度', 'sense', 'rate', 'higher', '%', null, 90, 462, 520]
  ];
  indicators.forEach(([name, family, form, better, unit_text, base, target, numerator, denominator], i) => {
    const id = indicator({
      name: `${name}（示例）`,
      family,
      compulsory: i !== 8,
      form,
      better,
      unit_text,
      base,
      target,
      target_year: 2030,
      duty_unit: 'ZR0001',
      source_text: '示例实施方案'
    });
    for (const year of i === 9 ? [2024] : [2024, 2025])
      value({
        indicator: id,
        year,
        numerator: Math.round(numerator * (year === 2024 ? 0.97 : 1)),
        denominator: denominator ?? undefined,
        source_text: '示例统计'
      });
  });
  const cells = [
    ['日新无废工厂', 'factory', '360222', 88, 'named', '2024-08-20'], ['万釉无废工厂', 'factory', '360222', 83, 'named', '2025-06-11'],
    ['瓷溪无废社区', 'community', '360203', 91, 'named', '2024-10-09'], ['陶阳里无废景区', 'scenic', '360203', 94, 'named', '2025-03-18'],
    ['无废博物馆', 'museum', '360203', 96, 'named', '2025-11-12'], ['珠河无废医院', 'hospital', '360203', 85, 'named', '2025-09-05'],
    ['昌江无废学校', 'school', '360202', 82, 'named', '2024-11-21'], ['三龙无废乡村', 'village', '360222', 80, 'named', '2026-04-30'],
    ['高新区无废园区', 'park', '360202', 76, 'scored', null], ['接渡无废乡村', 'village', '360281', null, 'applied', null],
    ['洪岩无废景区', 'scenic', '360281', null, 'applied', null]
  ];
  cells.forEach(([name, kind, division, score, state, named], i) => {
    const opened = named ? plus(named, -80) : plus(today, i === 9 ? -60 : -20);
    cell(
        {
          name: `${name}（示例）`,
          kind,
          division,
          unit_name: `${name}创建单位（示例）`,
          reduce: score === null ? undefined : round(score * 0.3, 1),
          sort: score === null ? undefined : round(score * 0.25, 1),
          recycle: score === null ? undefined : round(score * 0.25, 1),
          teach: score === null ? undefined : round(score - 2 * round(score * 0.25, 1) - round(score * 0.3, 1), 1),
          named_on: named,
          place: near(world, division),
          state,
          opened
        },
        {named: ['score', 'name'], scored: ['score'], applied: []}[state], 30);
  });
}

function makeIndustrial(world) {
  const {random} = world;
  const waste = writer(world, {prefix: 'KF', digits: 5, register: 'solid-waste'});
  const month = writer(world, {prefix: 'KG', digits: 6, register: 'solid-waste-month'});
  const batch = writer(world, {prefix: 'KH', digits: 6, register: 'solid-waste-batch'});
  const firms = world.registers.get('enterprise');
  // firm, name, code, category, class, process, t a month
  const wastes = [
    [26, '粉煤灰', '441-001-S02', 'SW02', 'I', '锅炉除尘', 7200], [26, '炉渣', '441-002-S03', 'SW03', 'I', '锅炉', 2600],
    [26, '脱硫石膏', '441-003-S06', 'SW06', 'I', '烟气脱硫', 2300], [12, '废瓷', '307-001-S17', 'SW17', 'I', '烧成与检选', 420],
    [15, '废瓷', '307-001-S17', 'SW17', 'I', '烧成与检选', 150], [7, '生化污泥', '462-001-S07', 'SW07', 'II', '污泥脱水', 260],
    [8, '煤矸石', '061-001-S04', 'SW04', 'I', '洗选', 9800], [10, '铜尾矿', '091-001-S05', 'SW05', 'II', '浮选', 15400]
  ];
  wastes.forEach(([index, name, code, category, kind, process, monthly], i) => {
    const id = waste({
      enterprise: firms[index].code,
      name: `${name}（示例）`,
      code,
      category,
      class: kind,
      process,
      yearly_t: monthly * 12,
      store_code: 'TS001',
      store_max_t: monthly * (i === 5 ? 0.5 : 3)
    });
    let opening = round(monthly * 0.4, 1);
    ['2026-08-01', '2026-09-01', '2026-10-01'].forEach((month_on, k) => {
      if (i === 4 && k === 2) return;  // the ledger of one works is behind
      const generated = round(monthly * random.between(0.9, 1.1), 1);
      const rolling = round(Math.min(opening + generated, generated * random.between(0.7, 1)), 1);
      const own = monthly > 500 ? rolling : 0;  // what is made by the thousand tonnes is used next door, by a belt
      const given = monthly > 500 ? 0 : rolling;
      const lost = i === 3 && k === 1 ? round(generated * 0.03, 1) : 0;
      const closing = round(opening + generated - own - given - lost, 1);
      const lorries = Math.ceil(given / 34);
      for (let n = 0, rest = given; n < lorries; ++n) {
        const net = n === lorries - 1 ? round(rest, 1) : 34;
        rest -= net;
        batch({
          waste: id,
          left_on: plus(month_on, 1 + n * 2),
          gross_t: round(net + 15, 1),
          tare_t: 15,
          way: 'use',
          receiver: '示例建材公司',
          receiver_code: firms[5].code,
          plate: `赣H${20000 + i * 10 + n}`,
          received_t: round(net * (i === 5 && n === 1 && k === 1 ? 0.92 : 0.99), 1),
          out_of_province: false
        });
      }
      month({
        waste: id,
        month_on,
        opening_t: opening,
        generated_t: generated,
        own_used_t: own,
        own_disposed_t: 0,
        given_use_t: given,
        given_dispose_t: 0,
        closing_t: closing,
        reason: lost ? '示例：过磅差异待查' : undefined
      });
      opening = closing;
    });
  });
}

function makeConstruction(world) {
  const {random} = world;
  const yard = writer(world, {prefix: 'KI', digits: 4, register: 'waste-yard'});
  const site = writer(world, {prefix: 'KJ', digits: 5, register: 'waste-site'});
  const trip = writer(world, {prefix: 'KL', digits: 7, register: 'waste-trip'});
  const yards = [
    ['昌江建筑垃圾消纳场', 'tip', '360202', ['soil', 'works'], 9000, 8420, '2027-08-31'],
    ['浮梁资源化利用厂', 'recycle', '360222', ['soil', 'works', 'demolition', 'decoration'], 12000, 600, '2028-05-31'],
    ['乐平消纳场', 'tip', '360281', ['soil', 'works', 'demolition'], 4000, 1200, '2026-12-10'],
    ['珠山调配场', 'transfer', '360203', ['soil', 'decoration'], 600, 120, '2027-03-31']
  ].map(([name, kind, division, accepts, capacity_t, filled_before_t, permit_until]) => yard({
    name: `${name}（示例）`,
    kind,
    division,
    accepts,
    operator: '示例运营公司',
    permit_until,
    capacity_t,
    filled_before_t,
    daily_max_t: 200,
    place: near(world, division, 0.08)
  }));
  const sites = [
    ['陶溪川二期', '360203', 'soil', 420], ['高新区标准厂房', '360202', 'works', 300], ['老城棚改', '360203', 'demolition', 260],
    ['浮梁产业园道路', '360222', 'soil', 380], ['乐平人民医院', '360281', 'soil', 240]
  ].map(([name, division, kind, declared_t]) => [site({
    name: `${name}（示例）`,
    division,
    builder: '示例建设公司',
    kind,
    declared_t,
    permit: '示例核准〔2026〕号',
    from_on: '2026-09-01',
    until_on: '2027-02-28',
    closed: name === '老城棚改',
    place: near(world, division)
  }), kind]);
  const plates = ['赣H10001', '赣H10002', '赣H10003', '赣H10004', '赣H10005', '赣H10006'];
  plates.forEach((plate, i) => world.add('waste-truck', {
    plate,
    carrier: '示例渣土运输公司',
    permit: `示例准运${i + 1}`,
    permit_until: i === 4 ? '2026-11-20' : '2027-06-30',
    load_max_t: 15,
    closed_top: i !== 5,
    positioned: true,
    new_energy: i % 2 === 0,
    note: '示例'
  }));
  const way = {soil: 0, works: 0, demolition: 1};
  for (let i = 0; i < 40; ++i) {
    const [at, kind] = sites[i % sites.length];
    const day = plus(today, -(i % 24) - 1);
    const to = i % sites.length === 4 ? 2 : i % 3 === 0 ? 1 : way[kind];
    const lost = i === 7;
    const moving = i === 24;
    const bad = i % 13 === 5;
    const net_t = random.number(11, 14.8, 2);
    trip(
        {
          site: at,
          truck: plates[i % 4],
          yard: yards[to],
          kind,
          net_t,
          left_at: `${day} 20:${String(10 + i)}`,
          route_km: 14,
          driven_km: lost || moving ? undefined : bad ? 24.5 : random.number(13.6, 15.5, 1),
          arrived_at: lost || moving ? undefined : `${day} ${bad ? '23:20' : '21:' + String(10 + i)}`,
          arrived_yard: lost || moving ? undefined : yards[bad && i > 20 ? 3 : to],
          received_t: lost || moving ? undefined : round(net_t * (bad ? 0.8 : random.between(0.975, 1)), 2),
          state: lost ? 'lost' : moving ? 'moving' : 'received',
          opened: day
        },
        lost ? ['leave', 'lose'] : moving ? ['leave'] : ['leave', 'receive'], 0);
  }
}

function makeDumping(world) {
  const spot = writer(world, {prefix: 'KM', digits: 5, register: 'dump-spot'});
  const path = {
    found: [],
    verified: ['verify'],
    traced: ['verify', 'trace'],
    clearing: ['verify', 'trace', 'order'],
    cleared: ['verify', 'trace', 'order', 'clear'],
    closed: ['verify', 'trace', 'order', 'clear', 'close'],
    dropped: ['verify', 'drop']
  };
  // what, found by, county, found, state, waste, m2, m, t/m3, fine, cost
  const spots = [
    ['山坳废瓷堆', 'drone', '360222', '2026-07-06', 'closed', 'ceramic', 160, 1.4, 1.2, 100000, 38000],
    ['河滩建筑垃圾', 'satellite', '360281', '2026-08-19', 'closed', 'construction', 300, 0.8, 1.5, 20000, 42000],
    ['废弃矿坑混合垃圾', 'satellite', '360281', '2026-09-15', 'cleared', 'mixed', 220, 1.1, 0.9, null, 51000],
    ['林地釉料废渣', 'complaint', '360202', '2026-10-12', 'clearing', 'industrial', 90, 0.9, 1.3, null, 26000],
    ['桶装电镀污泥', 'patrol', '360202', '2026-10-29', 'traced', 'hazardous', 9, 0.8, 1.2, null, null],
    ['村口生活垃圾堆', 'drone', '360222', '2026-11-16', 'verified', null, null, null, null, null, null],
    ['采石场新增堆体', 'satellite', '360281', '2026-11-20', 'found', null, null, null, null, null, null],
    ['园区待运石膏', 'satellite', '360202', '2026-10-08', 'dropped', null, null, null, null, null, null]
  ];
  spots.forEach(([what, found_by, division, found_on, state, waste, area_m2, height_m, density_t_m3, fine_yuan, cost_yuan], i) => spot(
                    {
                      what: `${what}（示例）`,
                      found_by,
                      found_on,
                      image_on: found_by === 'satellite' ? plus(found_on, -6) : undefined,
                      division,
                      place: near(world, division, 0.12),
                      by_water: i === 1,
                      truth: state === 'found' ? undefined : state === 'dropped' ? 'lawful' : 'true-dump',
                      waste,
                      waste_code: waste === 'hazardous' ? '336-064-17' : undefined,
                      area_m2,
                      height_m,
                      density_t_m3,
                      weighed_t: ['cleared', 'closed'].includes(state) ? round(area_m2 * height_m * density_t_m3 * 1.1, 1) : undefined,
                      dumped_on: i < 2 ? plus(found_on, -20) : undefined,
                      dumper_text: waste && i !== 2 ? '示例责任人' : undefined,
                      traced_by: waste ? '车辆轨迹与走访（示例）' : undefined,
                      cost_yuan,
                      fine_yuan,
                      clear_by: path[state].includes('order') ? plus(found_on, 40) : undefined,
                      cleared_on: path[state].includes('clear') ? plus(found_on, 35) : undefined,
                      went_to: path[state].includes('clear') ? '示例利用处置单位' : undefined,
                      state,
                      opened: found_on
                    },
                    path[state], 8));
}

function makeSmallAndScored(world) {
  const {random} = world;
  const firms = world.registers.get('enterprise');
  const producer = writer(world, {prefix: 'KR', digits: 5, register: 'small-producer'});
  const label = writer(world, {prefix: 'KS', digits: 6, register: 'small-label'});
  const pickup = writer(world, {prefix: 'KT', digits: 6, register: 'small-pickup'});
  const kinds = [
    [16, 'ceramic', '900-252-12', 90], [17, 'workshop', '900-249-08', 45], [25, 'workshop', '900-214-08', 120],
    [30, 'ceramic', '900-252-12', 30], [32, 'ceramic', '900-252-12', 12], [35, 'clinic', '900-402-06', 60]
  ];
  kinds.forEach(([index, kind, code, oldest], i) => {
    const firm = firms[index];
    const id = producer({
      name: firm.name,
      enterprise: firm.code,
      kind,
      collector: '示例收集单位',
      collector_until: '2027-12-31',
      expected_t: 1.5,
      phone: '0798-0020000',
      place: firm.place,
      state: 'served',
      opened: '2026-01-15'
    });
    const made = plus(today, -oldest - 60);
    const done = pickup(
        {
          producer: id,
          asked_on: plus(made, 20),
          weighed_t: 0.15,
          plate: '赣H30001',
          collected_on: plus(made, 24),
          state: 'done',
          opened: plus(made, 20)
        },
        ['weigh', 'confirm'], 2);
    const add = (on, serial, net_t, state, of) => label(
        {
          producer: id,
          label_code: firm.code + code.replaceAll('-', '') + on.replaceAll('-', '') + serial,
          waste_code: code,
          net_t,
          packed_on: on,
          pickup: of,
          state,
          opened: on
        },
        state === 'collected' ? ['hand'] : [], 23);
    add(made, '001', 0.15, 'collected', done);
    add(plus(today, -oldest), '002', random.number(0.05, 0.2, 3), 'stored');
    add(plus(today, -Math.round(oldest / 3)), '003', random.number(0.05, 0.2, 3), 'stored');
    if (i < 2) pickup({producer: id, asked_on: plus(today, i ? -4 : -20), state: 'asked', opened: plus(today, i ? -4 : -20)});
  });
  const assess = writer(world, {prefix: 'KU', digits: 5, register: 'waste-assessment'});
  const items = ['duty', 'labels', 'plan', 'ledger', 'report', 'sorting', 'transfer', 'storage', 'own', 'emergency', 'training'];
  // firm, as, date, items partly, items missing, veto, state
  [[0, 'generator', '2026-03-18', [], [], 'none', 'closed'], [1, 'generator', '2026-04-09', ['labels'], [], 'none', 'closed'],
   [4, 'generator', '2026-05-21', ['labels', 'ledger'], ['storage'], 'none', 'closed'],
   [12, 'generator', '2026-06-16', ['training', 'sorting'], [], 'none', 'closed'],
   [18, 'generator', '2026-09-08', ['ledger'], ['plan', 'storage'], 'none', 'checking'],
   [23, 'generator', '2026-10-14', ['labels'], [], 'no-waybill', 'fixing'], [37, 'operator', '2026-07-02', [], [], 'none', 'closed'],
   [9, 'operator', '2026-10-27', ['emergency'], [], 'none', 'fixing']]
      .forEach(([index, as, on, partly, missing, veto, state]) => {
        const wrong = partly.length + missing.length > 0;
        assess(
            {
              enterprise: firms[index].code,
              as,
              assessed_on: on,
              assessors: 3,
              ...Object.fromEntries(items.map(
                  (item) => [item, partly.includes(item) ? 'partly' : missing.includes(item) ? 'no' : item === 'own' ? 'not-applicable' : 'yes'])),
              five_full: as === 'operator' ? (index === 9 ? 4 : 5) : undefined,
              veto,
              problems: wrong ? '标签、台账或贮存不规范（示例）' : undefined,
              fix_by: wrong ? plus(on, 30) : undefined,
              fixed_on: ['checking', 'closed'].includes(state) && wrong ? plus(on, 25) : undefined,
              state,
              opened: on
            },
            !wrong ? ['close'] : {fixing: ['order'], checking: ['order', 'report'], closed: ['order', 'report', 'accept']}[state]);
      });
}

function makeTransfers(world) {
  const firms = world.registers.get('enterprise');
  const transfer = writer(world, {prefix: 'KP', digits: 5, register: 'cross-transfer'});
  const direct = writer(world, {prefix: 'KQ', digits: 4, register: 'direct-use'});
  // firm, kind, code, t, way, receiver, province, accepted, state
  const path = {
    applied: [],
    reviewing: ['accept'],
    asking: ['accept', 'ask'],
    deciding: ['accept', 'ask', 'reply'],
    approved: ['accept', 'ask', 'reply', 'approve'],
    refused: ['accept', 'ask', 'reply', 'refuse']
  };
  [[0, 'province', '900-402-06', 60, 'use', '浙江省', '2026-04-13', 'approved'], [26, 'province', '772-007-50', 30, 'use', '湖南省', '2026-06-08', 'approved'],
   [1, 'province', '263-008-04', 80, 'burn', '安徽省', '2026-09-07', 'refused'], [18, 'province', '271-005-02', 45, 'burn', '浙江省', '2026-11-02', 'deciding'],
   [2, 'province', '271-001-02', 50, 'burn', '湖北省', '2026-10-26', 'asking'], [23, 'city', '336-064-17', 20, 'treat', '江西省', '2026-11-24', 'reviewing'],
   [4, 'province', '252-002-11', 120, 'use', '山西省', null, 'applied']]
      .forEach(([index, kind, waste_code, amount_t, way, receiver_province, accepted, state], i) => {
        const has = (step) => path[state].includes(step);
        transfer(
            {
              kind,
              enterprise: firms[index].code,
              waste_code,
              amount_t,
              way,
              receiver: `${receiver_province}接受单位（示例）`,
              receiver_province,
              licence: '示例危证',
              licence_until: '2028-06-30',
              plan_from: '2026-07-01',
              plan_to: '2027-06-30',
              accepted_on: accepted ?? undefined,
              asked_on: has('ask') ? plus(accepted, 5) : undefined,
              replied_on: has('reply') ? plus(accepted, 18) : undefined,
              agreed: has('reply') ? state !== 'refused' : undefined,
              document: has('approve') ? `示例环固转〔2026〕${i + 1}号` : undefined,
              approved_on: has('approve') ? plus(accepted, 23) : undefined,
              state,
              opened: accepted ?? '2026-11-26'
            },
            path[state], 5);
      });
  [[0, 3, '900-300-34', '工业盐酸替代原料', 400], [4, 5, '252-002-11', '替代燃料', 600]].forEach(
      ([from, to, waste_code, product, yearly_t], i) => direct({
        enterprise: firms[from].code,
        user: firms[to].code,
        waste_code,
        product: `${product}（示例）`,
        standard: '示例产品标准',
        filing: `示例点对点〔2026〕${i + 1}号`,
        valid_until: i ? '2026-12-31' : '2028-12-31',
        yearly_t
      }));
}

function makeMedical(world) {
  const {random} = world;
  const firms = world.registers.get('enterprise');
  const point = writer(world, {prefix: 'KV', digits: 4, register: 'medical-point'});
  const bag = writer(world, {prefix: 'KW', digits: 7, register: 'medical-bag'});
  const trip = writer(world, {prefix: 'KX', digits: 6, register: 'medical-trip'});
  const plant = writer(world, {prefix: 'KY', digits: 6, register: 'medical-plant-day'});
  const departments = ['急诊科', '外科', '妇产科', '检验科'];
  [[33, 40], [34, 24]].forEach(([index, beds], h) => {
    const firm = firms[index];
    const id = point({
      name: `${firm.short_name}医院暂存间（示例）`,
      enterprise: firm.code,
      beds,
      opened_on: '2025-01-01',
      place: firm.place,
      state: 'served',
      opened: '2025-01-01'
    });
    let serial = 0;
    for (let back = 12; back >= 0; back -= 2) {
      const made = plus(today, -back - 1);
      const gone = h === 1 && back <= 2 ? null : plus(today, -back);
      const bags = departments.map((department, k) => ({
                                     department,
                                     kind: k === 1 ? 'sharps' : 'infectious',
                                     net_kg: random.number(3, 12, 2),
                                     made_at: back === 6 && k === 0 ? `${plus(made, -1)} 08:00` : `${made} 15:20`
                                   }));
      const kg = round(bags.reduce((sum, one) => sum + one.net_kg, 0), 2);
      const way = gone && trip(
                              {
                                point: id,
                                collected_on: gone,
                                plate: '赣H40001',
                                takes_chemical: false,
                                boxes: 2,
                                plant_bags: bags.length,
                                plant_kg: round(kg * (back === 8 && h === 0 ? 1.09 : 1.01), 2),
                                reason: back === 8 && h === 0 ? '示例：周转箱残液' : undefined,
                                state: 'received',
                                opened: gone
                              },
                              ['leave', 'receive'], 0);
      for (const one of bags)
        bag(
            {
              code: `YF-${h + 1}-${String(++serial).padStart(4, '0')}`,
              point: id,
              ...one,
              left_at: gone ? `${gone} 09:10` : undefined,
              trip: way ?? undefined,
              state: gone ? 'done' : 'stored',
              opened: made
            },
            gone ? ['hand', 'arrive'] : [], 0);
    }
  });
  let there = 0.6;
  for (let back = 30; back >= 1; --back) {
    const received_t = back === 9 ? 10.4 : random.number(7.2, 9.6, 2);
    const treated_t = round(Math.min(there + received_t, 9.4), 2);
    plant({
      enterprise: firms[37].code,
      day_on: plus(today, -back),
      capacity_t_d: 10,
      opening_t: round(there, 2),
      received_t,
      treated_t
    });
    there = round(there + received_t - treated_t, 2);
  }
}

function makeCapacity(world) {
  const firms = world.registers.get('enterprise');
  const facility = writer(world, {prefix: 'KZ', digits: 4, register: 'waste-facility'});
  const match = writer(world, {prefix: 'LA', digits: 4, register: 'waste-match'});
  const year = writer(world, {prefix: 'LC', digits: 4, register: 'landfill-year'});
  [[9, '循安焚烧线', 'burn', ['HW02', 'HW04', 'HW06', 'HW11'], 20000, null], [9, '循安物化线', 'treat', ['HW17', 'HW34'], 8000, null],
   [5, '磐岩水泥窑协同处置', 'use', ['HW06', 'HW08', 'HW11', 'HW17'], 40000, null], [38, '市环安全填埋区', 'landfill', ['HW17', 'HW18'], 3000, 21000],
   [37, '市康医疗废物处置线', 'burn', ['HW01'], 3650, null], [4, '北岗焦油渣自用', 'use', ['HW11'], 2000, null]]
      .forEach(([index, name, way, classes, capacity_t_a, landfill_m3], i) => facility({
                 name: `${name}（示例）`,
                 enterprise: firms[index].code,
                 own: i === 5,
                 way,
                 classes,
                 capacity_t_a,
                 landfill_m3,
                 licence: i === 5 ? undefined : '示例危证',
                 licence_until: i === 5 ? undefined : i === 1 ? '2026-11-15' : '2028-12-31',
                 running: true,
                 place: firms[index].place
               }));
  [['use', 18000, 5], ['burn', 21500, 6], ['landfill', 1750, -3], ['treat', 6100, 4]].forEach(
      ([way, own_t, growth_pct]) => match({year: 2026, way, own_t, growth_pct}));
    for (const one of [2025, 2026])
    [['360281', 12.6], ['360222', 6.1], ['360202', 14.2], ['360203', 3.4]].forEach(
        ([division, base_pct]) => year({year: one, division, own_landfill_t: 0, base_pct}));
}

function makeMetals(world) {
  const firms = world.registers.get('enterprise');
  const source = writer(world, {prefix: 'LE', digits: 4, register: 'metal-source'});
  const hazard = writer(world, {prefix: 'LF', digits: 5, register: 'metal-hazard'});
  const total = writer(world, {prefix: 'LG', digits: 5, register: 'metal-total'});
  const project = writer(world, {prefix: 'LH', digits: 4, register: 'metal-project'});
  const ids = [
    ['铜岭铜业', 'works', 10, '360281', ['cd', 'as', 'pb'], 12000, 1, 4.2, false, '2025-09-01', '2026-08-20', 12, 10.4],
    ['瑶岭钨铜矿业', 'works', 21, '360222', ['as', 'pb'], 6200, 0, 8.8, true, '2025-11-10', '2026-07-02', 9, 9.6],
    ['金湾矿业', 'works', 11, '360281', ['hg', 'as'], 900, 0, 12, true, null, '2026-02-11', 2, 0.8],
    ['翼澄航空表面处理', 'works', 23, '360202', ['cr'], 40, 2, 3.6, true, '2026-03-15', '2026-10-30', 4, 3.1],
    ['循安环保', 'works', 9, '360281', ['pb', 'hg'], 300, 0, 9.5, true, null, '2026-06-18', 5, 2.2],
    ['涌山历史遗留矿渣场', 'site', null, '360281', ['cd', 'tl'], 54000, 0, 2.1, false, null, null, null, null],
    ['浮梁老选厂地块', 'site', null, '360222', ['as', 'sb'], 3100, 0, 6.4, false, '2026-05-20', '2026-09-09', null, null]
  ].map(([name, kind, index, division, metals, slag_t, over_last_year, water_km, controls_ok, plan_on, self_checked_on, permitted_kg, discharged_kg]) => source({
    name: `${name}（示例）`,
    kind,
    enterprise: index === null ? undefined : firms[index].code,
    duty_unit: index === null ? world.bureauOf(division) : undefined,
    division,
    metals,
    slag_t,
    over_last_year,
    water_km,
    controls_ok,
    plan_on,
    plan_until: plan_on ? '2028-12-31' : undefined,
    self_checked_on,
    permitted_kg,
    discharged_kg,
    place: near(world, division, 0.1)
  }));
  [[0, '渣场截洪沟破损', 'slag', '2026-06-11', 'closed'], [0, '初期雨水池容积不足', 'seepage', '2026-09-02', 'fixing'],
   [1, '尾水在线设备失准', 'waste-water', '2026-10-19', 'checking'], [3, '铬酸雾收集不全', 'waste-gas', '2026-11-12', 'found'],
   [5, '渣堆无覆盖', 'slag', '2026-05-08', 'fixing'], [6, '地块无围挡', 'paper', '2026-08-25', 'closed']]
      .forEach(([at, what, kind, found_on, state], i) => {
        const path = {found: [], fixing: ['begin'], checking: ['begin', 'report'], closed: ['begin', 'report', 'accept']}[state];
        hazard(
            {
              source: ids[at],
              what: `${what}（示例）`,
              kind,
              found_on,
              by_itself: i % 2 === 0,
              measures: path.length ? '工程整治（示例）' : undefined,
              fix_by: path.length ? plus(found_on, i === 1 ? 60 : 240) : undefined,
              fixed_on: path.includes('report') ? plus(found_on, 20) : undefined,
              state,
              opened: found_on
            },
            path, 12);
      });
  const expansion =
      project({name: '翼澄表面处理扩建（示例）', division: '360202', key_area: false, metal: 'cr', new_kg: 0.8, state: 'asked', opened: '2026-11-09'});
  [['360281', 'cd', 'base', 8.6], ['360281', 'as', 'base', 14.2], ['360222', 'as', 'base', 9.4], ['360202', 'cr', 'base', 4.1],
   ['360281', 'as', 'cut', 1.3], ['360202', 'cr', 'cut', 0.5, expansion]]
      .forEach(([division, metal, move, amount_kg, for_project], i) => total({
                 division,
                 metal,
                 move,
                 amount_kg,
                 for_project,
                 decided_on: plus('2026-02-10', i * 30),
                 document: `示例总量〔2026〕${i + 1}号`
               }));
  const sample = writer(world, {prefix: 'LB', digits: 6, register: 'pond-sample'});
  const ponds = world.registers.get('tailings-pond');
  [[0, 'as', 0.5, 0.05], [2, 'cd', 0.1, 0.005]].forEach(([index, item, discharge, river]) => {
    ponds[index].discharges = true;
    for (let k = 3; k >= 0; --k)
      sample({
        pond: ponds[index].id,
        at: 'discharge',
        sampled_on: plus(today, -18 - k * 30),
        item,
        value: round(discharge * (index === 2 && k === 0 ? 0.86 : 0.4), 4),
        limit: discharge,
        standard: '示例执行标准',
        lab: '示例检测机构'
      });
    sample({
      pond: ponds[index].id,
      at: 'river',
      sampled_on: plus(today, -40),
      item,
      value: round(river * (index === 2 ? 1.1 : 0.5), 5),
      limit: river,
      standard: 'GB 3838-2002 Ⅲ类',
      lab: '示例检测机构'
    });
  });
}

function makeNewPollutants(world) {
  const firms = world.registers.get('enterprise');
  const use = writer(world, {prefix: 'LI', digits: 4, register: 'chemical-use'});
  const receptor = writer(world, {prefix: 'LK', digits: 4, register: 'receptor'});
  const pair = writer(world, {prefix: 'LL', digits: 5, register: 'chemical-pair'});
  const rule = writer(world, {prefix: 'LM', digits: 3, register: 'substance-rule'});
  const chemical = writer(world, {prefix: 'LN', digits: 4, register: 'new-chemical'});
  const active = writer(world, {prefix: 'LO', digits: 5, register: 'new-chemical-year'});
  const uses = [
    [0, 'dcm', 'use', 160, true, true, 2025], [2, 'dcm', 'use', 42, true, true, 2025], [18, 'antibiotics', 'make', 75, true, false, 2025],
    [1, 'dicofol', 'make', 0, false, true, 2025], [3, 'pfoa', 'emit', 0.2, true, false, 2024], [23, 'pfos', 'use', 0.05, true, false, 2025],
    [33, 'antibiotics', 'use', 1.6, true, false, null], [19, 'chloroform', 'use', 9, false, true, 2025]
  ].map(([index, one, role, amount_t_a, to_water, in_permit, survey_year]) => use({
    enterprise: firms[index].code,
    chemical: one,
    role,
    amount_t_a,
    to_water,
    in_permit,
    survey_year,
    surveyed_on: survey_year ? `${survey_year + 1}-03-12` : undefined,
    monitored_on: role === 'emit' ? undefined : '2026-05-20',
    place: firms[index].place
  }));
  const receptors = [
    ['乐平共库水源地', 'intake', '360281', 'gongchanzhuyi', 210000], ['昌江城区取水口', 'intake', '360202', 'changjiang', 480000],
    ['乐安河镇埠断面', 'river', '360281', 'leanhe', null], ['昌江鲇鱼山断面', 'river', '360202', 'changjiang', null],
    ['昌江水产种质资源保护区', 'fishery', '360222', 'changjiang', null]
  ].map(([name, kind, division, water, people]) => receptor({
    name: `${name}（示例）`,
    kind,
    division,
    water,
    people,
    place: near(world, division, 0.08)
  }));
  [[0, 2, 4.5, true], [0, 0, 4.2, true], [1, 2, 6.2, true], [2, 4, 9.5, true], [3, 2, 7, true], [4, 2, 5.1, true], [5, 3, 11, true], [6, 3, 8, true], [7, 4, 15, true]]
      .forEach(([from, to, distance_km, downstream]) => pair(
                   {source: uses[from], receptor: receptors[to], distance_km, downstream, listed_on: from === 4 ? '2025-10-10' : '2026-04-15'}));
  [['dicofol', 'ban', '2024-06-01', '全部用途'], ['pfos', 'ban', '2026-01-01', '除豁免用途外'], ['dcm', 'limit', '2023-03-01', '脱漆剂等消费用途'],
   ['antibiotics', 'watch', '2026-07-01', '制药与养殖排水'], ['pfoa', 'discharge', '2026-03-01', '氟化工排水']]
      .forEach(([one, control, from_on, scope]) => rule({chemical: one, control, from_on, uses: `${scope}（示例）`, document: '示例管控文件'}));
  [['某氟代酯', 0, 'regular', 60, '2022-03-10', '密闭投料、废气冷凝回收', '2022-05-20', '2022-06-30', 41], ['某噻唑衍生物', 2, 'simple', 6, '2025-06-12', null, '2025-09-01', '2025-10-11', 6.8],
   ['某硅烷', 25, 'filing', 0.8, '2026-02-18', null, '2026-04-03', '2026-05-02', 0.5], ['某聚醚', 19, 'filing', 30, '2025-11-05', null, null, null, 0],
   ['某吡啶中间体', 18, 'simple', 3, '2026-06-20', null, '2026-09-10', null, 1.1]]
      .forEach(([name, index, kind, amount_t_a, granted_on, measures, first_on, first_reported_on, used], i) => {
        const id = chemical(
            {
              enterprise: firms[index].code,
              name: `${name}（示例）`,
              kind,
              number: `示例新化学〔${granted_on.slice(0, 4)}〕${i + 1}号`,
              granted_on,
              amount_t_a,
              polymer: i === 3,
              first_on,
              first_reported_on,
              measures,
              state: 'held',
              opened: granted_on
            },
            first_reported_on ? ['tell-first'] : [], 60);
        if (used) active({chemical: id, year: 2026, amount_t: used, reported_on: '2026-11-10'});
      });
}

export function makeWastes(world) {
  makeZeroWaste(world);
  makeIndustrial(world);
  makeConstruction(world);
  makeDumping(world);
  makeSmallAndScored(world);
  makeTransfers(world);
  makeMedical(world);
  makeCapacity(world);
  makeMetals(world);
  makeNewPollutants(world);
}
