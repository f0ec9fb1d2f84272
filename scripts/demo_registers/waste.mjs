// Containers, waybills, the lines of twelve months and the account of each enterprise. What is generated, shipped and in store
// comes from the containers, so the account closes - but for one enterprise, whose stock of June was written 0.35 t too low.

import {day, monthOn, number, plus, text, today} from './random.mjs';

const first = '2025-11-01';
const last = '2026-10-01';
const open = 6;  // of the list below: the one that does not close

// index among the enterprises, waste code, name, form, container, litres, t of a container, way
const generators = [
  [0, '900-402-06', '废有机溶剂', 'liquid', 'drum', 200, 0.18, 'use'],
  [1, '263-008-04', '农药生产残渣', 'solid', 'drum', 200, 0.16, 'burn'],
  [2, '271-001-02', '医药合成残渣', 'semi', 'drum', 200, 0.17, 'burn'],
  [3, '900-023-29', '含汞废灯管', 'solid', 'box', 100, 0.03, 'treat'],
  [4, '252-002-11', '焦油渣', 'semi', 'ibc', 1000, 0.9, 'use'],
  [12, '900-249-08', '废矿物油', 'liquid', 'drum', 200, 0.17, 'use'],
  [18, '271-005-02', '废活性炭', 'solid', 'bag', 1000, 0.42, 'burn'],
  [23, '336-064-17', '表面处理污泥', 'solid', 'bag', 1000, 0.55, 'landfill'],
  [26, '772-007-50', '废脱硝催化剂', 'solid', 'box', 1000, 0.8, 'use'],
  [33, '841-001-01', '感染性废物', 'solid', 'box', 100, 0.02, 'burn'],
];
const receivers = {
  use: '省内利用单位（示例）',
  burn: '省内焚烧单位（示例）',
  landfill: '省内填埋单位（示例）',
  treat: '省内处置单位（示例）'
};

const kg = (t) => Math.round(t * 1000) / 1000;
const digits = (code) => code.replaceAll('-', '');

/** Twelve containers of a generator, one a month, and three to five waybills that take some of them. */
function makeContainers(world, spec, g) {
  const {random} = world;
  const [index, waste_code, name, form, container, volume_l, weight] = spec;
  const firm = world.registers.get('enterprise')[index];
  const medical = waste_code.startsWith('841-');
  const containers = [];
  for (let k = 0; k < 12; ++k) {
    // Two of the coking plant's stand too long, on purpose; medical waste leaves within two days but for the last.
    const packed = g === 4 && k < 2 ? plus('2025-09-10', k * 12) : plus(monthOn(first, k), random.whole(1, 25));
    containers.push({
      firm,
      waste_code,
      name,
      form,
      container,
      volume_l,
      packed,
      net: kg(weight * random.between(0.7, 1.1)),
      serial: k + 1,
      medical
    });
  }
  return containers;
}

function addContainer(world, one, waybill, state) {
  const n = (world.registers.get('waste-container')?.length ?? 0) + 1;
  const id = number('WF', 6, n);
  world.add('waste-container', {
    id,
    label_code: one.firm.code + digits(one.waste_code) + one.packed.replaceAll('-', '') + String(one.serial).padStart(3, '0'),
    name: `${one.name}（示例）`,
    enterprise: one.firm.code,
    waste_code: one.waste_code,
    form: one.form,
    container: one.container,
    volume_l: one.volume_l,
    net_t: one.net,
    packed_on: one.packed,
    entered_on: one.packed,
    store: 'TS001',
    harmful: '见危险废物鉴别（示例）',
    caution: '防渗漏、防雨淋',
    waybill: waybill?.number,
    place: one.firm.place,
    state,
    opened: one.packed,
    note: '示例',
  });
  if (waybill)
    world.steps.push(
        {register: 'waste-container', id, step: 'ship', at: `${waybill.shipped_on}T12:00:00+08:00`, who: '示例', why: '示例'});
  if (state === 'received')
    world.steps.push({
      register: 'waste-container',
      id,
      step: 'receive',
      at: `${waybill.received_on}T12:00:00+08:00`,
      who: '示例',
      why: '示例'
    });
}

/** A waybill over some containers; the state says how far it came. */
function addWaybill(world, firm, spec, containers, shipped, state) {
  const n = (world.registers.get('waste-waybill')?.length ?? 0) + 1;
  const net = kg(containers.reduce((sum, one) => sum + one.net, 0));
  const there = ['received', 'arrived', 'correcting'].includes(state);
  const differs = n === 9;
  const bill = {
    number: `20263602${String(n).padStart(6, '0')}`,
    enterprise: firm.code,
    waste_code: spec[1],
    net_t: net,
    way: spec[7],
    carrier: '危险货物运输公司（示例）',
    plate: `赣H${String(10000 + n * 37).slice(0, 5)}`,
    driver: `驾驶员${n}`,
    receiver: receivers[spec[7]],
    licence: '赣环危废证字示例号',
    licence_until: '2028-12-31',
    out_of_province: false,
    shipped_on: state === 'drafted' ? undefined : shipped,
    arrived_on: there ? plus(shipped, 1) : undefined,
    received_on: state === 'received' ? plus(shipped, n % 10 === 0 ? 14 : 2) : undefined,
    received_t: state === 'received' ? kg(net - (differs ? 0.012 : 0)) : undefined,
    state,
    opened: plus(shipped, -1),
    note: '示例',
  };
  world.add('waste-waybill', bill);
  const steps = {
    drafted: [],
    'on-the-way': ['sign-out'],
    arrived: ['sign-out', 'arrive'],
    correcting: ['sign-out', 'arrive', 'correct'],
    received: ['sign-out', 'arrive', differs ? 'confirm-difference' : 'confirm']
  }[state];
  const days = {
    'sign-out': shipped,
    arrive: plus(shipped, 1),
    correct: plus(shipped, 2),
    confirm: bill.received_on,
    'confirm-difference': bill.received_on
  };
  for (const step of steps)
    world.steps.push(
        {register: 'waste-waybill', id: bill.number, step, at: `${days[step]}T12:00:00+08:00`, who: '示例', why: '示例'});
  return bill;
}

function shipSome(world, spec, g, containers) {
  const taken = new Set();
  const bills = [];
  // Pairs of months: January takes what November and December left, and so on; the last two stay in store.
  for (let k = 0; k < 8; k += 2) {
    if (g === 4 && k === 0) continue;
    const load = containers.slice(k, k + 2);
    const shipped = plus(monthOn(first, k + 2), 3 + g);
    const state = g === 0 && k === 6 ? 'on-the-way' :
        g === 1 && k === 6           ? 'arrived' :
        g === 2 && k === 6           ? 'correcting' :
                                       'received';
    // Those not yet settled left a few days ago, still in the last month of the account.
    const on = state === 'received' ? shipped : state === 'on-the-way' ? '2026-10-31' : '2026-10-20';
    const bill = addWaybill(world, load[0].firm, spec, load, on, state);
    bills.push(bill);
    for (const one of load) {
      taken.add(one);
      addContainer(world, one, bill, state === 'received' ? 'received' : 'moving');
    }
  }
  for (const one of containers)
    if (!taken.has(one)) addContainer(world, one, undefined, 'stored');
  return bills;
}

function addMonths(world, spec, g, containers, bills) {
  const firm = containers[0].firm;
  const pipeline = g === 4 ? 1.2 : 0;  // the coking plant uses tar residue on site
  let opening = kg(containers.filter((one) => one.packed < first).reduce((sum, one) => sum + one.net, 0));
  for (let k = 0; k < 12; ++k) {
    const month = monthOn(first, k);
    const next = monthOn(first, k + 1);
    const generated = kg(
        containers.filter((one) => one.packed >= month && one.packed < next).reduce((sum, one) => sum + one.net, 0) + pipeline);
    const shipped =
        kg(bills.filter((bill) => bill.shipped_on >= month && bill.shipped_on < next).reduce((sum, bill) => sum + bill.net_t, 0));
    const lost = g === open && month === '2026-06-01' ? 0.35 : 0;
    const closing = kg(opening + generated - shipped - pipeline - lost);
    const n = (world.registers.get('waste-month')?.length ?? 0) + 1;
    const id = number('YT', 6, n);
    const signed = !(k === 11 && g === 5);
    world.add('waste-month', {
      id,
      enterprise: firm.code,
      month_on: month,
      waste_code: spec[1],
      opening_t: opening,
      generated_t: generated,
      own_used_t: pipeline,
      own_disposed_t: 0,
      shipped_t: shipped,
      closing_t: closing,
      state: signed ? 'signed' : 'draft',
      opened: next,
      reason: lost ? '示例：盘点少0.35吨，原因待查' : undefined,
      note: '示例'
    });
    if (signed)
      world.steps.push(
          {register: 'waste-month', id, step: 'sign', at: `${plus(next, 9)}T12:00:00+08:00`, who: '示例', why: '示例'});
    opening = closing;
  }
}

export function makeWaste(world) {
  generators.forEach((spec, g) => {
    const containers = makeContainers(world, spec, g);
    const bills = shipSome(world, spec, g, containers);
    addMonths(world, spec, g, containers, bills);
    world.add('waste-account', {
      id: number('PH', 5, g + 1),
      enterprise: containers[0].firm.code,
      from_on: first,
      last_on: last,
      reason: g === open ? '示例：六月盘点少0.35吨' : undefined,
      note: '示例'
    });
  });
  // One more drafted waybill, so that there are forty.
  addWaybill(
      world, world.registers.get('enterprise')[5], [5, '900-249-08', '', '', '', 0, 0, 'use'], [{net: 0.16}],
      text(day(today) - 1), 'drafted');
}
