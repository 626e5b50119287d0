// One source per preset with a postback address and a signed webhook, and one for events in our own shape.
import type { TestApi } from '../support/test-api.ts';
import { listSeededPresets } from './seeds.ts';
import type { SeededPreset } from './seeds.ts';

export const HOOK_SECRET = 'fuzz-secret-of-the-webhook';

export interface Target extends SeededPreset {
  readonly slug: string;
  /** Path and query of its postback address. */
  readonly postback: string;
  /** The feed that its files come by; absent: the one that needs no row. */
  readonly fileFeed?: string;
}

export interface Scene {
  readonly programId: string;
  readonly targets: readonly Target[];
  /** Those whose mapping reads files. */
  readonly fileTargets: readonly Target[];
}

/** The source whose mapping is put anew by mutated documents. */
export const MAPPED_SLUG = 'fz-mapped';

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
    await make(api, `/v1/sources/${slug}/feeds`, {
      name: 'pixel',
      kind: 'pixel',
      verification: { scheme: 'none' },
      settings: {
        pixel: { origins: ['www.broker.example'], perMinute: 10_000, kinds: ['registration', 'deposit'] },
      },
    });
    targets.push({
      ...preset,
      slug,
      postback: new URL(source.postbackUrl).pathname + new URL(source.postbackUrl).search,
      ...(preset.name === 'player-activity-csv' ? { fileFeed: 'import' } : {}),
    });
  }
  await make(api, '/v1/sources', { programId, slug: MAPPED_SLUG, preset: 'generic-s2s', registrar: true });
  const fileTargets = [
    ...targets.filter(({ name }) => TABLES.includes(name)),
    await makeOwn(api, programId, 'ledger', { mapping: LEDGER, body: LEDGER_FILE }),
    await makeOwn(api, programId, 'lines', { mapping: LINES, body: LINES_FILE }),
    ...targets.filter(({ name }) => name === 'canonical').map((one) => ({ ...one, seeds: [OWN_SHAPE] })),
  ];
  return { programId, targets, fileTargets };
}

/** Presets that read tables. */
const TABLES = ['mt4', 'player-activity-csv'];

const DEPOSIT = {
  kind: { const: 'deposit' },
  recordType: { const: 'deposit' },
  externalId: 'id',
  identifiers: [{ namespace: { const: 'customer' }, value: 'player' }],
  amount: 'amount',
  currency: { const: 'EUR' },
};
const LEDGER = {
  language: 1,
  name: 'ledger of a cashier',
  format: 'csv',
  csv: { totals: ['total'] },
  rules: [
    {
      name: 'deposit',
      event: {
        ...DEPOSIT,
        occurredAt: { path: 'time', format: { pattern: 'D.M.YYYY H:mm' }, zone: { const: 'Europe/Berlin' } },
      },
      revisionOrder: { kind: 'arrival' },
    },
  ],
};
const LEDGER_FILE = [
  'id,player,time,amount,password,note',
  ...Array.from(
    { length: 12 },
    (_, at) => `a${at},p${at % 4},${1 + at}.3.2026 9:30,${at}.50,hunter2,"said ""hello"", left"`,
  ),
].join('\n');
const LINES = {
  language: 1,
  name: 'lines of a cashier',
  format: 'jsonl',
  rules: [
    {
      name: 'deposit',
      event: { ...DEPOSIT, occurredAt: { path: 'time', format: 'iso' } },
      revisionOrder: { kind: 'arrival' },
    },
  ],
};
const LINES_FILE = Array.from({ length: 12 }, (_, at) =>
  JSON.stringify({
    id: `l${at}`,
    player: `p${at}`,
    time: '2026-03-01T10:00:00Z',
    amount: `${at}.25`,
    cvv: '123',
  }),
).join('\n');
const OWN_SHAPE = {
  contentType: 'application/x-ndjson',
  body: Array.from({ length: 6 }, (_, at) =>
    JSON.stringify({
      kind: 'registration',
      externalId: `own-${at}`,
      occurredAt: '2026-01-05T10:00:00Z',
      identifiers: [{ namespace: 'customer', value: `c${at}` }],
    }),
  ).join('\n'),
};

async function makeOwn(
  api: TestApi,
  programId: string,
  name: string,
  { mapping, body }: { mapping: object; body: string },
): Promise<Target> {
  const slug = `fz-${name}`;
  const made = await make(api, '/v1/sources', { programId, slug, preset: 'generic-s2s', mapping });
  const url = new URL(made.postbackUrl);
  return {
    name,
    slug,
    settings: {},
    document: JSON.stringify(mapping),
    seeds: [{ body, contentType: 'text/csv' }],
    postback: url.pathname + url.search,
  };
}

async function make(api: TestApi, path: string, body: unknown) {
  const answer = await api.call('POST', path, { body });
  if (answer.status >= 300) throw new Error(`POST ${path}: ${answer.status} ${answer.text.slice(0, 600)}`);
  return answer.body;
}
