import { canonicalJson } from '../../kernel/json.ts';
import { derivedUuid } from '../../kernel/digest.ts';
import { json } from '../../platform/db.ts';
import type { Tx } from '../../platform/db.ts';
import { factsInForce } from '../../registry/index.ts';
import type { HeldGrade } from '../../registry/deals/facts.ts';
import type { Booked, Candidate, Carry, CustomerSums, InputDifference, PeriodStep } from './facts.ts';
import { addMeasures } from './weigh.ts';

/** What a message brings to the scopes of its lane. */
export interface InputsMessage {
  readonly lane: number;
  readonly programId: string;
  /** The change set that caused it. */
  readonly changeSetId?: string;
  readonly inputs?: readonly InputDifference[];
}

/** Names one scope. */
export interface ScopeKey {
  readonly lane: number;
  readonly partnerId: string;
  readonly component: string;
  readonly period: string;
}

interface Sum extends ScopeKey {
  readonly programId: string;
  readonly customerId: string;
  measures: Readonly<Record<string, string>>;
}

/**
 * Adds what the messages bring to what stands, one row per customer and scope, and puts their scopes on the table. To be called once for each
 * message, in the transaction that marks it as counted: the lane has one writer.
 */
export async function countInputs(tx: Tx, messages: readonly InputsMessage[]): Promise<void> {
  const sums = new Map<string, Sum>();
  for (const { lane, programId, inputs } of messages)
    for (const { partnerId, component, period, customerId, measures } of inputs ?? []) {
      const key = `${lane} ${partnerId} ${component} ${period} ${customerId}`;
      const known = sums.get(key);
      if (known === undefined)
        sums.set(key, { lane, programId, partnerId, component, period, customerId, measures });
      else known.measures = addMeasures(known.measures, measures);
    }
  if (sums.size === 0) return;
  const rows = [...sums.values()];
  const before = await loadMeasures(tx, rows);
  await tx.exec(
    `insert into period_input (lane, partner_id, component, period, customer_id, measures)
     select * from unnest($1::smallint[], $2::uuid[], $3::text[], $4::date[], $5::uuid[], $6::jsonb[])
     on conflict (lane, partner_id, component, period, customer_id) do update set measures = excluded.measures, fresh = true`,
    [
      ...keyArrays(rows),
      rows.map((row) => row.customerId),
      rows.map((row) => json(addMeasures(before.get(inputKey(row)) ?? {}, row.measures))),
    ],
    rows.length,
  );
  await countCandidates(tx, messages);
  const scopes = [...new Map(rows.map((row) => [scopeKey(row), row])).values()];
  const causes = causesOf(messages);
  await tx.exec(
    `insert into period_scope (lane, partner_id, component, period, program_id, change_set_id)
     select * from unnest($1::smallint[], $2::uuid[], $3::text[], $4::date[], $5::uuid[], $6::uuid[])
     on conflict (lane, partner_id, component, period) do update
     set due = true, change_set_id = greatest(period_scope.change_set_id, excluded.change_set_id)`,
    [
      ...keyArrays(scopes),
      scopes.map((row) => row.programId),
      scopes.map((row) => causes.get(scopeKey(row)) ?? null),
    ],
    scopes.length,
  );
}

/** The newest change set that brought something, by scope. Ids of sets rise with time. */
function causesOf(messages: readonly InputsMessage[]): ReadonlyMap<string, string> {
  const causes = new Map<string, string>();
  for (const { lane, changeSetId, inputs } of messages) {
    if (changeSetId === undefined) continue;
    for (const { partnerId, component, period } of inputs ?? []) {
      const key = scopeKey({ lane, partnerId, component, period });
      const known = causes.get(key);
      if (known === undefined || known < changeSetId) causes.set(key, changeSetId);
    }
  }
  return causes;
}

async function loadMeasures(
  tx: Tx,
  rows: readonly Sum[],
): Promise<Map<string, Readonly<Record<string, string>>>> {
  const found = await tx.rows<{ key: string; measures: Record<string, string> }>(
    `select concat_ws(' ', i.lane, i.partner_id, i.component, i.period::text, i.customer_id) as key, i.measures
     from unnest($1::smallint[], $2::uuid[], $3::text[], $4::date[], $5::uuid[]) as k (lane, partner_id, component, period, customer_id)
     join period_input i on i.lane = k.lane and i.partner_id = k.partner_id and i.component = k.component
       and i.period = k.period and i.customer_id = k.customer_id`,
    [...keyArrays(rows), rows.map((row) => row.customerId)],
  );
  return new Map(found.map((row) => [row.key, row.measures]));
}

async function countCandidates(tx: Tx, messages: readonly InputsMessage[]): Promise<void> {
  const sums = new Map<string, ScopeKey & { candidate: Candidate; mark: string; times: number }>();
  for (const { lane, inputs } of messages)
    for (const { partnerId, component, period, candidates } of inputs ?? [])
      for (const { n, ...candidate } of candidates ?? []) {
        const mark = derivedUuid('period candidate', canonicalJson(candidate));
        const key = `${lane} ${partnerId} ${component} ${period} ${candidate.key} ${mark}`;
        const known = sums.get(key) ?? { lane, partnerId, component, period, candidate, mark, times: 0 };
        known.times += n;
        sums.set(key, known);
      }
  const rows = [...sums.values()].filter((row) => row.times !== 0);
  if (rows.length === 0) return;
  await tx.exec(
    `insert into period_candidate as c (lane, partner_id, component, period, key, mark, candidate, times)
     select * from unnest($1::smallint[], $2::uuid[], $3::text[], $4::date[], $5::text[], $6::uuid[], $7::jsonb[], $8::int[])
     on conflict (lane, partner_id, component, period, key, mark) do update set times = c.times + excluded.times`,
    [
      ...keyArrays(rows),
      rows.map((row) => row.candidate.key),
      rows.map((row) => row.mark),
      rows.map((row) => json(row.candidate)),
      rows.map((row) => row.times),
    ],
    rows.length,
  );
  await tx.exec('delete from period_candidate where lane = any($1::smallint[]) and times = 0', [
    [...new Set(rows.map((row) => row.lane))],
  ]);
}

function keyArrays(rows: readonly ScopeKey[]): [number[], string[], string[], string[]] {
  return [
    rows.map((row) => row.lane),
    rows.map((row) => row.partnerId),
    rows.map((row) => row.component),
    rows.map((row) => row.period),
  ];
}

function inputKey(row: ScopeKey & { readonly customerId: string }): string {
  return `${scopeKey(row)} ${row.customerId}`;
}

export function scopeKey(row: ScopeKey): string {
  return `${row.lane} ${row.partnerId} ${row.component} ${row.period}`;
}

/** Lanes in which a scope is to be decided. */
export async function listDueLanes(tx: Tx): Promise<number[]> {
  const rows = await tx.rows<{ lane: number }>(
    'select distinct lane from period_scope where due order by lane',
  );
  return rows.map((row) => row.lane);
}

/** One component of one partner with scopes that are to be decided. */
export interface DueComponent {
  readonly lane: number;
  readonly partnerId: string;
  readonly component: string;
  readonly programId: string;
}

export async function listDueComponents(
  tx: Tx,
  lanes: readonly number[],
  limit: number,
): Promise<DueComponent[]> {
  const rows = await tx.rows<{ lane: number; partner_id: string; component: string; program_id: string }>(
    `select distinct lane, partner_id, component, program_id from period_scope
     where due and lane = any($1::smallint[]) order by lane, partner_id, component limit $2`,
    [lanes, limit],
  );
  return rows.map((row) => ({
    lane: row.lane,
    partnerId: row.partner_id,
    component: row.component,
    programId: row.program_id,
  }));
}

/** How an amount came about, as it is stored. */
export interface StoredResult {
  readonly amountMinor: string;
  readonly currency: string;
  readonly exact: string;
  readonly reason?: string;
  readonly steps: readonly PeriodStep[];
  readonly carry: Carry;
  readonly dealId: string;
  readonly dealVersion: number;
  /** The partner's grade at the beginning of the month. Absent: the deal has none. */
  readonly grade?: HeldGrade;
}

export interface ScopeRow extends ScopeKey {
  readonly programId: string;
  readonly totals: Readonly<Record<string, string>>;
  readonly weighedBy: string | null;
  readonly booked: Booked;
  readonly closed: boolean;
  /** The set that brought something since it was decided; null = none did. */
  readonly changeSetId: string | null;
  /** By which it was decided; 0 = never. */
  readonly factsVersion: number;
}

/** What was paid out decides how much is taken back of it: such components of a partner are decided again. */
export async function touchPaid(
  tx: Tx,
  {
    lane,
    partnerId,
    components,
  }: { readonly lane: number; readonly partnerId: string; readonly components: readonly string[] },
): Promise<void> {
  await tx.exec(
    `update period_scope s set due = true
     where s.lane = $1 and s.partner_id = $2 and s.component = any($3::text[])
       and exists (select from period_candidate c where c.lane = s.lane and c.partner_id = s.partner_id and c.component = s.component
         and c.period = s.period and c.candidate -> 'taken' is not null)`,
    [lane, partnerId, components],
  );
}

/** Up to which facts version all customers of these programs have been decided. */
export async function loadFactsInForce(
  tx: Tx,
  programIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const rows = await tx.rows<{ id: string; version: number }>(
    `select p.id, ${factsInForce('p.id')} as version from program p where p.id = any($1::uuid[])`,
    [programIds],
  );
  return new Map(rows.map((row) => [row.id, row.version]));
}

/** Every scope of the components, with whether its period was closed; by period. */
export async function loadScopes(tx: Tx, due: readonly DueComponent[]): Promise<ScopeRow[]> {
  const rows = await tx.rows<{
    lane: number;
    partner_id: string;
    component: string;
    period: string;
    program_id: string;
    totals: Record<string, string>;
    weighed_by: string | null;
    booked: Booked;
    closed: boolean;
    change_set_id: string | null;
    facts_version: number;
  }>(
    `select s.lane, s.partner_id, s.component, s.period::text as period, s.program_id, s.totals, s.weighed_by, s.booked, s.change_set_id, s.facts_version,
       exists (select from period_close p where p.program_id = s.program_id and p.period = s.period) as closed
     from unnest($1::smallint[], $2::uuid[], $3::text[]) as k (lane, partner_id, component)
     join period_scope s on s.lane = k.lane and s.partner_id = k.partner_id and s.component = k.component
     order by s.lane, s.partner_id, s.component, s.period`,
    componentArrays(due),
  );
  return rows.map((row) => ({
    lane: row.lane,
    partnerId: row.partner_id,
    component: row.component,
    period: row.period,
    programId: row.program_id,
    totals: row.totals,
    weighedBy: row.weighed_by,
    booked: row.booked,
    closed: row.closed,
    changeSetId: row.change_set_id,
    factsVersion: row.facts_version,
  }));
}

function componentArrays(due: readonly DueComponent[]): [number[], string[], string[]] {
  return [due.map((one) => one.lane), due.map((one) => one.partnerId), due.map((one) => one.component)];
}

export interface InputRow extends ScopeKey, CustomerSums {
  readonly weighed: Readonly<Record<string, string>>;
  readonly special: boolean;
}

/** Customers whose weight is not known yet, or, of scopes that other terms weigh now, everybody. */
export async function loadFreshInputs(tx: Tx, due: readonly DueComponent[]): Promise<InputRow[]> {
  return inputRows(
    tx,
    `join period_input i on i.lane = k.lane and i.partner_id = k.partner_id and i.component = k.component and i.fresh`,
    componentArrays(due),
  );
}

export async function loadInputsOf(tx: Tx, scopes: readonly ScopeKey[]): Promise<InputRow[]> {
  if (scopes.length === 0) return [];
  return inputRows(
    tx,
    `join period_input i on i.lane = k.lane and i.partner_id = k.partner_id and i.component = k.component and i.period = k.period`,
    keyArrays(scopes),
  );
}

/** Customers who matter by themselves in some period, with what they brought in each. */
export async function loadSpecialInputs(tx: Tx, due: readonly DueComponent[]): Promise<InputRow[]> {
  if (due.length === 0) return [];
  return inputRows(
    tx,
    `join period_input i on i.lane = k.lane and i.partner_id = k.partner_id and i.component = k.component
       and i.customer_id in (select o.customer_id from period_input o
         where o.lane = k.lane and o.partner_id = k.partner_id and o.component = k.component and o.special)`,
    componentArrays(due),
  );
}

async function inputRows(
  tx: Tx,
  join: string,
  keys: [number[], string[], string[]] | [number[], string[], string[], string[]],
): Promise<InputRow[]> {
  const names = keys.length === 3 ? 'lane, partner_id, component' : 'lane, partner_id, component, period';
  const types =
    keys.length === 3
      ? '$1::smallint[], $2::uuid[], $3::text[]'
      : '$1::smallint[], $2::uuid[], $3::text[], $4::date[]';
  const rows = await tx.rows<{
    lane: number;
    partner_id: string;
    component: string;
    period: string;
    customer_id: string;
    measures: Record<string, string>;
    weighed: Record<string, string>;
    special: boolean;
  }>(
    `select i.lane, i.partner_id, i.component, i.period::text as period, i.customer_id, i.measures, i.weighed, i.special
     from unnest(${types}) as k (${names}) ${join}
     order by i.lane, i.partner_id, i.component, i.period, i.customer_id`,
    keys,
  );
  return rows.map((row) => ({
    lane: row.lane,
    partnerId: row.partner_id,
    component: row.component,
    period: row.period,
    customerId: row.customer_id,
    measures: row.measures,
    weighed: row.weighed,
    special: row.special,
  }));
}

export async function loadCandidates(
  tx: Tx,
  due: readonly DueComponent[],
): Promise<(ScopeKey & { candidate: Candidate })[]> {
  if (due.length === 0) return [];
  const rows = await tx.rows<{
    lane: number;
    partner_id: string;
    component: string;
    period: string;
    candidate: Candidate;
  }>(
    `select c.lane, c.partner_id, c.component, c.period::text as period, c.candidate
     from unnest($1::smallint[], $2::uuid[], $3::text[]) as k (lane, partner_id, component)
     join period_candidate c on c.lane = k.lane and c.partner_id = k.partner_id and c.component = k.component and c.times > 0`,
    componentArrays(due),
  );
  return rows.map((row) => ({
    lane: row.lane,
    partnerId: row.partner_id,
    component: row.component,
    period: row.period,
    candidate: row.candidate,
  }));
}

export async function saveWeights(tx: Tx, rows: readonly InputRow[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.exec(
    `update period_input i set weighed = w.weighed, special = w.special, fresh = false
     from unnest($1::smallint[], $2::uuid[], $3::text[], $4::date[], $5::uuid[], $6::jsonb[], $7::boolean[])
       as w (lane, partner_id, component, period, customer_id, weighed, special)
     where i.lane = w.lane and i.partner_id = w.partner_id and i.component = w.component and i.period = w.period
       and i.customer_id = w.customer_id`,
    [
      ...keyArrays(rows),
      rows.map((row) => row.customerId),
      rows.map((row) => json(row.weighed)),
      rows.map((row) => row.special),
    ],
    rows.length,
  );
}

export interface ScopeSave extends ScopeKey {
  readonly programId: string;
  readonly totals: Readonly<Record<string, string>>;
  readonly weighedBy: string | null;
  readonly booked: Booked;
  readonly result: StoredResult | null;
  readonly due: boolean;
  readonly provisional: boolean;
  /** Of the program, by which it was decided. */
  readonly factsVersion: number;
}

/** Stores what the scopes are worth; one that nothing was brought to is made. */
export async function saveScopes(tx: Tx, saves: readonly ScopeSave[], now: string): Promise<void> {
  if (saves.length === 0) return;
  await tx.exec(
    `insert into period_scope (lane, partner_id, component, period, program_id, totals, weighed_by, booked, result, due, provisional, facts_version, decided_at)
     select s.*, $13 from unnest($1::smallint[], $2::uuid[], $3::text[], $4::date[], $5::uuid[], $6::jsonb[], $7::uuid[], $8::jsonb[],
       $9::jsonb[], $10::boolean[], $11::boolean[], $12::bigint[]) as s
     on conflict (lane, partner_id, component, period) do update set totals = excluded.totals, weighed_by = excluded.weighed_by,
       booked = excluded.booked, result = excluded.result, due = excluded.due, provisional = excluded.provisional,
       facts_version = excluded.facts_version, decided_at = excluded.decided_at, change_set_id = null`,
    [
      ...keyArrays(saves),
      saves.map((save) => save.programId),
      saves.map((save) => json(save.totals)),
      saves.map((save) => save.weighedBy),
      saves.map((save) => json(save.booked)),
      saves.map((save) => (save.result === null ? null : json(save.result))),
      saves.map((save) => save.due),
      saves.map((save) => save.provisional),
      saves.map((save) => save.factsVersion),
      now,
    ],
    saves.length,
  );
}

/** Puts scopes on the table whose period was closed since they were decided; returns how many. */
export async function touchClosed(tx: Tx, lanes: readonly number[]): Promise<void> {
  await tx.exec(
    `update period_scope s set due = true
     from period_close p
     where s.lane = any($1::smallint[]) and s.provisional and not s.due and p.program_id = s.program_id and p.period = s.period`,
    [lanes],
  );
}

/** Lanes with scopes of a closed period that were decided while it was open. */
export async function listClosedLanes(tx: Tx): Promise<number[]> {
  const rows = await tx.rows<{ lane: number }>(
    `select distinct s.lane from period_scope s join period_close p on p.program_id = s.program_id and p.period = s.period
     where s.provisional and not s.due order by s.lane`,
  );
  return rows.map((row) => row.lane);
}

/** A partner with scopes that were decided before a change of facts that concerns it. */
export interface StaleScopes {
  readonly lane: number;
  readonly partnerId: string;
  readonly programId: string;
  /** The facts version that they must be decided by. */
  readonly wanted: number;
}

/** Partners with scopes whose terms, or place in the tree, may be others by now (rules.md 3.6). */
export async function listStaleScopes(
  tx: Tx,
  programIds: readonly string[],
  lanes: readonly number[],
): Promise<StaleScopes[]> {
  return tx.rows<StaleScopes>(
    `select distinct s.lane, s.partner_id as "partnerId", s.program_id as "programId",
       greatest(p.whole_version, r.facts_version) as wanted
     from program p join period_scope s on s.program_id = p.id join partner r on r.id = s.partner_id
     where p.id = any($1::uuid[]) and s.lane = any($2::smallint[]) and s.facts_version < greatest(p.whole_version, r.facts_version)`,
    [programIds, lanes],
  );
}

/** Puts them on the table; returns how many were not there. */
export async function touchStaleScopes(tx: Tx, stale: readonly StaleScopes[]): Promise<number> {
  return tx.exec(
    `update period_scope s set due = true from unnest($1::smallint[], $2::uuid[], $3::bigint[]) as k (lane, partner_id, wanted)
     where s.lane = k.lane and s.partner_id = k.partner_id and s.facts_version < k.wanted and not s.due`,
    [stale.map((one) => one.lane), stale.map((one) => one.partnerId), stale.map((one) => one.wanted)],
  );
}
