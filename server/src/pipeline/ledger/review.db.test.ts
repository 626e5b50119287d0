import { randomUUID } from 'node:crypto';
import { uuidv7 } from 'uuidv7';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase } from '../../../test/support/test-database.ts';
import type { TestDatabase } from '../../../test/support/test-database.ts';
import { instantFromIso } from '../../kernel/instant.ts';
import { laneOf } from '../../kernel/lane.ts';
import { setFailpointHook } from '../../platform/failpoint.ts';
import type { StepContext } from '../step.ts';
import type { LineDifference } from './facts.ts';
import { checkLedger, receiveLines, runPartnerStep, runReleaseStep, runReviewStep } from './index.ts';

const START = instantFromIso('2026-03-01T12:00:00Z');

let database: TestDatabase;
let program: string;
let partner: string;
let set: string;
const event = '01900000-0000-7000-8000-0000000000e1';
const customer = '01900000-0000-7000-8000-0000000000c1';

beforeAll(async () => {
  database = await createTestDatabase({ max: 8, lanesPerTransaction: 1 });
});
afterAll(() => database.close());
afterEach(() => setFailpointHook(undefined));

beforeEach(async () => {
  program = randomUUID();
  partner = randomUUID();
  await database.owner(
    `insert into program (id, slug, name, vertical, base_currency, zone, sandbox, clock_at, settings, created_at)
     values ($1, $2, 'test', 'forex', 'USD', 'Europe/Athens', true, '2026-03-01T12:00:00Z', '{}', now())`,
    [program, `p-${program}`],
  );
  set = await addSet('done');
});

async function addSet(state: string): Promise<string> {
  const id = uuidv7();
  await database.owner(
    `insert into change_set (id, kind, what, program_id, note, state, progress, created_at, created_by, ended_at)
     values ($1, 'merge', '{}', $2, 'test', $3, '{}', now(), 'key_a', now())`,
    [id, program, state],
  );
  return id;
}

const release = (id: string) =>
  database.owner(`update change_set set released_at = now(), released_by = 'usr_b' where id = $1`, [id]);

function contextOf(changes: Partial<StepContext> = {}): StepContext {
  return {
    db: database.db,
    registry: {
      getProgram: () => Promise.reject(new Error('not asked')),
      getSource: () => Promise.reject(new Error('not asked')),
    },
    lease: {
      lanes: Array.from({ length: 1024 }, (_, lane) => lane),
      assert: (tx) => tx.rows('select 1').then(() => undefined),
    },
    newId: uuidv7,
    now: () => START,
    limit: 100,
    log: { warn: () => undefined, error: () => undefined },
    ...changes,
  };
}

function line(amountMinor: string, changes: Partial<LineDifference> = {}): LineDifference {
  return {
    amountMinor,
    currency: 'USD',
    component: 'lots',
    partnerId: partner,
    level: 1,
    holdDay: '2026-03-05',
    holdReason: '',
    customerId: customer,
    customerLane: laneOf('customer', customer),
    eventId: event,
    causedAt: '2026-03-01T10:00:00.000Z',
    ...changes,
  };
}

async function post(differences: LineDifference[], changeSetId?: string): Promise<void> {
  const cause = changeSetId === undefined ? {} : { changeSetId };
  const payload = { programId: program, ...cause, differences };
  await receiveLines(database.db, [{ hopId: uuidv7(), payload }], START);
  await runPartnerStep(contextOf());
}

/** What is held and approved, by hold reason; what is nothing is left out. */
async function standing(): Promise<Record<string, [number, number]>> {
  const rows = await database.owner<{ hold_reason: string; held: string; approved: string }>(
    'select hold_reason, held, approved from settlement_group where partner_id = $1 and (held <> 0 or approved <> 0)',
    [partner],
  );
  return Object.fromEntries(
    rows.map((row) => [row.hold_reason.replace(set, 'SET'), [Number(row.held), Number(row.approved)]]),
  );
}

const decisions = () =>
  database.owner<{ kind: string; recorded_by: string; subject: { amountMinor: string } }>(
    `select kind, recorded_by, subject from decision where program_id = $1`,
    [program],
  );

async function endHold(): Promise<void> {
  await database.owner(`update program set clock_at = '2026-03-10T12:00:00Z' where id = $1`, [program]);
  await runReleaseStep(contextOf());
}

async function expectSoundBooks(): Promise<void> {
  const report = await checkLedger(database.db);
  expect(report.checks.filter((check) => check.differences > 0)).toEqual([]);
}

describe('what a change set brings', () => {
  it('waits whatever the day, while what was booked before is approved as ever', async () => {
    await post([line('1000')]);
    await post([line('200')], set);
    await endHold();
    expect(await standing()).toEqual({ '': [0, 1000], 'restatement_review:SET': [200, 0] });
    expect(await runReviewStep(contextOf())).toMatchObject({ moved: 1 });
    expect(await standing()).toEqual({ '': [0, 1000], 'restatement_review:SET': [200, 0] });
    await expectSoundBooks();
  });

  it('goes where it belongs when a person releases the set: held to its day, then approved; once', async () => {
    await post([line('1000')]);
    await post([line('200')], set);
    await release(set);
    await runReviewStep(contextOf());
    await runReviewStep(contextOf());
    expect(await standing()).toEqual({ '': [1200, 0] });
    await endHold();
    expect(await standing()).toEqual({ '': [0, 1200] });
    expect(await decisions()).toMatchObject([
      { kind: 'review_release', recorded_by: 'usr_b', subject: { amountMinor: '200' } },
      { kind: 'hold_release', recorded_by: 'clock' },
    ]);
    await expectSoundBooks();
  });

  it('is taken first by what corrects it later, so that what was approved stays', async () => {
    await post([line('1000')]);
    await post([line('200')], set);
    await endHold();
    await post([line('-150')]);
    expect(await standing()).toEqual({ '': [0, 1000], 'restatement_review:SET': [50, 0] });
    await release(set);
    await runReviewStep(contextOf());
    await runReleaseStep(contextOf());
    expect(await standing()).toEqual({ '': [0, 1050] });
    await expectSoundBooks();
  });

  it('is gone when the set is undone before it is released, and nothing is left to release', async () => {
    await post([line('1000')]);
    await post([line('200')], set);
    await post([line('-200')], await addSet('done'));
    expect(await standing()).toEqual({ '': [1000, 0] });
    await release(set);
    await runReviewStep(contextOf());
    expect(await decisions()).toEqual([]);
    await expectSoundBooks();
  });

  it('goes on waiting when KYC passes in the meantime', async () => {
    await post([line('200', { holdReason: 'kyc_pending' })], set);
    await post([line('-200', { holdReason: 'kyc_pending' }), line('200')]);
    await endHold();
    expect(await standing()).toEqual({ 'restatement_review:SET': [200, 0] });
    await release(set);
    await runReviewStep(contextOf());
    await runReleaseStep(contextOf());
    expect(await standing()).toEqual({ '': [0, 200] });
    await expectSoundBooks();
  });

  it('is found by the next look when it comes after the release', async () => {
    await release(set);
    await post([line('200')], set);
    expect(await standing()).toEqual({ 'restatement_review:SET': [200, 0] });
    await runReviewStep(contextOf());
    expect(await standing()).toEqual({ '': [200, 0] });
    await expectSoundBooks();
  });
});

describe('the release', () => {
  it('leaves no trace when it is killed before it commits, and is made by the next turn', async () => {
    await post([line('200')], set);
    await release(set);
    setFailpointHook((name) =>
      name === 'review:before-commit' ? Promise.reject(new Error('killed')) : Promise.resolve(),
    );
    await expect(runReviewStep(contextOf())).rejects.toThrow('killed');
    expect(await standing()).toEqual({ 'restatement_review:SET': [200, 0] });
    expect(await decisions()).toEqual([]);
    setFailpointHook(undefined);
    await runReviewStep(contextOf());
    expect(await standing()).toEqual({ '': [200, 0] });
    await expectSoundBooks();
  });

  it('takes parts a few at a time until none is left', async () => {
    await post(
      ['1', '2', '3'].map((amount, index) => line(amount, { eventId: event.replace(/1$/, String(index)) })),
      set,
    );
    await release(set);
    for (let turn = 0; turn < 3; turn += 1)
      expect((await runReviewStep(contextOf({ limit: 1 }))).more).toBe(true);
    expect(await standing()).toEqual({ '': [6, 0] });
    await expectSoundBooks();
  });

  it('gives the same sums in whatever order the release and a later correction are posted', async () => {
    const ends: unknown[] = [];
    for (const releaseFirst of [true, false]) {
      partner = randomUUID();
      await post([line('1000')]);
      await post([line('200')], set);
      await release(set);
      if (releaseFirst) await runReviewStep(contextOf());
      await post([line('-150')]);
      if (!releaseFirst) await runReviewStep(contextOf());
      ends.push(await standing());
    }
    expect(ends).toEqual([{ '': [1050, 0] }, { '': [1050, 0] }]);
    await expectSoundBooks();
  });
});

describe('the ledger check', () => {
  it('finds a part that says something else than the items of its group', async () => {
    await post([line('200')], set);
    await database.owner('update review_part set amount = 100 where partner_id = $1', [partner]);
    const { checks } = await checkLedger(database.db);
    expect(checks.filter((check) => check.differences > 0)).toMatchObject([{ name: 'reviews_equal_items' }]);
    await database.owner('update review_part set amount = 200 where partner_id = $1', [partner]);
  });
});

describe('what partners are told of a change set', () => {
  beforeEach(() =>
    database.owner(
      `insert into endpoint (id, program_id, url, event_types, state, secret, created_at)
       values ($1, $2, 'http://127.0.0.1:1/hook', '{*}', 'active', 'x', now())`,
      [randomUUID(), program],
    ),
  );
  const told = async () =>
    (
      await database.owner<{ event_type: string; payload: { data: object } }>(
        'select event_type, payload from outbox where program_id = $1 order by id',
        [program],
      )
    ).map((row) => [row.event_type, row.payload.data]);

  it('is one summary when it has ended, instead of a notice for each turn', async () => {
    await post([line('200')], set);
    await post([line('300'), line('-50', { eventId: null })], set);
    expect(await told()).toEqual([]);
    await runReviewStep(contextOf());
    await runReviewStep(contextOf());
    expect(await told()).toMatchObject([
      ['commission.restated', { totals: [{ added: '5.00', taken: '0.50', count: 3 }] }],
    ]);
  });

  it('waits while the set runs, or something of it is on its way', async () => {
    const running = await addSet('running');
    await post([line('200')], running);
    await runReviewStep(contextOf());
    expect(await told()).toEqual([]);
    await database.owner(`update change_set set state = 'done' where id = $1`, [running]);
    const payload = { programId: program, changeSetId: running, differences: [line('1')] };
    await receiveLines(database.db, [{ hopId: uuidv7(), payload }], START);
    await runReviewStep(contextOf());
    expect(await told()).toEqual([]);
    await runPartnerStep(contextOf());
    await runReviewStep(contextOf());
    expect(await told()).toMatchObject([['commission.restated', { totals: [{ added: '2.01' }] }]]);
  });
});
