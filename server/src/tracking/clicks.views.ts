import { formatInstant } from '../kernel/instant.ts';
import type { Instant } from '../kernel/instant.ts';
import { json } from '../platform/db.ts';
import type { Tx } from '../platform/db.ts';
import type { ClickMark } from './link-book.ts';

/** Two visits of one visitor within this time double each other. Stated in the contract and in docs/tracking.md. */
const DUPLICATE_WINDOW = '10 minutes';

export interface StoredClick {
  readonly id: string;
  readonly nonce: Buffer | null;
  readonly program_id: string;
  readonly partner_id: string;
  readonly link_id: string;
  readonly clicked_at: Instant;
  readonly received_at: Instant;
  readonly subs: Readonly<Record<string, string>>;
  readonly target: string;
  readonly ip_short: string;
  readonly country: string;
  readonly user_agent: string;
  readonly referrer: string;
  readonly marks: readonly ClickMark[];
  readonly duplicate: boolean;
}

export interface ClickFilter {
  readonly programId?: string | undefined;
  readonly partnerId?: string | undefined;
  readonly linkId?: string | undefined;
  readonly id?: string | undefined;
  readonly from?: Instant | undefined;
  readonly to?: Instant | undefined;
  readonly mark?: ClickMark | 'none' | undefined;
  readonly country?: string | undefined;
  readonly subs: Readonly<Record<string, string>>;
  /** Time and id of the last row of the page before. */
  readonly before?: { readonly at: string; readonly id: string } | undefined;
  readonly limit: number;
}

/**
 * A visit doubles an earlier one: the same link, network and agent, at most ten minutes before. It follows from the rows and is
 * asked when they are read, so it is the same whichever process stored them and in whatever order they came, and an earlier visit
 * that was stored late makes the later one a duplicate. One look into the primary key per row.
 */
const DUPLICATE = `exists (
  select from click d
  where d.lane = c.lane and d.visitor = c.visitor and d.clicked_at >= c.clicked_at - interval '${DUPLICATE_WINDOW}'
    and (d.clicked_at, d.id) < (c.clicked_at, c.id))`;

/** Newest first, one row more than the limit. Conditions stand in the statement only where they are asked for, so that it can use their index. */
export async function listClicks(tx: Tx, filter: ClickFilter): Promise<StoredClick[]> {
  const values: unknown[] = [];
  const conditions: string[] = [];
  const add = (condition: (place: string) => string, value: unknown): void => {
    values.push(value);
    conditions.push(condition(`$${values.length}`));
  };
  if (filter.programId !== undefined) add((p) => `c.program_id = ${p}::uuid`, filter.programId);
  if (filter.linkId !== undefined) add((p) => `c.link_id = ${p}::uuid`, filter.linkId);
  if (filter.id !== undefined) add((p) => `c.id = ${p}::uuid`, filter.id);
  if (filter.from !== undefined) add((p) => `c.clicked_at >= ${p}::timestamptz`, formatInstant(filter.from));
  if (filter.to !== undefined) add((p) => `c.clicked_at < ${p}::timestamptz`, formatInstant(filter.to));
  if (filter.country !== undefined) add((p) => `c.country = ${p}`, filter.country);
  if (Object.keys(filter.subs).length > 0) add((p) => `c.subs @> ${p}::jsonb`, json(filter.subs));
  if (filter.mark === 'none') conditions.push(`c.marks = '{}' and not ${DUPLICATE}`);
  else if (filter.mark === 'duplicate') conditions.push(DUPLICATE);
  else if (filter.mark !== undefined) add((p) => `${p} = any (c.marks)`, filter.mark);
  if (filter.before !== undefined) {
    values.push(filter.before.at, filter.before.id);
    conditions.push(`(c.clicked_at, c.id) < ($${values.length - 1}::timestamptz, $${values.length}::uuid)`);
  }
  values.push(filter.limit + 1);
  const limit = `$${values.length}`;
  const order = 'order by c.clicked_at desc, c.id desc';
  const found = (more: readonly string[]): string => {
    const all = [...more, ...conditions];
    return `select c.* from click c ${all.length === 0 ? '' : `where ${all.join(' and ')}`} ${order} limit ${limit}`;
  };
  let clicks = found([]);
  if (filter.partnerId !== undefined) {
    // By the partner's links, the newest of each: visits have no index by partner, which every one of them would pay for.
    values.push(filter.partnerId);
    clicks = `select c.* from tracking_link l cross join lateral (${found(['c.link_id = l.id'])}) as c
      where l.partner_id = $${values.length}::uuid ${order} limit ${limit}`;
  }
  return tx.rows<StoredClick>(
    `select c.id, c.nonce, c.program_id, c.partner_id, c.link_id, c.clicked_at, c.received_at, c.subs, c.target, c.ip_short,
       c.country, c.user_agent, c.referrer, c.marks, ${DUPLICATE} as duplicate
     from (${clicks}) as c ${order}`,
    values,
  );
}
