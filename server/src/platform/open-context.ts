import { systemClock } from './clock.ts';
import type { Config } from './config.ts';
import type { Context } from './context.ts';
import { createDb } from './db.ts';
import { createLog } from './log.ts';
import { findEmbeddedPostgres, startEmbeddedPostgres } from './postgres/index.ts';
import { openSecrets } from './secrets.ts';
import { SetupProblem } from './setup-problem.ts';

/** A context and the end of it. */
export interface OpenContext {
  readonly context: Context;
  close(): Promise<void>;
}

/** Opens what every process needs. `process` names it in the log and to the database. */
export function openContext(options: { config: Config; databaseUrl: string; process: string }): OpenContext {
  const { config, databaseUrl } = options;
  const db = createDb({
    url: databaseUrl,
    lanesPerTransaction: config.lanesPerTransaction,
    max: config.databaseConnections,
    prepare: config.preparedStatements,
    applicationName: `plumbline ${options.process}`,
  });
  const context: Context = {
    config,
    databaseUrl,
    db,
    log: createLog({ level: config.logLevel, process: options.process }),
    secrets: openSecrets({ dataFolder: config.dataFolder, secret: config.secret }),
    clock: systemClock,
  };
  return { context, close: () => db.close() };
}

/** DATABASE_URL, or the embedded server when it runs on the data folder; undefined when there is neither. */
export function findDatabaseUrl(config: Config): string | undefined {
  return config.databaseUrl ?? findEmbeddedPostgres(config.dataFolder)?.url;
}

/** As findDatabaseUrl, but throws SetupProblem that says how to get a database. */
export function getDatabaseUrl(config: Config): string {
  const url = findDatabaseUrl(config);
  if (url !== undefined) return url;
  throw new SetupProblem(
    `There is no database: DATABASE_URL is not set, and no embedded PostgreSQL runs on ${config.dataFolder}. ` +
      'Set DATABASE_URL, or start everything with: plumbline start',
  );
}

/**
 * Runs a command against the database, whether Plumbline is running or not: the running embedded server is
 * used when there is one, else it is started for the time of the command.
 */
export async function withDatabase<T>(config: Config, work: (databaseUrl: string) => Promise<T>): Promise<T> {
  const url = findDatabaseUrl(config);
  if (url !== undefined) return work(url);
  const embedded = await startEmbeddedPostgres({ dataFolder: config.dataFolder });
  try {
    return await work(embedded.url);
  } finally {
    await embedded.stop();
  }
}

/** As withDatabase, with a whole context. What most commands of rooms want. */
export async function withContext<T>(
  config: Config,
  name: string,
  work: (context: Context) => Promise<T>,
): Promise<T> {
  return withDatabase(config, async (databaseUrl) => {
    const opened = openContext({ config, databaseUrl, process: name });
    try {
      return await work(opened.context);
    } finally {
      await opened.close();
    }
  });
}
