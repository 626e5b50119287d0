// Reads every delivery again, as the road read it, and collects what it tells.
import type { Db, Tx } from '../../platform/db.ts';
import { listAllRereads } from '../../pipeline/intake/index.ts';
import type { Reread } from '../../pipeline/intake/index.ts';
import type { SourceSnapshot } from '../../registry/facts.ts';
import { countDeliveries, getDelivery, readDeliveries, readErased } from './evidence.views.ts';
import type { RegistryEvidence } from './evidence.views.ts';
import type { RebuiltEvent, StoredDelivery } from './facts.ts';
import type { DeliveryReader } from './replay.actions.ts';
import type { DifferenceBook } from './report.ts';
import { createToldBook } from './retell.ts';
import type { EventItem, ToldBook } from './retell.ts';
import type { RoadRules } from './road-rules.ts';

export interface VerifyDeps {
  readonly db: Db;
  readonly rules: RoadRules;
  /** Reads a stored delivery again, as it was read when it came. */
  readonly readDelivery: DeliveryReader;
  /** Called as work goes on; `total` 0 = unknown. */
  readonly onProgress?: (stage: string, done: number, total: number) => void;
}

/** The effective content of every event, from all deliveries. */
export async function readAllDeliveries(
  tx: Tx,
  deps: VerifyDeps,
  { registry, found }: { registry: RegistryEvidence; found: DifferenceBook },
): Promise<{ events: Map<string, RebuiltEvent>; deliveries: number; erased: number }> {
  const total = await countDeliveries(tx);
  const book = createToldBook();
  const rereads = Map.groupBy(await listAllRereads(tx), (one) => originKey(one.origin));
  let deliveries = 0;
  let erased = 0;
  for await (const delivery of readDeliveries(tx)) {
    deliveries += 1;
    if (deliveries % 100 === 0) deps.onProgress?.('deliveries', deliveries, total);
    const source = registry.sources.get(delivery.sourceId);
    if (delivery.body === null && delivery.origin === null) erased += 1;
    if (source === undefined) continue;
    if (delivery.origin !== null) {
      await readAgain(tx, deps, {
        delivery,
        origin: delivery.origin,
        source,
        rereads,
        registry,
        book,
        found,
      });
      continue;
    }
    const items =
      delivery.body === null ? await readErased(tx, delivery, source) : deps.readDelivery(delivery, registry);
    const others = { versions: registry.versionsOf(source.id), read: readerOf(deps, delivery, registry) };
    for (const difference of book.tell(delivery, source, items, others)) found.add(difference);
  }
  return { events: book.replay(deps.rules), deliveries, erased };
}

interface RereadParts {
  readonly delivery: StoredDelivery;
  readonly origin: NonNullable<StoredDelivery['origin']>;
  readonly source: SourceSnapshot;
  readonly rereads: ReadonlyMap<string, readonly Reread[]>;
  readonly registry: RegistryEvidence;
  readonly book: ToldBook;
  readonly found: DifferenceBook;
}

function originKey({ chunkId, item }: { readonly chunkId: string; readonly item: number }): string {
  return `${chunkId} ${item}`;
}

/** A delivery that only says that a stored one was read again: by which version, and which of its rows. */
async function readAgain(
  tx: Tx,
  deps: VerifyDeps,
  { delivery, origin, source, rereads, registry, book, found }: RereadParts,
): Promise<void> {
  const original = await getDelivery(tx, origin);
  const all = rereads.get(originKey(origin)) ?? [];
  const index = all.findIndex((one) => originKey(one) === originKey(delivery));
  const reading = all[index];
  if (reading === undefined) throw new Error(`a delivery of chunk ${delivery.chunkId} reads nothing again`);
  const told = { ...delivery, results: delivery.results.filter((result) => result.d !== 'remapped') };
  if (original.body === null) {
    const items = await readErased(tx, { ...told, chunkId: original.chunkId, item: original.item }, source);
    for (const difference of book.tell(told, source, items)) found.add(difference);
    return;
  }
  const question = { original, reading, earlier: all.slice(0, index), registry };
  const { items, rewrites } = deps.readDelivery.again(question);
  book.rewrite(delivery, source, rewrites);
  const others = { versions: registry.versionsOf(source.id), read: readerOf(deps, original, registry) };
  for (const difference of book.tell(told, source, items, others)) found.add(difference);
}

/** Reads a delivery by other versions of its mapping, each once. */
function readerOf(
  deps: VerifyDeps,
  delivery: StoredDelivery,
  registry: RegistryEvidence,
): (version: number) => ReadonlyMap<string, readonly EventItem[]> {
  const read = new Map<number, ReadonlyMap<string, readonly EventItem[]>>();
  return (version) => {
    const known = read.get(version);
    if (known !== undefined) return known;
    const items = deps.readDelivery({ ...delivery, mappingVersion: version }, registry);
    const events = Map.groupBy(
      items.filter((item) => item.kind === 'event'),
      (item) => item.id,
    );
    read.set(version, events);
    return events;
  };
}
