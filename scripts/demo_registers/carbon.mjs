// Energy and carbon: yearly reports, reviews of projects, the market's key emitters, voluntary projects, footprints,
// consented data, green power, points of citizens, the green list.

import {enter, walkOn} from './common.mjs';
import {monthOn, plus} from './random.mjs';

function makeReports(world) {
  const {random} = world;
  const firms = world.registers.get('enterprise');
  // firm, list, coal, coke, gas 10k m3, power MWh, process t, output, product, state of 2025
  const rows = [
    [12, 'report-only', 0, 0, 2600, 42000, 9800, 96000, 460000, 'accepted'],
    [13, 'report-only', 0, 0, 1980, 31000, 7200, 71000, 350000, 'accepted'],
    [14, 'key-energy', 0, 0, 1150, 16500, 2100, 52000, 42000, 'reported'],
    [4, 'key-energy', 62000, 0, 40, 58000, 0, 148000, 620000, 'returned'],
    [5, 'market', 98000, 0, 12, 76000, 412000, 118000, 890000, 'accepted'],
    [0, 'other', 5200, 0, 210, 24000, 0, 64000, 38000, 'draft'],
    [26, 'market', 386000, 0, 0, 62000, 0, 88000, null, 'accepted'],
  ];
  for (const [i, list, coal, coke, gas, power, process, output, product, state] of rows) {
    for (const year_no of [2024, 2025]) {
      const scale = year_no === 2024 ? 1 : i === 14 ? 1.32 : random.between(0.93, 1.04);
      const fuel = (value) => Math.round(value * scale * 10) / 10;
      const done = year_no === 2024 ? 'accepted' : state;
      const direct = fuel(coal) * 1.74175 + fuel(gas) * 21.621888 + process;
      const total = direct + fuel(power) * 0.5836;
      const row = enter(world, 'energy-report', 'SN', 5, {
        enterprise: firms[i].code,
        list,
        year_no,
        due_on: `${year_no + 1}-03-31`,
        coal_t: fuel(coal),
        coke_t: coke,
        diesel_t: 0,
        gas_10k_m3: fuel(gas),
        lpg_t: 0,
        power_mwh: fuel(power),
        green_mwh: Math.round(power * 0.08),
        heat_gj: 0,
        process_t: process,
        output_10k: output,
        product_t: product ?? undefined,
        reported_t: done === 'draft' ? undefined : Math.round(total * (done === 'returned' ? 0.88 : 1)),
        reason: done === 'accepted' ? '按核算值填报（示例）' : undefined,
        checked_by: done === 'accepted' ? '审核人（示例）' : undefined,
        state: done,
        opened: `${year_no + 1}-01-15`
      });
      const paths = {draft: [], reported: ['report'], returned: ['report', 'return'], accepted: ['report', 'accept']};
      walkOn(
          world, 'energy-report', row.id,
          paths[done].map(
              (step, k) => [step, done === 'returned' && k ? '2026-11-10' : `${year_no + 1}-0${3 + k}-20`]));
    }
  }
}

function makeReviews(world) {
  const {random, places} = world;
  const firms = world.registers.get('enterprise');
  // product, trade, unit, advanced, base (benchmark levels of 2023, from memory)
  const benchmarks = [
    ['陶瓷砖（吸水率≤0.5%）', '3071', 'm2', 4, 7], ['卫生陶瓷', '3072', 't', 300, 630],
    ['水泥熟料', '3011', 't', 100, 117], ['焦炭（捣固）', '2521', 't', 110, 140]
  ];
  benchmarks.forEach(
      ([product, industry, output_unit, advanced_kgce, base_kgce]) => enter(world, 'energy-benchmark', 'SO', 4, {
        product: `${product}（示例）`,
        industry,
        output_unit,
        advanced_kgce,
        base_kgce,
        edition: '工业重点领域能效标杆水平和基准水平（2023年版），数值待核（示例）'
      }));
  // name, firm, tce, MWh, benchmark, product tce, output, fuel t, process t, value added, state, path, actual
  const rows = [
    [
      '新建岩板生产线', 12, 8600, 26000, 'SO0001', 7800, 2100000, 11800, 2600, 21000, 'running',
      [['take-up', '2024-03-05'], ['pass', '2024-03-28'], ['begin', '2024-05-10'], ['run', '2026-02-20']], 9700
    ],
    [
      '卫浴窑炉技改', 14, 2300, 6200, 'SO0002', 2100, 7400, 3300, 240, 5200, 'passed',
      [['take-up', '2025-01-06'], ['pass', '2025-01-24']], null
    ],
    [
      '焦化余热发电', 4, 900, 4200, null, null, null, 0, 0, 3600, 'building',
      [['take-up', '2026-04-08'], ['pass', '2026-04-20'], ['begin', '2026-06-01']], null
    ],
    [
      '熟料生产线扩能', 5, 26000, 48000, 'SO0003', 25500, 205000, 38000, 96000, 28000, 'reviewing',
      [['take-up', '2026-10-26']], null
    ],
    ['锂电陶瓷隔膜项目', 25, 1450, 9800, null, null, null, 420, 0, 18800, 'filed', [], null],
  ];
  rows.forEach(([
                 name, firm, tce, power_mwh, benchmark, product_tce, output, fuel_t, process_t, added_value_10k, state,
                 path, actual_tce
               ]) => {
    const at = (step) => path.find(([id]) => id === step)?.[1];
    const row = enter(world, 'energy-review', 'SP', 5, {
      name: `${name}（示例）`,
      enterprise: firms[firm].code,
      division: firms[firm].division,
      place: places.write(places.near(random, firms[firm].division, 0.06)),
      invest_10k: Math.round(tce * 2.4),
      tce,
      power_mwh,
      benchmark,
      product_tce,
      output,
      added_value_10k,
      fuel_t,
      process_t,
      city_per_10k: 1.9,
      accepted_on: at('take-up'),
      decided_on: at('pass'),
      opinion: at('pass') ? '示例审查意见' : undefined,
      begun_on: at('begin'),
      actual_tce,
      state,
      opened: path[0]?.[1] ?? '2026-11-20'
    });
    walkOn(world, 'energy-review', row.id, path);
  });
}

function makeMarket(world) {
  const {random} = world;
  const firms = world.registers.get('enterprise');
  const listed = [
    [26, 'power', 672000], [5, 'cement', 583000], [4, 'chemical', 108000], [0, 'chemical', 13600], [12, 'other', 66000]
  ];
  for (const year of [2026, 2027])
    listed.forEach(
        ([i, sector, direct_t], k) => enter(world, 'key-emitter', 'TA', 4, {
          enterprise: firms[i].code,
          sector,
          listed_for: year,
          direct_t: Math.round(direct_t * (year === 2026 ? 1 : 0.98)),
          published_on: `${year - 1}-10-2${k}`,
          plan_filed_on: year === 2026 || k === 1 ? `${year - 1}-12-10`.replace('2026-12-10', '2026-11-20') : undefined
        }));
  for (let m = 0; m < 10; ++m) {
    const month_on = monthOn('2026-01-01', m);
    for (const [i, base, mwh] of [[26, 33000, 71000], [5, 8200, null]]) {
      const fuel_t = Math.round(base * random.between(0.92, 1.08) * (i === 26 && m === 6 ? 1.2 : 1));
      const measured = !(i === 5 && m === 3);
      enter(world, 'carbon-month', 'TB', 6, {
        enterprise: firms[i].code,
        month_on,
        fuel_t,
        ncv_gj_t: random.number(20.4, 21.6, 3),
        carbon_t_gj: measured ? random.number(0.0258, 0.0266, 5) : 0.0262,
        oxidation_pct: 99,
        power_mwh: mwh ? Math.round(mwh * random.between(0.93, 1.06)) : undefined,
        measured_ncv: measured,
        lab_report: measured ? `示例检-${i}-${m + 1}` : undefined,
        deposited_on: m === 9 && i === 5 ? undefined :
                                           plus(monthOn(month_on, 1), m === 4 && i === 26 ? 46 : random.whole(8, 24))
      });
    }
  }
  // Cycles of the market: 2019-2020, 2021-2022, 2023 and 2024 are surrendered, 2025 is issued and due, 2026 runs.
  const rows = [
    [26, 2020, 'none', null, null, null, 668000, 676000, null, null, 'closed', 668000, '2021-12-15'],
    [26, 2022, 'none', null, null, null, 681000, 688000, null, null, 'closed', 681000, '2023-12-12'],
    [26, 2023, '2', 845000, 890000, 61, 692000, null, null, null, 'closed', 692000, '2024-12-18'],
    [26, 2024, '2', 860000, 900000, 58, 690000, null, null, null, 'closed', 690000, '2025-12-20'],
    [26, 2025, '2', 850000, 880000, null, 812000, null, 12000, 8000, 'issued', null, null],
    [5, 2025, 'none', null, null, null, 186000, 190000, null, null, 'issued', null, null],
    [26, 2026, '2', 850000, 880000, null, null, null, 2000, 8000, 'watching', null, null],
    [5, 2026, 'none', null, null, null, null, 190000, 0, 0, 'watching', null, null],
  ];
  for (const
           [i, year_no, cls, power_mwh, heat_gj, load_pct, verified_t, other_allocation_t, bought_t, offset_t, state,
            surrendered_t, surrendered_on] of rows) {
    const row = enter(world, 'compliance', 'TC', 5, {
      enterprise: firms[i].code,
      year_no,
      class: cls,
      power_mwh,
      heat_gj,
      load_pct,
      other_allocation_t: other_allocation_t ?? undefined,
      verified_t,
      bought_t: bought_t ?? undefined,
      offset_t: offset_t ?? undefined,
      offset_registered_on: offset_t ? '2025-08-19' : undefined,
      price_yuan: 78,
      surrender_by: `${year_no + 1}-12-31`,
      surrendered_t,
      surrendered_on,
      state,
      opened: `${year_no}-01-02`
    });
    const path = {watching: [], issued: ['verify', 'issue'], closed: ['verify', 'issue', 'surrender']}[state];
    const days = ['06-28', '09-30', '12-20'];
    walkOn(world, 'compliance', row.id, path.map((step, k) => [step, `${year_no + 1}-${days[k]}`]));
  }
  const cycle = (name, from_year, to_year) => enter(
      world, 'compliance-cycle', 'TN', 3,
      {name: `${name}（示例）`, from_year, to_year, surrender_by: `${to_year + 1}-12-31`});
  cycle('第一个履约周期（2019至2020年）', 2019, 2020);
  cycle('第二个履约周期（2021至2022年）', 2021, 2022);
  for (const year of [2023, 2024, 2025]) cycle(`${year}年度`, year, year);
}

function makeVoluntary(world) {
  const {random, places} = world;
  const rows = [
    [
      '瑶里造林碳汇', 'CCER-14-001', '360222', '2014-03-12', 5200, 'exempt', 'registered',
      [['design', '2025-02-10'], ['publish', '2025-03-03'], ['register', '2025-04-10']], '2025-01-01', 20
    ],
    [
      '乐平规模化猪场沼气利用', 'CCER-15-001', '360281', '2024-05-20', 3600, 'exempt', 'publicity',
      [['design', '2026-06-10'], ['publish', '2026-11-05']], '2026-01-01', 10
    ],
    [
      '景婺黄高速隧道照明节能', 'tunnel', '360222', '2023-09-01', 1400, 'investment', 'designed',
      [['design', '2026-09-18']]
    ],
    ['陶瓷窑炉余热利用', 'none', '360222', '2025-06-01', 18000, 'none', 'found', []],
    ['乐平煤矿低浓度瓦斯利用', 'mine-gas', '360281', '2022-04-10', 8600, 'barrier', 'found', []],
    ['昌江湿地碳汇', 'none', '360202', '2025-03-01', 900, 'none', 'found', []],
  ];
  rows.forEach(
      ([name, method, division, begun_on, yearly_t, additional, state, path, credit_from_on, credit_years], i) => {
        const row = enter(world, 'ccer-project', 'TD', 5, {
          name: `${name}（示例）`,
          method,
          division,
          place: places.write(places.near(random, division, 0.15)),
          owner_name: '业主（示例）',
          begun_on,
          credit_from_on,
          credit_years,
          yearly_t,
          additional,
          additional_note: ['investment', 'barrier'].includes(additional) ? '无减排收益时收益率低于基准（示例）' :
                                                                            undefined,
          price_yuan: 86,
          published_on: path.find(([step]) => step === 'publish')?.[1],
          registry_no: state === 'registered' ? '示例-登记-0001' : undefined,
          state,
          opened: path[0]?.[1] ?? `2026-0${4 + i}-12`
        });
        walkOn(world, 'ccer-project', row.id, path);
      });
  const period = (from_on, until_on, baseline_t, verified) => enter(world, 'ccer-period', 'TE', 6, {
    project: 'TD00001',
    from_on,
    until_on,
    baseline_t,
    project_t: 120,
    leakage_t: 0,
    verified,
    verifier: verified ? '核查机构（示例）' : undefined
  });
  period('2025-01-01', '2025-12-31', 5180, true);
  period('2026-01-01', '2026-06-30', 2640, false);
}

function makeConsented(world) {
  const {random} = world;
  const firms = world.registers.get('enterprise');
  const consent = (grantor, firm, division, platform, scope, purpose, from_on, until_on, more = {}) =>
      enter(world, 'data-consent', 'TX', 5, {
        grantor: `${grantor}（示例）`,
        enterprise: firm === null ? undefined : firms[firm].code,
        division,
        platform,
        scope,
        purpose,
        from_on,
        until_on,
        signed_by: '签署人（示例）',
        ...more
      }).id;
  const kiln = consent(
      '日新日用瓷', 15, '360222', 'ceramic', ['kiln-energy', 'kiln-process'], ['carbon', 'footprint', 'saving'],
      '2026-01-01', '2028-12-31');
  const kiln2 = consent('云窑日用瓷', 27, '360202', 'centre', 'kiln-energy', 'saving', '2026-03-01', '2027-01-15');
  const bus = consent('市公交企业', null, '360203', 'bus', 'bus-activity', 'transport', '2026-01-01', '2027-12-31');
  const power =
      consent('日新日用瓷', 15, '360222', 'power', 'green-power', ['carbon', 'footprint'], '2026-01-01', '2028-12-31');
  consent(
      '某卫浴企业', 14, '360222', 'ceramic', 'kiln-energy', 'saving', '2025-06-01', '2026-12-31',
      {revoked_on: '2026-09-12'});
  for (const [id, firm, name, per] of [
           [kiln, 15, '1号梭式窑', 118], [kiln, 15, '2号辊道窑', 96], [kiln2, 27, '1号辊道窑', 104]])
    for (let k = 0; k < 5; ++k) {
      const fired = random.whole(1800, 3200);
      const bad = name === '1号梭式窑' && k === 3;
      enter(world, 'kiln-batch', 'TY', 6, {
        consent: id,
        enterprise: firms[firm].code,
        kiln: name,
        batch_no: `示例-${firm}-${name.slice(0, 1)}-${k + 1}`,
        fired_on: plus('2026-09-10', k * 13),
        product: '日用瓷',
        fired_kg: fired,
        good_kg: Math.round(fired * (bad ? 0.58 : random.between(0.9, 0.97))),
        gas_m3: Math.round(fired * per / 1000 * random.between(0.95, 1.05)),
        power_kwh: Math.round(fired * 0.09),
        peak_cel: random.whole(1290, 1330),
        hours: random.number(9, 14, 1)
      });
    }
  [['1路', '360203', 'electric', 1180, 6800], ['5路', '360202', 'electric', 860, 3900],
   ['16路', '360203', 'gas', 740, 2100], ['乐平3路', '360281', 'electric', 520, 1500],
   ['浮梁旅游专线', '360222', 'diesel', 410, 260]]
      .forEach(([line, division, kind, km, riders]) => {
        for (const run_on of ['2026-11-26', '2026-11-27'])
          enter(world, 'bus-day', 'TZ', 6, {
            consent: bus,
            division,
            line,
            kind,
            run_on,
            km,
            riders: Math.round(riders * random.between(0.9, 1.1)),
            trip_km: random.number(3.2, 5.6, 2),
            power_kwh: kind === 'electric' ? Math.round(km * random.between(0.78, 0.95)) : 0,
            diesel_l: kind === 'diesel' ? Math.round(km * 0.29) : 0,
            gas_m3: kind === 'gas' ? Math.round(km * 0.34) : 0
          });
      });
  const certificate = (n, kind, mwh, made_year) => enter(world, 'green-power', 'UA', 5, {
                                                     consent: power,
                                                     certificate: `示例-GEC-${n}`,
                                                     enterprise: firms[15].code,
                                                     kind,
                                                     mwh,
                                                     made_year,
                                                     price_yuan: 12
                                                   }).id;
  const one = certificate(1, 'solar', 420, 2025);
  certificate(2, 'wind', 260, 2026);
  const claim = (use, for_year, mwh) => enter(
      world, 'green-power-claim', 'UB', 6,
      {certificate: one, enterprise: firms[15].code, use, for_year, mwh, used_on: '2026-04-02'});
  claim('report', 2025, 260);
  claim('footprint', 2025, 90);
  return one;
}

function makeFootprints(world, certificate) {
  const firms = world.registers.get('enterprise');
  const rows = [
    ['白釉日用瓷碗', 'tableware', 'kg', 15, 1, 0.38, 1.42, 1.3, 0.6, 'published'],
    ['青花日用瓷盘', 'tableware', 'kg', 16, 1, 0.46, 2.1, 1.9, 0, 'published'],
    ['骨质瓷杯', 'tableware', 'kg', 27, 1, 0.61, 2.46, 2.2, 0, 'published'],
    ['岩板', 'tile', 'm2', 12, 22, 3.1, 9.8, 4.2, 0, 'verified'],
    ['连体坐便器', 'sanitary', 'piece', 14, 38, 9.5, 41, 22, 0, 'declared'],
  ];
  const paths = {declared: [], verified: ['verify'], published: ['verify', 'publish']};
  rows.forEach(([name, kind, unit, firm, mass_kg, raw_kg, make_kg, power_kwh, green_kwh, state], i) => {
    const product = enter(
        world, 'footprint-product', 'TG', 5,
        {name: `${name}（示例）`, kind, unit, enterprise: firms[firm].code, mass_kg});
    const row = enter(world, 'footprint-declaration', 'TH', 5, {
      product: product.id,
      enterprise: firms[firm].code,
      year_no: 2025,
      boundary: 'gate',
      raw_kg,
      make_kg,
      move_kg: 0,
      use_kg: 0,
      end_kg: 0,
      declared_kg: Math.round((raw_kg + make_kg) * 1000) / 1000,
      power_kwh,
      green_kwh,
      cut_off_pct: 3,
      primary_pct: i === 4 ? 42 : 71,
      green_cert: green_kwh > 0 ? certificate : undefined,
      verifier: state === 'declared' ? undefined : '核查机构（示例）',
      verified_on: state === 'declared' ? undefined : plus('2026-05-10', i * 9),
      state,
      opened: plus('2026-04-20', i * 5)
    });
    walkOn(
        world, 'footprint-declaration', row.id,
        paths[state].map((step, k) => [step, plus('2026-05-10', i * 9 + k * 6)]));
  });
  enter(
      world, 'footprint-product', 'TG', 5,
      {name: '陈设瓷瓶（示例）', kind: 'art', unit: 'piece', enterprise: firms[30].code, mass_kg: 2.4});
}

function makePoints(world) {
  const {random} = world;
  const scene = (name, unit, baseline_g, cap, points_per_kg, partner, speed_max) =>
      enter(world, 'low-carbon-scene', 'UC', 3, {
        name: `${name}（示例）`,
        unit,
        baseline_g,
        actual_g: name === '公交出行' ? 40 : 0,
        cap,
        speed_max,
        points_per_kg,
        partner: `${partner}（示例）`,
        source_note: '基准为小汽车每人公里170克，取值待核（示例）',
        active: true
      });
  scene('骑行', 'km', 170, 15, 10, '共享单车平台', 25);
  scene('公交出行', 'km', 170, 40, 8, '智慧公交平台', 60);
  scene('废瓷与纸张回收', 'kg', 820, 20, 6, '再生资源企业');
  ['360202', '360203', '360222', '360281', '360203', '360202'].forEach((division, i) => {
    const account = enter(
        world, 'points-account', 'UD', 6,
        {alias: `市民${i + 1}（示例）`, user_key: `${'0'.repeat(62)}0${i + 1}`, division, agreed_on: '2026-10-01'});
    for (let k = 0; k < 6; ++k) {
      const cheat = i === 5 && k < 3;
      enter(world, 'low-carbon-act', 'UE', 7, {
        account: account.id,
        scene: k === 5 ? 'UC003' :
            k % 2      ? 'UC002' :
                         'UC001',
        source_no: `示例-${i + 1}-${k + 1}`,
        acted_at: `2026-11-${24 + Math.floor(k / 2)} ${k % 2 ? '17' : '08'}:10`,
        received_on: `2026-11-${24 + Math.floor(k / 2)}`,
        amount: cheat ? 24 :
            k === 5   ? random.number(1, 6, 1) :
                        random.number(2, 9, 1),
        minutes: k === 5 ? undefined :
            cheat        ? 20 :
                           random.whole(22, 50)
      });
    }
    if (i < 3)
      enter(world, 'points-redeem', 'UF', 6, {
        account: account.id,
        gift: '环保购物袋（示例）',
        points: 3,
        made_on: '2026-11-28',
        shop: '合作商户（示例）'
      });
  });
}

function makeGreenList(world) {
  const firms = world.registers.get('enterprise');
  const product = (name, category, maker, firm, certificate, valid_to_on, energy_grade, footprint) =>
      enter(world, 'green-product', 'UG', 5, {
        name: `${name}（示例）`,
        category,
        maker: `${maker}（示例）`,
        enterprise: firm === null ? undefined : firms[firm].code,
        division: firm === null ? '360200' : firms[firm].division,
        certificate,
        certificate_no: `示例-CERT-${(world.registers.get('green-product')?.length ?? 0) + 1}`,
        valid_to_on,
        energy_grade,
        footprint
      }).id;
  const bowl = product('低碳日用瓷碗', 'ceramic', '日新', 15, 'footprint', '2028-05-31', undefined, 'TH00001');
  const car = product('纯电公务车', 'vehicle', '某汽车企业', null, 'green', '2027-08-31');
  const lamp = product('高效LED灯', 'appliance', '某照明企业', null, 'saving', '2027-03-31', 1);
  product('二级能效空调', 'appliance', '某电器企业', null, 'saving', '2027-01-10', 2);
  product('三级能效空调', 'appliance', '某电器企业', null, 'saving', '2027-11-30', 3);
  product('再生废瓷透水砖', 'building', '城垣', 22, 'green', '2026-10-31');
  const tap = product('节水龙头', 'water', '某洁具企业', null, 'saving', '2028-02-28', 1);
  const buy = (buyer, division, category, id, amount_10k, bought_on, why_not) => enter(
      world, 'green-purchase', 'UH', 6,
      {buyer: `${buyer}（示例）`, division, category, product: id, amount_10k, bought_on, why_not});
  buy('某市直机关', '360200', 'vehicle', car, 86, '2026-05-12');
  buy('某市直机关', '360200', 'furniture', undefined, 12, '2026-06-03', '清单内无适用品类（示例）');
  buy('某中学', '360203', 'appliance', lamp, 6.4, '2026-07-20');
  buy('某中学', '360203', 'water', tap, 2.1, '2026-08-02');
  buy('某县直单位', '360222', 'appliance', undefined, 9.5, '2026-09-16');
  buy('某县直单位', '360222', 'ceramic', bowl, 3.2, '2026-10-08');
  buy('某乡镇', '360281', 'appliance', lamp, 1.8, '2026-11-10');
}

export function makeCarbon(world) {
  makeReports(world);
  makeReviews(world);
  makeMarket(world);
  makeVoluntary(world);
  makeFootprints(world, makeConsented(world));
  makePoints(world);
  makeGreenList(world);
}
