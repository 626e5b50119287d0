// What stored deliveries tell when they are read again. Pure.
import { packDeliveryId, wireId } from '../../kernel/ids.ts';
import { laneOf } from '../../kernel/lane.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { CanonicalEvent } from '../../pipeline/mapping/facts.ts';
import type { SourceSnapshot } from '../../registry/facts.ts';
import type { Difference, RebuiltEvent, Retelling, StoredDelivery, Told, VersionReading } from './facts.ts';
import { replayTold } from './rebuild-events.ts';
import type { RoadRules } from './road-rules.ts';

/** One row of a delivery as it reads now: an event, or settled at the door without one. */
export type ReadItem =
  | {
      readonly kind: 'event';
      readonly id: string;
      readonly hash: string;
      readonly order: string | null;
      readonly covers: readonly string[] | null;
      readonly path: string;
      readonly source: { readonly mappingVersion: number };
      readonly content: CanonicalEvent;
      readonly occurredAt: Instant;
      readonly identifierId: string;
    }
  | { readonly kind: 'settled' };

export type EventItem = ReadItem & { readonly kind: 'event' };

/** One event of a stored delivery by another version: what it told until then, and now. */
export interface ReadRewrite {
  readonly before: EventItem;
  readonly after: EventItem | undefined;
}

/** How a delivery reads by the other versions of its mapping. */
interface Others {
  readonly versions: readonly number[];
  /** By event id. */
  readonly read: (version: number) => ReadonlyMap<string, readonly EventItem[]>;
}

const NO_OTHERS: Others = { versions: [], read: () => new Map() };

export interface ToldBook {
  /** Takes what a delivery tells (undefined: a row that cannot be read any more), and says where it does not tell the events that it told when it came. */
  tell(
    delivery: StoredDelivery,
    source: SourceSnapshot,
    items: readonly (ReadItem | undefined)[],
    others?: Others,
  ): Difference[];
  /** Takes what a version that was applied to a stored delivery makes of the events that it told. */
  rewrite(delivery: StoredDelivery, source: SourceSnapshot, rewrites: readonly ReadRewrite[]): void;
  /** The effective revision of every event. The book is empty afterwards. */
  replay(rules: RoadRules): Map<string, RebuiltEvent>;
}

/** Collects statements by event. Most events are told once, so a list is kept only for the others. */
export function createToldBook(): ToldBook {
  const told = new Map<string, Told | Told[]>();
  const add = (one: Told): void => {
    const known = told.get(one.eventId);
    if (known === undefined) told.set(one.eventId, one);
    else if (Array.isArray(known)) known.push(one);
    else told.set(one.eventId, [known, one]);
  };
  return {
    tell(delivery, source, items, others = NO_OTHERS) {
      const differences: Difference[] = [];
      for (const [row, item] of items.entries()) {
        if (item === undefined) continue;
        const answered = delivery.results[row];
        const id = item.kind === 'event' ? item.id : undefined;
        if (answered?.e !== id)
          differences.push({
            kind: 'event',
            sentence: sayRetold(delivery, row, { now: id, before: answered?.e }),
          });
        if (item.kind === 'event') add(toldOf(delivery, source, { item, row, others }));
      }
      return differences;
    },
    rewrite(delivery, source, rewrites) {
      for (const [row, { before, after }] of rewrites.entries()) {
        const told = toldOf(delivery, source, { item: before, row, others: NO_OTHERS });
        const answered = delivery.results.find((result) => result.d === 'remapped' && result.e === before.id);
        add({
          ...told,
          // Rewritings go before what the delivery tells anew.
          at: `${delivery.chunkId} ${String(delivery.item).padStart(6, '0')} - ${String(row).padStart(6, '0')}`,
          disposition: answered?.d,
          rewrite: {
            before: retellingOf(before),
            after: after === undefined ? null : retellingOf(after),
          },
        });
      }
    },
    replay(rules) {
      const events = new Map<string, RebuiltEvent>();
      for (const [id, one] of told) {
        events.set(id, Array.isArray(one) ? replayTold(one, rules) : { ...one, revision: 1 });
        told.delete(id);
      }
      return events;
    },
  };
}

function toldOf(
  delivery: StoredDelivery,
  source: SourceSnapshot,
  { item, row, others }: { item: EventItem; row: number; others: Others },
): Told {
  const disposition = delivery.results[row]?.d;
  return {
    eventId: item.id,
    source,
    kind: item.content.kind,
    hash: item.hash,
    order: item.order,
    content: JSON.stringify(item.content),
    occurredAt: item.occurredAt,
    receivedAt: delivery.receivedAt,
    identifierId: item.identifierId,
    mappingVersion: delivery.mappingVersion,
    covers: item.covers,
    // Only a statement about a known event was compared with what other versions had read.
    others:
      disposition === 'duplicate' || disposition === 'revised' ? readOthers(delivery, item, others) : [],
    at: `${delivery.chunkId} ${String(delivery.item).padStart(6, '0')} ${String(row).padStart(6, '0')}`,
    disposition,
  };
}

function retellingOf(item: EventItem): Retelling {
  const { covers, hash, order, source } = item;
  return {
    covers,
    hash,
    order,
    content: JSON.stringify(item.content),
    mappingVersion: source.mappingVersion,
  };
}

function readOthers(delivery: StoredDelivery, item: EventItem, { versions, read }: Others): VersionReading[] {
  return versions.flatMap((version) => {
    if (version === delivery.mappingVersion) return [];
    const events = read(version).get(item.id) ?? [];
    const same = events.filter((one) => String(one.covers) === String(item.covers));
    const found = same.find((one) => one.path === item.path) ?? (same.length === 1 ? same[0] : undefined);
    return found === undefined ? [] : [{ version, hash: found.hash, order: found.order }];
  });
}

function sayRetold(
  delivery: StoredDelivery,
  row: number,
  told: { now: string | undefined; before: string | undefined },
): string {
  const name = packDeliveryId({
    lane: laneOf('evidence', delivery.chunkId),
    chunkId: delivery.chunkId,
    item: delivery.item,
  });
  const say = (id: string | undefined): string =>
    id === undefined ? 'no event' : `event ${wireId('evt', id)}`;
  return `delivery ${name}, row ${row + 1}: was taken as ${say(told.before)}, read again it tells ${say(told.now)}`;
}
