import type { Config } from '../platform/config.ts';
import type { Context } from '../platform/context.ts';
import type { StartedPart } from '../platform/supervision/index.ts';
import { SetupProblem } from '../platform/setup-problem.ts';

/**
 * Runs API or worker in this process until it is stopped. The database must be migrated: several of these start at once, and
 * none of them may change the schema under the others. The worker needs the database to be there; the API starts without it,
 * because visitors are redirected from what is on the disk.
 */
export async function runPartCommand(
  config: Config,
  name: 'api' | 'worker',
  start: (context: Context) => Promise<StartedPart>,
): Promise<void> {
  const { getDatabaseUrl, openContext } = await import('../platform/open-context.ts');
  const { runPart } = await import('../platform/supervision/index.ts');
  const databaseUrl = getDatabaseUrl(config);
  const isThere = await refuseOldSchema(databaseUrl, { mayBeAway: name === 'api' });
  const opened = openContext({ config, databaseUrl, process: name });
  if (!isThere)
    opened.context.log.warn('the database is away: redirects go on from the data folder, all else waits');
  await runPart(opened.context.log, async () => {
    const part = await startHere(config, () => start(opened.context));
    // Alone, somebody reads this at a terminal; under a supervisor, the supervisor says it once for all.
    if (process.send === undefined)
      console.log(`plumbline ${name} is ready${part.address ? `: ${part.address}` : ''}`);
    return {
      ...(part.address === undefined ? {} : { address: part.address }),
      async close() {
        await part.close();
        await opened.close();
      },
    };
  });
}

async function startHere(config: Config, start: () => Promise<StartedPart>): Promise<StartedPart> {
  try {
    return await start();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EADDRINUSE') throw portBusy(config);
    if (code === 'EACCES' || code === 'EADDRNOTAVAIL') {
      throw new SetupProblem(
        `Nothing can listen on ${config.host}:${config.port} here (${code}). Set HOST and PORT to an address of this machine.`,
      );
    }
    throw error;
  }
}

/** The sentence for a port that somebody else has. */
export function portBusy(config: Config): SetupProblem {
  return new SetupProblem(
    `Port ${config.port} on ${config.host} is taken by another program. ` +
      'Stop that program, or choose another port, for example: PORT=8081 npm start',
  );
}

/** Answers whether the database is there. */
async function refuseOldSchema(
  databaseUrl: string,
  { mayBeAway }: { readonly mayBeAway: boolean },
): Promise<boolean> {
  const { pendingMigrations } = await import('../platform/migrations.ts');
  const { isConnectionFault } = await import('../platform/db.ts');
  try {
    const pending = await pendingMigrations(databaseUrl);
    if (pending.length === 0) return true;
    throw new SetupProblem(
      `The database lacks ${pending.length} migrations (first: ${pending[0]}). Run: plumbline migrate`,
    );
  } catch (error) {
    if (mayBeAway && isConnectionFault(error)) return false;
    throw error;
  }
}
