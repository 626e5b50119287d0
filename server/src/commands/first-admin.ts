import type { Config } from '../platform/config.ts';
import { openContext } from '../platform/open-context.ts';

/**
 * The address at which the first admin of the console is made, while there is no user; undefined after that. Every start
 * makes a new one, and the older ones stop working.
 */
export async function makeFirstAdminLink(
  config: Config,
  databaseUrl: string,
  url: string,
): Promise<string | undefined> {
  const { makeFirstAdminToken } = await import('../registry/people/index.ts');
  const opened = openContext({ config, databaseUrl, process: 'start' });
  try {
    const token = await makeFirstAdminToken(opened.context);
    return token === undefined ? undefined : `${url}/console/welcome?token=${token}`;
  } finally {
    await opened.close();
  }
}
