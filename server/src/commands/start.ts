import type { Command } from 'commander';
import { readSettings } from './settings.ts';

/** `plumbline start`: everything on this machine, under one supervisor. */
export function addStartCommand(program: Command): void {
  program
    .command('start')
    .description('start everything here: database, API and worker')
    .action(async () => {
      const { superviseAll } = await import('./supervise.ts');
      await superviseAll(readSettings());
    });
}
