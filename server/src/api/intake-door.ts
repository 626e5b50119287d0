import { openCommitHouse } from '../pipeline/commit-deps.ts';
import { intakeRoutes, openDoor } from '../pipeline/intake/index.ts';
import type { App } from '../platform/http/app.ts';
import { openSealed } from '../platform/seal.ts';
import { signatureCrypto } from '../platform/signature-crypto.ts';
import { markFeedUsed } from '../registry/sources/index.ts';
import type { ApiDeps } from './deps.ts';

/** Opens the doors of intake: puts together what their room asks of identity, mapping and tracking, which it may not know. */
export function mountIntake(app: App, deps: ApiDeps): void {
  const { context, db, registry, clock, meter } = deps;
  const { commit, rules } = openCommitHouse(context, { db, clock });
  const door = openDoor({ ...commit, elapsedMs: () => performance.now(), meter });
  app.addHook('onClose', () => door.close());
  intakeRoutes(app, {
    door,
    registry,
    clock,
    rules,
    feeds: {
      crypto: signatureCrypto,
      openSecret: (sealed) => openSealed(context.secrets, 'feed_secret', sealed),
      markUsed: (feedId) => markFeedUsed(db, feedId, clock.now()),
      activity: deps.feedActivity,
    },
  });
}
