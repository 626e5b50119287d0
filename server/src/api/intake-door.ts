import { createWorkHint, openCommitHouse } from '../pipeline/commit-deps.ts';
import { MICROS_PER_DAY, addMicros } from '../kernel/instant.ts';
import { deleteOldKeys, intakeRoutes, openDoor } from '../pipeline/intake/index.ts';
import type { App } from '../platform/http/app.ts';
import { openSealed } from '../platform/seal.ts';
import { signatureCrypto } from '../platform/signature-crypto.ts';
import { markFeedUsed } from '../registry/sources/index.ts';
import type { ApiDeps } from './deps.ts';

/** How long a sender may repeat a delivery under its key and get the first answer. */
const KEY_DAYS = 7;
const SWEEP_EVERY_MS = 60 * 60_000;

/** Opens the doors of intake: puts together what their room asks of identity, mapping and tracking, which it may not know. */
export function mountIntake(app: App, deps: ApiDeps): void {
  const { context, db, registry, clock, meter, names } = deps;
  const { commit, rules } = openCommitHouse(context, { db, clock, names });
  const door = openDoor({
    ...commit,
    elapsedMs: () => performance.now(),
    meter,
    wake: createWorkHint(db),
  });
  app.addHook('onClose', () => door.close());
  sweepKeys(app, deps);
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

/** Forgets old keys now and then; a sweep that fails is done by the next one. */
function sweepKeys(app: App, { context, db, clock }: ApiDeps): void {
  const sweep = setInterval(() => {
    deleteOldKeys(db, addMicros(clock.now(), -KEY_DAYS * MICROS_PER_DAY)).catch((error: unknown) =>
      context.log.warn({ err: error }, 'old keys of deliveries could not be forgotten'),
    );
  }, SWEEP_EVERY_MS);
  sweep.unref();
  app.addHook('onClose', async () => clearInterval(sweep));
}
