import { formatInstant } from '../kernel/instant.ts';
import type { Instant } from '../kernel/instant.ts';
import { json } from '../platform/db.ts';
import type { Tx } from '../platform/db.ts';

/** A recorded visit, in its evidence lane. */
export interface ClickRow {
  readonly lane: number;
  readonly id: string;
  readonly programId: string;
  readonly linkId: string;
  readonly partnerId: string;
  readonly clickedAt: Instant;
  readonly subs: Readonly<Record<string, string>>;
  readonly ipShort: string;
  readonly userAgent: string;
  readonly referrer: string;
  readonly marks: readonly string[];
}

/** Appends visits; one that is already there (the outcome of a commit was unknown) stays as it is. */
export async function insertClicks(tx: Tx, clicks: readonly ClickRow[]): Promise<void> {
  await tx.exec(
    `insert into click (lane, id, program_id, link_id, partner_id, clicked_at, subs, ip_short, user_agent, referrer, marks)
     select c.lane, c.id, c.program_id, c.link_id, c.partner_id, c.clicked_at, c.subs, c.ip_short, c.user_agent, c.referrer,
            string_to_array(c.marks, ',')
     from unnest($1::smallint[], $2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::timestamptz[], $7::jsonb[], $8::text[], $9::text[], $10::text[], $11::text[])
       as c (lane, id, program_id, link_id, partner_id, clicked_at, subs, ip_short, user_agent, referrer, marks)
     on conflict do nothing`,
    [
      clicks.map((click) => click.lane),
      clicks.map((click) => click.id),
      clicks.map((click) => click.programId),
      clicks.map((click) => click.linkId),
      clicks.map((click) => click.partnerId),
      clicks.map((click) => formatInstant(click.clickedAt)),
      clicks.map((click) => json(click.subs)),
      clicks.map((click) => click.ipShort),
      clicks.map((click) => click.userAgent),
      clicks.map((click) => click.referrer),
      clicks.map((click) => click.marks.join(',')),
    ],
  );
}
