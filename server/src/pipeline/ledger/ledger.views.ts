import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { laneOf } from '../../kernel/lane.ts';
import type { Db, Tx } from '../../platform/db.ts';
import { accruedAccount, approvedAccount } from './post.ts';

/** What a partner has, per currency, in minor units. */
export interface PartnerBalance {
  readonly currency: string;
  /** Earned and not approved yet. */
  readonly accruedMinor: bigint;
  readonly approvedMinor: bigint;
}

/** Balances of one partner, by currency; a currency in which nothing was ever booked is absent. */
export async function listPartnerBalances(db: Db, partnerId: string): Promise<PartnerBalance[]> {
  const lane = laneOf('partner', partnerId);
  const rows = await db.inLanes([lane], (tx) =>
    tx.rows<{ currency: string; accrued: string; approved: string }>(
      `select currency, coalesce(sum(amount) filter (where account = $2), 0) as accrued, coalesce(sum(amount) filter (where account = $3), 0) as approved
       from balance where lane = $1 and account = any(array[$2, $3]) group by currency order by currency`,
      [lane, accruedAccount(partnerId), approvedAccount(partnerId)],
    ),
  );
  return rows.map((row) => ({
    currency: row.currency,
    accruedMinor: BigInt(row.accrued),
    approvedMinor: BigInt(row.approved),
  }));
}

/** One account over all lanes. House accounts exist once per lane and are summed here (design.md 4). */
export interface AccountBalance {
  readonly account: string;
  readonly currency: string;
  readonly amountMinor: bigint;
}

/** Balances after a position in the order (account, currency); at most `limit`. */
export async function listBalances(
  tx: Tx,
  after: { account: string; currency: string } | undefined,
  limit: number,
): Promise<AccountBalance[]> {
  const rows = await tx.rows<{ account: string; currency: string; amount: string }>(
    `select account, currency, sum(amount) as amount from balance
     where (account, currency) > ($1, $2) group by account, currency order by account, currency limit $3`,
    [after?.account ?? '', after?.currency ?? '', limit],
  );
  return rows.map((row) => ({
    account: row.account,
    currency: row.currency,
    amountMinor: BigInt(row.amount),
  }));
}

/** The program of a partner; undefined when there is no such partner. */
export async function findProgramOf(tx: Tx, partnerId: string): Promise<string | undefined> {
  const row = await tx.find<{ programId: string }>(
    'select program_id as "programId" from partner where id = $1',
    [partnerId],
  );
  return row?.programId;
}

/** How many settlement groups of a program are due and not yet released. `now` counts for programs on real time. */
export async function countDueGroups(db: Db, programId: string, now: Instant): Promise<number> {
  const found = await db.acrossLanes('views', (tx) =>
    tx.one<{ due: number }>(
      `select count(*) as due from program p
       join settlement_group g on g.program_id = p.id and g.held <> 0 and g.hold_until <= coalesce(p.clock_at, $2::timestamptz)
       where p.id = $1`,
      [programId, formatInstant(now)],
    ),
  );
  return found.due;
}
