import { importRoutes, openSpool, uploadRoutes } from '../imports/index.ts';
import type { Spool } from '../imports/index.ts';
import { openCommitHouse } from '../pipeline/commit-deps.ts';
import type { App } from '../platform/http/app.ts';
import type { ApiDeps } from './deps.ts';

/** Mounts the room of imports; the folder of their bytes is opened when the first one comes. */
export function mountImports(app: App, deps: ApiDeps): void {
  const { context, db, clock, names } = deps;
  const { commit, rules } = openCommitHouse(context, { db, clock, names });
  let opened: Promise<Spool> | undefined;
  const spool = (): Promise<Spool> => {
    opened ??= openSpool(context.config.dataFolder).catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
    return opened;
  };
  const all = { ...deps, rules, hints: commit.hints, spool };
  importRoutes(app, all);
  uploadRoutes(app, all);
}
