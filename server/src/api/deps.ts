import type { Context } from '../platform/context.ts';
import type { RoadMeter } from '../pipeline/figures/index.ts';
import type { FeedActivity } from '../pipeline/intake/index.ts';
import type { WriteDeps } from '../registry/access/index.ts';
import type { Sessions } from '../registry/people/index.ts';
import type { Tracking } from '../tracking/index.ts';
import type { RegistryCache } from '../registry/index.ts';

/** What the rooms get to mount their routes with. */
export interface ApiDeps extends WriteDeps {
  readonly context: Context;
  readonly registry: RegistryCache;
  readonly tracking: Tracking;
  readonly sessions: Sessions;
  /** Counts what this process moves, for the live road. */
  readonly meter: RoadMeter;
  /** What came through configured feeds since this process was started. */
  readonly feedActivity: FeedActivity;
  readonly runDueDecisions: (programId: string) => Promise<{ left: number }>;
  readonly workChannel: string;
}
