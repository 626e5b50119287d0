import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { Tx } from '../../platform/db.ts';
import { unprocessable } from '../../platform/http/problem.ts';
import { listAncestors } from '../partners/index.ts';
import { listDealsInForce, listLeavesBelow } from './deals.views.ts';
import type { DealDocument } from './facts.ts';
import { findOverRevenue } from './revenue-check.ts';
import type { ChainOfDeals, OverRevenue } from './revenue-check.ts';

/** A deal that is about to be written. */
export interface WrittenDeal {
  readonly programId: string;
  /** null: the program's default deal. */
  readonly partnerId: string | null;
  readonly document: DealDocument;
  /** When it takes effect, or now where it stands from the beginning. */
  readonly at: Instant;
}

/** Chains that end at partners below are looked at up to this many; beyond it the check of each event is left. */
const MOST_LEAVES = 500;

/**
 * Refuses a deal under which the levels of a chain could earn more than the operator does (semantics.md 2.13 and 5.10, V-ML-9): its
 * partner as the leaf with the deals of those above it, and as one of those above for the deals of partners below. The default deal is
 * looked at alone, in as many levels as it pays. Throws a 422 that names the component, the sum, and who is paid what.
 */
export async function refuseOverRevenue(tx: Tx, deal: WrittenDeal): Promise<void> {
  for (const chain of await listChains(tx, deal)) {
    const over = findOverRevenue(chain);
    if (over.length === 0) continue;
    const index = (id: string): number => deal.document.components.findIndex((one) => one.id === id);
    throw unprocessable(
      'levels_exceed_revenue',
      'The levels together could earn more than the operator does.',
      over.map((one) => ({
        path:
          index(one.component) < 0
            ? 'body.document.components'
            : `body.document.components[${index(one.component)}]`,
        message: sayOver(one),
      })),
    );
  }
}

function sayOver({ component, total, limit, where, parts }: OverRevenue): string {
  const place = where === '' ? '' : ` in ${where}`;
  return `"${component}"${place} pays ${total} per unit over all levels (${parts.join(', ')}), and the limit is ${limit}: lower a rate, or raise levels.revenuePerUnit where it is too low`;
}

async function listChains(tx: Tx, deal: WrittenDeal): Promise<ChainOfDeals[]> {
  const { programId, partnerId, document, at } = deal;
  const when = formatInstant(at);
  if (partnerId === null) {
    const depth = Math.max(...document.components.map((one) => ('levels' in one ? one.levels.maxDepth : 1)));
    return [
      Array.from({ length: depth }, (_, level) => ({ name: `level ${level + 1} from below`, document })),
    ];
  }
  const above = await listAncestors(tx, partnerId, at);
  const leaves = await listLeavesBelow(tx, { programId, partnerId, at: when, limit: MOST_LEAVES });
  const paths = [[], ...leaves.map((leaf) => leaf.path)];
  const ids = new Set([...above.map(({ id }) => id), ...paths.flat()]);
  const inForce = await listDealsInForce(tx, { programId, partnerIds: [...ids], at: when });
  const byPartner = new Map(inForce.map((row) => [row.partner_id, row]));
  const dealOf = (id: string): DealDocument | undefined => {
    if (id === partnerId) return document;
    const own = byPartner.get(id);
    const found = own === undefined || own.ends === 'default' ? byPartner.get(null) : own;
    return found === undefined || found.ends !== null ? undefined : found.document;
  };
  const names = new Map(
    [...above, ...leaves.flatMap((leaf) => leaf.names)].map(({ id, name }) => [id, name]),
  );
  return paths.map((path) =>
    [...path, partnerId, ...above.map(({ id }) => id)].flatMap((id) => {
      const own = dealOf(id);
      const name = id === partnerId ? 'this partner' : (names.get(id) ?? id);
      return own === undefined ? [] : [{ name, document: own }];
    }),
  );
}
