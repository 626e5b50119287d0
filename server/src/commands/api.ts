import type { Command } from 'commander';
import { readSettings } from './settings.ts';
import { runPartCommand } from './part.ts';

/** `plumbline api`: serves HTTP, without state of its own, as many as wanted on one database. */
export function addApiCommand(program: Command): void {
  program
    .command('api')
    .description('serve the API only (any number of them on one database)')
    .action(async () => {
      await runPartCommand(readSettings(), 'api', async (context) => {
        const { startApi } = await import('../api/server.ts');
        return startApi(context);
      });
    });
}
