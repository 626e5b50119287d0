// Deliveries that their senders named: the same name gets the answer of the first, and is stored once.
import { commitEach } from './commit.store.ts';
import type { CommitDeps, DeliveryOutcome } from './commit.store.ts';
import { DeliveryKeyTaken, findKeptKeys } from './delivery-keys.store.ts';
import type { KeptKey } from './delivery-keys.store.ts';
import type { DeliveryKey, PreparedDelivery } from './prepare.ts';

/** The key was used for other content before. */
export class DeliveryKeyReused extends Error {
  constructor() {
    super('the key of a delivery was used for other content before');
    this.name = 'DeliveryKeyReused';
  }
}

/** How often somebody else may be first with the same key before we give up: each time their answer is then there. */
const MOST_ROUNDS = 5;

/**
 * As commitEach; a delivery whose key was used before gets the answer that was given then (`repeated`), or DeliveryKeyReused
 * when its content is another. Of two with the same key at once, one is stored and the other gets its answer.
 */
export async function commitKeyed(
  deps: CommitDeps,
  batch: readonly PreparedDelivery[],
): Promise<DeliveryOutcome[]> {
  if (batch.every(({ key }) => key === undefined)) return commitEach(deps, batch);
  const outcomes = new Map<number, DeliveryOutcome>();
  for (let round = 0; outcomes.size < batch.length; round += 1) {
    const due = [...batch.keys()].filter((index) => !outcomes.has(index));
    const kept = Map.groupBy(await findKeptKeys(deps.db, keysOf(batch, due)), nameOf);
    for (const index of due) {
      const answer = answerOf(batch[index], kept);
      if (answer !== undefined) outcomes.set(index, answer);
    }
    const next = firstOfEachKey(
      batch,
      due.filter((index) => !outcomes.has(index)),
    );
    const stored = await commitEach(
      deps,
      next.flatMap((index) => batch[index] ?? []),
    );
    for (const [place, index] of next.entries()) {
      const outcome = stored[place] ?? {
        error: new Error('a delivery left the group commit without an outcome'),
      };
      const again = 'error' in outcome && outcome.error instanceof DeliveryKeyTaken && round < MOST_ROUNDS;
      if (!again) outcomes.set(index, outcome);
    }
  }
  return [...batch.keys()].map((index) => outcomes.get(index) ?? { error: new DeliveryKeyTaken() });
}

function keysOf(batch: readonly PreparedDelivery[], due: readonly number[]): DeliveryKey[] {
  return due.flatMap((index) => batch[index]?.key ?? []);
}

function nameOf(key: { readonly scope: string; readonly hash: string }): string {
  return `${key.hash} ${key.scope}`;
}

function answerOf(
  delivery: PreparedDelivery | undefined,
  kept: ReadonlyMap<string, readonly KeptKey[]>,
): DeliveryOutcome | undefined {
  const key = delivery?.key;
  if (delivery === undefined || key === undefined) return undefined;
  const used = kept.get(nameOf(key)) ?? [];
  if (used.some(({ bodyHash }) => bodyHash !== key.bodyHash)) return { error: new DeliveryKeyReused() };
  const own = used.find(({ sourceId }) => sourceId === delivery.source.id);
  return own === undefined
    ? undefined
    : { stored: { delivery: own.delivery, results: own.results, repeated: true } };
}

/** Those that can be stored at once: of the deliveries under one key, the ones of one request, each for another source. */
function firstOfEachKey(batch: readonly PreparedDelivery[], due: readonly number[]): number[] {
  const first = new Map<string, { bodyHash: string; sources: Set<string> }>();
  return due.filter((index) => {
    const delivery = batch[index];
    const key = delivery?.key;
    if (delivery === undefined || key === undefined) return true;
    const known = first.get(nameOf(key));
    if (known === undefined) {
      first.set(nameOf(key), { bodyHash: key.bodyHash, sources: new Set([delivery.source.id]) });
      return true;
    }
    if (known.bodyHash !== key.bodyHash || known.sources.has(delivery.source.id)) return false;
    known.sources.add(delivery.source.id);
    return true;
  });
}
