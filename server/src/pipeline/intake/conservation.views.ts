import type { Db, Tx } from '../../platform/db.ts';
import { addCounts, decideConservation } from './conservation.ts';
import type { ConservationCount, SourceCounts } from './conservation.ts';
import { DISPOSITIONS } from './facts.ts';
import type { Disposition } from './facts.ts';

/** Counts both equations for every source and in total, as of one snapshot. */
export async function readConservation(db: Db): Promise<ConservationCount> {
  const { slugs, counts } = await db.acrossLanes('conservation', async (tx) => ({
    slugs: await listSourceSlugs(tx),
    counts: await countConservation(tx),
  }));
  const sources = counts
    .map(({ sourceId, ...own }) => ({ source: slugs.get(sourceId) ?? sourceId, ...decideConservation(own) }))
    .toSorted((a, b) => (a.source < b.source ? -1 : 1));
  const total = decideConservation(addCounts(counts));
  return {
    holds:
      sources.every((source) => source.itemsHold && source.eventsHold) && total.itemsHold && total.eventsHold,
    total,
    sources,
  };
}

/** Slugs of all sources, by id. */
async function listSourceSlugs(tx: Tx): Promise<Map<string, string>> {
  const rows = await tx.rows<{ id: string; slug: string }>('select id, slug from source order by slug');
  return new Map(rows.map((row) => [row.id, row.slug]));
}

/**
 * Counts both equations of conservation per source (rules.md 3.9), over all lanes in one snapshot. Each term comes from
 * the rows that hold it: chunks tell what was received, events what exists, work, placements and parked rows where it is.
 * An event that is worked on counts there only, wherever else it still stands. Reads every event once: an auditor's
 * question, not one of the hot path.
 */
async function countConservation(tx: Tx): Promise<SourceCounts[]> {
  const counts = new Map<string, Record<string, number>>();
  const put = (sourceId: string, term: string, count: number): void => {
    const own = counts.get(sourceId) ?? {};
    own[term] = (own[term] ?? 0) + count;
    counts.set(sourceId, own);
  };
  for (const row of await tallies(tx)) put(row.source_id, row.term, row.count);
  for (const row of await eventPlaces(tx)) put(row.source_id, row.term, row.count);
  return [...counts].map(([sourceId, own]) => countsOf(sourceId, own));
}

interface TermRow {
  readonly source_id: string;
  readonly term: string;
  readonly count: number;
}

/**
 * Items of the results, which are told one by one, and the tallies beside them, which were added up at the door. A row that
 * is read again came in before: it counts anew only where one row became several.
 */
async function tallies(tx: Tx): Promise<TermRow[]> {
  return tx.rows<TermRow>(
    `select t.key as source_id, 'd:' || d.key as term, sum(d.value::bigint)::bigint as count
     from delivery_chunk c cross join jsonb_each(c.tally) as t cross join jsonb_each_text(t.value) as d
     group by 1, 2
     union all
     select r.source_id::text, 'received', sum(jsonb_array_length(r.items))::bigint
     from delivery_chunk c cross join rows from (unnest(c.source_ids), jsonb_array_elements(c.results)) as r (source_id, items)
     group by 1
     union all
     select r.source_id::text, 'received', -sum((i.item ->> 'd' = 'remapped')::int + (i.item ? 'w')::int)::bigint
     from delivery_chunk c cross join rows from (unnest(c.source_ids), jsonb_array_elements(c.results)) as r (source_id, items)
     cross join jsonb_array_elements(r.items) as i (item)
     where c.origins is not null
     group by 1`,
  );
}

/** Where each event is. A placement without content is a tombstone and holds nothing. */
async function eventPlaces(tx: Tx): Promise<TermRow[]> {
  return tx.rows<TermRow>(
    `with work as materialized (
       select distinct u.lane, u.id from evidence_work w cross join unnest(w.event_lanes, w.event_ids) as u (lane, id)
     ), known as materialized (
       select source_id, count(*) as events, count(*) filter (where failed is not null) as failed from event group by source_id
     ), off_road as materialized (
       select id from work union select id from event where failed is not null
     )
     select source_id::text, 'events' as term, events as count from known
     union all
     select source_id::text, 'failed', failed from known
     union all
     select e.source_id::text, 'inFlight', count(*)
     from work w join event e on e.lane = w.lane and e.id = w.id where e.failed is null group by 1
     union all
     select s.id::text, case p.state when 'pending' then 'inFlight' else p.state end, count(*)
     from placement p join source s on s.slug = p.source_slug
     where p.content is not null and not exists (select from off_road o where o.id = p.event_id)
     group by 1, 2
     union all
     select e.source_id::text, 'parked', count(*)
     from parked p join event e on e.lane = p.event_lane and e.id = p.event_id
     where not exists (select from off_road o where o.id = p.event_id)
     group by 1
     union all
     select e.source_id::text, case r.cause when 'remap' then 'rewritten' else 'superseded' end, count(*)
     from event_revision r join event e on e.lane = r.lane and e.id = r.event_id
     group by 1, 2
     union all
     select q.source_id::text, 'held', count(*) from quarantine q where q.state <> 'redriven' group by 1`,
  );
}

function countsOf(sourceId: string, own: Readonly<Record<string, number>>): SourceCounts {
  const of = (term: string): number => own[term] ?? 0;
  const dispositions: Partial<Record<Disposition, number>> = {};
  for (const name of DISPOSITIONS) if (own[`d:${name}`] !== undefined) dispositions[name] = of(`d:${name}`);
  return {
    sourceId,
    dispositions,
    received: of('received'),
    events: of('events'),
    inFlight: of('inFlight'),
    waiting: of('waiting'),
    parked: of('parked'),
    failed: of('failed'),
    decided: of('decided'),
    superseded: of('superseded'),
    remapped: of('d:remapped'),
    rewritten: of('rewritten'),
    held: of('held'),
  };
}
