import type { Db } from '../platform/db.ts';
import { applyVerdict, classifyRevision } from '../pipeline/intake/index.ts';
import type { Hint, ItemResult, PreparedDelivery, PreparedEvent } from '../pipeline/intake/index.ts';
import { listKnownStates } from './known-events.views.ts';

/** What telling the future of a delivery asks of others. */
export interface ForesightDeps {
  readonly db: Db;
  readonly hints: (events: readonly PreparedEvent[]) => Promise<readonly Hint[]>;
}

/**
 * The answers that the items of a delivery would get now, without storing anything. A key that stands twice in the same
 * delivery is judged as it would be; across deliveries of one file that are not stored yet it is not seen.
 */
export async function foreseeDelivery(
  deps: ForesightDeps,
  delivery: PreparedDelivery,
): Promise<ItemResult[]> {
  const events = delivery.items.filter((item) => item.kind === 'event');
  const [known, hints] = await Promise.all([
    deps.db.acrossLanes('views', (tx) => listKnownStates(tx, events)),
    events.length === 0 ? [] : deps.hints(events),
  ]);
  const hintOf = new Map(events.map((event, index) => [event, hints[index]]));
  return delivery.items.map((item) => {
    if (item.kind === 'settled') return item.result;
    if (item.kind !== 'event') throw new Error('a file rewrites no stored delivery');
    const incoming = { hash: item.hash, order: item.order };
    const state = known.get(item.id);
    if (state === undefined) {
      known.set(item.id, { ...incoming, pastHashes: [] });
      return freshResult(item, hintOf.get(item));
    }
    const verdict = classifyRevision(state, incoming);
    known.set(item.id, applyVerdict(state, incoming, verdict));
    const common = { path: item.path, eventId: item.id, eventLane: item.lane };
    if (verdict.kind === 'duplicate')
      return {
        disposition: 'duplicate',
        ...(verdict.reverts ? { reason: 'revision_reverts' } : {}),
        ...common,
      };
    return verdict.effective
      ? { disposition: 'revised', effective: true, ...common }
      : { disposition: 'revised', reason: 'revision_older', effective: false, ...common };
  });
}

function freshResult(item: PreparedEvent, hint: Hint | undefined): ItemResult {
  const common = {
    path: item.path,
    eventId: item.id,
    eventLane: item.lane,
    ...(item.warnings.length === 0 ? {} : { warnings: item.warnings }),
  };
  return hint?.kind === 'parked'
    ? { disposition: 'parked', reason: hint.reason, ...common }
    : { disposition: 'accepted', ...common };
}
