// Points inside the counties, and along the sketched rivers. Boundaries are kept in GCJ-02 and moved to WGS 84 here as
// core/geometry does.

import {readFileSync} from 'node:fs';
import {join} from 'node:path';

const a = 6378245;
const ee = 0.00669342162296594323;

function shift(lon, lat) {
  const x = lon - 105;
  const y = lat - 35;
  const wave = (20 * Math.sin(6 * x * Math.PI) + 20 * Math.sin(2 * x * Math.PI)) * (2 / 3);
  let dLat = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * Math.sqrt(Math.abs(x)) + wave;
  dLat += ((20 * Math.sin(y * Math.PI) + 40 * Math.sin((y / 3) * Math.PI)) * 2) / 3;
  dLat += ((160 * Math.sin((y / 12) * Math.PI) + 320 * Math.sin((y * Math.PI) / 30)) * 2) / 3;
  let dLon = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * Math.sqrt(Math.abs(x)) + wave;
  dLon += ((20 * Math.sin(x * Math.PI) + 40 * Math.sin((x / 3) * Math.PI)) * 2) / 3;
  dLon += ((150 * Math.sin((x / 12) * Math.PI) + 300 * Math.sin((x / 30) * Math.PI)) * 2) / 3;
  const rad = (lat / 180) * Math.PI;
  const magic = 1 - ee * Math.sin(rad) ** 2;
  return [
    (dLon * 180) / ((a / Math.sqrt(magic)) * Math.cos(rad) * Math.PI),
    (dLat * 180) / (((a * (1 - ee)) / (magic * Math.sqrt(magic))) * Math.PI)
  ];
}

/** GCJ-02 to WGS 84, by going back until the way forth meets the point. */
function toWgs84([lon, lat]) {
  let [x, y] = [lon, lat];
  for (let i = 0; i < 5; ++i) {
    const [dx, dy] = shift(x, y);
    x = lon - dx;
    y = lat - dy;
  }
  return [x, y];
}

function inside(ring, [x, y]) {
  let odd = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [xi, yi] = ring[i];
    const [xj, yj] = ring[j];
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) odd = !odd;
  }
  return odd;
}

export function makePlaces(root) {
  const load = (name) => JSON.parse(readFileSync(join(root, 'demo', 'geo-jingdezhen', name), 'utf8'));
  const counties = new Map();
  for (const feature of load('counties_detail.gcj02.geojson').features) {
    const polygons = feature.geometry.type === 'MultiPolygon' ? feature.geometry.coordinates : [feature.geometry.coordinates];
    counties.set(String(feature.properties.adcode), {
      rings: polygons.map((polygon) => polygon[0].map(toWgs84)),
      center: toWgs84(feature.properties.center),
    });
  }
  const rivers = new Map();
  for (const feature of load('rivers_gshhg.wgs84.geojson').features) {
    const name = feature.properties.name_by_location;
    if (!name) continue;
    const lines = feature.geometry.type === 'MultiLineString' ? feature.geometry.coordinates : [feature.geometry.coordinates];
    rivers.set(name, [...(rivers.get(name) ?? []), ...lines.flat()]);
  }
  const countyOf = (point) => [...counties].find(([, county]) => county.rings.some((ring) => inside(ring, point)))?.[0];
  const write = ([lon, lat]) => `${lon.toFixed(5)},${lat.toFixed(5)}`;
  return {
    write,
    countyOf,
    center: (division) => counties.get(division === '360200' ? '360203' : division).center,
    /** A point of the county near its centre or near `around`; of the city's own: in one of the two districts. */
    near(random, division, spread, around) {
      const homes = division === '360200' ? ['360202', '360203'] : [division];
      for (let n = 0; n < 5000; ++n) {
        const [x, y] = around ?? counties.get(homes[0]).center;
        const reach = spread * (1 + n / 500);
        const point = [x + random.between(-reach, reach), y + random.between(-reach, reach)];
        if (homes.includes(countyOf(point))) return point;
      }
      throw new Error(`no point found in ${division}`);
    },
    /** A point by a river, inside the city. */
    byRiver(random, river, division) {
      const points = rivers.get(river).filter((point) => countyOf(point) === division);
      if (points.length === 0) return this.near(random, division, 0.05);
      const [x, y] = random.pick(points);
      for (let n = 0; n < 200; ++n) {
        const point = [x + random.between(-0.004, 0.004), y + random.between(-0.004, 0.004)];
        if (countyOf(point) === division) return point;
      }
      return [x, y];
    },
  };
}
