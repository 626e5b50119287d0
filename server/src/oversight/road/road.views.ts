import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { Tx } from '../../platform/db.ts';
import type {
  ItemCount,
  MoneySeen,
  MovingFigures,
  Queue,
  ReasonCount,
  SecondSeen,
  Standing,
} from './facts.ts';

/** Nobody looks further back than this; older seconds are kept for a day all the same. */
const WINDOW_SECONDS = 600;

/** A queue longer than this is told as this long: counting on would cost more than the figure is worth. */
const LONGEST_QUEUE = 100_000;

/** The small figures that are read every second. `programId` undefined: of all programs. */
export async function readMoving(
  tx: Tx,
  programId: string | undefined,
  now: Instant,
): Promise<MovingFigures> {
  return {
    now,
    seconds: await listSeconds(tx, programId, now),
    evidence: await evidenceQueue(tx, programId),
    pending: await pendingQueue(tx, programId),
    inbox: await inboxQueue(tx, programId),
    money: await sumMoney(tx, programId, now),
  };
}

async function listSeconds(tx: Tx, programId: string | undefined, now: Instant): Promise<SecondSeen[]> {
  return tx.rows<SecondSeen>(
    `select second, program_id as "programId", counts, decided_ms as "decidedMs", booked_ms as "bookedMs" from road_second
     where second > $1::timestamptz - make_interval(secs => $2) and ($3::uuid is null or program_id = $3) order by second`,
    [formatInstant(now), WINDOW_SECONDS, programId ?? null],
  );
}

/** Events that wait for the evidence step. */
async function evidenceQueue(tx: Tx, programId: string | undefined): Promise<Queue> {
  if (programId === undefined) {
    return tx.one<Queue>(
      `select coalesce(sum(cardinality(event_ids)), 0)::int as count, min(created_at) as oldest from evidence_work`,
    );
  }
  return tx.one<Queue>(
    `select count(*)::int as count, min(q.created_at) as oldest
     from (select w.created_at, u.lane, u.id from evidence_work w cross join unnest(w.event_lanes, w.event_ids) as u (lane, id) limit ${LONGEST_QUEUE}) as q
     join event e on e.lane = q.lane and e.id = q.id where e.program_id = $1`,
    [programId],
  );
}

/** Events that wait for the decision of their customer. Under a settable clock nobody knows since when. */
async function pendingQueue(tx: Tx, programId: string | undefined): Promise<Queue> {
  return tx.one<Queue>(
    `select count(*)::int as count, min(q.received_at) filter (where p.clock_at is null) as oldest
     from (select program_id, received_at from placement where state = 'pending' limit ${LONGEST_QUEUE}) as q
     join program p on p.id = q.program_id where $1::uuid is null or q.program_id = $1`,
    [programId ?? null],
  );
}

/** Differences that wait to be posted. */
async function inboxQueue(tx: Tx, programId: string | undefined): Promise<Queue> {
  return tx.one<Queue>(
    `select coalesce(sum(json_array_length(q.payload -> 'differences')), 0)::int as count, min(q.since) as oldest
     from (select payload, received_at as since from partner_inbox
           union all
           select payload, created_at from hop_out where kind = 'lines') as q
     where $1::text is null or q.payload ->> 'programId' = $1`,
    [programId ?? null],
  );
}

/** Held by time or reason, accrued = due for release, approved; minor units as text. */
async function sumMoney(tx: Tx, programId: string | undefined, now: Instant): Promise<MoneySeen[]> {
  return tx.rows<MoneySeen>(
    `select g.currency,
            coalesce(sum(g.held) filter (where g.hold_until <= coalesce(p.clock_at, $2)), 0)::text as "accruedMinor",
            coalesce(sum(g.held) filter (where g.hold_until > coalesce(p.clock_at, $2)), 0)::text as "heldMinor",
            sum(g.approved)::text as "approvedMinor"
     from settlement_group g join program p on p.id = g.program_id
     where $1::uuid is null or g.program_id = $1 group by g.currency order by g.currency`,
    [programId ?? null, formatInstant(now)],
  );
}

/** Items by disposition from the tallies of the door. */
export async function countItems(tx: Tx): Promise<ItemCount[]> {
  return tx.rows<ItemCount>(
    `select s.program_id as "programId", t.disposition, sum(t.count)::bigint as count
     from (select t.key as source_id, d.key as disposition, sum(d.value::bigint) as count
           from delivery_chunk c cross join jsonb_each(c.tally) as t cross join jsonb_each_text(t.value) as d group by 1, 2) as t
     join source s on s.id = t.source_id::uuid group by 1, 2`,
  );
}

/** Events by outcome; the index holds everything that is asked. */
export async function countStandings(tx: Tx): Promise<Standing[]> {
  return tx.rows<Standing>(
    `select program_id as "programId", state, reason, count(*) as count from placement
     where state <> 'pending' and state <> 'withdrawn' group by 1, 2, 3`,
  );
}

export async function countParked(tx: Tx): Promise<ReasonCount[]> {
  return tx.rows<ReasonCount>(
    `select program_id as "programId", reason, count(*) as count from parked group by 1, 2`,
  );
}

export async function countQuarantined(tx: Tx): Promise<ReasonCount[]> {
  return tx.rows<ReasonCount>(
    `select s.program_id as "programId", q.reason, count(*) as count from quarantine q join source s on s.id = q.source_id
     where q.state = 'open' group by 1, 2`,
  );
}

export async function countBooked(tx: Tx): Promise<Map<string, number>> {
  const rows = await tx.rows<{ program_id: string; count: number }>(
    `select program_id, sum(jsonb_array_length(items))::bigint as count from journal where kind <> 'release' group by 1`,
  );
  return new Map(rows.map((row) => [row.program_id, row.count]));
}
