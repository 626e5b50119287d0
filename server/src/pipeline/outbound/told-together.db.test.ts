import { uuidv7 } from 'uuidv7';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApi } from '../../../test/support/test-api.ts';
import type { TestApi } from '../../../test/support/test-api.ts';
import { listGradesToTell } from './grades.views.ts';
import { listUntoldMoves } from './moves.views.ts';

// The mark of what was told is a version, so what shares a version must be told together, however many there are.

let api: TestApi;
let programId: string;
const partners: string[] = [];

beforeAll(async () => {
  api = await startTestApi();
  const { body } = await api.call('POST', '/v1/programs', { body: { name: 'P', vertical: 'forex' } });
  for (let n = 0; n < 4; n += 1)
    await api.call('POST', '/v1/partners', { body: { programId: body.id, name: `Partner ${n}` } });
  const rows = await api.database.owner<{ id: string; program_id: string }>(
    'select id, program_id from partner',
  );
  programId = rows[0]?.program_id ?? '';
  partners.push(...rows.map(({ id }) => id));
});
afterAll(() => api.close());

test('decisions about grades of one version come in one page', async () => {
  for (const [index, partner] of partners.entries())
    await api.database.owner(
      `insert into grade_decision (id, program_id, partner_id, kind, at, before, after, effective_from, needs_approval, matters, recorded_at, recorded_by, registry_version)
       values ($1, $2, $3, 'check', now(), 'basic', 'gold', now(), false, true, now(), 'clock', $4)`,
      [uuidv7(), programId, partner, index < 3 ? 1_000 : 1_001],
    );
  const page = (told: number) =>
    api.context.db.reference((tx) => listGradesToTell(tx, { programId, told }, 1));
  expect((await page(0)).map(({ registryVersion }) => registryVersion)).toEqual([1_000, 1_000, 1_000]);
  expect((await page(1_000)).map(({ registryVersion }) => registryVersion)).toEqual([1_001]);
});

test('moves of one version come in one page', async () => {
  const [top, ...below] = partners;
  for (const child of below)
    await api.database.owner(
      `insert into partner_edge (id, program_id, child_id, parent_id, effective_from, facts_version, recorded_at, recorded_by)
       values ($1, $2, $3, $4, now(), 2000, now(), 'test')`,
      [uuidv7(), programId, child, top],
    );
  const moves = await api.context.db.reference((tx) =>
    listUntoldMoves(tx, { programId, told: 1_999, factsVersion: 2_000 }, 1),
  );
  expect(moves).toHaveLength(3);
});
