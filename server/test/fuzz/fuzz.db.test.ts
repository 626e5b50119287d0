// Mutated payloads over all doors and presets. Few in npm test; npm run fuzz -- --cases 100000 runs many.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { unpackDeliveryId } from '../../src/kernel/ids.ts';
import { drainLanes } from '../support/drain-lanes.ts';
import { startTestApi } from '../support/test-api.ts';
import type { TestApi } from '../support/test-api.ts';
import { runFuzz } from './campaign.ts';
import type { FuzzReport } from './campaign.ts';
import { buildScene } from './scene.ts';

const FEW = 2_000;
const cases = Number(process.env['PLUMBLINE_CASES'] ?? FEW);
const seed = Number(process.env['PLUMBLINE_SEED'] ?? Date.now() % 1_000_000);

let api: TestApi;
let report: FuzzReport;
beforeAll(
  async () => {
    api = await startTestApi({ lanesPerTransaction: 1024, fence: false });
    api.setNow('2026-06-01T12:00:00Z');
    const say = cases > FEW ? (line: string) => console.log(line) : undefined;
    report = await runFuzz(api, await buildScene(api), {
      seed,
      cases,
      ...(say === undefined ? {} : { say }),
    });
    for (const [answer, count] of [...report.answers].toSorted())
      say?.(`${String(count).padStart(8)}  ${answer}`);
  },
  cases * 60 + 120_000,
);
afterAll(() => api.close());

describe(`after ${cases} mutated payloads, seed ${seed}`, () => {
  test('every request was answered with sense, none with a fault of ours', () => {
    expect(report.faults).toEqual([]);
    expect(report.sent).toBe(cases);
  });

  test('the payloads reached beyond the first check: every door took some and refused some', () => {
    const doors = ['delivery', 'hook', 'postback', 'event', 'batch'];
    const taken = (door: string): number =>
      (report.answers.get(`${door} 200`) ?? 0) + (report.answers.get(`${door} 202`) ?? 0);
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
