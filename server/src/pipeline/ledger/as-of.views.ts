import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { laneOf } from '../../kernel/lane.ts';
import type { Db, Tx } from '../../platform/db.ts';
import { valueParts } from './chain.views.ts';
import { accountsOf, sumAccounts } from './ledger.views.ts';
import type { PartnerBalance } from './ledger.views.ts';

/** By which times a balance is asked for. */
export interface AsOf {
  /** Booking time, by the program's clock; undefined: everything booked. */
  readonly knownAt: Instant | undefined;
  /** Value time: 'YYYY-MM-DD' in the program's zone, the day included; undefined: all days. */
  readonly valueDay: string | undefined;
}

/**
 * Balances of one partner as they were known at an instant, of what is paid for up to a day; by currency, minor units. Answered from the
 * balances of the newest sealed block before that instant and the few rows behind it (rules.md 3.8): booking time never runs backwards in
 * a chain, so no row behind the block was booked before it.
 */
export async function listBalancesAsOf(
  db: Db,
  { partnerId, programId }: { readonly partnerId: string; readonly programId: string },
  asOf: AsOf,
): Promise<PartnerBalance[]> {
  const lane = laneOf('partner', partnerId);
  const accounts = accountsOf(partnerId).map(([account]) => account);
  const rows = await db.inLanes([lane], async (tx) => {
    const from = await findBlockBefore(tx, { lane, programId, knownAt: asOf.knownAt });
    const chain = { lane, programId, partnerId, accounts, from };
    return [...(await listSealed(tx, chain, asOf)), ...(await listTail(tx, chain, asOf))];
  });
  return sumAccounts(partnerId, rows);
}

interface BlockPlace {
  readonly number: number;
  readonly toPosition: number;
  /** Booking time of its last row. */
  readonly bookedThrough: Instant;
}

interface AskedChain {
  readonly lane: number;
  readonly programId: string;
  readonly partnerId: string;
  readonly accounts: readonly string[];
  readonly from: BlockPlace | undefined;
}

interface Part {
  readonly account: string;
  readonly currency: string;
  readonly amount: string;
}

async function findBlockBefore(
  tx: Tx,
  { lane, programId, knownAt }: { lane: number; programId: string; knownAt: Instant | undefined },
): Promise<BlockPlace | undefined> {
  return tx.find<BlockPlace>(
    `select number, to_position as "toPosition", booked_through as "bookedThrough" from ledger_block
     where lane = $1 and program_id = $2 and booked_through <= $3 order by booked_through desc, number desc limit 1`,
    [lane, programId, boundOf(knownAt)],
  );
}

/** What the block and those before it say: the newest balance of each account, or of each day up to the asked one. */
async function listSealed(tx: Tx, chain: AskedChain, { valueDay }: AsOf): Promise<Part[]> {
  if (chain.from === undefined) return [];
  const days = valueDay === undefined ? `= 'infinity'` : '<= $5::date';
  return tx.rows<Part>(
    `with recursive seen as (
       (select account, currency, value_day from ledger_block_balance
        where lane = $1 and program_id = $2 and account = any($3::text[]) and value_day ${days}
        order by account, currency, value_day limit 1)
       union all
       select n.account, n.currency, n.value_day from seen s cross join lateral (
         select b.account, b.currency, b.value_day from ledger_block_balance b
         where b.lane = $1 and b.program_id = $2 and b.account = any($3::text[]) and b.value_day ${days}
           and (b.account, b.currency, b.value_day) > (s.account, s.currency, s.value_day)
         order by b.account, b.currency, b.value_day limit 1) n)
     select s.account, s.currency, n.amount::text as amount from seen s cross join lateral (
       select b.amount from ledger_block_balance b
       where b.lane = $1 and b.program_id = $2 and b.account = s.account and b.currency = s.currency and b.value_day = s.value_day and b.number <= $4
       order by b.number desc limit 1) n`,
    [
      chain.lane,
      chain.programId,
      chain.accounts,
      chain.from.number,
      ...(valueDay === undefined ? [] : [valueDay]),
    ],
  );
}

/** What the rows behind the block add. */
async function listTail(tx: Tx, chain: AskedChain, { knownAt, valueDay }: AsOf): Promise<Part[]> {
  const { lane, programId, partnerId, accounts, from } = chain;
  const rows = `select j.*, g.zone from journal j join program g on g.id = j.program_id
    where j.lane = $1 and j.program_id = $2 and j.partner_id = $3 and j.booked_at >= $5 and j.booked_at <= $6 and j.position > $7`;
  const parts =
    valueDay === undefined
      ? `select l.account, r.currency, l.amount from (${rows}) r cross join lateral unnest(r.accounts, r.amounts) as l (account, amount)`
      : `select v.account, v.currency, v.amount from (${valueParts(rows)}) v where v.value_day <= $8::date`;
  return tx.rows<Part>(
    `select account, currency, sum(amount)::text as amount from (${parts}) p where account = any($4::text[]) group by account, currency`,
    [
      lane,
      programId,
      partnerId,
      accounts,
      from === undefined ? '-infinity' : formatInstant(from.bookedThrough),
      boundOf(knownAt),
      from?.toPosition ?? 0,
      ...(valueDay === undefined ? [] : [valueDay]),
    ],
  );
}

function boundOf(knownAt: Instant | undefined): string {
  return knownAt === undefined ? 'infinity' : formatInstant(knownAt);
}
