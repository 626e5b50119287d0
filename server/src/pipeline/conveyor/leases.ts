import { LANES } from '../../kernel/lane.ts';
import { sqlState } from '../../platform/db-errors.ts';
import type { Db } from '../../platform/db.ts';
import type { LeaseGuard, StepLog } from '../step.ts';
import { decideLeases } from './fair-share.ts';
import {
  assertLease,
  listHeld,
  listLeases,
  moveLeaseReleased,
  moveLeaseRenewed,
  takeLeases,
} from './lease.store.ts';
import type { HeldGroup } from './lease.store.ts';

/** How long a lease lives without a heartbeat. Three heartbeats fit in, and a dead worker is followed within 10 s. */
const LEASE_MS = 3_000;
const HEARTBEAT_MS = 1_000;

/** Lane groups (rules.md 3.5): group g holds the lanes 64 g to 64 g + 63. */
export const LANE_GROUPS = 16;
export const LANES_PER_GROUP = LANES / LANE_GROUPS;

/** Keeps a worker's fair share of the lanes, by heartbeats. */
export interface Leases {
  /** UUID of this worker's life. A worker that starts again is another one. */
  readonly owner: string;
  /** The lanes as of the last heartbeat, with their tokens. Take a new one for each turn; a lost one stays lost. */
  guard(): LeaseGuard;
  /** Renews, then takes what is free or too much with others. Also called by the heartbeat; the answer says what is held. */
  beat(): Promise<readonly HeldGroup[]>;
  /** Stops the heartbeat and gives everything back. */
  release(): Promise<void>;
}

export interface LeaseOptions {
  readonly db: Db;
  /** A fresh UUID. */
  readonly owner: string;
  readonly log: StepLog;
  /** Default 3000. */
  readonly leaseMs?: number;
  /** Default 1000; 0 = no heartbeat by itself (tests). */
  readonly heartbeatMs?: number;
  /** Called when the set of lanes has changed. */
  readonly onChange?: (lanes: readonly number[]) => void;
}

/** Takes a first share before it answers. Throws when the database cannot be reached. */
export async function startLeases(options: LeaseOptions): Promise<Leases> {
  const { db, owner } = options;
  const leaseMs = options.leaseMs ?? LEASE_MS;
  const heartbeatMs = options.heartbeatMs ?? HEARTBEAT_MS;
  let held: readonly HeldGroup[] = [];
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  let running: Promise<readonly HeldGroup[]> | undefined;

  const turn = async (): Promise<readonly HeldGroup[]> => {
    await db.reference((tx) => moveLeaseRenewed(tx, { owner, leaseMs }));
    const plan = decideLeases(owner, await db.reference(listLeases));
    try {
      await takeLeases(db, { owner, leaseMs }, plan);
    } catch (error) {
      // 55P03: a long turn of the other worker did not let its rows go in time; the next heartbeat asks again.
      if (sqlState(error) !== '55P03') throw error;
    }
    const before = describeHeld(held);
    held = await db.reference((tx) => listHeld(tx, owner));
    if (describeHeld(held) !== before) options.onChange?.(lanesOf(held));
    return held;
  };
  // One heartbeat at a time: two would only wait for each other's row locks.
  const beat = (): Promise<readonly HeldGroup[]> => (running ??= turn().finally(() => (running = undefined)));
  const schedule = (): void => {
    if (closed || heartbeatMs === 0) return;
    timer = setTimeout(() => {
      beat()
        .catch((error: unknown) =>
          options.log.warn({ err: error }, 'a lease heartbeat failed; the next one tries again'),
        )
        .finally(schedule);
    }, heartbeatMs);
  };

  await beat();
  schedule();
  return {
    owner,
    guard: () => createGuard(owner, held),
    beat,
    async release() {
      closed = true;
      clearTimeout(timer);
      await running?.catch(() => undefined);
      held = [];
      await db.reference((tx) => moveLeaseReleased(tx, owner));
    },
  };
}

function createGuard(owner: string, held: readonly HeldGroup[]): LeaseGuard {
  return { lanes: lanesOf(held), assert: (tx) => assertLease(tx, owner, held) };
}

function lanesOf(held: readonly HeldGroup[]): number[] {
  return held.flatMap(({ group }) =>
    Array.from({ length: LANES_PER_GROUP }, (_, i) => group * LANES_PER_GROUP + i),
  );
}

function describeHeld(held: readonly HeldGroup[]): string {
  return held.map(({ group, token }) => `${group}:${token}`).join();
}
