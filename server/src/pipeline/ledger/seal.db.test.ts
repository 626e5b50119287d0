import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase } from '../../../test/support/test-database.ts';
import type { TestDatabase } from '../../../test/support/test-database.ts';
import { formatInstant, instantFromIso } from '../../kernel/instant.ts';
import { laneOf } from '../../kernel/lane.ts';
import { setFailpointHook } from '../../platform/failpoint.ts';
import { checkAudit, sealAudit } from '../../registry/audit/index.ts';
import type { StepContext } from '../step.ts';
import { listBalancesAsOf } from './as-of.views.ts';
import { checkChains } from './chain-check.views.ts';
import type { JournalItem, LineDifference } from './facts.ts';
import { receiveLines, runPartnerStep, runReleaseStep, runSealStep } from './index.ts';

const START = instantFromIso('2026-03-01T12:00:00Z');
const ZONE = 'Europe/Athens';
const SEED = Number(process.env['PLUMBLINE_SEED'] ?? 20260301);

let database: TestDatabase;
let program: string;
let partner: string;
let lane: number;

beforeAll(async () => {
  database = await createTestDatabase({ max: 8 });
});
afterAll(() => database.close());
beforeEach(async () => {
  program = randomUUID();
  partner = randomUUID();
  lane = laneOf('partner', partner);
  await database.owner(
    `insert into program (id, slug, name, vertical, base_currency, zone, sandbox, clock_at, settings, created_at)
     values ($1, $2, 'test', 'forex', 'USD', $3, true, $4, '{}', now())`,
    [program, `p-${program}`, ZONE, formatInstant(START)],
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
    lease: { lanes: Array.from({ length: 1024 }, (_, i) => i), assert: () => Promise.resolve() },
    newId: () => randomUUID(),
    now: () => START,
    limit: 100,
    log: { warn: () => undefined, error: () => undefined },
    ...changes,
  };
}

/** Differences as customers hand them over, sent and posted. */
async function book(
  amounts: readonly (readonly [amount: string, causedAt?: string, holdDay?: string])[],
  partnerId = partner,
): Promise<string> {
  const hopId = randomUUID();
  const differences = amounts.map(
    ([amountMinor, causedAt = '2026-03-01T10:00:00.000Z', holdDay = '2026-03-05']): LineDifference => ({
      amountMinor,
      currency: 'USD',
      component: 'lots',
      partnerId,
      level: 1,
      holdDay,
      holdReason: '',
      customerId: randomUUID(),
      customerLane: 7,
      eventId: randomUUID(),
      causedAt,
    }),
  );
  await receiveLines(database.db, [{ hopId, payload: { programId: program, differences } }], START);
  await runPartnerStep(contextOf());
  return hopId;
}

const seal = (): Promise<unknown> => runSealStep(contextOf());
const check = () => database.db.acrossLanes('verify', checkChains);
const wrong = async (): Promise<readonly string[]> => (await check()).wrong;
const blocks = () =>
  database.owner<{ number: number; from_position: number; to_position: number }>(
    'select number, from_position, to_position from ledger_block where program_id = $1 order by number',
    [program],
  );

/** What the check says of books with a change made past every guard; the change is taken back. */
async function tampered(tamper: string, restore: string): Promise<string> {
  await database.owner(tamper);
  try {
    return (await wrong())[0] ?? 'nothing is wrong';
  } finally {
    await database.owner(restore);
  }
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

describe('sealing', () => {
  it('puts what was posted since the last look into one more block, and nothing into none', async () => {
    await book([['100'], ['200']]);
    await seal();
    await book([['300']]);
    await book([['-50']]);
    await seal();
    await seal();
    expect(await blocks()).toEqual([
      { number: 1, from_position: 1, to_position: 1 },
      { number: 2, from_position: 2, to_position: 3 },
    ]);
    expect(await check()).toMatchObject({ wrong: [], unsealedRows: 0 });
  });

  it('seals the same rows once when two seal at once', async () => {
    await book([['100']]);
    const both = await Promise.allSettled([seal(), seal()]);
    expect(both.some((one) => one.status === 'fulfilled')).toBe(true);
    expect(await blocks()).toHaveLength(1);
    expect(await wrong()).toEqual([]);
  });

  it('lets no row become visible at a place behind a sealed block, whoever commits first', async () => {
    const other = await findPartnerOf(lane);
    await book([['1']]);
    await seal();
    let late: Promise<string> | undefined;
    setFailpointHook(async (name) => {
      if (name !== 'partner:before-commit' || late !== undefined) return;
      // The first posting stands before its commit. A second one of the same chain begins, and what is there is sealed.
      late = book([['2']], other);
      await untilBlocked();
      await seal();
      expect(await blocks()).toHaveLength(1);
    });
    await book([['3']]);
    await late;
    setFailpointHook(undefined);
    await book([], partner);
    await runPartnerStep(contextOf());
    await seal();
    const places = await database.owner<{ position: number }>(
      'select position from journal where program_id = $1 order by position',
      [program],
    );
    expect(places.map((row) => row.position)).toEqual([1, 2, 3]);
    expect(await check()).toMatchObject({ wrong: [], unsealedRows: 0 });
  });

  it('would be found out if a row became visible behind a sealed block', async () => {
    await book([['1']]);
    await book([['2']]);
    await database.owner(
      `create table taken as select * from journal where program_id = '${program}' and position = 2;
       delete from journal where program_id = '${program}' and position = 2; update journal_head set position = 1 where program_id = '${program}'`,
    );
    await seal();
    await database.owner(
      `update taken set position = 1; drop index journal_position; insert into journal select * from taken`,
    );
    expect((await wrong()).join('\n')).toContain('was slipped in at place 1');
    await database.owner(
      `delete from journal j using taken t where j.lane = t.lane and j.hop_id = t.hop_id; drop table taken;
       create unique index journal_position on journal (lane, program_id, position)`,
    );
  });

  it('never lets booking time run backwards in a chain', async () => {
    await book([['1']]);
    await database.owner(`update program set clock_at = '2026-02-01T00:00:00Z' where id = $1`, [program]);
    await book([['2']]);
    const rows = await database.owner<{ booked_at: number }>(
      'select booked_at from journal where program_id = $1 order by position',
      [program],
    );
    expect(rows.map((row) => row.booked_at)).toEqual([START, START]);
  });

  it('names the row that was changed, has vanished or was slipped in, and the block that was touched', async () => {
    const hop = await book([['100'], ['200']]);
    await book([['300']]);
    await seal();
    await book([['400']]);
    await seal();
    const row = `journal row ${lane}/${hop}/0`;
    const of = `where hop_id = '${hop}'`;
    const block = `block 1 of lane ${lane}, program ${program}`;
    expect(
      await tampered(
        `update journal set booked_at = booked_at + interval '1 second' ${of}`,
        `update journal set booked_at = booked_at - interval '1 second' ${of}`,
      ),
    ).toBe(`${row}: was changed after ${block} sealed it`);
    expect(
      await tampered(
        `create table taken as select * from journal ${of}; delete from journal ${of}`,
        'insert into journal select * from taken; drop table taken',
      ),
    ).toBe(`${row}: has vanished from place 1; ${block} sealed it`);
    const foreign = randomUUID();
    expect(
      await tampered(
        `update journal set hop_id = '${foreign}' ${of}`,
        `update journal set hop_id = '${hop}' where hop_id = '${foreign}'`,
      ),
    ).toBe(`journal row ${lane}/${foreign}/0: was slipped in at place 1, where ${block} sealed ${row}`);
    const mine = `where program_id = '${program}'`;
    expect(
      await tampered(
        `update ledger_block_balance set amount = amount + 1 ${mine} and number = 1 and value_day = 'infinity' and account like 'house:%'`,
        `update ledger_block_balance set amount = amount - 1 ${mine} and number = 1 and value_day = 'infinity' and account like 'house:%'`,
      ),
    ).toBe(
      `${block}: its balance of house:commission_expense in USD, all days is -599, the rows give -600 minor units`,
    );
    expect(
      await tampered(
        `update ledger_block set sealed_at = sealed_at, hash = sha256(hash) ${mine} and number = 1`,
        `update ledger_block set hash = (select previous_hash from ledger_block ${mine} and number = 2) ${mine} and number = 1`,
      ),
    ).toBe(`${block}: its hash is not that of what it holds`);
    expect(await wrong()).toEqual([]);
  });

  it('names a block that was taken away, and rows that are missing behind the last one', async () => {
    await book([['100']]);
    await seal();
    await book([['400']]);
    await seal();
    const last = await book([['500']]);
    const mine = `where program_id = '${program}'`;
    expect(
      await tampered(
        `create table taken as select * from ledger_block ${mine} and number = 1; create table taken_too as select * from ledger_block_balance ${mine} and number = 1;
         delete from ledger_block_balance ${mine} and number = 1; delete from ledger_block ${mine} and number = 1`,
        `insert into ledger_block select * from taken; insert into ledger_block_balance select * from taken_too; drop table taken; drop table taken_too`,
      ),
    ).toBe(`block 2 of lane ${lane}, program ${program}: block 1 before it is missing`);
    expect(
      await tampered(
        `create table taken as select * from journal where hop_id = '${last}'; delete from journal where hop_id = '${last}'`,
        'insert into journal select * from taken; drop table taken',
      ),
    ).toBe(`the books of program ${program} in lane ${lane}: end at place 2, the head of the chain says 3`);
  });

  it('cannot be undone by the role of the application', async () => {
    await book([['100']]);
    await seal();
    for (const statement of [
      'update journal set position = 9',
      'delete from journal',
      `update ledger_block set hash = ''`,
      'delete from ledger_block_balance',
      'update audit_block set number = 9',
      'delete from audit_entry',
    ])
      await expect(database.db.inLanes([lane], (tx) => tx.exec(statement))).rejects.toThrow(
        'permission denied',
      );
  });
});

async function findPartnerOf(wanted: number): Promise<string> {
  for (;;) {
    const id = randomUUID();
    if (laneOf('partner', id) === wanted) return id;
  }
}

describe('the audit trail', () => {
  const write = (subject: string, pause?: () => Promise<void>): Promise<void> =>
    database.db.reference(async (tx) => {
      await tx.exec(
        `insert into audit_entry (id, at, actor, action, subject, body) values ($1, now(), 'somebody', 'test.write', $2, '{"n": 1}')`,
        [randomUUID(), subject],
      );
      await pause?.();
    });
  const report = () => database.db.reference(checkAudit);

  it('is sealed in blocks, and the entry that was changed or has vanished is named', async () => {
    await write('one');
    await write('two');
    await sealAudit(database.db, START);
    expect(await report()).toMatchObject({ wrong: [], unsealedEntries: 0 });
    const [one] = await database.owner<{ id: string }>(`select id from audit_entry where subject = 'one'`);
    const of = `where id = '${one?.id}'`;
    await database.owner(`update audit_entry set actor = 'nobody' ${of}`);
    expect((await report()).wrong[0]).toMatch(
      /^audit entry \S+: was changed after block \d+ of the audit trail/,
    );
    await database.owner(`update audit_entry set actor = 'somebody' ${of}`);
    await database.owner(
      `create table taken as select * from audit_entry ${of}; delete from audit_entry ${of}`,
    );
    expect((await report()).wrong[0]).toBe(
      `audit entry ${one?.id}: has vanished from place 1; block 1 of the audit trail sealed it`,
    );
    await database.owner(
      'alter table audit_entry disable trigger audit_entry_place; insert into audit_entry select * from taken; alter table audit_entry enable trigger audit_entry_place; drop table taken',
    );
    expect((await report()).wrong).toEqual([]);
  });

  it('is not sealed past an entry that has its place and is not committed', async () => {
    const places = { sealed: -1 };
    await write('slow', async () => {
      await write('quick');
      // The quick entry stands at a later place and is committed; the slow one is not. Nothing may be sealed now.
      await expect(sealAudit(database.db, START)).rejects.toThrow('lock timeout');
      places.sealed = (await report()).sealedEntries;
    });
    await sealAudit(database.db, START);
    const after = await report();
    expect(after).toMatchObject({ wrong: [], unsealedEntries: 0 });
    expect(after.sealedEntries).toBe(places.sealed + 2);
  });
});

describe('balances as of', () => {
  /** The same numbers for the same seed. */
  function createRandom(seed: number): (below: number) => number {
    let state = seed >>> 0;
    return (below) => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state % below;
    };
  }

  it(`agree with a naive sum for every pair of times, seed ${SEED}`, async () => {
    const random = createRandom(SEED);
    const other = await findPartnerOf(lane);
    for (let round = 0; round < 25; round += 1) {
      const day = 1 + Math.floor(round / 2);
      await database.owner('update program set clock_at = $2 where id = $1', [
        program,
        `2026-03-${String(day).padStart(2, '0')}T${String(random(24)).padStart(2, '0')}:00:00Z`,
      ]);
      const amounts = Array.from({ length: 1 + random(4) }, () => {
        const caused = `2026-03-${String(1 + random(day)).padStart(2, '0')}T${String(random(24)).padStart(2, '0')}:30:00.000Z`;
        const holdDay = `2026-03-${String(2 + random(14)).padStart(2, '0')}`;
        return [String(random(2_000) - 700), caused, holdDay] as const;
      });
      await book(amounts, random(4) === 0 ? other : partner);
      if (random(3) === 0) await runReleaseStep(contextOf());
      if (random(3) === 0) await seal();
    }
    expect((await blocks()).length).toBeGreaterThan(2);
    const rows = await database.owner<NaiveRow>(
      `select booked_at as "bookedAt", accounts, amounts, items from journal where partner_id = $1`,
      [partner],
    );
    const days = [
      undefined,
      ...Array.from({ length: 14 }, (_, i) => `2026-03-${String(i + 1).padStart(2, '0')}`),
    ];
    const knownAts = [undefined, ...rows.map((row) => row.bookedAt), START - 1, START + 7_000_000_000];
    for (const knownAt of new Set(knownAts))
      for (const valueDay of days) {
        const known = knownAt as typeof START | undefined;
        const [found] = await listBalancesAsOf(
          database.db,
          { partnerId: partner, programId: program },
          { knownAt: known, valueDay },
        );
        const asked = { knownAt, valueDay };
        expect({
          ...asked,
          accrued: found?.accruedMinor ?? 0n,
          approved: found?.approvedMinor ?? 0n,
        }).toEqual({
          ...asked,
          ...naive(rows, known ?? Number.POSITIVE_INFINITY, valueDay),
        });
      }
    expect(await wrong()).toEqual([]);
  }, 60_000);

  interface NaiveRow {
    readonly bookedAt: number;
    readonly accounts: string[];
    readonly amounts: string[];
    readonly items: JournalItem[];
  }

  const localDay = (ms: number): string =>
    new Intl.DateTimeFormat('sv-SE', { timeZone: ZONE, dateStyle: 'short' }).format(ms);

  /** All rows, one after the other. */
  function naive(
    rows: readonly NaiveRow[],
    knownAt: number,
    valueDay: string | undefined,
  ): { accrued: bigint; approved: bigint } {
    const sum = { accrued: 0n, approved: 0n };
    for (const row of rows) {
      if (row.bookedAt > knownAt) continue;
      const days = row.items.map((item) => localDay(Date.parse(item.t)));
      const counts = (day: string): boolean => valueDay === undefined || day <= valueDay;
      if (row.accounts.length === 2 && days.length > 0) {
        for (const [index, item] of row.items.entries())
          if (counts(days[index] ?? '')) sum.accrued += BigInt(item.a);
        continue;
      }
      if (!counts(days.toSorted().at(-1) ?? localDay(row.bookedAt / 1000))) continue;
      for (const [index, account] of row.accounts.entries()) {
        if (account.endsWith(':accrued')) sum.accrued += BigInt(row.amounts[index] ?? '0');
        if (account.endsWith(':approved')) sum.approved += BigInt(row.amounts[index] ?? '0');
      }
    }
    return sum;
  }
});
