import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase } from '../../../test/support/test-database.ts';
import type { TestDatabase } from '../../../test/support/test-database.ts';
import { examineDatabase } from './database.views.ts';
import type { Finding } from './finding.ts';

describe('the doctor on the database', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createTestDatabase();
  });
  afterEach(() => database.close());

  const examine = async (): Promise<Map<string, Finding>> =>
    new Map((await examineDatabase(database.url)).map((finding) => [finding.subject, finding]));

  it('finds a migrated database in order, but for what tests switch off on purpose', async () => {
    const findings = await examine();
    const states = [...findings].map(([subject, { state }]) => `${subject}: ${state}`);
    expect(states).toEqual([
      'PostgreSQL: ok',
      'clock: ok',
      expect.stringMatching(/^durability: /),
      'schema: ok',
      'application role: ok',
      'journal: ok',
    ]);
  });

  it('finds a journal that the program could change, and says how to take the right back', async () => {
    await database.owner('grant update on journal to plumbline_app');
    expect((await examine()).get('journal')).toMatchObject({
      state: 'wrong',
      found: 'can be changed by plumbline_app: journal (update)',
      advice: expect.stringContaining('revoke update, delete, truncate on journal from plumbline_app'),
    });
  });

  it('finds a missing migration and names the command', async () => {
    await database.owner('drop table plumbline_migration');
    expect((await examine()).get('schema')).toMatchObject({
      state: 'wrong',
      found: expect.stringContaining('first 0001-'),
      advice: expect.stringContaining('plumbline migrate'),
    });
  });

  it('finds a migration that was changed after it was applied', async () => {
    await database.owner(`update plumbline_migration set checksum = 'other'`);
    expect((await examine()).get('schema')?.state).toBe('wrong');
  });

  it('finds switched-off durability', async () => {
    const name = new URL(database.url).pathname.slice(1);
    await database.owner(`alter database ${name} set synchronous_commit = off`);
    expect((await examine()).get('durability')).toMatchObject({
      state: 'wrong',
      found: expect.stringContaining('synchronous_commit'),
    });
  });

  it('says in one line that a database cannot be reached', async () => {
    const [finding, ...rest] = await examineDatabase('postgres://nobody:x@127.0.0.1:1/none');
    expect(finding).toMatchObject({ subject: 'PostgreSQL', state: 'wrong' });
    expect(rest).toEqual([]);
  });
});
