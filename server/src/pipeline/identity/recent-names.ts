import { identifierIdOf } from '../../kernel/derived-ids.ts';
import type { ResolveInput, Resolution } from './resolve.ts';
import { namedCustomer } from './facts.ts';

/** Names that a door remembers; one costs about 200 bytes. */
export const REMEMBERED_NAMES = 50_000;

export interface RecentNames {
  /** Remembers the names in registrations and mapping rows, and fills in what the claims did not know yet. */
  complete(
    queries: readonly (ResolveInput & { readonly identifierId: string })[],
    resolutions: readonly Resolution[],
  ): Resolution[];
}

/**
 * A customer's claims reach the identifier lanes some milliseconds after the registration was acknowledged. A deposit that
 * follows at once would be answered `parked`, though it goes on by itself; so a door remembers the names it has just seen.
 * Only a hint for the reply, like every resolution at the door: the evidence step asks the identifier lane (rules.md 3.2).
 */
export function createRecentNames(limit: number = REMEMBERED_NAMES): RecentNames {
  const customers = new Map<string, string>();
  const remember = (identifierId: string, customerId: string): void => {
    customers.delete(identifierId);
    customers.set(identifierId, customerId);
    const oldest = customers.size > limit ? customers.keys().next().value : undefined;
    if (oldest !== undefined) customers.delete(oldest);
  };
  return {
    complete(queries, resolutions) {
      for (const query of queries) {
        const customerId = namedCustomer(query);
        if (customerId === undefined) continue;
        for (const { namespace, value } of namesOf(query))
          remember(identifierIdOf(query.programId, namespace, value), customerId);
      }
      return resolutions.map((resolution, index) => {
        const query = queries[index];
        if (resolution.kind !== 'parked' || resolution.reason !== 'unknown_customer' || query === undefined)
          return resolution;
        const customerId = customers.get(query.identifierId);
        return customerId === undefined ? resolution : { kind: 'placed', customerId };
      });
    },
  };
}

function namesOf({ content }: ResolveInput): readonly { namespace: string; value: string }[] {
  // A row of a mapping table may hold for a span of time only; what it says of other times is left to the claims.
  return content.link === undefined ? content.identifiers : [];
}
