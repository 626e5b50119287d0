// Control: the door answers as soon as the answers are known, before the commit that they promise.
import { rewriteModule } from './rewrite.ts';

rewriteModule(new URL('../../../src/pipeline/intake/commit.store.ts', import.meta.url), [
  {
    from: 'const results = await deps.db.spanLanes(',
    to: 'const early = Promise.withResolvers(); const results = deps.db.spanLanes(',
  },
  {
    from: `await failpoint('intake:before-commit');`,
    to: `early.resolve(stored); await failpoint('intake:before-commit');`,
  },
  {
    from: `await failpoint('intake:after-commit');\n  return results;`,
    to: `results.catch(() => undefined); return Promise.race([early.promise, results]);`,
  },
]);
