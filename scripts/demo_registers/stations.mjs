// Stations on the measuring sites of the city, their instruments and the work done on them.

import {number, plus, today} from './random.mjs';

function readSites(world) {
  const rows = [];
  for (const line of world.read('packs/cities/jingdezhen/sites.csv').split('\n').slice(1)) {
    const cells = line.match(/("([^"]|"")*"|[^,]*)(,|$)/g)?.map((cell) => cell.replace(/,$/, '').replace(/^"|"$/g, ''));
    if (cells && cells[0])
      rows.push({
        id: cells[0],
        kind: cells[1],
        name: cells[2],
        lon: Number(cells[4]),
        lat: Number(cells[5]),
        county: cells[8],
        code: cells[9]
      });
  }
  return rows;
}

const inAir = [
  ['SO2分析仪', 'gas', 'SO2', 500], ['NO2分析仪', 'gas', 'NO2', 500], ['O3分析仪', 'gas', 'O3', 500],
  ['PM2.5监测仪', 'particles', 'PM2.5', 1000]
];
const inWater = [
  ['五参数仪', 'five', 'pH', 14], ['高锰酸盐指数分析仪', 'wet', 'CODMn', 20], ['氨氮分析仪', 'wet', 'NH3-N', 10],
  ['总磷分析仪', 'wet', 'TP', 2]
];
const interval = {
  gas: 7,
  particles: 30,
  wet: 7,
  five: 30
};

function makeInstruments(world, station) {
  const {random} = world;
  for (const [name, kind, property, range_high] of station.kind === 'water' ? inWater : inAir) {
    const n = (world.registers.get('instrument')?.length ?? 0) + 1;
    const late = n % 13 === 0;
    const done = plus(today, -(late ? interval[kind] + random.whole(1, 5) : random.whole(0, interval[kind] - 1)));
    const id = number('YQ', 5, n);
    const state = n === 18 ? 'out-of-control' : 'in-service';
    world.add('instrument', {
      id,
      station: station.id,
      name: `${station.name.replace('（示例）', '')}${name}（示例）`,
      kind,
      property,
      maker: '示例厂家 EX-100',
      serial: `SL${20260000 + n}`,
      range_high,
      installed_on: '2023-06-01',
      calibrated_on: done,
      state,
      note: '示例'
    });
    if (state !== 'in-service')
      world.steps.push({
        register: 'instrument',
        id,
        step: 'fail',
        at: `${plus(today, -1)}T10:00:00+08:00`,
        who: '示例',
        why: '示例：跨度检查超差'
      });
    for (let k = 0; k < 3; ++k) {
      const m = (world.registers.get('station-duty')?.length ?? 0) + 1;
      const on = plus(done, -k * interval[kind]);
      const work = {gas: 'span', particles: 'flow', wet: 'standard', five: 'standard'}[kind];
      const nominal = {span: range_high * 0.8, flow: 16.7, standard: range_high / 2}[work];
      const most = {span: 0.016, flow: 0.04, standard: 0.08}[work];
      const bad = (n === 18 && k === 0) || m % 37 === 0;
      const reading = nominal + (work === 'span' ? range_high : nominal) * (bad ? most * 2 : random.between(-most, most));
      world.add('station-duty', {
        id: number('YW', 6, m),
        instrument: id,
        kind: work,
        done_on: on,
        nominal,
        reading: Number(reading.toFixed(3)),
        standard_until: '2027-06-30',
        who_did: '运维员',
        done: '按规程检查并记录',
        note: '示例'
      });
    }
  }
}

export function makeStations(world) {
  const {places} = world;
  const sites = readSites(world).filter((site) => site.kind !== 'city');
  const waters =
      {'water.nianyushan': 'changjiang', 'water.nanhehekou': 'nanhe', 'water.zhenbu': 'leanhe', 'water.daicun': 'leanhe'};
  sites.forEach((site, i) => {
    const air = site.kind === 'air-station';
    const station = world.add('station', {
      id: number('ZD', 4, i + 1),
      name: `${site.name}${air ? '空气' : '水质'}自动站（示例）`,
      kind: air ? 'air' : 'water',
      level: 'national',
      division: places.countyOf([site.lon, site.lat]) ?? '360200',
      site: site.id,
      official_code: site.code || undefined,
      place: places.write([site.lon, site.lat]),
      water: waters[site.id],
      operator: air ? 'ZR0015' : 'ZR0016',
      contract_until: i === 3 ? '2026-12-31' : '2027-12-31',
      owner: 'ZR0001',
      built_on: '2013-01-01',
      representative: true,
      note: '示例：运维信息为虚构',
    });
    makeInstruments(world, station);
  });
  world.add('station', {
    id: number('ZD', 4, sites.length + 1),
    name: '陶溪川微型站（示例）',
    kind: 'micro',
    level: 'city',
    division: '360203',
    place: places.write(places.near(world.random, '360203', 0.005)),
    operator: 'ZR0015',
    contract_until: '2027-12-31',
    owner: 'ZR0001',
    built_on: '2025-05-01',
    representative: false,
    note: '示例'
  });
}
