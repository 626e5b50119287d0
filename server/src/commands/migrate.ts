import type { Command } from 'commander';
import { readSettings } from './settings.ts';

/** `plumbline migrate`: brings the database to this version's schema. */
export function addMigrateCommand(program: Command): void {
  program
    .command('migrate')
    .description('bring the database to the schema of this version')
    .action(async () => {
      const { withDatabase } = await import('../platform/open-context.ts');
      const { migrate } = await import('../platform/migrations.ts');
      const { applied } = await withDatabase(readSettings(), (url) => migrate(url));
      for (const name of applied) console.log(`applied ${name}`);
      console.log(applied.length === 0 ? 'The database is up to date.' : 'The database is now up to date.');
    });
}
