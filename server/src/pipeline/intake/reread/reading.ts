// Reading a stored delivery again, by any mapping. Pure: what is stored and the mapping give the items, and nothing else does.
import { mapEvent } from '../../mapping/index.ts';
import type { CompiledMapping, MappedDelivery } from '../../mapping/index.ts';
import { mapCanonicalDelivery } from '../canonical.ts';
import { isCanonicalFeed, isPixelFeed } from '../facts.ts';
import type { DeliveryRef, StoredResult } from '../facts.ts';
import { markPixel, toldPairs } from '../pixel/pixel-event.ts';
import { prepareItems } from '../prepare.ts';
import type { DoorSource, PreparedDelivery, PreparedEvent, PreparedItem, PrepareRules } from '../prepare.ts';
import type { Instant } from '../../../kernel/instant.ts';

/** What of a stored delivery is needed to read it. */
export interface Readable {
  readonly feed: string;
  readonly contentType: string;
  readonly query: string;
  readonly receivedAt: Instant;
  /** null = erased or expired (rules.md 1.9). */
  readonly body: Uint8Array | null;
}

/** A delivery as it is stored. */
export interface KeptDelivery extends Readable {
  readonly ref: DeliveryRef;
  readonly sourceId: string;
  /** When its chunk was committed, in real time: the order of arrival. */
  readonly committedAt: Instant;
  /** The version that read it when it came. */
  readonly mappingVersion: number;
  readonly results: readonly StoredResult[];
}

/** The source of a delivery, as reading it again needs it. */
export interface ReadingSource extends DoorSource {
  readonly slug: string;
}

/** What a mapping makes of a stored delivery, row by row, before ids and hashes. Of erased bytes nothing. */
export function mapStored(delivery: Readable, mapping: ReadingMapping, sourceSlug: string): MappedDelivery {
  const { feed, contentType, receivedAt, body } = delivery;
  if (body === null)
    return { outcome: 'empty', reason: 'no_data', detail: 'the bytes of the delivery are gone' };
  const query = [...new URLSearchParams(delivery.query)];
  if (isCanonicalFeed(feed)) {
    const named = query.find(([name]) => name === 'source')?.[1];
    return mapCanonicalDelivery({ body, contentType, receivedAt, source: named }, sourceSlug, mapEvent);
  }
  if (!isPixelFeed(feed)) return mapping.map({ feed, body, contentType, query, receivedAt });
  const told = mapping.map({ feed, body, contentType, query: toldPairs(query), receivedAt });
  return markPixel(told, query);
}

/** The canonical fields that a feed covers, by the mapping; null = all, as our own event shape always does. */
export function coversOf(mapping: () => ReadingMapping, feed: string): readonly string[] | null {
  if (isCanonicalFeed(feed)) return null;
  // A page covers nothing: whatever else tells the same fact wins, in any order, and until then the page's word stands.
  return isPixelFeed(feed) ? [] : (mapping().coversOf?.(feed) ?? null);
}

/** What of a compiled mapping reads a stored delivery. */
export interface ReadingMapping extends Pick<CompiledMapping, 'map'> {
  readonly coversOf?: (feed: string) => readonly string[] | null;
  readonly rows?: CompiledMapping['rows'];
}

/** Paths of the rows that a mapping finds in a stored delivery. */
export function listRowPaths(delivery: Readable, mapping: ReadingMapping): string[] {
  const { feed, contentType, receivedAt, body } = delivery;
  if (body === null || mapping.rows === undefined) return [];
  const query = [...new URLSearchParams(delivery.query)];
  const located = mapping.rows({ feed, body, contentType, query, receivedAt });
  return located.outcome === 'rows' ? located.rows.map((row) => row.path) : [];
}

/**
 * Reads a stored delivery by a mapping: its own version, a later one, or a draft. The items are in the order of the rows,
 * as the door would have taken them; `mappingVersion` of the source says which version they are said to be read by.
 */
export function readStored(
  delivery: Readable,
  mapping: ReadingMapping,
  source: ReadingSource,
  rules: PrepareRules,
): PreparedItem[] {
  if (delivery.body === null) return [];
  return prepareItems(
    mapStored(delivery, mapping, source.slug),
    source,
    rules,
    coversOf(() => mapping, delivery.feed),
  );
}

/** The events of another reading, by id. */
export type EventsById = ReadonlyMap<string, readonly PreparedEvent[]>;

/**
 * How the door reads a delivery by the version that read what is known of an event: sameness compares under one version.
 * A delivery is read once by each version, however many of its rows ask.
 */
export function createReadAgain(
  mappingOf: (sourceId: string, version: number) => Promise<ReadingMapping>,
  rules: PrepareRules,
) {
  const read = new WeakMap<PreparedDelivery, Map<number, Promise<EventsById>>>();
  const readBy = async (delivery: PreparedDelivery, version: number): Promise<EventsById> => {
    const { source } = delivery;
    const mapping = await mappingOf(source.id, version);
    const items = readStored(delivery, mapping, { ...source, slug: '', mappingVersion: version }, rules);
    return Map.groupBy(
      items.filter((item) => item.kind === 'event'),
      (event) => event.id,
    );
  };
  return (delivery: PreparedDelivery, version: number): Promise<EventsById> => {
    const known = read.get(delivery) ?? new Map<number, Promise<EventsById>>();
    read.set(delivery, known);
    const found = known.get(version) ?? readBy(delivery, version);
    known.set(version, found);
    return found;
  };
}
