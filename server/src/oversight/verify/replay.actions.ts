// The rules of the road as verify calls them: the rooms' own functions, so that a rebuild cannot drift from the road.
import { decideCustomerScope, decideExecutions } from '../../pipeline/commission/index.ts';
import { groupKeyOf, namedCustomer, pairKeyOf, resolveEvent } from '../../pipeline/identity/index.ts';
import { hashOf, openBook, readStored, retell, tell } from '../../pipeline/intake/index.ts';
import type { VerifiedClick } from '../../pipeline/intake/index.ts';
import { comparableContent } from '../../pipeline/mapping/index.ts';
import type { RegistryEvidence } from './evidence.views.ts';
import type { StoredDelivery } from './facts.ts';
import type { ReadItem } from './retell.ts';
import type { RoadRules } from './road-rules.ts';

export const ROAD_RULES: RoadRules = {
  openBook,
  tell,
  retell,
  hashOf,
  groupKeyOf,
  pairKeyOf,
  namedCustomer,
  resolveEvent,
  decideCustomerScope,
  decideExecutions,
};

/** A function that reads stored deliveries again, with the mapping version that read them first. */
export function createDeliveryReader(verifyClick: (clickId: string) => VerifiedClick | undefined) {
  return (delivery: StoredDelivery, registry: RegistryEvidence): readonly ReadItem[] => {
    const source = registry.sources.get(delivery.sourceId);
    if (source === undefined || delivery.body === null) return [];
    const mapping = registry.mappingOf(source.id, delivery.mappingVersion);
    return readStored(
      delivery,
      mapping,
      { ...source, mappingVersion: delivery.mappingVersion },
      { comparable: comparableContent, verifyClick },
    );
  };
}
