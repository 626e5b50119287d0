import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSecrets } from './secrets.ts';

describe('openSecrets', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'plumbline-secret-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const open = (secret?: string) => openSecrets({ dataFolder: folder, secret });

  it('makes a secret once, for the owner only, and finds it again', () => {
    const first = open().keyFor('click_token');
    expect(open().keyFor('click_token')).toEqual(first);
    expect(readdirSync(folder)).toEqual(['secret']);
    expect(statSync(join(folder, 'secret')).mode & 0o777).toBe(0o600);
  });

  it('gives every purpose a key of its own, of 32 bytes, and never the secret itself', () => {
    const secrets = open();
    const keys = (['click_token', 'endpoint_secret', 'source_token', 'cursor'] as const).map((purpose) =>
      secrets.keyFor(purpose).toString('hex'),
    );
    expect(new Set([...keys, readFileSync(join(folder, 'secret'), 'utf8').trim()]).size).toBe(5);
    expect(keys.every((key) => key.length === 64)).toBe(true);
  });

  it('takes the given secret, in hex or base64, and leaves the folder alone', () => {
    const hex = 'ab'.repeat(32);
    const base64 = Buffer.from(hex, 'hex').toString('base64');
    expect(open(hex).keyFor('cursor')).toEqual(open(base64).keyFor('cursor'));
    expect(readdirSync(folder)).toEqual([]);
  });

  it('refuses a damaged file instead of making a new secret over it', () => {
    writeFileSync(join(folder, 'secret'), 'oops');
    expect(() => open()).toThrow(/damaged/);
    expect(readFileSync(join(folder, 'secret'), 'utf8')).toBe('oops');
  });
});
