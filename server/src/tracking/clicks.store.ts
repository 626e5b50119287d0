import { byteas, documents, instants, smallints, texts, uuids } from '../platform/binary-arrays.ts';
import type { Tx } from '../platform/db.ts';
import type { ClickRow } from './click-row.ts';

/** Appends visits; one that is already there (the outcome of a commit was unknown, or a segment is stored again) stays as it is. */
export function insertClicks(tx: Tx, clicks: readonly ClickRow[]): Promise<void> {
  return insert(tx, clicks, 'on conflict do nothing');
}

/** Appends visits that nobody has stored yet, without looking for them first; throws a unique violation when somebody has. */
export function insertNewClicks(tx: Tx, clicks: readonly ClickRow[]): Promise<void> {
  return insert(tx, clicks, '');
}

async function insert(
  tx: Tx,
  clicks: readonly ClickRow[],
  onConflict: '' | 'on conflict do nothing',
): Promise<void> {
  await tx.exec(
    `insert into click (lane, visitor, clicked_at, id, nonce, program_id, link_id, partner_id, received_at, subs, target,
       ip_short, country, user_agent, referrer, marks)
     select c.lane, c.visitor, c.clicked_at, c.id, c.nonce, c.program_id, c.link_id, c.partner_id, c.received_at, c.subs, c.target,
       c.ip_short, c.country, c.user_agent, c.referrer, string_to_array(c.marks, ',')
     from unnest($1::smallint[], $2::uuid[], $3::timestamptz[], $4::uuid[], $5::bytea[], $6::uuid[], $7::uuid[], $8::uuid[],
       $9::timestamptz[], $10::jsonb[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[], $16::text[])
       as c (lane, visitor, clicked_at, id, nonce, program_id, link_id, partner_id, received_at, subs, target, ip_short, country,
         user_agent, referrer, marks)
     ${onConflict}`,
    [
      smallints(clicks.map((click) => click.lane)),
      uuids(clicks.map((click) => click.visitor)),
      instants(clicks.map((click) => click.clickedAt)),
      uuids(clicks.map((click) => click.id)),
      byteas(clicks.map((click) => click.nonce)),
      uuids(clicks.map((click) => click.programId)),
      uuids(clicks.map((click) => click.linkId)),
      uuids(clicks.map((click) => click.partnerId)),
      instants(clicks.map((click) => click.receivedAt)),
      documents(clicks.map((click) => JSON.stringify(click.subs))),
      texts(clicks.map((click) => click.target)),
      texts(clicks.map((click) => click.ipShort)),
      texts(clicks.map((click) => click.country)),
      texts(clicks.map((click) => click.userAgent)),
      texts(clicks.map((click) => click.referrer)),
      texts(clicks.map((click) => click.marks.join(','))),
    ],
  );
}

/** Partitions of this month and the two that follow, by the clock of the database; those that are there stay as they are. */
export async function makePartitionsAhead(tx: Tx): Promise<void> {
  await tx.rows(
    `select make_click_partition((date_trunc('month', now() at time zone 'UTC') + n * interval '1 month')::date)
     from generate_series(0, 2) as months (n)`,
  );
}
