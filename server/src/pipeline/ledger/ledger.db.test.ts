import { randomUUID } from 'node:crypto';
import { uuidv7 } from 'uuidv7';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { setFailpointHook } from '../../platform/failpoint.ts';
import { createTestDatabase } from '../../../test/support/test-database.ts';
import type { TestDatabase } from '../../../test/support/test-database.ts';
import { instantFromIso } from '../../kernel/instant.ts';
import { laneOf } from '../../kernel/lane.ts';
import type { StepContext } from '../step.ts';
import { LeaseLost } from '../step.ts';
import type { LineDifference } from './facts.ts';
import {
  checkLedger,
  countDueGroups,
  listPartnerBalances,
  receiveLines,
  runDueDecisions,
  runPartnerStep,
  runReleaseStep,
} from './index.ts';

const ZONE = 'Europe/Athens';
const START = instantFromIso('2026-03-01T12:00:00Z');

let database: TestDatabase;
let program: string;
let partner: string;
let lane: number;
let logged: string[];

// One lane per transaction shows what relies on two lanes being together; all of them is how one machine runs.
describe.each([1, 1024])('with %i lanes in a transaction', (lanesPerTransaction) => {
  beforeAll(async () => {
    database = await createTestDatabase({ max: 8, lanesPerTransaction });
  });
  afterAll(() => database.close());

  beforeEach(async () => {
    program = randomUUID();
    partner = randomUUID();
    lane = laneOf('partner', partner);
    logged = [];
    await database.owner(
      `insert into program (id, slug, name, vertical, base_currency, zone, sandbox, clock_at, settings, created_at)
     values ($1, $2, 'test', 'forex', 'USD', $3, true, '2026-03-01T12:00:00Z', '{}', now())`,
      [program, `p-${program}`, ZONE],
    );
  });
  afterEach(() => {
    setFailpointHook(undefined);
  });

  function contextOf(changes: Partial<StepContext> = {}): StepContext {
    return {
      db: database.db,
      registry: {
        getProgram: () => Promise.reject(new Error('not asked')),
        getSource: () => Promise.reject(new Error('not asked')),
      },
      lease: {
        lanes: Array.from({ length: 1024 }, (_, i) => i),
        assert: (tx) => tx.rows('select 1').then(() => undefined),
      },
      newId: () => randomUUID(),
      now: () => START,
      limit: 100,
      log: { warn: (_fields, text) => logged.push(text), error: (_fields, text) => logged.push(text) },
      ...changes,
    };
  }

  function difference(amountMinor: string, changes: Partial<LineDifference> = {}): LineDifference {
    return {
      amountMinor,
      currency: 'USD',
      component: 'lots',
      partnerId: partner,
      level: 1,
      holdDay: '2026-03-05',
      holdReason: '',
      customerId: randomUUID(),
      customerLane: 7,
      eventId: randomUUID(),
      causedAt: '2026-03-01T10:00:00.000Z',
      ...changes,
    };
  }

  async function send(differences: LineDifference[], hopId: string = uuidv7()): Promise<string> {
    await receiveLines(database.db, [{ hopId, payload: { programId: program, differences } }], START);
    return hopId;
  }

  /** Resolves when a transaction of this database waits for a lock of another. */
  async function untilBlocked(): Promise<void> {
    for (;;) {
      const waiting = await database.owner(
        `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
      if (waiting.length > 0) return;
    }
  }

  async function setClock(iso: string): Promise<void> {
    await database.owner('update program set clock_at = $2 where id = $1', [program, iso]);
  }

  const journalOf = (hopId: string) =>
    database.owner<{ kind: string; amounts: string[]; accounts: string[] }>(
      'select kind, amounts, accounts from journal where hop_id = $1 order by row_no',
      [hopId],
    );
  const groupsOf = () =>
    database.owner<{
      held: string;
      approved: string;
      releases: number;
      hold_until: number;
      hold_reason: string;
    }>('select * from settlement_group where partner_id = $1 order by hold_day, hold_reason', [partner]);
  const inbox = () => database.owner('select 1 from partner_inbox');
  const total = async () =>
    (await listPartnerBalances(database.db, partner)).map((row) => [
      row.currency,
      row.accruedMinor,
      row.approvedMinor,
    ]);

  async function expectBalancedBooks(): Promise<void> {
    const report = await checkLedger(database.db);
    expect(report.checks.filter((check) => check.differences > 0)).toEqual([]);
    expect(report.ok).toBe(true);
  }

  describe('the partner step', () => {
    it('posts a message: journal, balances, group, and leaves the inbox empty', async () => {
      const hop = await send([difference('1250'), difference('300', { eventId: null, component: 'cpa' })]);
      expect(await runPartnerStep(contextOf())).toEqual({ moved: 1, more: true });
      expect(await journalOf(hop)).toEqual([
        {
          kind: 'accrual',
          accounts: ['house:commission_expense', `partner:${partner}:accrued`],
          amounts: ['-1250', '1250'],
        },
        {
          kind: 'accrual',
          accounts: ['house:commission_expense', `partner:${partner}:accrued`],
          amounts: ['-300', '300'],
        },
      ]);
      expect(await total()).toEqual([['USD', 1550n, 0n]]);
      expect(await inbox()).toEqual([]);
      await expectBalancedBooks();
    });

    it('ends the hold at midnight of its day in the program zone, and never while a reason holds it', async () => {
      await send([difference('100'), difference('200', { holdReason: 'kyc_pending' })]);
      await runPartnerStep(contextOf());
      expect((await groupsOf()).map((group) => group.hold_until)).toEqual([
        instantFromIso('2026-03-04T22:00:00Z'),
        Number.POSITIVE_INFINITY,
      ]);
    });

    it('drops a message that was posted already and is sent again', async () => {
      const lines = [difference('1250')];
      const hop = await send(lines);
      await runPartnerStep(contextOf());
      await send(lines, hop);
      expect(await runPartnerStep(contextOf())).toEqual({ moved: 1, more: true });
      expect(await total()).toEqual([['USD', 1250n, 0n]]);
      expect((await journalOf(hop)).length).toBe(1);
      expect(await inbox()).toEqual([]);
    });

    it('books at the clock of the program', async () => {
      await setClock('2027-01-01T00:00:00Z');
      const hop = await send([difference('1')]);
      await runPartnerStep(contextOf());
      expect(await database.owner('select booked_at from journal where hop_id = $1', [hop])).toEqual([
        { booked_at: instantFromIso('2027-01-01T00:00:00Z') },
      ]);
    });

    it('saves nothing when it is stopped before its commit, and everything on the next turn', async () => {
      const hop = await send([difference('77')]);
      setFailpointHook((name) => {
        if (name === 'partner:before-commit') throw new Error('stopped here');
      });
      expect(await runPartnerStep(contextOf())).toEqual({ moved: 0, more: false });
      expect(await journalOf(hop)).toEqual([]);
      setFailpointHook(undefined);
      await runPartnerStep(contextOf());
      expect((await journalOf(hop)).length).toBe(1);
      expect(await total()).toEqual([['USD', 77n, 0n]]);
      await expectBalancedBooks();
    });

    it('is refused when its lease was taken over, and leaves the message to the new holder', async () => {
      const hop = await send([difference('50')]);
      const lost = { lanes: [lane], assert: () => Promise.reject(new LeaseLost()) };
      await expect(runPartnerStep(contextOf({ lease: lost }))).rejects.toBeInstanceOf(LeaseLost);
      expect(await journalOf(hop)).toEqual([]);
      await runPartnerStep(contextOf());
      expect(await total()).toEqual([['USD', 50n, 0n]]);
    });

    it('counts once when two steps run on one lane at once', async () => {
      await send([difference('10')]);
      await send([difference('20')]);
      let second: Promise<unknown> | undefined;
      setFailpointHook(async (name) => {
        if (name !== 'partner:before-commit' || second !== undefined) return;
        // Begins while the first still holds its unsaved rows, and goes on when the first has committed.
        second = runPartnerStep(contextOf()).then(({ moved }) => moved);
        await untilBlocked();
      });
      await runPartnerStep(contextOf());
      expect(await second).toBe(0);
      expect(logged).toContain('a turn of partner lanes failed; its messages are posted one by one');
      setFailpointHook(undefined);
      await runPartnerStep(contextOf());
      expect(await total()).toEqual([['USD', 30n, 0n]]);
      await expectBalancedBooks();
    });

    it('isolates a message that cannot be posted, and posts the others', async () => {
      const bad = await send([difference('5', { currency: 'USD', holdDay: 'never' })]);
      await send([difference('11')]);
      expect((await runPartnerStep(contextOf())).moved).toBe(1);
      expect(await total()).toEqual([['USD', 11n, 0n]]);
      expect(logged).toContain('a message to a partner lane cannot be posted');
      expect((await inbox()).length).toBe(1);
      await database.owner('delete from partner_inbox where hop_id = $1', [bad]);
    });

    it('says that there is more when it reached its limit', async () => {
      await send([difference('1')]);
      await send([difference('2')]);
      expect(await runPartnerStep(contextOf({ limit: 1 }))).toEqual({ moved: 1, more: true });
      await runPartnerStep(contextOf());
      expect(await total()).toEqual([['USD', 3n, 0n]]);
    });
  });

  describe('the outbox', () => {
    const outbox = () =>
      database.owner<{
        event_type: string;
        payload: { data: { count: number; hasMore: boolean; totals: object[]; commissionIds: string[] } };
      }>('select * from outbox where program_id = $1', [program]);

    it('has one webhook per partner, turn and endpoint, and none without an endpoint', async () => {
      await send([difference('1')]);
      await runPartnerStep(contextOf());
      expect(await outbox()).toEqual([]);
      for (const [state, reason] of [
        ['active', null],
        ['disabled', 'paused'],
        ['disabled', 'gone'],
      ]) {
        await database.owner(
          `insert into endpoint (id, program_id, url, event_types, secret, state, disabled_reason, created_at)
         values ($1, $2, 'https://example.org/', '{commission.accrued}', '', $3, $4, now())`,
          [randomUUID(), program, state, reason],
        );
      }
      await send(Array.from({ length: 30 }, () => difference('100')));
      await send([difference('-50', { component: 'cpa' })]);
      await runPartnerStep(contextOf());
      const rows = await outbox();
      expect(rows.length).toBe(2);
      expect(rows[0]!.payload.data).toMatchObject({
        count: 31,
        hasMore: true,
        totals: [
          { component: 'lots', amount: '30.00', currency: 'USD' },
          { component: 'cpa', amount: '-0.50', currency: 'USD' },
        ],
      });
      expect(rows[0]!.payload.data.commissionIds.length).toBe(20);
    });
  });

  describe('hold release by the clock', () => {
    beforeEach(async () => {
      // What other tests have left due is none of these tests' matter.
      await runReleaseStep(contextOf());
    });

    const decisions = () =>
      database.owner<{ kind: string; subject: { amountMinor: string }; effective_at: number }>(
        'select * from decision where program_id = $1',
        [program],
      );

    it('releases nothing before midnight of the hold day, and everything at it', async () => {
      await send([difference('1250')]);
      await runPartnerStep(contextOf());
      await setClock('2026-03-04T21:59:59Z');
      expect(await runReleaseStep(contextOf())).toEqual({ moved: 0, more: false });
      await setClock('2026-03-04T22:00:00Z');
      expect(await countDueGroups(database.db, program, START)).toBe(1);
      expect(await runReleaseStep(contextOf())).toEqual({ moved: 1, more: false });
      expect(await total()).toEqual([['USD', 0n, 1250n]]);
      expect(await decisions()).toMatchObject([
        {
          kind: 'hold_release',
          subject: { amountMinor: '1250' },
          effective_at: instantFromIso('2026-03-04T22:00:00Z'),
        },
      ]);
      expect(await runReleaseStep(contextOf())).toEqual({ moved: 0, more: false });
      await expectBalancedBooks();
    });

    it('follows real time in a program without a clock of its own', async () => {
      await database.owner('update program set clock_at = null, sandbox = false where id = $1', [program]);
      await send([difference('9')]);
      await runPartnerStep(contextOf());
      expect((await runReleaseStep(contextOf())).moved).toBe(0);
      expect(
        (await runReleaseStep(contextOf({ now: () => instantFromIso('2026-03-05T00:00:00Z') }))).moved,
      ).toBe(1);
    });

    it('holds a later positive difference anew, and releases it by a second decision', async () => {
      await send([difference('100')]);
      await runPartnerStep(contextOf());
      await setClock('2026-03-06T00:00:00Z');
      await runReleaseStep(contextOf());
      await send([difference('40')]);
      await runPartnerStep(contextOf());
      expect(await groupsOf()).toMatchObject([{ held: '40', approved: '100', releases: 1 }]);
      await runReleaseStep(contextOf());
      expect(await groupsOf()).toMatchObject([{ held: '0', approved: '140', releases: 2 }]);
      expect((await decisions()).length).toBe(2);
      await expectBalancedBooks();
    });

    it('takes a later negative difference from what was approved', async () => {
      await send([difference('100')]);
      await runPartnerStep(contextOf());
      await setClock('2026-03-06T00:00:00Z');
      await runReleaseStep(contextOf());
      await send([difference('-30')]);
      await runPartnerStep(contextOf());
      expect(await groupsOf()).toMatchObject([{ held: '0', approved: '70' }]);
      expect(await total()).toEqual([['USD', 0n, 70n]]);
      await expectBalancedBooks();
    });

    it('never releases what KYC holds, until the line moves to a group without the reason', async () => {
      await send([difference('900', { holdReason: 'kyc_pending' })]);
      await runPartnerStep(contextOf());
      await setClock('2030-01-01T00:00:00Z');
      expect((await runReleaseStep(contextOf())).moved).toBe(0);
      await send([difference('-900', { holdReason: 'kyc_pending' }), difference('900')]);
      await runPartnerStep(contextOf());
      expect((await runReleaseStep(contextOf())).moved).toBe(1);
      expect(await groupsOf()).toMatchObject([
        { hold_reason: '', held: '0', approved: '900' },
        { hold_reason: 'kyc_pending', held: '0', approved: '0' },
      ]);
      await expectBalancedBooks();
    });

    it('releases once when two steps decide the same group at once', async () => {
      await send([difference('100')]);
      await runPartnerStep(contextOf());
      await setClock('2026-03-06T00:00:00Z');
      let second: Promise<unknown> | undefined;
      setFailpointHook(async (name) => {
        if (name !== 'release:before-commit' || second !== undefined) return;
        second = runReleaseStep(contextOf()).then(
          () => 'released',
          (error: Error) => error.message,
        );
        await untilBlocked();
      });
      await runReleaseStep(contextOf());
      expect(await second).toContain('decision_pkey');
      expect(await total()).toEqual([['USD', 0n, 100n]]);
      expect((await decisions()).length).toBe(1);
      await expectBalancedBooks();
    });

    it('lets the clock route wait until the holder of the lanes has decided, and says what is left when nobody does', async () => {
      await send([difference('100')]);
      await runPartnerStep(contextOf());
      await setClock('2026-03-06T00:00:00Z');
      expect(
        await runDueDecisions(database.db, program, { now: () => START, limitMs: 2, pollMs: 1 }),
      ).toEqual({ left: 1 });
      const waiting = runDueDecisions(database.db, program, { now: () => START, pollMs: 1 });
      await runReleaseStep(contextOf());
      expect(await waiting).toEqual({ left: 0 });
    });
  });

  describe('the database refuses', () => {
    const insertRow = (amounts: string) =>
      database.db.inLanes([lane], (tx) =>
        tx.exec(
          `insert into journal (lane, hop_id, row_no, program_id, partner_id, kind, component, hold_day, group_release, currency, accounts, amounts, items, booked_at, position)
         values ($1, $2, 0, $3, $4, 'accrual', 'lots', '2026-03-05', 0, 'USD', '{a,b}', $5, '[]', now(), 1)`,
          [lane, randomUUID(), program, partner, amounts],
        ),
      );

    it('a row whose legs do not sum to zero', async () => {
      await expect(insertRow('{5,-4}')).rejects.toThrow('journal_balances');
      await expect(insertRow('{5,-5,0}')).rejects.toThrow('journal_legs');
      await expect(insertRow('{5,-5}')).resolves.toBe(1);
      await database.owner('delete from journal where partner_id = $1', [partner]);
    });

    it.each([
      ['update journal', 'update journal set amounts = amounts where lane = $1'],
      ['delete from journal', 'delete from journal where lane = $1'],
      ['update decision', 'update decision set kind = kind where lane = $1'],
      ['delete from decision', 'delete from decision where lane = $1'],
      ['delete from balance', 'delete from balance where lane = $1'],
      ['delete from settlement_group', 'delete from settlement_group where lane = $1'],
    ])('%s by the application', async (_name, statement) => {
      await expect(database.db.inLanes([lane], (tx) => tx.exec(statement, [lane]))).rejects.toThrow(
        'permission denied',
      );
    });
  });

  describe('the check of the books', () => {
    it.each([
      [
        'balances_equal_legs',
        "update balance set amount = amount + 1 where lane = $1 and account like 'partner:%'",
      ],
      ['groups_equal_items', 'update settlement_group set held = held + 1 where lane = $1'],
      [
        'groups_equal_legs',
        'update settlement_group set held = held - 1, approved = approved + 1 where lane = $1',
      ],
      ['items_equal_expense', `update journal set items = jsonb_set(items, '{0,a}', '"1"') where lane = $1`],
      [
        'balances_equal_legs',
        'update journal set amounts = array[amounts[1] - 3, amounts[2] + 3] where lane = $1',
      ],
      ['balances_equal_legs', 'delete from balance where lane = $1'],
    ])('names %s after: %s', async (name, tampering) => {
      await send([difference('1250')]);
      await runPartnerStep(contextOf());
      await expectBalancedBooks();
      await database.owner(tampering, [lane]);
      const report = await checkLedger(database.db);
      const broken = report.checks.find((check) => check.name === name);
      expect(report.ok).toBe(false);
      expect(broken?.differences).toBeGreaterThan(0);
      expect(broken?.first).toContain(String(lane));
      for (const table of ['journal', 'balance', 'settlement_group'])
        await database.owner(`delete from ${table} where lane = $1`, [lane]);
    });

    it('names a row that the constraint would have refused', async () => {
      const hop = await send([difference('1250')]);
      await runPartnerStep(contextOf());
      await database.owner('alter table journal drop constraint journal_balances');
      await database.owner(
        'update journal set amounts = array[amounts[1], amounts[2] + 1] where hop_id = $1',
        [hop],
      );
      const report = await checkLedger(database.db);
      expect(report.checks.find((check) => check.name === 'rows_sum_to_zero')?.first).toContain(hop);
      expect(report.totals).toMatchObject([{ currency: 'USD', sumMinor: '1' }]);
    });
  });
});
