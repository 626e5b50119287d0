import type { Tx } from '../../platform/db.ts';
import { dealsAskForTrades, mayMoveCpa } from './closed-trades.ts';
import { listExecutionGroups, loadGroups } from './customer.store.ts';
import type { CustomerRow } from './customer.store.ts';
import type { DueCustomer } from './due-customers.views.ts';
import type { ProgramSnapshot } from '../../registry/facts.ts';
import type { PlacedEvent } from '../identity/facts.ts';

/** Of those of whom only executions moved, who must be judged whole because a CPA asks for closed trades, by customer id. */
export async function listWhoseCpaMoves(
  tx: Tx,
  due: readonly DueCustomer[],
  known: {
    readonly rowOf: (customer: DueCustomer) => CustomerRow | undefined;
    readonly programOf: (customer: DueCustomer) => ProgramSnapshot;
  },
): Promise<ReadonlySet<string>> {
  const asking = due.filter((customer) => {
    const row = known.rowOf(customer);
    return row !== undefined && dealsAskForTrades(known.programOf(customer), row.context);
  });
  const groups = asking.flatMap((customer) => customer.groups.map((groupKey) => ({ ...customer, groupKey })));
  const moved = Map.groupBy(await loadGroups(tx, groups), (row) => row.customerId);
  return new Set(
    asking
      .filter((customer) =>
        mayMoveCpa(known.rowOf(customer)?.summary.cpa, moved.get(customer.customerId) ?? []),
      )
      .map((customer) => customer.customerId),
  );
}

/** Every execution of these customers, by customer id; only for those whose deals ask for closed trades. */
export async function loadExecutionsOf(
  tx: Tx,
  customers: readonly DueCustomer[],
): Promise<ReadonlyMap<string, readonly PlacedEvent[]>> {
  if (customers.length === 0) return new Map();
  const rows = await loadGroups(tx, await listExecutionGroups(tx, customers));
  const events = new Map<string, PlacedEvent[]>();
  for (const { customerId, event, state } of rows) {
    if (event === undefined || state === 'failed') continue;
    const own = events.get(customerId) ?? [];
    own.push(event);
    events.set(customerId, own);
  }
  return events;
}
