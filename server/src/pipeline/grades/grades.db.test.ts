import { partnerGradedEvent } from '@plumbline/contract';
import { uuidv7 } from 'uuidv7';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ALL_LANES } from '../../../test/support/road.ts';
import { startTestApi } from '../../../test/support/test-api.ts';
import type { Answer, TestApi } from '../../../test/support/test-api.ts';
import { createToldWorld, execution, registration } from '../../../test/support/told-world.ts';
import type { ToldWorld } from '../../../test/support/told-world.ts';
import { verifyTold } from '../../../test/support/verify-told.ts';
import { createRegistryCache } from '../../registry/index.ts';
import type { StepContext } from '../step.ts';
import { createGradeChecks } from './index.ts';

// Grades from evidence to money: figures, a check on its date, one decision fact, and the rates that follow.

let api: TestApi;
let world: ToldWorld;

beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());
afterEach(async () => {
  expect((await verifyTold(api)).differences).toEqual([]);
});

const LADDER = [
  { grade: 'bronze' },
  {
    grade: 'gold',
    needs: [{ metric: 'lots', atLeast: '10' }],
    terms: [{ component: 'lot', rates: [{ rate: '8' }] }],
  },
];
const LOT = { id: 'lot', kind: 'per_lot', rates: [{ rate: '5' }], minimumDurationSeconds: 0 };

async function start(grades: object = {}): Promise<void> {
  api.setNow('2026-02-03T00:00:00Z');
  world = await createToldWorld(api);
  await world.post('/v1/deals', {
    programId: world.programId,
    partnerId: world.sub,
    effectiveFrom: '2026-02-01T00:00:00Z',
    document: {
      currency: 'USD',
      components: [LOT],
      grades: { ladder: LADDER, window: 'months', windowLength: 1, ...grades },
    },
  });
  const clickId = await world.click();
  await world.tell(world.crm, [registration('c1', '7799', { clickId, occurredAt: '2026-02-03T01:00:00Z' })]);
  await at('2026-02-28T00:00:00Z');
}

let trades = 0;
async function trade(day: string, lots: string): Promise<void> {
  trades += 1;
  const position = `p${trades}`;
  await world.tell(world.mt5, [
    execution('7799', { id: `i${trades}`, at: `${day}T10:00:00Z`, entry: 'in', lots, position }),
    execution('7799', { id: `o${trades}`, at: `${day}T12:00:00Z`, entry: 'out', lots, position }),
  ]);
  await world.settle();
}

async function at(now: string): Promise<void> {
  api.setNow(now);
  await world.settle();
}

const total = async (): Promise<string> =>
  (await world.get(`/v1/partners/${world.sub}/balance`)).balances[0]?.total.amount ?? '0.00';
const decisions = async (more = ''): Promise<Answer['body'][]> =>
  (await world.get(`/v1/grade-decisions?partnerId=${world.sub}${more}`)).items;
const grade = (): Promise<Answer['body']> => world.get(`/v1/partners/${world.sub}/grade`);

describe('a check', () => {
  test('raises the partner the next day, lowers it the next month, and each trade is paid by the grade of its instant', async () => {
    await start();
    await trade('2026-02-10', '12');
    expect([await total(), (await grade()).sentences]).toEqual([
      '60.00',
      ['The grade is "bronze".', 'What "gold" asks for is there; the check of 1 March 2026 decides.'],
    ]);
    await at('2026-03-01T00:00:00Z');
    expect(await decisions()).toMatchObject([
      {
        kind: 'check',
        at: '2026-03-01T00:00:00.000Z',
        before: 'bronze',
        after: 'gold',
        effectiveFrom: '2026-03-02T00:00:00.000Z',
        seen: { from: '2026-02-01', until: '2026-03-01', figures: { lots: '12' }, underWay: false },
        state: 'counts',
        wouldDiffer: null,
      },
    ]);
    await trade('2026-03-01', '1');
    expect(await total()).toBe('65.00');
    await at('2026-03-20T00:00:00Z');
    await trade('2026-03-02', '1');
    expect(await total()).toBe('73.00');
    // April's check finds 2 lots: May begins as bronze.
    await at('2026-04-15T00:00:00Z');
    expect(await grade()).toMatchObject({
      grade: 'gold',
      since: '2026-03-02T00:00:00.000Z',
      scheduled: { grade: 'bronze', from: '2026-05-01T00:00:00.000Z' },
      next: null,
    });
    await at('2026-05-10T00:00:00Z');
    await trade('2026-04-30', '1');
    await trade('2026-05-01', '1');
    expect(await total()).toBe('86.00');
    expect((await grade()).sentences.at(-1)).toBe('Needs 9 more lots for "gold" until 1 June 2026.');
  });

  test('is decided once by two workers who come to it together', async () => {
    await start();
    await trade('2026-02-10', '12');
    api.setNow('2026-03-01T00:00:00Z');
    const contextOf = (): StepContext => ({
      db: api.database.db,
      registry: createRegistryCache(api.database.db),
      newId: uuidv7,
      now: () => api.context.clock.now(),
      limit: 500,
      log: { warn: () => undefined, error: () => undefined },
      lease: { lanes: ALL_LANES, assert: () => Promise.resolve() },
    });
    const workers = [createGradeChecks(), createGradeChecks()];
    for (let turn = 0; turn < 4; turn += 1) await Promise.all(workers.map((check) => check(contextOf())));
    await world.settle();
    expect((await decisions()).map(({ after }) => after)).toEqual(['gold']);
    const rounds = await api.database.owner(
      `select from grade_round r join program p on p.id = r.program_id where replace(p.id::text, '-', '') = $1 and r.checked_through = '2026-03-01Z'`,
      [world.programId.slice(4)],
    );
    expect(rounds).toHaveLength(1);
  });

  test('stands when evidence comes later that would decide otherwise, and says so', async () => {
    await start();
    await trade('2026-02-10', '9');
    await at('2026-03-05T00:00:00Z');
    await trade('2026-02-27', '1');
    expect(await decisions()).toMatchObject([
      {
        after: 'bronze',
        seen: { figures: { lots: '9' } },
        wouldDiffer: { code: 'decision_would_differ', after: 'gold', figures: { lots: '10' } },
      },
    ]);
    expect(await decisions('&wouldDiffer=true')).toHaveLength(1);
    expect((await grade()).grade).toBe('bronze');
  });

  test('is due until it is decided, by the clock of a sandbox too', async () => {
    await start();
    await trade('2026-02-28', '12');
    const answer = api.call('POST', `/v1/programs/${world.programId}/clock`, {
      body: { at: '2026-04-01T00:00:00Z' },
    });
    let answered = false;
    void answer.then(() => (answered = true));
    while (!answered) await world.settle();
    expect((await answer).body).toMatchObject({ dueLeft: 0 });
    expect((await decisions()).map(({ before, after }) => [before, after])).toEqual([
      ['gold', 'bronze'],
      ['bronze', 'gold'],
    ]);
  });
});

describe('a person', () => {
  test('agrees to what a check found, where the deal asks for it; a grade that was rejected never counts', async () => {
    await start({ approval: 'manual' });
    await trade('2026-02-10', '12');
    await at('2026-03-03T00:00:00Z');
    await trade('2026-03-02', '1');
    expect(await total()).toBe('65.00');
    const [waiting] = await decisions('&state=waiting');
    expect([waiting?.state, (await grade()).waiting]).toEqual(['waiting', 1]);
    await world.post(`/v1/grade-decisions/${waiting?.id}/approve`, {});
    await world.settle();
    expect(await total()).toBe('68.00');
    await at('2026-04-03T00:00:00Z');
    const [down] = await decisions('&state=waiting');
    await world.post(`/v1/grade-decisions/${down?.id}/reject`, { note: 'a good partner' });
    await at('2026-05-02T00:00:00Z');
    expect((await grade()).grade).toBe('gold');
    const again = await api.call('POST', `/v1/grade-decisions/${down?.id}/approve`, { body: {} });
    expect([again.status, again.body.code]).toEqual([409, 'already_answered']);
  });

  test('sets a grade with a reason, and somebody else agrees; what was paid by the old one is decided again', async () => {
    await start();
    await trade('2026-02-10', '2');
    const wrong = await api.call('POST', `/v1/partners/${world.sub}/grade`, {
      body: { grade: 'iron', reason: 'agreed' },
    });
    expect([wrong.status, wrong.body.code, wrong.body.errors[0].message]).toEqual([
      422,
      'unknown_grade',
      'use one of bronze, gold',
    ]);
    const proposed = await world.post(`/v1/partners/${world.sub}/grade`, {
      grade: 'gold',
      effectiveFrom: '2026-02-01T00:00:00Z',
      reason: 'was gold in the earlier system',
    });
    expect(proposed).toMatchObject({ state: 'waiting', before: 'bronze', after: 'gold' });
    const own = await api.call('POST', `/v1/grade-decisions/${proposed.id}/approve`, { body: {} });
    expect([own.status, own.body.code]).toEqual([409, 'second_person_needed']);
    const other = await world.post('/v1/api-keys', { name: `second ${uuidv7()}`, scopes: ['*'] });
    const agreed = await api.call('POST', `/v1/grade-decisions/${proposed.id}/approve`, {
      body: { note: 'checked' },
      key: other.key,
    });
    expect([agreed.status, agreed.body.state]).toEqual([200, 'counts']);
    await world.settle();
    expect(await total()).toBe('16.00');
    // The next check finds too little.
    await at('2026-03-01T00:00:00Z');
    expect(await grade()).toMatchObject({ grade: 'gold', scheduled: { grade: 'bronze' } });
    const none = await api.call('POST', `/v1/partners/${world.master}/grade`, {
      body: { grade: 'gold', reason: 'agreed' },
    });
    expect([none.status, none.body.code]).toEqual([422, 'no_grades']);
  });
});

describe('endpoints', () => {
  const told = async () => {
    const rows = await api.database.owner<{ payload: unknown }>(
      `select o.payload from outbox o join program p on p.id = o.program_id
       where o.event_type = 'partner.graded' and replace(p.id::text, '-', '') = $1 order by o.payload #>> '{data,decidedAt}'`,
      [world.programId.slice(4)],
    );
    return rows.map(({ payload }) => {
      const { data } = partnerGradedEvent.strict().parse(payload);
      expect([data.partnerId, data.programId]).toEqual([world.sub, world.programId]);
      return `${data.previousGrade} > ${data.grade} from ${data.effectiveFrom.slice(0, 10)} by ${data.by}`;
    });
  };
  const listen = () =>
    world.post('/v1/endpoints', { programId: world.programId, url: 'https://crm.example/grades' });

  test('are told once of each grade that changes, and of a change that was foreseen and does not come', async () => {
    await start();
    await listen();
    await trade('2026-02-10', '12');
    await at('2026-03-20T00:00:00Z');
    await world.settle();
    expect(await told()).toEqual(['bronze > gold from 2026-03-02 by check']);
    await at('2026-04-20T00:00:00Z');
    await trade('2026-04-10', '12');
    // April's check has foreseen bronze from May on; May's check finds enough.
    await at('2026-05-10T00:00:00Z');
    expect((await told()).slice(1)).toEqual([
      'gold > bronze from 2026-05-01 by check',
      'bronze > gold from 2026-05-02 by check',
    ]);
  });

  test('are told of what waits for a person when it is approved, and never of what was rejected', async () => {
    await start({ approval: 'manual' });
    await listen();
    await trade('2026-02-10', '12');
    await at('2026-03-03T00:00:00Z');
    expect(await told()).toEqual([]);
    const [up] = await decisions('&state=waiting');
    await world.post(`/v1/grade-decisions/${up?.id}/approve`, {});
    await world.settle();
    expect(await told()).toEqual(['bronze > gold from 2026-03-02 by check']);
    await at('2026-04-03T00:00:00Z');
    const [down] = await decisions('&state=waiting');
    await world.post(`/v1/grade-decisions/${down?.id}/reject`, {});
    await world.settle();
    expect(await told()).toHaveLength(1);
  });
});
