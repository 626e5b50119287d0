// Whose turn it is.
import type { Tx } from '../../platform/db.ts';
import { listDueCustomers } from './due-customers.views.ts';
import type { DueCustomer } from './due-customers.views.ts';
import type { TurnRing } from './turn-ring.ts';
import { countRowsOfTurn } from './turn-size.views.ts';

/** How much a turn takes, and where it begins. */
export interface TurnSize {
  readonly ring: TurnRing;
  readonly mostRows: number;
  /** A link is releasing events: those with long histories wait until all of it is there. */
  readonly releasing: boolean;
}

/** Who is due in these lanes, up to about `limit` rows of evidence, and how many rows each brings. */
export async function listTurn(
  tx: Tx,
  lanes: readonly number[],
  { ring, mostRows, releasing, limit }: TurnSize & { readonly limit: number },
): Promise<{ due: DueCustomer[]; rowsOf: (customer: DueCustomer) => number }> {
  const waiting: string[] = [];
  const from = ring.after(lanes);
  for (;;) {
    const found = await listDueCustomers(tx, lanes, { limit, from, except: waiting });
    const rows = await countRowsOfTurn(tx, found, mostRows);
    const rowsOf = ({ customerId }: DueCustomer): number => rows.get(customerId) ?? 0;
    const due = found.map((one) => (rowsOf(one) > mostRows ? { ...one, isLong: true } : one));
    const long = releasing ? due.filter((one) => one.isLong === true) : [];
    if (long.length === 0) {
      ring.taken(
        from,
        found.filter(({ groups }) => groups.length > 0),
      );
      return { due, rowsOf };
    }
    // Asked again without them: what is pending of them must not fill the whole turn.
    waiting.push(...long.map((one) => one.customerId));
  }
}
