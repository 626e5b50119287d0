import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi } from '../../test/support/test-api.ts';
import type { TestApi } from '../../test/support/test-api.ts';

const MAIN = join(import.meta.dirname, '../main.ts');
const run = promisify(execFile);

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
  const program = await api.call('POST', '/v1/programs', {
    body: { name: 'Feeds', vertical: 'forex', sandbox: true },
  });
  await api.call('POST', '/v1/sources', {
    body: { programId: program.body.id, slug: 'shop', preset: 'generic-s2s' },
  });
});
afterAll(() => api.close());

async function feed(...words: string[]): Promise<ReturnType<typeof JSON.parse>> {
  const { stdout } = await run(process.execPath, [
    MAIN,
    'feed',
    ...words,
    '--json',
    '--url',
    api.address,
    '--key',
    api.key,
  ]);
  return JSON.parse(stdout);
}

describe('plumbline feed', () => {
  it('makes, shows, rotates, pauses and deletes a feed', async () => {
    const made = await feed('create', 'shop', '--with', 'header=X-Signature', '--allow-ip', '203.0.113.0/24');
    expect(made).toMatchObject({
      name: 'webhook',
      verification: { scheme: 'hmac', header: 'X-Signature', algorithm: 'sha256' },
      allowIps: ['203.0.113.0/24'],
      url: `${api.address}/hooks/shop`,
    });
    expect(made.secret).toMatch(/^[\w-]{43}$/);
    const rotated = await feed('secret', 'shop', '--retire-others-at', '2026-03-02T00:00:00Z');
    const [first] = rotated.secrets;
    expect(first.retiresAt).toBe('2026-03-02T00:00:00.000Z');
    const retired = await feed('retire', 'shop', 'webhook', first.id);
    expect(retired.secrets.map((one: { active: boolean }) => one.active)).toEqual([false, true]);
    expect((await feed('pause', 'shop')).paused).toBe(true);
    expect((await feed('resume', 'shop')).paused).toBe(false);
    expect((await feed('list', 'shop')).items).toHaveLength(1);
    expect((await feed('delete', 'shop', 'webhook')).deleted).toBe(true);
  });

  it('makes a pixel of the pages that may tell, and prints what to paste', async () => {
    const made = await feed(
      'create',
      'shop',
      'pixel',
      '--origin',
      'www.broker.example',
      '--tells',
      'registration',
    );
    expect(made).toMatchObject({
      kind: 'pixel',
      url: `${api.address}/px/shop.gif`,
      settings: { pixel: { origins: ['www.broker.example'], kinds: ['registration'] } },
    });
    expect((await feed('snippet', 'shop')).script).toBe(
      `<script src="${api.address}/px/shop.js" async></script>`,
    );
  });

  it('says what to do when a feed cannot be', async () => {
    await expect(feed('create', 'shop', 'api', '--scheme', 'wynta')).rejects.toThrow(/built-in feed/);
  });
});
