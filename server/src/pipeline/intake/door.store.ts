import { Counter, Gauge, Histogram } from 'prom-client';
import type { RoadMeter } from '../figures/facts.ts';
import type { CommitDeps, DeliveryOutcome, StoredDelivery } from './commit.store.ts';
import type { Disposition } from './facts.ts';
import { createGroupCommit } from './group-commit.ts';
import { commitKeyed } from './keyed-commit.store.ts';
import { createNovelty } from './novelty.ts';
import type { PreparedDelivery } from './prepare.ts';

/** What came in since the counter was read last, by source: finding a counter by its labels costs as much as an answer. */
const counted = new Map<string, Map<Disposition, number>>();
new Counter({
  name: 'plumbline_intake_items_total',
  help: 'Items received, by source and disposition',
  labelNames: ['source', 'disposition'],
  collect() {
    for (const [source, counts] of counted)
      for (const [disposition, count] of counts) this.inc({ source, disposition }, count);
    counted.clear();
  },
});
const repeated = new Counter({
  name: 'plumbline_intake_repeated_total',
  help: 'Deliveries that were known by their key and got the answer of the first one, by source',
  labelNames: ['source'],
});
const commitSeconds = new Histogram({
  name: 'plumbline_intake_commit_seconds',
  help: 'Duration of a group commit, from its first statement to the answer of the database',
  buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
});
const batchItems = new Histogram({
  name: 'plumbline_intake_batch_items',
  help: 'Items that shared one group commit',
  buckets: [1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 5000],
});
const pending = new Gauge({
  name: 'plumbline_intake_pending_items',
  help: 'Items that wait for their group commit or are in it',
});

/** Bounds of the group commit. */
export interface DoorLimits {
  /** Items and bytes that share one commit; 1,000 and 4 MB. */
  readonly batchItems: number;
  readonly batchBytes: number;
  /** Items and bytes that may wait; beyond, senders are told to come again. 20,000 and 64 MB. */
  readonly waitingItems: number;
  readonly waitingBytes: number;
  /** Commits under way at once: 2, the second one only behind a large batch or when enough wait. */
  readonly commits: number;
  /** 100. */
  readonly largeItems: number;
  /** 32: fewer cost more in transactions than they gain by not waiting. */
  readonly enoughItems: number;
}

export const DOOR_LIMITS: DoorLimits = {
  batchItems: 1_000,
  batchBytes: 4 << 20,
  waitingItems: 20_000,
  waitingBytes: 64 << 20,
  commits: 2,
  largeItems: 100,
  enoughItems: 32,
};

/** What every door of intake hands its deliveries to. */
export interface Door {
  /** Resolves when the delivery is stored with its answers. Throws DoorOverloaded, DoorClosed, or what kept it from being stored. */
  store(delivery: PreparedDelivery, sourceSlug: string): Promise<StoredDelivery>;
  /** Takes nothing new and waits for what was taken. */
  close(): Promise<void>;
}

/** What the door needs beside the commit's own needs. */
export interface DoorDeps extends CommitDeps {
  readonly elapsedMs: () => number;
  /** Counts what was stored, for the live road. */
  readonly meter?: Pick<RoadMeter, 'stored'>;
}

/** Opens the doors' common group commit. */
export function openDoor(deps: DoorDeps, limits: DoorLimits = DOOR_LIMITS): Door {
  const commit: CommitDeps = { novelty: createNovelty(), ...deps };
  const group = createGroupCommit<PreparedDelivery, DeliveryOutcome>({
    ...limits,
    itemsOf: (delivery) => Math.max(1, delivery.items.length),
    bytesOf: (delivery) => delivery.body.length,
    together: setImmediate,
    afterwards: setImmediate,
    async commit(batch) {
      const begun = deps.elapsedMs();
      const outcomes = await commitKeyed(commit, batch);
      commitSeconds.observe((deps.elapsedMs() - begun) / 1000);
      batchItems.observe(batch.reduce((sum, delivery) => sum + delivery.items.length, 0));
      return outcomes;
    },
  });
  return {
    async store(delivery, sourceSlug) {
      const stored = group.submit(delivery);
      pending.set(group.pending());
      const outcome = await stored;
      pending.set(group.pending());
      if ('error' in outcome) throw outcome.error;
      if (outcome.stored.repeated === true) {
        repeated.inc({ source: sourceSlug });
        return outcome.stored;
      }
      const dispositions = outcome.stored.results.map(({ disposition }) => disposition);
      countItems(sourceSlug, dispositions);
      deps.meter?.stored(delivery.source.programId, dispositions);
      return outcome.stored;
    },
    close: () => group.close(),
  };
}

function countItems(source: string, dispositions: readonly Disposition[]): void {
  let counts = counted.get(source);
  if (counts === undefined) counted.set(source, (counts = new Map()));
  for (const disposition of dispositions) counts.set(disposition, (counts.get(disposition) ?? 0) + 1);
}
