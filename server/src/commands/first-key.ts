import { randomBytes } from 'node:crypto';
import type { Config } from '../platform/config.ts';
import { readLocalServer, writeLocalServer } from '../platform/local-server.ts';
import { openContext } from '../platform/open-context.ts';

export interface FirstKey {
  /** What the command line of this machine may use. */
  readonly known: string | undefined;
  /** To be printed, once: a key that was made in this start. */
  readonly shown: string | undefined;
}

/**
 * Makes sure that somebody can get in: PLUMBLINE_BOOTSTRAP_KEY when it is set, else a key made at the first
 * start and kept for the command line in the data folder. A key revoked later is not made again.
 */
export async function ensureFirstKey(config: Config, databaseUrl: string): Promise<FirstKey> {
  const local = readLocalServer(config.dataFolder);
  if (config.bootstrapKey === undefined && local.key !== undefined)
    return { known: local.key, shown: undefined };
  const key = config.bootstrapKey ?? `plk_${randomBytes(24).toString('base64url')}`;
  const { ensureBootstrapKey } = await import('../registry/access/index.ts');
  const opened = openContext({ config, databaseUrl, process: 'start' });
  try {
    await ensureBootstrapKey(opened.context.db, key);
  } finally {
    await opened.close();
  }
  writeLocalServer(config.dataFolder, { ...local, key });
  return { known: key, shown: config.bootstrapKey === undefined ? key : undefined };
}
