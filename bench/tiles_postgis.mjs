// The same tiles of the same million features by Celadon and by PostGIS, in one run and one table.
//
//   cmake --build --preset release --target bench_tiles && node bench/tiles_postgis.mjs [--features 1000000] [--tiles 100]
//
// PostgreSQL 15 and PostGIS 3 come from apt (postgresql-15 postgresql-15-postgis-3, installed where they are missing and
// this is root) and run as a cluster of their own in a scratch folder, which is removed. Times of PostGIS are taken inside
// the server around each statement, so that no client stands between.

import { chownSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';
import { program, root } from '../tests/scenario/program.mjs';

const given = new Map();
for (let i = 2; i < process.argv.length; i += 2) given.set(process.argv[i], process.argv[i + 1]);
const features = Number(given.get('--features') ?? 1_000_000);
const each = Number(given.get('--tiles') ?? 100);
const bin = '/usr/lib/postgresql/15/bin';

function must(command, args, options = {}) {
  const out = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 28, ...options });
  if (out.status !== 0) throw new Error(`${command} ${args.join(' ').slice(0, 200)}: ${out.stderr || out.error}`);
  return out.stdout;
}

if (!existsSync(path.join(bin, 'initdb')) || !existsSync('/usr/share/postgresql/15/extension/postgis.control')) {
  mkdirSync('/etc/postgresql-common', { recursive: true });
  if (!existsSync('/etc/postgresql-common/createcluster.conf')) writeFileSync('/etc/postgresql-common/createcluster.conf', 'create_main_cluster = false\n');
  must('apt-get', ['install', '-y', '--no-install-recommends', '-o', 'Dpkg::Options::=--force-confold', 'postgresql-15', 'postgresql-15-postgis-3'], { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
}

const folder = mkdtempSync(path.join(os.tmpdir(), 'celadon-postgis-'));
// The server refuses to run as root.
const [uid, gid] = ['-u', '-g'].map((flag) => Number(must('id', [flag, 'postgres'])));
const as = process.getuid() === 0 ? { uid, gid, cwd: folder } : { cwd: folder };
const data = path.join(folder, 'cluster');
const socket = path.join(folder, 'socket');
mkdirSync(socket);
if (as.uid !== undefined) for (const one of [folder, socket]) chownSync(one, uid, gid);

const rows = [];
let running = false;
const sql = (text) => must(path.join(bin, 'psql'), ['-h', socket, '-d', 'postgres', '-v', 'ON_ERROR_STOP=1', '-q', '-t', '-A', '-F', '\t'], { ...as, input: text });
try {
  const dump = path.join(folder, 'dump');
  const ours = must(path.join(path.dirname(program), 'bench_tiles'), [String(features), String(each), '--dump', dump], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  for (const line of ours.trim().split('\n')) {
    const one = JSON.parse(line);
    if (one.tiles) rows.push(['Celadon', one.what, one.tiles, one.tiles_per_s, one.p50_ms, one.p99_ms, one.longest_ms, one.bytes]);
  }
  must(path.join(bin, 'initdb'), ['-D', data, '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8'], as);
  must(path.join(bin, 'pg_ctl'), ['-D', data, '-w', '-t', '120', '-l', path.join(folder, 'log'), '-o', `-k ${socket} -c listen_addresses='' -c shared_buffers=1GB -c work_mem=64MB -c fsync=off -c jit=off -c max_parallel_workers_per_gather=0`, 'start'], as);
  running = true;
  sql(`CREATE EXTENSION postgis;
    CREATE TABLE point_in (id text, title text, state text, colour text, lon float8, lat float8);
    CREATE TABLE line_in (id bigint, kind text, wkt text, first_zoom int);
    CREATE TABLE area_in (id bigint, kind text, wkt text, first_zoom int);
    CREATE TABLE tile (z int, x int, y int);
    \\copy point_in FROM '${dump}/points.csv' CSV
    \\copy line_in FROM '${dump}/lines.csv' CSV
    \\copy area_in FROM '${dump}/areas.csv' CSV
    \\copy tile FROM '${dump}/tiles.csv' CSV
    CREATE TABLE points AS SELECT id, title, state, colour, ST_Transform(ST_SetSRID(ST_MakePoint(lon, lat), 4326), 3857) AS geom FROM point_in;
    CREATE TABLE lines AS SELECT id, kind, first_zoom, ST_Transform(ST_GeomFromText(wkt, 4326), 3857) AS geom FROM line_in;
    CREATE TABLE areas AS SELECT id, kind, first_zoom, ST_Transform(ST_GeomFromText(wkt, 4326), 3857) AS geom FROM area_in;
    CREATE INDEX points_place ON points USING gist (geom); CLUSTER points USING points_place;
    CREATE INDEX lines_place ON lines USING gist (geom); CLUSTER lines USING lines_place;
    CREATE INDEX areas_place ON areas USING gist (geom); CLUSTER areas USING areas_place;
    VACUUM ANALYZE;
    CREATE TABLE timing (layer text, round int, ms float8, bytes bigint);
    -- Up to 400 points one by one, more gathered in 16 x 16 cells: what Celadon does.
    CREATE FUNCTION tile_of_points(z int, x int, y int) RETURNS bytea LANGUAGE plpgsql AS $$
    DECLARE box geometry := ST_TileEnvelope(z, x, y); made bytea; side float8 := (ST_XMax(box) - ST_XMin(box)) / 16;
    BEGIN
      IF (SELECT count(*) FROM (SELECT 1 FROM points WHERE geom && box LIMIT 401) few) <= 400 THEN
        SELECT ST_AsMVT(q, 'points', 4096, 'geom') INTO made FROM (
          SELECT id, title, state, colour, ST_AsMVTGeom(geom, box, 4096, 0, true) AS geom FROM points WHERE geom && box) q;
      ELSE
        SELECT ST_AsMVT(q, 'points', 4096, 'geom') INTO made FROM (
          SELECT count(*) AS count, mode() WITHIN GROUP (ORDER BY colour) AS colour,
                 ST_AsMVTGeom(ST_SetSRID(ST_MakePoint(avg(ST_X(geom)), avg(ST_Y(geom))), 3857), box, 4096, 0, true) AS geom
          FROM points WHERE geom && box
          GROUP BY floor((ST_X(geom) - ST_XMin(box)) / side), floor((ST_Y(geom) - ST_YMin(box)) / side)) q;
      END IF;
      RETURN made;
    END $$;
    -- The thinning of crowds comes ready as a column.
    CREATE FUNCTION tile_of_lines(z int, x int, y int) RETURNS bytea LANGUAGE sql AS $$
      SELECT ST_AsMVT(q, 'shapes', 4096, 'geom') FROM (SELECT id, kind, ST_AsMVTGeom(geom, ST_TileEnvelope(z, x, y), 4096, 64, true) AS geom
        FROM lines WHERE first_zoom <= z AND geom && ST_TileEnvelope(z, x, y, margin => 64.0 / 4096)) q WHERE geom IS NOT NULL $$;
    CREATE FUNCTION tile_of_areas(z int, x int, y int) RETURNS bytea LANGUAGE sql AS $$
      SELECT ST_AsMVT(q, 'shapes', 4096, 'geom') FROM (SELECT id, kind, ST_AsMVTGeom(geom, ST_TileEnvelope(z, x, y), 4096, 64, true) AS geom
        FROM areas WHERE first_zoom <= z AND geom && ST_TileEnvelope(z, x, y, margin => 64.0 / 4096)) q WHERE geom IS NOT NULL $$;
    CREATE PROCEDURE measure(layer text, round int) LANGUAGE plpgsql AS $$
    DECLARE one record; made bytea; begun timestamptz;
    BEGIN
      FOR one IN SELECT * FROM tile LOOP
        begun := clock_timestamp();
        EXECUTE format('SELECT tile_of_%s($1, $2, $3)', layer) INTO made USING one.z, one.x, one.y;
        INSERT INTO timing VALUES (layer, round, extract(epoch FROM clock_timestamp() - begun) * 1000, coalesce(length(made), 0));
      END LOOP;
    END $$;`);
  for (const layer of ['points', 'lines', 'areas']) {
    // The first round brings the tables into memory; the second counts.
    for (const round of [1, 2]) sql(`CALL measure('${layer}', ${round});`);
    const [count, sum, p50, p99, longest, bytes] = sql(`SELECT count(*), sum(ms), percentile_cont(0.5) WITHIN GROUP (ORDER BY ms),
      percentile_cont(0.99) WITHIN GROUP (ORDER BY ms), max(ms), sum(bytes) FROM timing WHERE layer = '${layer}' AND round = 2;`).trim().split('\t').map(Number);
    rows.push(['PostGIS', `${layer}, tables in memory`, count, count / sum * 1000, p50, p99, longest, bytes]);
  }
  const version = sql('SELECT version();').trim().split(' ').slice(0, 2).join(' ');
  const postgis = sql('SELECT postgis_version();').trim().split(' ')[0];
  console.log(`${features} points, lines and areas each; ${each} tiles a zoom, 8 to 16; ${version}, PostGIS ${postgis}; one thread each\n`);
  console.log('| by | what | tiles | tiles/s | p50 ms | p99 ms | longest ms | MB |\n|---|---|---|---|---|---|---|---|');
  for (const [by, what, count, rate, p50, p99, longest, bytes] of rows)
    console.log(`| ${by} | ${what} | ${count} | ${Math.round(rate).toLocaleString('en')} | ${p50.toFixed(3)} | ${p99.toFixed(2)} | ${longest.toFixed(1)} | ${(bytes / 1e6).toFixed(1)} |`);
} finally {
  if (running) must(path.join(bin, 'pg_ctl'), ['-D', data, '-m', 'immediate', 'stop'], as);
  rmSync(folder, { recursive: true, force: true });
}
