import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { laneOf } from '../../kernel/lane.ts';
import type { Db, Tx } from '../../platform/db.ts';
import { accruedAccount, approvedAccount, balanceAccount, clawbackAccount } from './post.ts';

/** What a partner has, per currency, in minor units. */
export interface PartnerBalance {
  readonly currency: string;
  /** Earned and not approved yet. */
  readonly accruedMinor: bigint;
  /** Approved and not paid; below zero: paid commission that was taken back since. */
  readonly approvedMinor: bigint;
  /** Taken of paid commission and waiting for a person: zero or less. */
  readonly clawbackMinor: bigint;
  /** What came back of payments and is owed again. */
  readonly returnedMinor: bigint;
}

/** The accounts of a partner, with the part of its balance that each is. */
export function accountsOf(
  partnerId: string,
): readonly (readonly [string, Exclude<keyof PartnerBalance, 'currency'>])[] {
  return [
    [accruedAccount(partnerId), 'accruedMinor'],
    [approvedAccount(partnerId), 'approvedMinor'],
    [clawbackAccount(partnerId), 'clawbackMinor'],
    [balanceAccount(partnerId), 'returnedMinor'],
  ];
}

/** Sums amounts of a partner's accounts to its balances, by currency. */
export function sumAccounts(
  partnerId: string,
  rows: readonly { readonly account: string; readonly currency: string; readonly amount: string }[],
): PartnerBalance[] {
  const parts = new Map(accountsOf(partnerId));
  const sums = new Map<string, PartnerBalance>();
  for (const { account, currency, amount } of rows) {
    const part = parts.get(account);
    const sum = sums.get(currency) ?? { ...NOTHING, currency };
    sums.set(currency, part === undefined ? sum : { ...sum, [part]: sum[part] + BigInt(amount) });
  }
  return [...sums.values()].toSorted((a, b) => (a.currency < b.currency ? -1 : 1));
}

const NOTHING = { accruedMinor: 0n, approvedMinor: 0n, clawbackMinor: 0n, returnedMinor: 0n };

/** All that is owed. */
export function totalOf(balance: PartnerBalance): bigint {
  return balance.accruedMinor + balance.approvedMinor + balance.clawbackMinor + balance.returnedMinor;
}

/** Balances of one partner, by currency; a currency in which nothing was ever booked is absent. */
export async function listPartnerBalances(db: Db, partnerId: string): Promise<PartnerBalance[]> {
  const lane = laneOf('partner', partnerId);
  const rows = await db.inLanes([lane], (tx) =>
    tx.rows<{ account: string; currency: string; amount: string }>(
      'select account, currency, amount::text as amount from balance where lane = $1 and account = any($2::text[])',
      [lane, accountsOf(partnerId).map(([account]) => account)],
    ),
  );
  return sumAccounts(partnerId, rows);
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

/**
 * SQL: whether a journal row `j` of a settlement group `g` stands in what is approved. Its group was released after it was booked; or nothing of
 * the group is held any more, so that what took something back took it from what was approved, and no release comes for it.
 */
export const IS_APPROVED = `(g.releases > j.group_release or (j.hold_reason = '' and g.releases > 0 and g.held = 0))`;

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
