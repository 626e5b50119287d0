import { identifierIdOf } from '../../kernel/derived-ids.ts';
import type { ResolveInput, Resolution } from './resolve.ts';
import { namedCustomer } from './facts.ts';

/** Names that a door remembers; one costs about 200 bytes. */
export const REMEMBERED_NAMES = 50_000;

/** Customers by identifier. */
export type NamedCustomers = Readonly<Record<string, string>>;

export interface RecentNames {
  /** Remembers the names in registrations and mapping rows, and fills in what the claims did not know yet. */
  complete(
    queries: readonly (ResolveInput & { readonly identifierId: string })[],
    resolutions: readonly Resolution[],
  ): Promise<Resolution[]>;
  /** Those of the identifiers that this process remembers. */
  find(identifierIds: readonly string[]): NamedCustomers;
}

export interface RecentNamesOptions {
  readonly limit?: number;
  /** What other processes behind the same port remember. */
  readonly askOthers?: (identifierIds: readonly string[]) => Promise<readonly NamedCustomers[]>;
}

/**
 * A customer's claims reach the identifier lanes some milliseconds after the registration was acknowledged. A deposit that
 * follows at once would be answered `parked`, though it goes on by itself; so a door remembers the names it has just seen.
 * Only a hint for the reply, like every resolution at the door: the evidence step asks the identifier lane (rules.md 3.2).
 */
export function createRecentNames({
  limit = REMEMBERED_NAMES,
  askOthers = async () => [],
}: RecentNamesOptions = {}): RecentNames {
  const customers = new Map<string, string>();
  const remember = (identifierId: string, customerId: string): void => {
    customers.delete(identifierId);
    customers.set(identifierId, customerId);
    const oldest = customers.size > limit ? customers.keys().next().value : undefined;
    if (oldest !== undefined) customers.delete(oldest);
  };
  return {
    async complete(queries, resolutions) {
      for (const query of queries) {
        const customerId = namedCustomer(query);
        if (customerId === undefined) continue;
        for (const { namespace, value } of namesOf(query))
          remember(identifierIdOf(query.programId, namespace, value), customerId);
      }
      const unknown = queries.flatMap(({ identifierId }, index) =>
        isUnknown(resolutions[index]) && !customers.has(identifierId) ? [identifierId] : [],
      );
      const elsewhere = unknown.length === 0 ? [] : await askOthers(unknown);
      return resolutions.map((resolution, index) => {
        const query = queries[index];
        if (!isUnknown(resolution) || query === undefined) return resolution;
        const customerId =
          customers.get(query.identifierId) ??
          elsewhere.find((names) => names[query.identifierId] !== undefined)?.[query.identifierId];
        return customerId === undefined ? resolution : { kind: 'placed', customerId };
      });
    },
    find: (identifierIds) =>
      Object.fromEntries(
        identifierIds.flatMap((id) => {
          const customerId = customers.get(id);
          return customerId === undefined ? [] : [[id, customerId]];
        }),
      ),
  };
}

function isUnknown(resolution: Resolution | undefined): boolean {
  return resolution?.kind === 'parked' && resolution.reason === 'unknown_customer';
}

function namesOf({ content }: ResolveInput): readonly { namespace: string; value: string }[] {
  // A row of a mapping table may hold for a span of time only; what it says of other times is left to the claims.
  return content.link === undefined ? content.identifiers : [];
}
