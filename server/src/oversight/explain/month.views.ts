import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { startOfDate } from '../../kernel/zone.ts';
import { laneOf } from '../../kernel/lane.ts';
import type { Tx } from '../../platform/db.ts';
import type { PeriodInput } from '../../pipeline/commission/facts.ts';
import { naturalKeyOf } from '../../pipeline/ledger/facts.ts';
import type { Carry } from '../../pipeline/periods/facts.ts';
import { openingKey } from '../../registry/facts.ts';
import type { ProgramSnapshot } from '../../registry/facts.ts';
import { termsOf } from './explain.views.ts';
import type { ExplainDeps } from './explain.views.ts';
import type { Contributor, MonthCandidate, MonthEvidence, MonthResult } from './facts.ts';
import { listMonthPostings } from './postings.views.ts';

/** One (partner, component, month). */
export interface MonthKey {
  readonly partnerId: string;
  readonly component: string;
  /** First day, 'YYYY-MM-DD'. */
  readonly period: string;
}

/** So many of those who brought something, and of candidates, stand in the tree itself; all are listed by their own route. */
const SHOWN = 20;

/** Everything about one month, read in one snapshot over all lanes; undefined when nothing is settled there. */
export async function findMonthEvidence(
  deps: ExplainDeps,
  key: MonthKey,
): Promise<MonthEvidence | undefined> {
  const first = await deps.db.acrossLanes('views', (tx) => findScope(tx, key));
  if (first === undefined) return undefined;
  // The registry cache reads in a transaction of its own, so it is asked between two of ours.
  const program = await deps.getProgram(first.program_id);
  return deps.db.acrossLanes('views', async (tx) => {
    const scope = await findScope(tx, key);
    return scope === undefined ? undefined : loadMonth(tx, { key, scope, program, now: deps.now() });
  });
}

interface ScopeRow {
  readonly program_id: string;
  readonly clock_at: Instant | null;
  readonly sandbox: boolean;
  readonly totals: Readonly<Record<string, string>>;
  readonly decided_at: Instant | null;
  readonly result: MonthResult | null;
  readonly closed_at: Instant | null;
  readonly closed_by: string | null;
  readonly close_reason: string | null;
}

async function findScope(tx: Tx, { partnerId, component, period }: MonthKey): Promise<ScopeRow | undefined> {
  return tx.find<ScopeRow>(
    `select s.program_id, p.clock_at, p.sandbox, s.totals, s.decided_at, s.result, c.closed_at, c.closed_by, c.reason as close_reason
     from period_scope s join program p on p.id = s.program_id
     left join period_close c on c.program_id = s.program_id and c.period = s.period
     where s.lane = $1 and s.partner_id = $2 and s.component = $3 and s.period = $4`,
    [laneOf('partner', partnerId), partnerId, component, period],
  );
}

/** The program in which something is settled there; undefined when nothing is. */
export async function findProgramOfMonth(tx: Tx, key: MonthKey): Promise<string | undefined> {
  return (await findScope(tx, key))?.program_id;
}

async function loadMonth(
  tx: Tx,
  found: {
    readonly key: MonthKey;
    readonly scope: ScopeRow;
    readonly program: ProgramSnapshot;
    readonly now: Instant;
  },
): Promise<MonthEvidence> {
  const { key, scope, program, now } = found;
  const { closed_at: at, closed_by: by, close_reason: reason } = scope;
  const listed = await listContributors(tx, key, { after: undefined, limit: SHOWN });
  return {
    ...key,
    program,
    now: scope.clock_at ?? now,
    totals: scope.totals,
    decidedAt: scope.decided_at,
    result: scope.result,
    before: withOpening(program, key, await findBefore(tx, key)),
    closed: at === null || by === null ? null : { at, by, reason: reason ?? '' },
    contributors: {
      count: await countContributors(tx, key),
      first: await nameContributors(tx, program, listed.slice(0, SHOWN)),
    },
    candidates: await listCandidates(tx, key),
    dealTerms: termsOf(program, scope.result === null ? [] : [scope.result]),
    postings: await listMonthPostings(tx, {
      partnerId: key.partnerId,
      component: key.component,
      naturalKey: naturalKeyOf({ ...key, eventId: null, customerId: '', level: 0 }),
      // Nothing of a month is booked before it begins; a sandbox's clock may have been set back at its start.
      bookedFrom: scope.sandbox ? '-infinity' : formatInstant(startOfDate(key.period, program.zone)),
    }),
  };
}

/** What an earlier system left stands in place of what earlier months left, from its month on. */
function withOpening(
  program: ProgramSnapshot,
  { partnerId, component, period }: MonthKey,
  before: MonthEvidence['before'],
): MonthEvidence['before'] {
  const opening = program.openings?.get(openingKey(partnerId, component));
  if (opening === undefined || opening.period > period) return before;
  if (before !== null && before.period >= opening.period) return before;
  return { period: opening.period, carry: opening.state, isOpening: true };
}

async function findBefore(
  tx: Tx,
  { partnerId, component, period }: MonthKey,
): Promise<MonthEvidence['before']> {
  const row = await tx.find<{ period: string; carry: Carry | null }>(
    `select period::text as period, result->'carry' as carry from period_scope
     where lane = $1 and partner_id = $2 and component = $3 and period < $4 and result is not null order by period desc limit 1`,
    [laneOf('partner', partnerId), partnerId, component, period],
  );
  return row === undefined ? null : { period: row.period, carry: row.carry ?? {} };
}

async function countContributors(tx: Tx, { partnerId, component, period }: MonthKey): Promise<number> {
  const row = await tx.one<{ count: string | number }>(
    'select count(*) as count from period_input where lane = $1 and partner_id = $2 and component = $3 and period = $4',
    [laneOf('partner', partnerId), partnerId, component, period],
  );
  return Number(row.count);
}

/** What somebody brought, whoever it is. */
export interface ContributorRow {
  readonly id: string;
  readonly measures: Readonly<Record<string, string>>;
}

/** In the order of their ids, one more than the limit. */
export async function listContributors(
  tx: Tx,
  { partnerId, component, period }: MonthKey,
  { after, limit }: { readonly after: string | undefined; readonly limit: number },
): Promise<ContributorRow[]> {
  return tx.rows<ContributorRow>(
    `select customer_id as id, measures from period_input
     where lane = $1 and partner_id = $2 and component = $3 and period = $4 and ($5::uuid is null or customer_id > $5) order by customer_id limit $6`,
    [laneOf('partner', partnerId), partnerId, component, period, after ?? null, limit + 1],
  );
}

/** Says who they are: partners below by the registry, customers by their rows. */
export async function nameContributors(
  tx: Tx,
  program: ProgramSnapshot,
  rows: readonly ContributorRow[],
): Promise<Contributor[]> {
  const customers = rows.filter((row) => !program.partners.has(row.id));
  const named = await tx.rows<{ id: string; value: string }>(
    `select c.id, c.value from unnest($1::smallint[], $2::uuid[]) as k (lane, id) join customer c on c.lane = k.lane and c.id = k.id`,
    [customers.map(({ id }) => laneOf('customer', id)), customers.map(({ id }) => id)],
  );
  const values = new Map(named.map((row) => [row.id, row.value]));
  return rows.map(({ id, measures }): Contributor => {
    const partner = program.partners.get(id);
    return partner === undefined
      ? { id, kind: 'customer', name: values.get(id) ?? id, measures }
      : { id, kind: 'partner', name: partner.name, measures };
  });
}

async function listCandidates(
  tx: Tx,
  { partnerId, component, period }: MonthKey,
): Promise<MonthEvidence['candidates']> {
  const rows = await tx.rows<{ candidate: MonthCandidate; count: string | number }>(
    `select candidate, count(*) over () as count from period_candidate
     where lane = $1 and partner_id = $2 and component = $3 and period = $4 and times > 0
     order by candidate->>'at', candidate->>'order' collate "C", key collate "C" limit $5`,
    [laneOf('partner', partnerId), partnerId, component, period, SHOWN],
  );
  return {
    count: Number(rows[0]?.count ?? 0),
    first: rows.map(({ candidate }) => ({
      ...candidate,
      customerId: /^c:([^:]+):/.exec(candidate.key)?.[1] ?? null,
    })),
  };
}

/** An event of a customer that brings something to a month. */
export interface BringingEvent {
  readonly eventId: string;
  readonly kind: string;
  readonly externalId: string;
  readonly occurredAt: Instant;
  readonly inputs: readonly PeriodInput[];
}

/** Events of one customer that bring something to the month, oldest first, one more than the limit. */
export async function listBringingEvents(
  tx: Tx,
  { partnerId, component, period }: MonthKey,
  asked: {
    readonly customerId: string;
    readonly after: { readonly occurredAt: string; readonly eventId: string } | undefined;
    readonly limit: number;
  },
): Promise<BringingEvent[]> {
  return tx.rows<BringingEvent>(
    `select event_id as "eventId", kind, external_id as "externalId", occurred_at as "occurredAt", decision->'inputs' as inputs from placement
     where lane = $1 and customer_id = $2 and state = 'decided' and decision->'inputs' @> $3::jsonb
       and ($4::timestamptz is null or (occurred_at, event_id) > ($4, $5::uuid)) order by occurred_at, event_id limit $6`,
    [
      laneOf('customer', asked.customerId),
      asked.customerId,
      JSON.stringify([{ partnerId, component, period }]),
      asked.after?.occurredAt ?? null,
      asked.after?.eventId ?? null,
      asked.limit + 1,
    ],
  );
}
