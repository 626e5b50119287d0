// What sealing, checking and as-of reading have in common, so that they cannot come to mean different things.
import type { Instant } from '../../kernel/instant.ts';
import type { Tx } from '../../platform/db.ts';
import { CHAIN_START } from './block.ts';
import type { BlockBalance, ChainKey, ChainPlace, ChainRow, LedgerBlock } from './block.ts';

/** SHA-256 of a journal row `j`: of the text of a JSON array of all its columns in a fixed order, times in UTC. */
const LEAF = `sha256(convert_to(jsonb_build_array(j.lane, j.program_id, j.position, j.hop_id, j.row_no, j.partner_id, j.kind, j.component,
  j.hold_day, j.hold_reason, j.group_release, j.currency, to_jsonb(j.accounts), to_jsonb(j.amounts), j.items,
  to_char(j.booked_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))::text, 'UTF8'))`;

/**
 * What rows add to each account of a partner by the day of what it is paid for, in the program's zone. `rows`: a query of journal rows with
 * the zone of their program. An item's day is that of its cause; where a row moves more than one account of the partner, or has no
 * items (a release), the whole row counts on one day: the last of its items, else the day of its booking.
 */
export function valueParts(rows: string): string {
  return `select r.lane, r.program_id, r.position, r.booked_at, p.account, r.currency, p.value_day, p.amount from (${rows}) r cross join lateral (
    select r.accounts[2] as account, ((i ->> 't')::timestamptz at time zone r.zone)::date as value_day, (i ->> 'a')::numeric as amount
    from jsonb_array_elements(r.items) as t (i)
    where cardinality(r.accounts) = 2 and r.accounts[1] like 'house:%'
    union all
    select l.account, coalesce((select max(((i ->> 't')::timestamptz at time zone r.zone)::date) from jsonb_array_elements(r.items) as t (i)),
                               (r.booked_at at time zone r.zone)::date), l.amount
    from unnest(r.accounts, r.amounts) as l (account, amount)
    where l.account not like 'house:%'
      and (cardinality(r.accounts) <> 2 or r.accounts[1] not like 'house:%' or jsonb_array_length(r.items) = 0)) p`;
}

const ROWS = `select j.*, g.zone from journal j join program g on g.id = j.program_id
  where j.lane = $1 and j.program_id = $2 and j.position between $3 and $4`;

/** What the rows $3 to $4 of the chain ($1, $2) add: by account over all days, and for partners by day. */
const BLOCK_PARTS = `
  select account, currency, 'infinity'::date as value_day, sum(amount) as amount
  from (${ROWS}) r cross join lateral unnest(r.accounts, r.amounts) as l (account, amount) group by account, currency
  union all
  select account, currency, value_day, sum(amount) from (${valueParts(ROWS)}) v group by account, currency, value_day`;

const UNSEALED = `
  select h.lane, h.program_id, h.position from journal_head h
  left join lateral (select to_position from ledger_block b where b.lane = h.lane and b.program_id = h.program_id order by b.number desc limit 1) b on true
  where h.position > coalesce(b.to_position, 0)`;

/** Lanes whose chains have rows that are not sealed. Read over all lanes, as a hint where to open a turn. */
export async function listUnsealedLanes(tx: Tx): Promise<number[]> {
  const rows = await tx.rows<{ lane: number }>(`select distinct lane from (${UNSEALED}) as u order by lane`);
  return rows.map((row) => row.lane);
}

export interface Unsealed extends ChainKey {
  readonly position: number;
}

/** Chains with rows that are not sealed. What stands up to `position` is committed, all of it. */
export async function listUnsealed(tx: Tx, lanes: readonly number[]): Promise<Unsealed[]> {
  return tx.rows<Unsealed>(
    `select lane, program_id as "programId", position from (${UNSEALED}) as u where lane = any($1::smallint[]) order by lane, program_id`,
    [lanes],
  );
}

/** The newest block of a chain. */
export async function findLastBlock(tx: Tx, { lane, programId }: ChainKey): Promise<ChainPlace> {
  const row = await tx.find<ChainPlace>(
    `select number, to_position as position, encode(hash, 'hex') as hash from ledger_block
     where lane = $1 and program_id = $2 order by number desc limit 1`,
    [lane, programId],
  );
  return row ?? CHAIN_START;
}

/** Rows of a chain by place, both ends included. */
export async function loadChainRows(
  tx: Tx,
  { lane, programId }: ChainKey,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<(ChainRow & { readonly bookedAt: Instant })[]> {
  return tx.rows(
    `select j.position, j.hop_id as "hopId", j.row_no as "rowNo", j.booked_at as "bookedAt", encode(${LEAF}, 'hex') as leaf
     from journal j where j.lane = $1 and j.program_id = $2 and j.position between $3 and $4 order by j.position`,
    [lane, programId, from, to],
  );
}

/** Balances at the end of a block that ends at `to`: what the block before left of each, and what its rows add. */
export async function listBlockBalances(
  tx: Tx,
  { lane, programId }: ChainKey,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<BlockBalance[]> {
  return tx.rows<BlockBalance>(
    `with parts as (${BLOCK_PARTS})
     select p.account, p.currency, p.value_day::text as "valueDay", (p.amount + coalesce(b.amount, 0))::text as amount
     from parts p
     left join lateral (
       select b.amount from ledger_block_balance b
       where b.lane = $1 and b.program_id = $2 and b.account = p.account and b.currency = p.currency and b.value_day = p.value_day
       order by b.number desc limit 1) b on true`,
    [lane, programId, from, to],
  );
}

/** What the rows of a place add, by account and value day; the same that sealing adds up. */
export async function listBlockParts(
  tx: Tx,
  { lane, programId }: ChainKey,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<BlockBalance[]> {
  return tx.rows<BlockBalance>(
    `select account, currency, value_day::text as "valueDay", amount::text as amount from (${BLOCK_PARTS}) as p`,
    [lane, programId, from, to],
  );
}

/** Every chain that has a head, rows or blocks, with where its head says it ends. */
export async function listChains(tx: Tx): Promise<(ChainKey & { readonly position: number })[]> {
  return tx.rows(
    `select lane, program_id as "programId", coalesce(h.position, 0) as position
     from journal_head h full join (select lane, program_id from ledger_block union select lane, program_id from journal) k using (lane, program_id)
     order by lane, program_id`,
  );
}

/** The blocks of a chain after a number, in order, with the balances that were sealed with them; at most `limit`. */
export async function listBlocksAfter(
  tx: Tx,
  { lane, programId }: ChainKey,
  { after, limit }: { readonly after: number; readonly limit: number },
): Promise<(LedgerBlock & { readonly balances: readonly BlockBalance[] })[]> {
  return tx.rows(
    `select b.lane, b.program_id as "programId", b.number, b.from_position as "fromPosition", b.to_position as "toPosition",
            b.hop_ids as "hopIds", b.row_nos as "rowNos", b.leaves, encode(b.previous_hash, 'hex') as "previousHash", encode(b.hash, 'hex') as hash,
            coalesce((select jsonb_agg(jsonb_build_object('account', s.account, 'currency', s.currency, 'valueDay', s.value_day::text, 'amount', s.amount::text))
                      from ledger_block_balance s where s.lane = b.lane and s.program_id = b.program_id and s.number = b.number), '[]') as balances
     from ledger_block b where b.lane = $1 and b.program_id = $2 and b.number > $3 order by b.number limit $4`,
    [lane, programId, after, limit],
  );
}

/** Places of rows behind the last block: first, last and how many. */
export async function findTail(
  tx: Tx,
  { lane, programId }: ChainKey,
  after: number,
): Promise<{ readonly first: number | null; readonly last: number | null; readonly rows: number }> {
  return tx.one(
    `select min(position) as first, max(position) as last, count(*) as rows from journal where lane = $1 and program_id = $2 and position > $3`,
    [lane, programId, after],
  );
}

/** A block without what it holds. */
export interface BlockHead extends ChainKey {
  readonly number: number;
  readonly fromPosition: number;
  readonly toPosition: number;
  readonly bookedThrough: Instant;
  readonly previousHash: string;
  readonly hash: string;
  readonly sealedAt: Instant;
}

/** Blocks by lane, program and number, after a place in that order. */
export async function listBlockHeads(
  tx: Tx,
  asked: {
    readonly lane: number | undefined;
    readonly programId: string | undefined;
    readonly after: readonly string[] | undefined;
    readonly limit: number;
  },
): Promise<BlockHead[]> {
  return tx.rows<BlockHead>(
    `select lane, program_id as "programId", number, from_position as "fromPosition", to_position as "toPosition",
            booked_through as "bookedThrough", encode(previous_hash, 'hex') as "previousHash", encode(hash, 'hex') as hash, sealed_at as "sealedAt"
     from ledger_block
     where ($1::smallint is null or lane = $1) and ($2::uuid is null or program_id = $2)
       and ($3::smallint is null or (lane, program_id, number) > ($3, $4::uuid, $5::int))
     order by lane, program_id, number limit $6`,
    [
      asked.lane ?? null,
      asked.programId ?? null,
      asked.after?.[0] ?? null,
      asked.after?.[1] ?? null,
      asked.after?.[2] ?? null,
      asked.limit,
    ],
  );
}
