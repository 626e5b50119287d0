import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { MigrationRefused, migrate, pendingMigrations, requireSupportedServer } from './migrations.ts';

let folder: string;
let name: string;
let url: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plumbline-migrations-'));
  name = `plumbline_test_${randomUUID().replaceAll('-', '')}`;
  await onServer(`create database ${name}`);
  url = inDatabase(inject('postgresUrl'));
  await write('0001-first.sql', 'create table first_one (id integer);');
  await write('0002-second.sql', 'create table second_one (id integer);');
});

afterEach(async () => {
  await onServer(`drop database ${name} with (force)`);
  await rm(folder, { recursive: true });
});

function inDatabase(address: string): string {
  const changed = new URL(address);
  changed.pathname = `/${name}`;
  return changed.href;
}

async function ask<Row extends object>(statement: string, address = url): Promise<Row[]> {
  const client = new pg.Client({ connectionString: address });
  await client.connect();
  try {
    return (await client.query<Row>(statement)).rows;
  } finally {
    await client.end();
  }
}

function onServer(statement: string): Promise<object[]> {
  return ask(statement, inject('postgresUrl'));
}

function write(file: string, text: string): Promise<void> {
  return writeFile(join(folder, file), text);
}

async function refusal(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => expect.fail('it was expected to be refused'),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(MigrationRefused);
  return (error as MigrationRefused).message;
}

describe('migrate', () => {
  test('applies the files in order, once', async () => {
    expect(await pendingMigrations(url, folder)).toEqual(['0001-first.sql', '0002-second.sql']);
    expect(await migrate(url, folder)).toEqual({ applied: ['0001-first.sql', '0002-second.sql'] });
    expect(await pendingMigrations(url, folder)).toEqual([]);
    expect(await migrate(url, folder)).toEqual({ applied: [] });
    await write('0003-third.sql', 'create table third_one (id integer);');
    expect(await migrate(url, folder)).toEqual({ applied: ['0003-third.sql'] });
  });

  test('lets only one of two runners work; the other finds nothing to do', async () => {
    const [one, other] = await Promise.all([migrate(url, folder), migrate(url, folder)]);
    expect([...one.applied, ...other.applied]).toEqual(['0001-first.sql', '0002-second.sql']);
  });

  test('refuses a file that changed after it was applied, but not other line ends', async () => {
    await write('0001-first.sql', 'create table first_one (\n  id integer\n);\n');
    await migrate(url, folder);
    await write('0001-first.sql', 'create table first_one (\r\n  id integer\r\n);\r\n');
    expect(await migrate(url, folder)).toEqual({ applied: [] });
    await write('0001-first.sql', 'create table first_one (id bigint);');
    const words = await refusal(migrate(url, folder));
    expect(words).toContain('0001-first.sql was applied with other content');
    expect(await refusal(pendingMigrations(url, folder))).toBe(words);
  });

  test('refuses a database that is newer than the program', async () => {
    await migrate(url, folder);
    await rm(join(folder, '0002-second.sql'));
    expect(await refusal(migrate(url, folder))).toContain('older than its database');
  });

  test('refuses a new file below an applied one, doubled numbers and odd names', async () => {
    await rm(join(folder, '0001-first.sql'));
    await migrate(url, folder);
    await write('0001-late.sql', 'select 1;');
    expect(await refusal(migrate(url, folder))).toContain('give it the next free number');
    await write('0001-twin.sql', 'select 1;');
    expect(await refusal(migrate(url, folder))).toContain('same number');
    await rm(join(folder, '0001-twin.sql'));
    await write('3-Odd.sql', 'select 1;');
    expect(await refusal(migrate(url, folder))).toContain('NNNN-some-words.sql');
  });

  test('undoes a file that fails, keeps those before it, and says file and line', async () => {
    await write('0002-second.sql', 'create table second_one (id integer);\nselect nonsense;');
    const words = await refusal(migrate(url, folder));
    expect(words).toContain('0002-second.sql failed at line 2');
    expect(words).toContain('nonsense');
    expect(
      await ask(`select to_regclass('first_one') is not null as one, to_regclass('second_one') as two`),
    ).toEqual([{ one: true, two: null }]);
    await write('0002-second.sql', 'create table second_one (id integer);');
    expect(await migrate(url, folder)).toEqual({ applied: ['0002-second.sql'] });
  });

  test('undoes a file when it cannot be recorded as applied', async () => {
    await write(
      '0003-third.sql',
      `create table third_one (id integer); insert into plumbline_migration values ('0003-third.sql', 'forged');`,
    );
    expect(await refusal(migrate(url, folder))).toContain('0003-third.sql failed');
    expect(await pendingMigrations(url, folder)).toEqual(['0003-third.sql']);
    expect(await ask(`select to_regclass('third_one') as third`)).toEqual([{ third: null }]);
  });

  test('runs a file outside a transaction when its first line asks for it', async () => {
    await write(
      '0003-index.sql',
      '-- no-transaction\n-- Indexes are built while others write; so they cannot be built in a transaction.\n' +
        'create index concurrently one_id on first_one (id);\ncreate index concurrently two_id on second_one (id);\n',
    );
    expect((await migrate(url, folder)).applied).toContain('0003-index.sql');
    expect(
      await ask(`select indexname from pg_indexes where schemaname = 'public' and indexname like '%\\_id'`),
    ).toHaveLength(2);
  });

  test('leaves its own table to itself, whatever a file grants', async () => {
    await write(
      '0003-grants.sql',
      'grant select, insert, update on all tables in schema public to plumbline_app;',
    );
    await migrate(url, folder);
    expect(
      await ask(`select has_table_privilege('plumbline_app', 'plumbline_migration', 'insert') as may`),
    ).toEqual([{ may: false }]);
  });

  test('tells which statement the administrator must run when the user may not set up the role', async () => {
    const user = `limited_${name.slice(-8)}`;
    await onServer(`create role ${user} login password 'only for this test'`);
    await onServer(`alter database ${name} owner to ${user}`);
    const limited = new URL(url);
    limited.username = user;
    limited.password = 'only for this test';
    expect(await refusal(migrate(limited.href, folder))).toContain(`grant plumbline_app to "${user}";`);
    await onServer(`grant plumbline_app to ${user}`);
    expect((await migrate(limited.href, folder)).applied).toHaveLength(2);
    await onServer(`drop database ${name} with (force)`);
    await onServer(`drop role ${user}`);
    await onServer(`create database ${name}`);
  });

  test('refuses a server older than 15', () => {
    expect(() => requireSupportedServer(140_012)).toThrow('version 14; Plumbline needs 15 or newer');
    expect(() => requireSupportedServer(150_000)).not.toThrow();
    expect(() => requireSupportedServer(Number.NaN)).toThrow(MigrationRefused);
  });
});

describe('the migrations of the program', () => {
  test('begin each with a note that says what the file is for', async () => {
    for (const file of await pendingMigrations(url)) {
      const text = await readFile(new URL(`../../migrations/${file}`, import.meta.url), 'utf8');
      expect(text).toMatch(/^-- \S/);
    }
  });
});
