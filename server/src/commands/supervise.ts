import { createServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import pc from 'picocolors';
import type { Config } from '../platform/config.ts';
import { writeLocalServer } from '../platform/local-server.ts';
import { createLog } from '../platform/log.ts';
import type { Log } from '../platform/log.ts';
import { migrate } from '../platform/migrations.ts';
import { startEmbeddedPostgres } from '../platform/postgres/index.ts';
import type { EmbeddedPostgres } from '../platform/postgres/index.ts';
import { KeptChild, LEAN_ENVIRONMENT, onStopSignals } from '../platform/supervision/index.ts';
import { makeFirstAdminLink } from './first-admin.ts';
import { ensureFirstKey } from './first-key.ts';
import type { FirstKey } from './first-key.ts';
import { portBusy } from './part.ts';

/** The database under the supervisor: an outside one, or ours, which is started again when it dies. */
interface KeptDatabase {
  readonly url: string;
  readonly description: string;
  stop(): Promise<void>;
}

const PROGRAM = new URL('../main.ts', import.meta.url).pathname;

/**
 * Starts database, API and worker, and stops them in the opposite order of need: API (finish requests), worker
 * (finish the turn), database. Returns after a clean stop. Throws SetupProblem when something cannot start.
 */
export async function superviseAll(config: Config): Promise<void> {
  const log = createLog({ level: config.logLevel, process: 'supervisor' });
  const stopWish = Promise.withResolvers<void>();
  const running: Running = { children: [] };
  onStopSignals(
    () => stopWish.resolve(),
    () => force(running),
  );
  // The script that npm started holds the other end; when it is killed, we go too.
  process.once('disconnect', () => stopWish.resolve());
  try {
    await startAll({ config, log, running });
    await stopWish.promise;
    console.log('\nStopping: requests, then the worker, then the database ...');
  } finally {
    await stopAll(running);
  }
  console.log('Stopped. All data is kept.');
}

interface Running {
  database?: KeptDatabase;
  children: KeptChild[];
}

async function startAll(parts: { config: Config; log: Log; running: Running }): Promise<void> {
  const { config, log, running } = parts;
  await refuseBusyPort(config);
  const database = await openDatabase(config, log);
  running.database = database;
  await migrate(database.url);
  const key = await ensureFirstKey(config, database.url);
  const environment = {
    ...LEAN_ENVIRONMENT,
    ...process.env,
    PLUMBLINE_DATA: config.dataFolder,
    DATABASE_URL: database.url,
  };
  const child = (name: string): KeptChild => {
    const onCrash = (sentence: string): void => log.error(sentence);
    const kept = new KeptChild({ name, program: PROGRAM, args: [name], environment, onCrash });
    running.children.push(kept);
    return kept;
  };
  const [address] = await Promise.all([child('api').start(), child('worker').start()]);
  const url = address ?? `http://${config.host}:${config.port}`;
  writeLocalServer(config.dataFolder, { url, ...(key.known === undefined ? {} : { key: key.known }) });
  printBanner({ url, config, database, key, welcome: await makeFirstAdminLink(config, database.url, url) });
}

/** Not a promise of the port, only an early plain answer before a database is started for nothing. */
async function refuseBusyPort(config: Config): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      // Other complaints are the API's to explain, with the address it really uses.
      if (error.code === 'EADDRINUSE') reject(portBusy(config));
      else resolve();
    });
    server.listen(config.port, config.host, () => server.close(() => resolve()));
  });
}

async function openDatabase(config: Config, log: Log): Promise<KeptDatabase> {
  if (config.databaseUrl !== undefined) {
    return { url: config.databaseUrl, description: 'of DATABASE_URL', stop: async () => undefined };
  }
  let isStopping = false;
  let server = await startEmbeddedPostgres({ dataFolder: config.dataFolder, log });
  const { url, port, version } = server;
  const watch = async (): Promise<void> => {
    await server.ended;
    if (isStopping) return;
    log.error('PostgreSQL ended by itself; starting it again');
    server = await startPatiently(
      () => startEmbeddedPostgres({ dataFolder: config.dataFolder, log, port }),
      log,
    );
    void watch();
  };
  void watch();
  return {
    url,
    description: `${version} embedded, files in ${config.dataFolder}/postgres`,
    async stop() {
      isStopping = true;
      await server.stop();
    },
  };
}

async function startPatiently(start: () => Promise<EmbeddedPostgres>, log: Log): Promise<EmbeddedPostgres> {
  for (let pauseMs = 200; ; pauseMs = Math.min(pauseMs * 2, 10_000)) {
    try {
      return await start();
    } catch (error) {
      log.error({ err: error }, 'PostgreSQL did not come back; trying again');
      await wait(pauseMs);
    }
  }
}

async function stopAll(running: Running): Promise<void> {
  for (const child of running.children) await child.stop();
  await running.database?.stop();
}

function force(running: Running): void {
  // PostgreSQL is left to its own fast shutdown, which the death of this process asks for.
  for (const child of running.children) child.kill();
  process.exit(130);
}

function printBanner(parts: {
  url: string;
  config: Config;
  database: KeptDatabase;
  key: FirstKey;
  welcome: string | undefined;
}): void {
  const { url, config, database, key, welcome } = parts;
  const lines = [
    `${pc.bold('Plumbline is ready')} at ${pc.cyan(url)}`,
    `  console         ${url}/console`,
    ...(welcome === undefined
      ? []
      : [`  first admin     ${welcome}   (works once; make your sign-in there)`]),
    `  API reference   ${url}/docs`,
    `  data folder     ${config.dataFolder}`,
    `  PostgreSQL      ${database.description}`,
    `  API key         ${key.sentence}`,
    '  Ctrl-C stops everything; the data stays.',
  ];
  console.log(lines.join('\n'));
}
