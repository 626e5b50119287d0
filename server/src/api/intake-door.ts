import { setTimeout as wait } from 'node:timers/promises';
import { uuidv7 } from 'uuidv7';
import { intakeRoutes, openDoor } from '../pipeline/intake/index.ts';
import { createRecentNames, resolveHints } from '../pipeline/identity/index.ts';
import { comparableContent } from '../pipeline/mapping/index.ts';
import type { App } from '../platform/http/app.ts';
import { createClickVerifier } from '../tracking/index.ts';
import type { ApiDeps } from './deps.ts';

const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 1_000;

/** Opens the doors of intake: puts together what their room asks of identity, mapping and tracking, which it may not know. */
export function mountIntake(app: App, deps: ApiDeps): void {
  const { context, db, registry, clock, meter } = deps;
  const names = createRecentNames();
  const door = openDoor({
    db,
    newId: uuidv7,
    now: () => clock.now(),
    log: context.log,
    elapsedMs: () => performance.now(),
    meter,
    pause: (attempt) => wait(Math.min(FIRST_PAUSE_MS * 2 ** attempt, LONGEST_PAUSE_MS)),
    hints: async (events) => {
      const queries = events.map(({ source, occurredAt, content, identifierId }) => ({
        programId: source.programId,
        registrar: source.registrar,
        occurredAt,
        content,
        identifierId,
      }));
      return names.complete(queries, await resolveHints(db, queries));
    },
  });
  app.addHook('onClose', () => door.close());
  intakeRoutes(app, {
    door,
    registry,
    clock,
    rules: { comparable: comparableContent, verifyClick: createClickVerifier(context.secrets) },
  });
}
