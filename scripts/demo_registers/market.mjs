// Markets and money for nature: accounts and lots of rights, deposited resources, basin compensation, green projects.

import {enter, unitOf, walkOn} from './common.mjs';

const add = (world, register, prefix, digits, row) => enter(world, register, prefix, digits, row).id;

function makeTrading(world) {
  const bureau = world.bureauOf('360200');
  const firms = world.registers.get('enterprise');
  const permits = world.registers.get('permit');
  const account = (name, kind, division, more = {}) =>
      add(world, 'trade-account', 'SA', 5, {name: `${name}（示例）`, kind, division, opened_on: '2026-01-12', ...more});
  const ofFirm = (i, basin, section) => account(`${firms[i].short_name}交易账户`, 'enterprise', firms[i].division, {
    enterprise: firms[i].code,
    permit: permits.find((permit) => permit.enterprise === firms[i].code)?.number,
    basin,
    section
  });
  const reserve = account('市排污权政府储备账户', 'reserve', '360200', {owner: bureau, basin: 'changjiang'});
  const chemical = ofFirm(0, 'leanhe', 'water.zhenbu');
  const pesticide = ofFirm(1, 'leanhe', 'water.zhenbu');
  const tile = ofFirm(12, 'changjiang');
  const sanitary = ofFirm(14, 'changjiang');
  const heat = ofFirm(26, 'changjiang');
  const village = account('瑶里村集体账户', 'collective', '360222', {basin: 'changjiang'});
  const operator = account('市生态资源运营平台账户', 'operator', '360200', {basin: 'changjiang'});
  const frozen = account(
      '某停产企业账户', 'operator', '360281', {basin: 'leanhe', frozen: true, frozen_why: '欠缴有偿使用费（示例）'});

  const batch = (name, kind, unit, vintage, approved, division, benefit, from, to, more = {}) =>
      add(world, 'right-batch', 'SB', 5, {
        name: `${name}（示例）`,
        kind,
        unit,
        vintage,
        approved,
        benefit,
        issued_by: bureau,
        document: `示例核〔${vintage}〕${world.registers.get('right-batch')?.length ?? 0}号`,
        valid_from_on: from,
        valid_to_on: to,
        division,
        ...more
      });
  const cod = batch('2026年化学需氧量排污权', 'cod', 't', 2026, 400, '360200', 'discharge', '2026-01-01', '2030-12-31');
  const nox = batch('2026年氮氧化物排污权', 'nox', 't', 2026, 600, '360200', 'discharge', '2026-01-01', '2030-12-31');
  const n = batch('2026年氨氮排污权', 'nh3n', 't', 2026, 40, '360200', 'discharge', '2026-01-01', '2030-12-31');
  const water = batch(
      '乐平灌区节余用水权', 'water', 'm3', 2026, 1200000, '360281', 'water-saved', '2026-01-01', '2028-12-31',
      {basin: 'leanhe', source_key: '示例-灌区节水-1'});
  const old = batch('2024年度碳排放配额', 'allowance', 'tco2', 2024, 420000, '360202', 'carbon', '2025-01-01', null);
  const allowance =
      batch('2025年度碳排放配额', 'allowance', 'tco2', 2025, 400000, '360202', 'carbon', '2026-09-30', null);
  const ticket = batch(
      '瑶里林业碳票', 'forest-ticket', 'tco2', 2025, 1800, '360222', 'carbon', '2026-03-01', null,
      {source_key: '示例-林票-01', gep_10k: 9.6});
  const wetland = batch(
      '玉田湖湿地修复指标', 'wetland', 'mu', 2026, 120, '360202', 'wetland-area', '2026-02-01', '2026-10-31',
      {source_key: '示例-湿地-01', gep_10k: 240});

  const price = (kind, low_yuan, high_yuan) => enter(
      world, 'right-price', 'SF', 4,
      {kind, low_yuan, high_yuan, from_on: '2026-01-01', document: `示例价〔2026〕${kind}`});
  price('cod', 5000, 9000);
  price('nox', 4000, 7000);
  price('nh3n', 8000, 15000);

  const entry = (act, batchId, amount, on, more) => add(world, 'right-entry', 'SE', 6, {
    act,
    batch: batchId,
    amount,
    entered_on: on,
    contract: `示例合同${(world.registers.get('right-entry')?.length ?? 0) + 1}`,
    ...more
  });
  const issue = (batchId, to, amount, on) => entry('issue', batchId, amount, on, {to_account: to});
  const sell = (batchId, from, source, to, amount, price, on) => entry(
      'transfer', batchId, amount, on, {source_entry: source, from_account: from, to_account: to, price_yuan: price});
  const codA = issue(cod, chemical, 90, '2026-01-15');
  issue(cod, pesticide, 40, '2026-01-15');
  issue(cod, reserve, 120, '2026-01-15');
  const codB = sell(cod, chemical, codA, pesticide, 18, 7800, '2026-05-20');
  entry('retire', cod, 5, '2026-10-10', {source_entry: codB, from_account: pesticide});
  const noxA = issue(nox, tile, 210, '2026-01-15');
  issue(nox, heat, 180, '2026-01-15');
  sell(nox, tile, noxA, sanitary, 25, 5600, '2026-07-08');
  entry(
      'buy-back', nox, 15, '2026-08-12',
      {source_entry: noxA, from_account: tile, to_account: reserve, price_yuan: 5000});
  issue(n, chemical, 9, '2026-01-15');
  const waterA = issue(water, operator, 800000, '2026-02-20');
  entry('retire', water, 120000, '2026-09-01', {source_entry: waterA, from_account: operator});
  const quota = issue(old, heat, 420000, '2025-12-01');
  entry('retire', old, 410000, '2025-12-20', {source_entry: quota, from_account: heat, for_year: 2024});
  issue(allowance, heat, 398000, '2026-09-30');
  const tickets = issue(ticket, village, 1800, '2026-03-10');
  const sold = sell(ticket, village, tickets, operator, 700, 52, '2026-06-05');
  entry('retire', ticket, 200, '2026-11-03', {source_entry: sold, from_account: operator});
  issue(wetland, operator, 120, '2026-02-15');
  issue(cod, frozen, 6, '2026-02-01');
  return {ticket};
}

// name, kind, county, mu, value, yearly return, state, path, red line
const resources = [
  ['瑶里林地经营权', 'forest', '360222', 860.5, 210, 8.4, 'stored', [['store', '2026-03-20']], true],
  [
    '高岭闲置古村农房', 'house', '360222', 1.8, 96, 4.6, 'traded',
    [['store', '2026-04-02'], ['pack', '2026-04-20'], ['trade', '2026-06-18']], false
  ],
  ['玉田湖湿地', 'wetland', '360202', 320, 180, 6.3, 'stored', [['store', '2026-05-11']], true],
  [
    '共产主义水库水面经营权', 'water', '360281', 540, 260, 13, 'packed',
    [['store', '2026-03-28'], ['pack', '2026-05-06']], false
  ],
  ['涌山修复矿地', 'mine', '360281', 95.4, 38, 1.5, 'applied', [], false],
  [
    '洪岩林地', 'forest', '360281', 410, 74, 2.4, 'exited', [['store', '2026-02-20'], ['take-out', '2026-08-28']], false
  ],
];

function makeResources(world, {ticket}) {
  const {random, places} = world;
  resources.forEach(([name, kind, division, area_mu, valued_10k, interest_10k, state, path, red_line], i) => {
    const row = enter(world, 'resource-unit', 'SR', 5, {
      name: `${name}（示例）`,
      kind,
      parcel: `${division}10${i}001JB0000${i}W0000000${i}`,
      owner_name: '权利人（示例）',
      division,
      place: places.write(places.near(random, division, 0.12)),
      area_mu,
      right_until: `20${36 + i}-12-31`,
      red_line,
      valued_10k,
      valued_on: i === 2 ? '2025-10-20' : '2026-02-10',
      interest_10k,
      batch: ['packed', 'traded'].includes(state) ? ticket : undefined,
      state,
      opened: i === 4 ? '2026-10-12' : '2026-02-01'
    });
    walkOn(world, 'resource-unit', row.id, path);
  });
  const message = (unit, direction, peer, sent_on, answer, answered_on) => enter(world, 'resource-exchange', 'SX', 6, {
    unit,
    direction,
    peer,
    message: `示例-ZY-${(world.registers.get('resource-exchange')?.length ?? 0) + 1}`,
    area_mu: world.registers.get('resource-unit').find((row) => row.id === unit).area_mu,
    sent_on,
    answer,
    answered_on
  });
  message('SR00001', 'out', 'province', '2026-05-20', 'refused', '2026-06-02');
  message('SR00001', 'out', 'province', '2026-09-10', 'accepted', '2026-09-21');
  message('SR00002', 'out', 'property-exchange', '2026-05-12', 'accepted', '2026-05-18');
  message('SR00004', 'out', 'county', '2026-11-18', 'waiting');
}

function makeCompensation(world) {
  const agreement = (name, water, section, upstream, downstream, from_on, until_on, c0, base_10k, extra_10k) =>
      add(world, 'compensation-agreement', 'SG', 4, {
        name: `${name}（示例）`,
        water,
        section,
        upstream,
        downstream,
        from_on,
        until_on,
        k0: 0.9,
        w_codmn: 0.22,
        w_nh3n: 0.22,
        w_tn: 0.28,
        w_tp: 0.28,
        c0_codmn: c0[0],
        c0_nh3n: c0[1],
        c0_tn: c0[2],
        c0_tp: c0[3],
        base_10k,
        extra_10k,
        document: '示例协议'
      });
  const past = agreement(
      '昌江上下游补偿协议（2021至2023年）', 'changjiang', 'water.nianyushan', '360222', '360202', '2021-01-01',
      '2023-12-31', [2.6, 0.12, 1.8, 0.06], 600, 200);
  agreement(
      '昌江上下游补偿协议（2026至2028年）', 'changjiang', 'water.nianyushan', '360222', '360202', '2026-01-01',
      '2028-12-31', [2.2, 0.1, 1.6, 0.05], 800, 300);
  const south = agreement(
      '南河补偿协议（2021至2023年）', 'nanhe', 'water.nanhehekou', '360222', '360203', '2021-01-01', '2023-12-31',
      [2.4, 0.1, 1.5, 0.05], 300, 100);
  agreement(
      '乐安河补偿协议（2026至2028年）', 'leanhe', 'water.zhenbu', '360281', '360200', '2026-01-01', '2028-12-31',
      [2.3, 0.15, 1.9, 0.06], 500, 200);
  agreement(
      '南河补偿协议（2026至2028年）', 'nanhe', 'water.nanhehekou', '360222', '360203', '2026-01-01', '2028-12-31',
      [2.4, 0.1, 1.5, 0.05], 300, 100);
  const settlement = (agreementId, from_on, until_on, state, path, more = {}) => {
    const row = enter(world, 'compensation-settlement', 'SH', 5, {
      agreement: agreementId,
      from_on,
      until_on,
      incident: false,
      state,
      opened: '2026-08-03',
      ...more,
      note: '示例：取自演示城市的旧数据'
    });
    walkOn(world, 'compensation-settlement', row.id, path);
  };
  settlement(past, '2021-04-01', '2021-04-30', 'computed', []);
  settlement(south, '2021-04-01', '2021-04-15', 'agreed', [['agree', '2026-08-20']], {agreed_on: '2026-08-20'});
  settlement(
      south, '2021-04-16', '2021-04-30', 'disputed', [['dispute', '2026-08-12']],
      {arbitration: '下游对总磷监测数据有异议（示例）'});
  const area = (name, element, division, year_no, area_mu, covered_mu, rate_yuan) =>
      enter(world, 'compensation-area', 'SI', 5, {
        name: `${name}（示例）`,
        element,
        division,
        year_no,
        area_mu,
        covered_mu,
        rate_yuan,
        paid_10k: Math.floor(covered_mu * rate_yuan / 10000),
        owner: world.bureauOf(division)
      });
  area('浮梁省级以上公益林', 'forest', '360222', 2026, 820000, 820000, 21.5);
  area('乐平省级以上公益林', 'forest', '360281', 2026, 356000, 356000, 21.5);
  area('玉田湖湿地', 'wetland', '360202', 2026, 1800, 1500, 60);
  area('乐平耕地地力保护', 'farmland', '360281', 2026, 412000, 398000, 80);
  area('珠山城区湿地', 'wetland', '360203', 2026, 260, 0, 60);
}

// name, field, county, cost, promised t/a, state, path, built, more
const projects = [
  [
    '建筑陶瓷窑炉天然气低氮改造', 'kiln', '360222', 4200, 65, 'watched',
    [['list', '2025-06-10'], ['begin', '2025-07-01'], ['build', '2025-11-20']], '2025-11-20'
  ],
  ['日用瓷电窑替代', 'kiln', '360202', 1800, 18, 'building', [['list', '2026-02-26'], ['begin', '2026-04-08']]],
  [
    '园区污水处理厂提标', 'pollution', '360281', 8600, 240, 'watched',
    [['list', '2025-03-12'], ['begin', '2025-04-20'], ['build', '2025-10-30']], '2025-10-30'
  ],
  ['历史遗留矿山修复', 'mine', '360281', 3200, 12, 'listed', [['list', '2026-05-14']]],
  ['废瓷再生利用生产线', 'waste', '360222', 5600, 30, 'proposed', []],
  [
    '乐平市乐安河流域综合治理与现代农业产业EOD', 'eod', '360281', 186000, 320, 'building',
    [['list', '2025-08-20'], ['begin', '2026-01-10']]
  ],
  [
    '热电联产余热利用', 'carbon', '360202', 6400, 40, 'done',
    [['list', '2024-05-20'], ['begin', '2024-06-30'], ['build', '2025-04-16'], ['finish', '2026-06-02']], '2025-04-16'
  ],
];

function makeGreenFinance(world) {
  const {random, places} = world;
  projects.forEach(([name, field, division, invest_10k, promised_t, state, path, built_on], i) => {
    const eod = field === 'eod' ?
        {sub_projects: 4, governance_10k: 92000, years: 25, return_10k: 8200, pays_itself: false} :
        {};
    const row = enter(world, 'green-project', 'SJ', 5, {
      name: `${name}（示例）`,
      field,
      division,
      owner: world.bureauOf(division),
      place: places.write(places.near(random, division, 0.08)),
      invest_10k,
      promised_t: state === 'proposed' ? undefined : promised_t,
      promised_what: state === 'proposed' ? undefined : `年减排污染物${promised_t}吨（示例）`,
      built_on,
      ...eod,
      state,
      opened: i === 4 ? '2026-10-09' : '2024-04-10'
    });
    walkOn(world, 'green-project', row.id, path);
  });
  const fund = (project, tool, financier, amount_10k, granted_on, rate_pct, due_on) =>
      enter(world, 'green-funding', 'SK', 6, {
        project,
        tool,
        financier: `${financier}（示例）`,
        amount_10k,
        rate_pct,
        granted_on,
        due_on,
        contract: `示例融资${(world.registers.get('green-funding')?.length ?? 0) + 1}`
      });
  fund('SJ00001', 'credit', '某商业银行', 2800, '2025-07-10', 3.15, '2030-07-10');
  fund('SJ00001', 'own', '企业自筹', 1400, '2025-07-01');
  fund('SJ00002', 'credit', '某农商行', 900, '2026-04-15', 3.4, '2027-01-15');
  fund('SJ00003', 'central', '中央生态环保资金', 3000, '2025-04-28');
  fund('SJ00003', 'bond', '绿色债券', 4000, '2025-05-20', 2.9, '2030-05-20');
  fund('SJ00006', 'credit', '政策性银行', 60000, '2026-02-03', 2.85, '2046-02-03');
  fund('SJ00006', 'fund', '绿色发展基金', 8000, '2026-03-18');
  fund('SJ00007', 'credit', '某商业银行', 4400, '2024-07-20', 3.6, '2029-07-20');
  const proof = (project, from_on, until_on, before_t, after_t) => enter(
      world, 'green-proof', 'SL', 6,
      {project, way: 'cut', from_on, until_on, before_t, after_t, by_whom: '核证机构（示例）'});
  proof('SJ00001', '2025-11-21', '2026-11-20', 148, 102);
  proof('SJ00003', '2025-10-31', '2026-10-30', 610, 352);
  proof('SJ00007', '2025-04-17', '2026-04-16', 190, 153);
  unitOf(world, '市金融部门');
}

export function makeMarkets(world) {
  makeResources(world, makeTrading(world));
  makeCompensation(world);
  makeGreenFinance(world);
}
