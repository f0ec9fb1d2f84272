// Writes demo/registers/*.csv: invented records of the packs for Jingdezhen, every one marked 示例.
// The same seed gives the same bytes: run it again after a change and commit the output.
//
//   node scripts/make_demo_registers.mjs [FOLDER]      (demo/registers when left out)
//
// Names of places, parks, waters and sections are those of the plan and of packs/cities/jingdezhen. Enterprises, people, numbers
// and events are made up. Everything is as of 2026-11-29.

import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';

import {makeAirSources} from './demo_registers/air_sources.mjs';
import {makeBasins} from './demo_registers/basins.mjs';
import {makeCarbon} from './demo_registers/carbon.mjs';
import {makeClimate} from './demo_registers/climate.mjs';
import {makeEnterprises} from './demo_registers/enterprises.mjs';
import {makeGoverning} from './demo_registers/governing.mjs';
import {makeHandedOn} from './demo_registers/handed_on.mjs';
import {makeLdar} from './demo_registers/ldar.mjs';
import {makeMarkets} from './demo_registers/market.mjs';
import {makeMatters} from './demo_registers/matters.mjs';
import {makeOversight} from './demo_registers/oversight.mjs';
import {makePlanTasks} from './demo_registers/plan_task.mjs';
import {makeNoise} from './demo_registers/noise.mjs';
import {makePlaces} from './demo_registers/places.mjs';
import {Random} from './demo_registers/random.mjs';
import {makeSafety} from './demo_registers/safety.mjs';
import {makeNature} from './demo_registers/nature.mjs';
import {makeSewers} from './demo_registers/sewers.mjs';
import {makeShores} from './demo_registers/shores.mjs';
import {makeSoil} from './demo_registers/soil.mjs';
import {makeStations} from './demo_registers/stations.mjs';
import {makeStewards} from './demo_registers/stewards.mjs';
import {makeStores} from './demo_registers/stores.mjs';
import {makeWaste} from './demo_registers/waste.mjs';
import {makeWastes} from './demo_registers/wastes.mjs';
import {makeWater} from './demo_registers/water.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const folder = process.argv[2] ?? join(root, 'demo', 'registers');

const world = {
  random: new Random(20261129),
  places: makePlaces(root),
  read: (path) => readFileSync(join(root, path), 'utf8'),
  registers: new Map(),  // register -> rows
  steps: [],             // {register, id, step, at, who, why}
};

/** Adds one record; a value of undefined or null leaves the cell empty. */
world.add = (register, row) => {
  if (!world.registers.has(register)) world.registers.set(register, []);
  world.registers.get(register).push(row);
  return row;
};

makeEnterprises(world);
makeStations(world);
makeWater(world);
makeWaste(world);
makeLdar(world);
makeMatters(world);
makeStores(world);
makeHandedOn(world);
makeGoverning(world);
makeStewards(world);
makeOversight(world);
makePlanTasks(world);
makeAirSources(world);
makeNoise(world);
makeSafety(world);
makeBasins(world);
makeShores(world);
makeMarkets(world);
makeCarbon(world);
makeClimate(world);
makeSewers(world);
makeNature(world);
makeSoil(world);
makeWastes(world);

const cell = (value) => {
  if (value === undefined || value === null) return '';
  const text = Array.isArray(value) ? value.join(';') : value === true ? '是' : value === false ? '否' : String(value);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};
const csv = (rows) => {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return [columns, ...rows.map((row) => columns.map((name) => row[name]))].map((line) => line.map(cell).join(',')).join('\n') +
      '\n';
};

mkdirSync(folder, {recursive: true});
for (const [register, rows] of world.registers) writeFileSync(join(folder, `${register}.csv`), csv(rows));
writeFileSync(join(folder, 'steps.csv'), csv(world.steps));
for (const [register, rows] of world.registers) console.log(`${String(rows.length).padStart(5)} ${register}`);
console.log(`${String(world.steps.length).padStart(5)} steps`);
