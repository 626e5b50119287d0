import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { judge } from '../../../../test/support/signed-requests.ts';
import type { Vector } from '../../../../test/support/signed-requests.ts';
import { instantFromMillis } from '../../../kernel/instant.ts';
import { signatureCrypto } from '../../../platform/signature-crypto.ts';
import type { Verdict } from './facts.ts';
import { mt5PasswordAnswer } from './mt5-answer.ts';

const SAMPLES = process.env['PLUMBLINE_SAMPLES'] ?? join(process.cwd(), '../shared/samples');
const FILE = join(SAMPLES, 'signature-vectors.json');

interface SampleVector {
  readonly system: string;
  readonly bodyFile?: string;
  readonly body?: string;
  readonly secret: string;
  readonly header: string;
  readonly value: string;
  readonly method?: string;
  readonly url?: string;
  readonly timestampHeader?: string;
}

/** The schemes of the vectors, and the headers beside the one that is named. */
const SAMPLE_SCHEMES: Readonly<Record<string, (vector: SampleVector) => Partial<Vector>>> = {
  'X-Crm-Signature': () => ({ verification: { scheme: 'broctagon' } }),
  'X-HubSpot-Signature (v1)': () => ({ verification: { scheme: 'hubspot-v1' } }),
  'X-HubSpot-Signature-v3': ({ timestampHeader = '' }) => ({
    verification: { scheme: 'hubspot-v3', toleranceSeconds: 300 },
    headers: { 'x-hubspot-request-timestamp': timestampHeader },
    now: instantFromMillis(Number(timestampHeader)),
  }),
  'X-WC-Webhook-Signature': () => ({ verification: { scheme: 'woocommerce' } }),
  'X-Shopify-Hmac-Sha256': () => ({ verification: { scheme: 'shopify' } }),
  'Stripe-Signature': ({ value }) => ({
    verification: { scheme: 'stripe', toleranceSeconds: 300 },
    now: instantFromMillis(Number(/t=(\d+)/.exec(value)?.[1]) * 1000),
  }),
  'x-nowpayments-sig': () => ({ verification: { scheme: 'nowpayments' } }),
  'X-Processing-Signature': () => ({ verification: { scheme: 'coinspaid' } }),
  'X-SHA2-Signature': () => ({ verification: { scheme: 'onfido' } }),
  'X-Payload-Digest (with X-Payload-Digest-Alg: HMAC_SHA256_HEX)': () => ({
    verification: { scheme: 'sumsub', allowSha1: false },
    headers: { 'x-payload-digest-alg': 'HMAC_SHA256_HEX' },
  }),
};

describe.skipIf(!existsSync(FILE))('the vectors of the samples', () => {
  const vectors = existsSync(FILE) ? (JSON.parse(readFileSync(FILE, 'utf8')) as SampleVector[]) : [];

  it.each(vectors.filter(({ system }) => system === 'mt5'))('$system $header', (sample) => {
    const { srv_rand: random } = JSON.parse(readFileSync(join(SAMPLES, sample.bodyFile ?? ''), 'utf8')) as {
      srv_rand: string;
    };
    expect(mt5PasswordAnswer(signatureCrypto, sample.secret, random)).toBe(sample.value);
  });

  it.each(vectors.filter(({ system }) => system !== 'mt5'))('$system $header', (sample) => {
    const bytes =
      sample.bodyFile === undefined
        ? Buffer.from(sample.body ?? '')
        : readFileSync(join(SAMPLES, sample.bodyFile));
    const more = SAMPLE_SCHEMES[sample.header]?.(sample);
    expect(more, sample.header).toBeDefined();
    const header = (sample.header.split(' ')[0] ?? '').toLowerCase();
    const vector = {
      name: sample.system,
      verification: { scheme: 'none' },
      ...more,
      secret: sample.secret,
      ...(sample.url === undefined ? {} : { url: sample.url }),
      headers: { ...more?.headers, [header]: sample.value },
    } as Vector;
    const judgeBody = (body: Uint8Array): Verdict => judge(vector, { request: { body } });
    expect(judgeBody(bytes)).toMatchObject({ ok: true });
    for (const place of [0, Math.floor(bytes.length / 2), bytes.length - 1]) {
      const tampered = Uint8Array.from(bytes);
      tampered[place] = (tampered[place] ?? 0) ^ 1;
      expect(judgeBody(tampered), `byte ${place}`).toMatchObject({ ok: false, reason: 'bad_signature' });
    }
  });
});
