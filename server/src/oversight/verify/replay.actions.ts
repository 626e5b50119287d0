// The rules of the road as verify calls them: the rooms' own functions, so that a rebuild cannot drift from the road.
import { decideCustomerScope, decideExecutions } from '../../pipeline/commission/index.ts';
import { groupKeyOf, namedCustomer, pairKeyOf, resolveEvent } from '../../pipeline/identity/index.ts';
import {
  applyVerdict,
  classifyRevision,
  isCanonicalFeed,
  mapCanonicalDelivery,
  prepareItems,
} from '../../pipeline/intake/index.ts';
import type { VerifiedClick } from '../../pipeline/intake/index.ts';
import { comparableContent, mapEvent } from '../../pipeline/mapping/index.ts';
import type { MappedDelivery } from '../../pipeline/mapping/index.ts';
import type { SourceSnapshot } from '../../registry/facts.ts';
import type { RegistryEvidence } from './evidence.views.ts';
import type { StoredDelivery } from './facts.ts';
import type { ReadItem } from './retell.ts';
import type { RoadRules } from './road-rules.ts';

export const ROAD_RULES: RoadRules = {
  classifyRevision,
  applyVerdict,
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
    const doorSource = {
      id: source.id,
      programId: source.programId,
      registrar: source.registrar,
      mappingVersion: delivery.mappingVersion,
    };
    return prepareItems(mapAgain(delivery, source, registry), doorSource, {
      comparable: comparableContent,
      verifyClick,
    });
  };
}

function mapAgain(
  delivery: StoredDelivery,
  source: SourceSnapshot,
  registry: RegistryEvidence,
): MappedDelivery {
  const { contentType, receivedAt, query: text } = delivery;
  const body = delivery.body ?? new Uint8Array();
  const query = [...new URLSearchParams(text)];
  if (isCanonicalFeed(delivery.feed)) {
    const named = query.find(([name]) => name === 'source')?.[1];
    return mapCanonicalDelivery({ body, contentType, receivedAt, source: named }, source.slug, mapEvent);
  }
  return registry
    .mappingOf(source.id, delivery.mappingVersion)
    .map({ feed: delivery.feed, body, contentType, query, receivedAt });
}
