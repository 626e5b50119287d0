import { formatInstant } from '../../kernel/instant.ts';
import type { Tx } from '../../platform/db.ts';
import type { ProgramSnapshot } from '../../registry/facts.ts';
import { listExecutionGroups, listPairGroups, loadGroups } from './customer.store.ts';
import type { DueCustomer, PlacementRow } from './customer.store.ts';
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
 * what moved was another execution of its position. Where a deal nets hedged trades, also the groups of the trades that closed on the
 * same days: of these only those trades are judged, the other executions of their positions look on.
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
  const days = new Map<string, { readonly lane: number; readonly days: readonly HedgeDay[] }>();
  for (const customer of due) {
    const own = byCustomer.get(customer.customerId);
    if (own === undefined || wholeIds.has(customer.customerId)) continue;
    const { program, context } = judgingOf(customer);
    const hedgeBy = findHedgeBy(program, context);
    if (hedgeBy !== undefined)
      days.set(customer.customerId, { lane: customer.lane, days: listHedgeDays(program, hedgeBy, own) });
  }
  const beside = await loadJoined(tx, seen, await listDayGroups(tx, days));
  const onlookers = beside.flatMap(({ customerId, eventId, event }) =>
    event !== undefined && closesOn(days.get(customerId)?.days ?? [], event) ? [] : [eventId],
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
    rows.push(...loaded);
    wanted = await listPairGroups(
      tx,
      loaded.flatMap((row) => (row.pairKey === null ? [] : [{ ...row, pairKey: row.pairKey }])),
    );
    wanted = wanted.filter((group) => !seen.has(keyOf(group)));
  }
  return rows;
}

/** The groups of everything that closed on these days, by an index of closings (`placement_closed`). */
async function listDayGroups(
  tx: Tx,
  days: ReadonlyMap<string, { readonly lane: number; readonly days: readonly HedgeDay[] }>,
): Promise<GroupRef[]> {
  const keys = [...days].flatMap(([customerId, { lane, days: own }]) =>
    own.map((day) => ({ lane, customerId, ...day })),
  );
  if (keys.length === 0) return [];
  const found = await tx.rows<{ lane: number; customer_id: string; group_key: string }>(
    `select distinct p.lane, p.customer_id, p.group_key
     from unnest($1::smallint[], $2::uuid[], $3::timestamptz[], $4::timestamptz[], $5::text[], $6::text[])
       as k (lane, customer_id, day_from, day_to, symbol, account)
     join placement p on p.lane = k.lane and p.customer_id = k.customer_id
       and p.occurred_at >= k.day_from and p.occurred_at < k.day_to and p.content -> 'execution' ->> 'entry' <> 'in'
       and p.content -> 'execution' ->> 'symbol' = k.symbol
       and (k.account is null or p.content -> 'execution' ->> 'account' = k.account)`,
    [
      keys.map((key) => key.lane),
      keys.map((key) => key.customerId),
      keys.map((key) => formatInstant(key.from)),
      keys.map((key) => formatInstant(key.to)),
      keys.map((key) => key.symbol),
      keys.map((key) => key.account),
    ],
  );
  return found.map((row) => ({ lane: row.lane, customerId: row.customer_id, groupKey: row.group_key }));
}
