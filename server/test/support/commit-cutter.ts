// A way to the database that is cut at a commit: what a lost connection looks like to whoever waits for the answer.
import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';

export type CutAt =
  /** The commit never reaches the database. */
  | 'before'
  /** The database commits, and its answer is lost. */
  | 'after';

export interface CommitCutter {
  /** The address of the database over this way. */
  readonly url: string;
  /** Cuts the next commits, so many times. */
  cut(at: CutAt, times?: number): void;
  /** Commits that were cut so far. */
  readonly cuts: number;
  close(): Promise<void>;
}

/** `commit` as a simple query, the way the pool sends it: with what was gathered before it, in one write. */
const COMMIT = Buffer.from('Q\0\0\0\u000bcommit\0', 'latin1');
/** A group commit in one message begins with the settings of its transaction, and is committed by the sync at its end. */
const BIND = 0x42;
const CHUNK = Buffer.from('intake_insert_chunk', 'latin1');

function commits(bytes: Buffer): boolean {
  return bytes.includes(COMMIT) || (bytes[0] === BIND && bytes.includes(CHUNK));
}

export async function startCommitCutter(databaseUrl: string): Promise<CommitCutter> {
  const target = new URL(databaseUrl);
  const open = new Set<Socket>();
  let planned: CutAt[] = [];
  let cuts = 0;
  const server = createServer((client) => {
    const database = connect(Number(target.port), target.hostname);
    let isLost = false;
    for (const socket of [client, database]) {
      open.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => open.delete(socket));
    }
    client.on('data', (bytes) => {
      const at = commits(bytes) ? planned.shift() : undefined;
      if (at === undefined) return void database.write(bytes);
      cuts += 1;
      if (at === 'before') {
        client.destroy();
        return void database.destroy();
      }
      isLost = true;
      database.write(bytes);
    });
    database.on('data', (bytes) => {
      if (!isLost) return void client.write(bytes);
      // What comes now answers the commit or what was sent before it; it is done when the server is ready and idle.
      if (!bytes.includes(IDLE)) return;
      client.destroy();
      database.destroy();
    });
    client.on('close', () => database.destroy());
    database.on('close', () => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the way has no port');
  const url = new URL(databaseUrl);
  url.hostname = '127.0.0.1';
  url.port = String(address.port);
  return {
    url: url.href,
    cut: (at, times = 1) => void (planned = Array.from({ length: times }, () => at)),
    get cuts() {
      return cuts;
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of open) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

/** ReadyForQuery, outside of a transaction. */
const IDLE = Buffer.from('Z\0\0\0\u0005I', 'latin1');
