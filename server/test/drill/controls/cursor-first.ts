// Control: the evidence lane lets go of its work before it has handed the events over.
import { rewriteModule } from './rewrite.ts';

rewriteModule(new URL('../../../src/pipeline/identity/identity.step.ts', import.meta.url), [
  {
    from: 'const unsettled = new Set(await placeIsolated(context, refs));',
    to: `await context.db.eachLane(works, async (tx, rows) => {
      await context.lease.assert(tx);
      await deleteWork(tx, rows);
    });
    const unsettled = new Set(await placeIsolated(context, refs));`,
  },
]);
