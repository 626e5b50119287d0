// The rules of the road as verify calls them: the rooms' own functions, so that a rebuild cannot drift from the road.
import {
  decideCustomerScope,
  decideExecutions,
  diffFigures,
  listClosedTrades,
  settleFigures,
} from '../../pipeline/commission/index.ts';
import { groupKeyOf, namedCustomer, pairKeyOf, resolveEvent } from '../../pipeline/identity/index.ts';
import {
  hashOf,
  openBook,
  planRewrites,
  readStored,
  redrivenItems,
  remappedItems,
  retell,
  standingItems,
  tell,
} from '../../pipeline/intake/index.ts';
import type { LaterReading, PreparedItem, VerifiedClick } from '../../pipeline/intake/index.ts';
import {
  addMeasures,
  findTerms,
  listActiveSpans,
  listFeeAnchors,
  settleComponent,
  weighCustomer,
} from '../../pipeline/periods/index.ts';
import { comparableContent } from '../../pipeline/mapping/index.ts';
import type { RegistryEvidence } from './evidence.views.ts';
import type { StoredDelivery } from './facts.ts';
import type { ReadItem, ReadRewrite } from './retell.ts';
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
  listClosedTrades,
  decideCustomerScope,
  decideExecutions,
  settleFigures,
  diffFigures,
  periods: { addMeasures, findTerms, listActiveSpans, listFeeAnchors, settleComponent, weighCustomer },
};

/** Reads stored deliveries again, as the road did. */
export interface DeliveryReader {
  /** A delivery from outside by the version that read it first. */
  (delivery: StoredDelivery, registry: RegistryEvidence): readonly ReadItem[];
  /** What one later reading of it told: `earlier` are those before. */
  again(question: RereadQuestion): { items: readonly ReadItem[]; rewrites: readonly ReadRewrite[] };
}

export interface RereadQuestion {
  readonly original: StoredDelivery;
  readonly reading: LaterReading;
  readonly earlier: readonly LaterReading[];
  readonly registry: RegistryEvidence;
}

/** A function that reads stored deliveries again, with the mapping version that read them first. */
export function createDeliveryReader(
  verifyClick: (clickId: string) => VerifiedClick | undefined,
): DeliveryReader {
  const rules = { comparable: comparableContent, verifyClick };
  const read = (delivery: StoredDelivery, registry: RegistryEvidence, version: number): PreparedItem[] => {
    const source = registry.sources.get(delivery.sourceId);
    if (source === undefined || delivery.body === null) return [];
    const mapping = registry.mappingOf(source.id, version);
    return readStored(delivery, mapping, { ...source, mappingVersion: version }, rules);
  };
  const again = ({ original, reading, earlier, registry }: RereadQuestion) => {
    const readBy = (version: number): PreparedItem[] => read(original, registry, version);
    const isAlone = original.results.length === 1;
    if (reading.kind === 'redrive') {
      const items = redrivenItems(readBy(reading.version), reading.paths, isAlone).map(({ item }) => item);
      return { items, rewrites: [] };
    }
    const before = standingItems(readBy(original.mappingVersion), earlier, { readBy, isAlone });
    const { rewrites, told } = planRewrites(before, remappedItems(before, readBy(reading.version)));
    return { items: told, rewrites };
  };
  return Object.assign(
    (delivery: StoredDelivery, registry: RegistryEvidence) =>
      read(delivery, registry, delivery.mappingVersion),
    { again },
  );
}
