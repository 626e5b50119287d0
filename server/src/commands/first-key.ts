import { join } from 'node:path';
import type { Config } from '../platform/config.ts';
import type { Db } from '../platform/db.ts';
import { readLocalServer, writeLocalServer } from '../platform/local-server.ts';
import { openContext } from '../platform/open-context.ts';

export interface FirstKey {
  /** What the command line of this machine may use; undefined when others hold the keys of this database. */
  readonly known: string | undefined;
  /** What to tell the person who starts it, in one line. */
  readonly sentence: string;
}

/**
 * Makes sure that somebody can get in: with PLUMBLINE_BOOTSTRAP_KEY when it is set, else with a key that is made
 * when the database has none, and kept for the command line in the data folder. A revoked key stays revoked.
 */
export async function ensureFirstKey(config: Config, databaseUrl: string): Promise<FirstKey> {
  const opened = openContext({ config, databaseUrl, process: 'start' });
  try {
    return await decideFirstKey(config, opened.context.db);
  } finally {
    await opened.close();
  }
}

async function decideFirstKey(config: Config, db: Db): Promise<FirstKey> {
  const { ensureBootstrapKey, hasNoKey, newKey } = await import('../registry/access/index.ts');
  const local = readLocalServer(config.dataFolder);
  if (config.bootstrapKey !== undefined) {
    await ensureBootstrapKey(db, config.bootstrapKey);
    return { known: config.bootstrapKey, sentence: 'the one of PLUMBLINE_BOOTSTRAP_KEY' };
  }
  const isFresh = await hasNoKey(db);
  if (!isFresh && local.key === undefined) return { known: undefined, sentence: 'as given out before' };
  const key = local.key ?? newKey();
  // Written before it is made valid: killed in between, the next start finishes; the other way round, nobody
  // would ever have seen the only key.
  writeLocalServer(config.dataFolder, { ...local, key });
  await ensureBootstrapKey(db, key);
  // No address yet means that no start has come as far as showing it.
  if (isFresh || local.url === undefined)
    return { known: key, sentence: `${key}   (all scopes; shown this once)` };
  return { known: key, sentence: `in ${join(config.dataFolder, 'local-server.json')}` };
}
