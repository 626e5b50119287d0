import { instants, smallints, texts, uuids } from '../../platform/binary-arrays.ts';
import type { Tx } from '../../platform/db.ts';
import type { ProgramSnapshot } from '../../registry/facts.ts';
import { listExecutionGroups, listPairGroups, loadGroups } from './customer.store.ts';
import type { PlacementRow } from './customer.store.ts';
import type { DueCustomer } from './due-customers.views.ts';
import type { CustomerContext } from './facts.ts';
import { closesOn, findHedgeBy, listHedgeDays } from './hedge-days.ts';
import type { HedgeDay } from './hedge-days.ts';

/** What the loader must know of a customer to find the other trades of a day. */
export interface Judging {
  readonly program: ProgramSnapshot;
  readonly context: CustomerContext;
}

export interface LoadedExecutions {
  readonly rows: readonly PlacementRow[];
  /** Loaded so that others can be judged: what was decided about them stays. */
  readonly onlookers: ReadonlySet<string>;
}

interface GroupRef {
  readonly lane: number;
  readonly customerId: string;
  readonly groupKey: string;
}

/**
 * The groups that moved, and every group that a close-by joins to one of them: a leg must never be judged without the other, also when
 * what moved was another execution of its position. Where a deal nets hedged trades and there are both sides on one of its days, also the
 * groups of the trades that closed on the same days: of these only those trades are judged, the other executions of their positions look on.
 */
export async function loadExecutions(
  tx: Tx,
  { due, whole }: { readonly due: readonly DueCustomer[]; readonly whole: readonly DueCustomer[] },
  judgingOf: (customer: DueCustomer) => Judging,
): Promise<LoadedExecutions> {
  const pairKeys = due.flatMap((customer) => customer.pairKeys.map((pairKey) => ({ ...customer, pairKey })));
  const seen = new Set<string>();
  const rows = await loadJoined(tx, seen, [
    ...due.flatMap((customer) =>
      customer.groups.filter((group) => group !== 'c').map((groupKey) => ({ ...customer, groupKey })),
    ),
    ...(await listPairGroups(tx, pairKeys)),
    ...(await listExecutionGroups(tx, whole)),
  ]);
  const wholeIds = new Set(whole.map((customer) => customer.customerId));
  const byCustomer = Map.groupBy(rows, (row) => row.customerId);
  const days: DaysByCustomer = new Map();
  for (const customer of due) {
    const own = byCustomer.get(customer.customerId);
    if (own === undefined || wholeIds.has(customer.customerId)) continue;
    const { program, context } = judgingOf(customer);
    const hedgeBy = findHedgeBy(program, context);
    if (hedgeBy !== undefined)
      days.set(customer.customerId, { lane: customer.lane, days: listHedgeDays(program, hedgeBy, own) });
  }
  const hedged = await findHedgedDays(tx, days);
  const beside = await loadJoined(tx, seen, await listDayGroups(tx, hedged));
  const onlookers = beside.flatMap(({ customerId, eventId, event }) =>
    event !== undefined && closesOn(hedged.get(customerId)?.days ?? [], event) ? [] : [eventId],
  );
  return { rows: [...rows, ...beside], onlookers: new Set(onlookers) };
}

/** Loads groups that were not seen yet, with all that close-bys join to them. */
async function loadJoined(tx: Tx, seen: Set<string>, groups: readonly GroupRef[]): Promise<PlacementRow[]> {
  const keyOf = (group: GroupRef): string => `${group.customerId}\0${group.groupKey}`;
  const rows: PlacementRow[] = [];
  let wanted = groups;
  while (wanted.length > 0) {
    const fresh = new Map(
      wanted.filter((group) => !seen.has(keyOf(group))).map((group) => [keyOf(group), group]),
    );
    for (const key of fresh.keys()) seen.add(key);
    const loaded = await loadGroups(tx, [...fresh.values()]);
    // One by one: of a customer with a long history they are more than a call takes as arguments.
    for (const row of loaded) rows.push(row);
    wanted = await listPairGroups(
      tx,
      loaded.flatMap((row) => (row.pairKey === null ? [] : [{ ...row, pairKey: row.pairKey }])),
    );
    wanted = wanted.filter((group) => !seen.has(keyOf(group)));
  }
  return rows;
}

type DaysByCustomer = Map<string, { readonly lane: number; readonly days: readonly HedgeDay[] }>;

/**
 * The customers with both sides on one of their days, with all of their days. A trade among others of its own side nets nobody and is netted
 * by nobody, so the others need not be read: who trades a thousand times a day would have them read a thousand times. Whoever was hedged
 * before is found by this too, because the trade that hedged it tells its side when it goes.
 */
async function findHedgedDays(tx: Tx, days: DaysByCustomer): Promise<DaysByCustomer> {
  const oneSided = [...days].flatMap(([customerId, { lane, days: own }]) =>
    own.some(({ sides }) => sides.size > 1)
      ? []
      : own.map((day) => ({ lane, customerId, ...day, other: day.sides.has('long') ? 'short' : 'long' })),
  );
  const asked = new Set(oneSided.map(({ customerId }) => customerId));
  const found = new Set(await listOpposed(tx, oneSided));
  return new Map([...days].filter(([customerId]) => !asked.has(customerId) || found.has(customerId)));
}

interface OneSidedDay extends Omit<HedgeDay, 'sides'> {
  readonly lane: number;
  readonly customerId: string;
  readonly other: string;
}

/** The customers who have a trade of the other side on one of these days, by an index of trades (`placement_traded`). */
async function listOpposed(tx: Tx, keys: readonly OneSidedDay[]): Promise<string[]> {
  if (keys.length === 0) return [];
  const found = await tx.rows<{ customer_id: string }>(
    `select k.customer_id from ${DAYS}
     cross join lateral (select from placement p where p.lane = k.lane and p.customer_id = k.customer_id and ${TRADED}
       and ${SIDE_OF_TRADE} = k.other limit 1) as opposed`,
    dayValues(keys),
  );
  return found.map((row) => row.customer_id);
}

/** The groups of every trade that was closed on these days, as it was decided; what is not decided yet has a turn of its own. */
async function listDayGroups(tx: Tx, days: DaysByCustomer): Promise<GroupRef[]> {
  const keys = [...days].flatMap(([customerId, { lane, days: own }]) =>
    own.map((day) => ({ lane, customerId, ...day, other: '' })),
  );
  if (keys.length === 0) return [];
  const found = await tx.rows<{ lane: number; customer_id: string; group_key: string }>(
    `select distinct k.lane, k.customer_id, traded.group_key from ${DAYS}
     cross join lateral (select p.group_key from placement p where p.lane = k.lane and p.customer_id = k.customer_id and ${TRADED}
       and ${SIDE_OF_TRADE} in ('long', 'short') offset 0) as traded`,
    dayValues(keys),
  );
  return found.map((row) => ({ lane: row.lane, customerId: row.customer_id, groupKey: row.group_key }));
}

const DAYS = `unnest($1::smallint[], $2::uuid[], $3::timestamptz[], $4::timestamptz[], $5::text[], $6::text[], $7::text[])
  as k (lane, customer_id, day_from, day_to, symbol, account, other)`;

/**
 * As the index says it. Both statements go through it key by key (`limit`, `offset`): joined to the table, every trade of everybody was read
 * where statistics were older than the trades.
 */
const SIDE_OF_TRADE = `(p.decision -> 'assembly' -> 'trade' ->> 'side')`;
const TRADED = `(p.decision -> 'assembly' ->> 'kind') = 'trade' and (p.decision -> 'assembly' -> 'trade' ->> 'symbol') = k.symbol
  and p.occurred_at >= k.day_from and p.occurred_at < k.day_to
  and (k.account is null or p.decision -> 'assembly' -> 'trade' ->> 'account' = k.account)`;

function dayValues(keys: readonly OneSidedDay[]): readonly unknown[] {
  return [
    smallints(keys.map((key) => key.lane)),
    uuids(keys.map((key) => key.customerId)),
    instants(keys.map((key) => key.from)),
    instants(keys.map((key) => key.to)),
    texts(keys.map((key) => key.symbol)),
    texts(keys.map((key) => key.account)),
    texts(keys.map((key) => key.other)),
  ];
}
