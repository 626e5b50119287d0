import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { columnTypes } from '../../src/platform/db-types.ts';
import { createDb } from '../../src/platform/db.ts';
import type { Db } from '../../src/platform/db.ts';

/** A database of a test's own. */
export interface TestDatabase {
  readonly url: string;
  /** As the program sees it: the application role, the fence up, one lane per transaction. */
  readonly db: Db;
  /** A statement as the owner, past the fence and the grants: for looking at what is there and for tampering. */
  owner<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Closes `db` and drops the database, even when other connections are still open. */
  close(): Promise<void>;
  /** Closes `db` and leaves the database as it is, to be cloned by others until it is dropped. */
  leave(): Promise<{ readonly name: string; drop(): Promise<void> }>;
}

/** How a test database differs from the usual one. */
export interface TestDatabaseOptions {
  /** 1 by default, so that whatever relies on two lanes being in one transaction fails; 1024 as on one machine. */
  readonly lanesPerTransaction?: number;
  /** False leaves out the row-level security of the lane fence, as in production; true by default. */
  readonly fence?: boolean;
  /** The most connections of `db`; 4 by default. */
  readonly max?: number;
  /** The database to clone, one that was left; the migrated template by default. */
  readonly from?: string;
}

/** Clones the migrated template under a random name. Call it once per test file, or per test, and close it. */
export async function createTestDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const serverUrl = inject('postgresUrl');
  const template = options.from ?? inject(options.fence === false ? 'openTemplateName' : 'templateName');
  const name = `plumbline_test_${randomUUID().replaceAll('-', '')}`;
  await onServer(serverUrl, `create database ${name} template ${template}`);

  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  const owner = new pg.Pool({ connectionString: url.href, max: 2, types: columnTypes });
  owner.on('error', () => undefined);
  const db = createDb({
    url: url.href,
    lanesPerTransaction: options.lanesPerTransaction ?? 1,
    max: options.max ?? 4,
    applicationName: 'plumbline test',
  });
  const disconnect = async (): Promise<void> => {
    await db.close();
    await owner.end();
  };
  const drop = (): Promise<void> => onServer(serverUrl, `drop database ${name} with (force)`);
  return {
    url: url.href,
    db,
    async owner<Row extends object>(text: string, values?: readonly unknown[]) {
      return (await owner.query(text, values as unknown[] | undefined)).rows as Row[];
    },
    async close() {
      await disconnect();
      await drop();
    },
    async leave() {
      await disconnect();
      return { name, drop };
    },
  };
}

async function onServer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
