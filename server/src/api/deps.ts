import type { Context } from '../platform/context.ts';
import type { RecentNames } from '../pipeline/identity/index.ts';
import type { RoadMeter } from '../pipeline/figures/index.ts';
import type { FeedActivity, FeedFigures } from '../pipeline/intake/index.ts';
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
  /** Counts what comes through configured feeds in this process. */
  readonly feedActivity: FeedActivity;
  /** What came through a feed in all processes behind the port, since the first of them was started. */
  readonly feedFigures: (feedId: string) => Promise<FeedFigures>;
  /** Names of customers that the processes behind the port have just seen. */
  readonly names: RecentNames;
  readonly runDueDecisions: (programId: string) => Promise<{ left: number }>;
  readonly workChannel: string;
}
