import { byteas, documents, instants, smallints, texts, uuids } from '../platform/binary-arrays.ts';
import { createCopiedRows } from '../platform/copied-rows.ts';
import { RowCountMismatch } from '../platform/db.ts';
import type { Tx } from '../platform/db.ts';
import type { ClickRow } from './click-row.ts';

const COLUMNS = `lane, visitor, clicked_at, id, nonce, program_id, link_id, partner_id, received_at, subs, target, ip_short, country,
  user_agent, referrer, marks`;
const COLUMN_COUNT = 16;
/** Of a usual visit in the form of COPY. */
const EXPECTED_BYTES = 512;

/** Appends visits that nobody has stored yet, without looking for them first; throws a unique violation when somebody has. */
export async function copyNewClicks(tx: Tx, clicks: readonly ClickRow[]): Promise<void> {
  const rows = createCopiedRows(COLUMN_COUNT, clicks.length * EXPECTED_BYTES);
  for (const click of clicks) {
    rows.row();
    rows.smallint(click.lane);
    rows.uuid(click.visitor);
    rows.instant(click.clickedAt);
    rows.uuid(click.id);
    rows.bytes(click.nonce);
    rows.uuid(click.programId);
    rows.uuid(click.linkId);
    rows.uuid(click.partnerId);
    rows.instant(click.receivedAt);
    rows.document(JSON.stringify(click.subs));
    rows.text(click.target);
    rows.text(click.ipShort);
    rows.text(click.country);
    rows.text(click.userAgent);
    rows.text(click.referrer);
    rows.texts(click.marks);
  }
  const statement = `copy click (${COLUMNS}) from stdin (format binary)`;
  const count = await tx.copy(statement, rows.end());
  if (count !== clicks.length) throw new RowCountMismatch(String(clicks.length), count, statement);
}

/** Appends visits; one that is already there (the outcome of a commit was unknown, or a segment is stored again) stays as it is. */
export async function insertClicks(tx: Tx, clicks: readonly ClickRow[]): Promise<void> {
  await tx.exec(
    `insert into click (${COLUMNS})
     select c.lane, c.visitor, c.clicked_at, c.id, c.nonce, c.program_id, c.link_id, c.partner_id, c.received_at, c.subs, c.target,
       c.ip_short, c.country, c.user_agent, c.referrer, string_to_array(c.marks, ',')
     from unnest($1::smallint[], $2::uuid[], $3::timestamptz[], $4::uuid[], $5::bytea[], $6::uuid[], $7::uuid[], $8::uuid[],
       $9::timestamptz[], $10::jsonb[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[], $16::text[])
       as c (lane, visitor, clicked_at, id, nonce, program_id, link_id, partner_id, received_at, subs, target, ip_short, country,
         user_agent, referrer, marks)
     on conflict do nothing`,
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
