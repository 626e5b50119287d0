// One source per preset with a postback address and a signed webhook, and one for events in our own shape.
import type { TestApi } from '../support/test-api.ts';
import { listSeededPresets } from './seeds.ts';
import type { SeededPreset } from './seeds.ts';

export const HOOK_SECRET = 'fuzz-secret-of-the-webhook';

export interface Target extends SeededPreset {
  readonly slug: string;
  /** Path and query of its postback address. */
  readonly postback: string;
}

export interface Scene {
  readonly programId: string;
  readonly targets: readonly Target[];
}

export async function buildScene(api: TestApi): Promise<Scene> {
  const programId: string = (await make(api, '/v1/programs', { name: 'Fuzz', vertical: 'forex' })).id;
  await make(api, '/v1/partners', { programId, name: 'Ann' });
  const targets: Target[] = [];
  for (const preset of listSeededPresets()) {
    const slug = `fz-${preset.name}`;
    const source = await make(api, '/v1/sources', {
      programId,
      slug,
      preset: preset.name,
      registrar: true,
      settings: preset.settings,
    });
    if (preset.name !== 'canonical')
      await make(api, `/v1/sources/${slug}/feeds`, {
        name: 'webhook',
        kind: 'webhook',
        verification: { scheme: 'hmac', header: 'X-Signature' },
        secret: HOOK_SECRET,
      });
    targets.push({
      ...preset,
      slug,
      postback: new URL(source.postbackUrl).pathname + new URL(source.postbackUrl).search,
    });
  }
  return { programId, targets };
}

async function make(api: TestApi, path: string, body: unknown) {
  const answer = await api.call('POST', path, { body });
  if (answer.status >= 300) throw new Error(`POST ${path}: ${answer.status} ${answer.text.slice(0, 600)}`);
  return answer.body;
}
