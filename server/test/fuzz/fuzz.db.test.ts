// Mutated payloads over all doors and presets. Few in npm test; npm run fuzz -- --cases 100000 runs many.
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { unpackDeliveryId } from '../../src/kernel/ids.ts';
import type { Log } from '../../src/platform/log.ts';
import { drainLanes } from '../support/drain-lanes.ts';
import { startTestApi } from '../support/test-api.ts';
import type { TestApi } from '../support/test-api.ts';
import { startFileReader } from '../support/file-reader.ts';
import type { FileReader } from '../support/file-reader.ts';
import { runFuzz } from './campaign.ts';
import type { FuzzReport } from './campaign.ts';
import { buildScene } from './scene.ts';

const FEW = 2_000;
const cases = Number(process.env['PLUMBLINE_CASES'] ?? FEW);
/** Number of the first request: a red one is played again with PLUMBLINE_FROM and few cases. */
const from = Number(process.env['PLUMBLINE_FROM'] ?? 0);
const seed = Number(process.env['PLUMBLINE_SEED'] ?? Date.now() % 1_000_000);

let api: TestApi;
let report: FuzzReport;
/** What the server says in its log of faults of its own. */
const errors: string[] = [];
let reader: FileReader;
beforeAll(
  async () => {
    api = await startTestApi({ lanesPerTransaction: 1024, fence: false, max: 30, log: keepErrors(errors) });
    api.setNow('2026-06-01T12:00:00Z');
    reader = await startFileReader(api);
    const say = cases > FEW ? (line: string) => console.log(line) : undefined;
    report = await runFuzz(api, await buildScene(api), {
      seed,
      from,
      cases,
      ...(say === undefined ? {} : { say }),
    });
    for (const [answer, count] of [...report.answers].toSorted())
      say?.(`${String(count).padStart(8)}  ${answer}`);
  },
  cases * 60 + 120_000,
);
afterAll(async () => {
  await reader.close();
  await api.close();
});

function keepErrors(into: string[]): Log {
  return pino({ level: 'error' }, { write: (line) => void into.push(line.slice(0, 3_000)) });
}

describe(`after ${cases} mutated payloads, seed ${seed}`, () => {
  test('every request was answered with sense, none with a fault of ours', () => {
    expect({ faults: report.faults, log: errors.slice(0, 10) }).toEqual({ faults: [], log: [] });
    expect(report.sent).toBe(cases);
  });

  test('the payloads reached beyond the first check: every door took some and refused some', () => {
    const doors = ['delivery', 'hook', 'postback', 'event', 'batch', 'import', 'mapping', 'repair'];
    const taken = (door: string): number =>
      [200, 201, 202].reduce((sum, status) => sum + (report.answers.get(`${door} ${status}`) ?? 0), 0);
    const total = (door: string): number =>
      [...report.answers].reduce(
        (sum, [answer, count]) => sum + (answer.startsWith(`${door} `) ? count : 0),
        0,
      );
    for (const door of doors) {
      expect(taken(door), door).toBeGreaterThan(total(door) / 20);
      expect(taken(door), door).toBeLessThan(total(door));
    }
  });

  test('a page always gets its answer, whatever it tells', () => {
    const pixels = [...report.answers.keys()].filter((answer) => answer.startsWith('pixel '));
    expect(report.answers.get('pixel 200') ?? 0).toBeGreaterThan(cases / 20);
    expect(
      pixels.every((answer) => ['pixel 200', 'pixel 413', 'pixel 414'].includes(answer)),
      pixels.join(),
    ).toBe(true);
  });

  test(
    'every file that was started ends, with an answer for each of its rows',
    { timeout: cases * 60 + 120_000 },
    async () => {
      await reader.idle();
      expect(reader.faults).toEqual([]);
      const ends = await api.database.owner<{ state: string; count: number; told: number; stored: number }>(
        `select state, count(*)::int as count from import group by state order by state`,
      );
      const of = (state: string): number => ends.find((one) => one.state === state)?.count ?? 0;
      expect(of('running')).toBe(0);
      expect(of('done')).toBeGreaterThan(cases / 100);
      // What the imports say they stored is what the slices in the database hold.
      const wrong = await api.database.owner(
        `select i.id, i.rows_read, sum(s.rows) as slices from import i join import_slice s on s.import_id = i.id
       where i.state = 'done' and not i.dry_run group by i.id, i.rows_read having i.rows_read <> sum(s.rows)`,
      );
      expect(wrong).toEqual([]);
    },
  );

  test('every acknowledged delivery is stored', async () => {
    const chunks = new Set(
      (
        await api.database.owner<{ at: string }>(
          `select id::text || ' ' || generate_subscripts(bodies, 1) - 1 as at from delivery_chunk`,
        )
      ).map((row) => row.at),
    );
    const lost = [...report.acknowledged].filter((id) => {
      const place = unpackDeliveryId(id);
      return !place.ok || !chunks.has(`${place.value.chunkId} ${place.value.item}`);
    });
    expect(report.acknowledged.size).toBeGreaterThan(cases / 10);
    expect(lost).toEqual([]);
  });

  test(
    'nothing is lost on the road: both equations hold, and the lanes drain',
    { timeout: cases * 60 + 120_000 },
    async () => {
      await drainLanes(api);
      const { body } = await api.call('GET', '/v1/conservation');
      expect(body.holds).toBe(true);
      expect(body.total).toMatchObject({ inFlight: 0, failed: 0 });
      expect(body.total.received).toBeGreaterThan(cases / 2);
    },
  );
});
