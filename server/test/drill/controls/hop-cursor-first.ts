// Control: a customer lane lets go of its messages before the partner lanes have received them.
import { rewriteModule } from './rewrite.ts';

rewriteModule(new URL('../../../src/pipeline/conveyor/hops.ts', import.meta.url), [
  {
    from: 'await receiveLines(',
    to: `await context.db.eachLane(hops, (tx, rows) => deleteHops(tx, rows));
  await failpoint('customer:after-send');
  await receiveLines(`,
  },
]);
