import { createTrialRunner, trialRoutes } from '../oversight/trials/index.ts';
import { startChangeSet } from '../pipeline/intake/index.ts';
import type { App } from '../platform/http/app.ts';
import { createClickVerifier } from '../tracking/index.ts';
import type { ApiDeps } from './deps.ts';

/** Trials run in this process, one after the other, and only read. */
export function mountTrials(app: App, deps: ApiDeps): void {
  const runner = createTrialRunner({
    db: deps.db,
    now: () => deps.clock.now(),
    verifyClick: createClickVerifier(deps.context.secrets),
    getProgram: (id) => deps.registry.getProgram(id),
    log: deps.context.log,
  });
  trialRoutes(app, {
    ...deps,
    runner,
    startChangeSet: (tx, asked) => startChangeSet(tx, asked, deps.clock.now()),
  });
}
