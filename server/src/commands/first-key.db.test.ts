import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase } from '../../test/support/test-database.ts';
import type { TestDatabase } from '../../test/support/test-database.ts';
import { parseConfig } from '../platform/config.ts';
import { readLocalServer, writeLocalServer } from '../platform/local-server.ts';
import { ensureFirstKey } from './first-key.ts';

describe('ensureFirstKey', () => {
  let dataFolder = '';
  let database: TestDatabase;
  beforeEach(async () => {
    dataFolder = mkdtempSync(join(tmpdir(), 'plumbline-key-'));
    database = await createTestDatabase();
  });
  afterEach(async () => {
    await database.close();
    rmSync(dataFolder, { recursive: true, force: true });
  });

  const ensure = (more: Record<string, string> = {}) =>
    ensureFirstKey(parseConfig({ PLUMBLINE_DATA: dataFolder, ...more }, '/'), database.url);
  const keys = () =>
    database.owner<{ revoked: boolean }>('select revoked_at is not null as revoked from api_key');

  it('makes a key where there is none, shows it, and keeps it for its owner only', async () => {
    const { known, sentence } = await ensure();
    expect(sentence).toContain(known);
    expect(readLocalServer(dataFolder).key).toBe(known);
    expect(statSync(join(dataFolder, 'local-server.json')).mode & 0o777).toBe(0o600);
    expect(await keys()).toHaveLength(1);
  });

  it('shows it again as long as no start has finished, and afterwards only says where it is', async () => {
    const first = await ensure();
    expect((await ensure()).sentence).toBe(first.sentence);
    writeLocalServer(dataFolder, { ...readLocalServer(dataFolder), url: 'http://127.0.0.1:8080' });
    const later = await ensure();
    expect(later.known).toBe(first.known);
    expect(later.sentence).toBe(`in ${join(dataFolder, 'local-server.json')}`);
    expect(await keys()).toHaveLength(1);
  });

  it('takes the key of PLUMBLINE_BOOTSTRAP_KEY and does not repeat it', async () => {
    const { known, sentence } = await ensure({ PLUMBLINE_BOOTSTRAP_KEY: 'plk_0123456789abcdef' });
    expect(known).toBe('plk_0123456789abcdef');
    expect(sentence).not.toContain('plk_');
    expect(await keys()).toHaveLength(1);
  });

  it('does not make a second key on a database whose keys others hold', async () => {
    await ensure({ PLUMBLINE_BOOTSTRAP_KEY: 'plk_0123456789abcdef' });
    expect(await ensure()).toEqual({ known: undefined, sentence: 'as given out before' });
    expect(await keys()).toHaveLength(1);
  });

  it('leaves a revoked key revoked', async () => {
    await ensure();
    writeLocalServer(dataFolder, { ...readLocalServer(dataFolder), url: 'http://127.0.0.1:8080' });
    await database.owner('update api_key set revoked_at = now()');
    await ensure();
    expect((await keys()).filter((key) => !key.revoked)).toEqual([]);
  });
});
