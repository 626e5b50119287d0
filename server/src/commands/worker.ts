import type { Command } from 'commander';
import { readSettings } from './settings.ts';
import { runPartCommand } from './part.ts';

/** `plumbline worker`: moves the data along the pipeline; several share the lanes by leases. */
export function addWorkerCommand(program: Command): void {
  program
    .command('worker')
    .description('move the data only (any number of them share the work)')
    .action(async () => {
      await runPartCommand(readSettings(), 'worker', async (context) => {
        const { startWorker } = await import('../pipeline/worker.ts');
        const { startDriftWatch } = await import('../oversight/drift/index.ts');
        const { startImports } = await import('../imports/index.ts');
        const worker = await startWorker(context);
        const imports = await startImports(context);
        const watch = startDriftWatch({ ...context, now: () => context.clock.now() });
        return {
          async close() {
            await imports.close();
            await watch.close();
            await worker.close();
          },
        };
      });
    });
}
