import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the command line on the same machine needs to talk to the running server without options. */
export interface LocalServer {
  /** For example http://127.0.0.1:8080; absent before the first start has finished. */
  readonly url?: string;
  /** The API key of the first start; absent when the key was taken away on purpose. */
  readonly key?: string;
}

const FILE = 'local-server.json';

/** Reads the file in the data folder; an empty answer when there is none. */
export function readLocalServer(dataFolder: string): LocalServer {
  try {
    const content = JSON.parse(readFileSync(join(dataFolder, FILE), 'utf8')) as Record<string, unknown>;
    return {
      ...(typeof content['url'] === 'string' ? { url: content['url'] } : {}),
      ...(typeof content['key'] === 'string' ? { key: content['key'] } : {}),
    };
  } catch {
    return {};
  }
}

/** Writes the file whole, readable by the owner only, because it holds a key. */
export function writeLocalServer(dataFolder: string, server: LocalServer): void {
  mkdirSync(dataFolder, { recursive: true });
  const draft = join(dataFolder, `${FILE}.${process.pid}`);
  writeFileSync(draft, `${JSON.stringify(server, undefined, 2)}\n`, { mode: 0o600 });
  renameSync(draft, join(dataFolder, FILE));
}
