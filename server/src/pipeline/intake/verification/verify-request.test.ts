import { createHash, createHmac, createSign, generateKeyPairSync } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { FeedVerification } from '@plumbline/contract';
import { describe, expect, it } from 'vitest';
import { instantFromIso, instantFromMillis } from '../../../kernel/instant.ts';
import type { Instant } from '../../../kernel/instant.ts';
import { getValue } from '../../../kernel/outcome.ts';
import { signatureCrypto } from '../../../platform/signature-crypto.ts';
import type { OpenSecret, SignedRequest, Verdict } from './facts.ts';
import { mt5PasswordAnswer } from './mt5-answer.ts';
import { schemeOf } from './schemes.ts';
import { coversQuery, verifyRequest } from './verify-request.ts';

const NOW = instantFromIso('2026-03-01T12:00:00Z');
const SECONDS = String(NOW / 1_000_000);
const SECRET = 'a secret of the test';
const JSON_TYPE = 'application/json';
const BODY = '{"id":"d-1","status":"confirmed","n":0.10}';

const hmac = (algorithm: string, encoding: 'hex' | 'base64', text: string, key = SECRET): string =>
  createHmac(algorithm, key).update(text).digest(encoding);
const digest = (algorithm: string, text: string): string => createHash(algorithm).update(text).digest('hex');
const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const PEM = publicKey.export({ type: 'spki', format: 'pem' }) as string;
const rsa = (text: string): string => createSign('sha256').update(text).sign(privateKey, 'base64');

interface Vector {
  readonly name: string;
  readonly verification: FeedVerification;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly contentType?: string;
  readonly secret?: string;
  readonly url?: string;
  readonly now?: Instant;
  /** What carries the proof: a header, or none when it stands in the body. */
  readonly proof?: string;
  /** The bytes are signed; false for tokens. */
  readonly signsBody?: boolean;
}

const URL_ = 'https://hooks.example.com/hooks/crm?x=1';
const NOW_FORM =
  'transaction_id=T1&mb_amount=10.50&mb_currency=EUR&status=2&merchant_id=77&mb_transaction_id=5';
const skrill = (algorithm: string): string =>
  digest(algorithm, `77T1${digest('md5', SECRET).toUpperCase()}10.50EUR2`).toUpperCase();
const PRAXIS =
  '{"merchant_id":"m","application_key":"k","timestamp":1700000000,"customer":{"customer_token":null},"session":{"order_id":"o-1"},"transaction":{"tid":12345678901234567890,"transaction_status":"approved","currency":"USD","amount":1050,"conversion_rate":1.10,"processed_currency":"EUR","processed_amount":955}}';

const VECTORS: readonly Vector[] = [
  {
    name: 'stripe, also among several signatures',
    verification: { scheme: 'stripe', toleranceSeconds: 300 },
    headers: {
      'stripe-signature': `t=${SECONDS},v0=aa,v1=00ff,v1=${hmac('sha256', 'hex', `${SECONDS}.${BODY}`)}`,
    },
  },
  {
    name: 'woocommerce',
    verification: { scheme: 'woocommerce' },
    headers: { 'x-wc-webhook-signature': hmac('sha256', 'base64', BODY) },
  },
  {
    name: 'shopify webhooks',
    verification: { scheme: 'shopify' },
    headers: { 'x-shopify-hmac-sha256': hmac('sha256', 'base64', BODY) },
  },
  {
    name: 'shopify events',
    verification: { scheme: 'shopify' },
    headers: { 'shopify-hmac-sha256': hmac('sha256', 'base64', BODY) },
  },
  {
    name: 'hubspot v1',
    verification: { scheme: 'hubspot-v1' },
    headers: { 'x-hubspot-signature': digest('sha256', SECRET + BODY) },
  },
  {
    name: 'hubspot v2',
    verification: { scheme: 'hubspot-v2' },
    headers: {
      'x-hubspot-signature': digest('sha256', `${SECRET}POST${URL_}${BODY}`),
      'x-hubspot-signature-version': 'v2',
    },
    proof: 'x-hubspot-signature',
  },
  {
    name: 'hubspot v3',
    verification: { scheme: 'hubspot-v3', toleranceSeconds: 300 },
    headers: {
      'x-hubspot-signature-v3': hmac('sha256', 'base64', `POST${URL_}${BODY}${NOW / 1000}`),
      'x-hubspot-request-timestamp': String(NOW / 1000),
    },
    proof: 'x-hubspot-signature-v3',
  },
  {
    name: 'hubspot v3, whose address is signed decoded',
    verification: { scheme: 'hubspot-v3', toleranceSeconds: 300 },
    url: 'https://hooks.example.com/hooks/crm?a=%40b',
    headers: {
      'x-hubspot-signature-v3': hmac(
        'sha256',
        'base64',
        `POSThttps://hooks.example.com/hooks/crm?a=@b${BODY}${NOW / 1000}`,
      ),
      'x-hubspot-request-timestamp': String(NOW / 1000),
    },
    proof: 'x-hubspot-signature-v3',
  },
  {
    name: 'paypal',
    verification: { scheme: 'paypal', webhookId: 'WH-1' },
    secret: PEM,
    headers: {
      'paypal-transmission-id': 't-1',
      'paypal-transmission-time': '2026-03-01T12:00:00Z',
      'paypal-auth-algo': 'SHA256withRSA',
      'paypal-transmission-sig': rsa(`t-1|2026-03-01T12:00:00Z|WH-1|${crc32(BODY)}`),
    },
    proof: 'paypal-transmission-sig',
  },
  {
    name: 'wise',
    verification: { scheme: 'wise' },
    secret: PEM,
    headers: { 'x-signature-sha256': rsa(BODY) },
  },
  {
    name: 'coinspaid',
    verification: { scheme: 'coinspaid', processingKey: 'pk' },
    headers: { 'x-processing-signature': hmac('sha512', 'hex', BODY), 'x-processing-key': 'pk' },
    proof: 'x-processing-signature',
  },
  {
    name: 'nowpayments, with decimals, long numbers and nested keys out of order',
    verification: { scheme: 'nowpayments' },
    body: '{ "status": "FINISHED", "id": 12345678901234567890, "a": {"z": 0.10, "b": [ {"d":1,"c":2} ]} }',
    headers: {
      'x-nowpayments-sig': hmac(
        'sha512',
        'hex',
        '{"a":{"b":[{"c":2,"d":1}],"z":0.10},"id":12345678901234567890,"status":"FINISHED"}',
      ),
    },
  },
  {
    name: 'nowpayments, with text that was escaped on the way',
    verification: { scheme: 'nowpayments' },
    body: String.raw`{"status":"a\/b\u00e9","id":1}`,
    headers: { 'x-nowpayments-sig': hmac('sha512', 'hex', '{"id":1,"status":"a/bé"}') },
  },
  {
    name: 'praxis, whose numbers keep their text and whose null is nothing',
    verification: { scheme: 'praxis' },
    body: PRAXIS,
    headers: {
      'gt-authentication': digest('sha384', `mk1700000000o-112345678901234567890USD10501.10EUR955${SECRET}`),
    },
  },
  {
    name: 'skrill with md5sig',
    verification: { scheme: 'skrill', signature: 'md5sig' },
    body: `${NOW_FORM}&md5sig=${skrill('md5')}`,
    contentType: 'application/x-www-form-urlencoded',
  },
  {
    name: 'skrill with sha2sig',
    verification: { scheme: 'skrill', signature: 'sha2sig' },
    body: `${NOW_FORM}&md5sig=x&sha2sig=${skrill('sha256')}`,
    contentType: 'application/x-www-form-urlencoded',
  },
  {
    name: 'sumsub with SHA-512',
    verification: { scheme: 'sumsub', allowSha1: false },
    headers: {
      'x-payload-digest': hmac('sha512', 'hex', BODY),
      'x-payload-digest-alg': 'HMAC_SHA512_HEX',
    },
    proof: 'x-payload-digest',
  },
  {
    name: 'sumsub with SHA-1, where it is allowed',
    verification: { scheme: 'sumsub', allowSha1: true },
    headers: { 'x-payload-digest': hmac('sha1', 'hex', BODY), 'x-payload-digest-alg': 'HMAC_SHA1_HEX' },
    proof: 'x-payload-digest',
  },
  {
    name: 'onfido',
    verification: { scheme: 'onfido' },
    headers: { 'x-sha2-signature': hmac('sha256', 'hex', BODY) },
  },
  {
    name: 'veriff',
    verification: { scheme: 'veriff', client: 'c-1' },
    headers: { 'x-hmac-signature': hmac('sha256', 'hex', BODY), 'x-auth-client': 'c-1' },
    proof: 'x-hmac-signature',
  },
  {
    name: 'veriff legacy',
    verification: { scheme: 'veriff-legacy' },
    headers: { 'x-signature': digest('sha256', BODY + SECRET) },
  },
  {
    name: 'broctagon',
    verification: { scheme: 'broctagon' },
    headers: { 'x-crm-signature': hmac('sha256', 'hex', BODY) },
  },
  {
    name: 'broctagon with a prefix',
    verification: { scheme: 'broctagon' },
    headers: { 'x-crm-signature': `sha256=${hmac('sha256', 'hex', BODY)}` },
  },
  {
    name: 'tradrapi',
    verification: { scheme: 'tradrapi' },
    headers: { 'x-webhook-secret': digest('sha1', SECRET) },
    signsBody: false,
  },
  {
    name: 'affiliate control',
    verification: { scheme: 'affiliate-control', username: 'ac' },
    headers: { authorization: `Basic ${Buffer.from(`ac:${SECRET}`).toString('base64')}` },
    signsBody: false,
  },
  {
    name: 'wynta',
    verification: { scheme: 'wynta' },
    secret: 'token-1',
    headers: { authorization: 'Bearer token-1' },
    signsBody: false,
  },
  {
    name: 'unibo',
    verification: { scheme: 'unibo' },
    headers: { 'x-api-key': SECRET },
    signsBody: false,
  },
  {
    name: 'standard webhooks',
    verification: { scheme: 'standard-webhooks', toleranceSeconds: 300 },
    secret: `whsec_${Buffer.from('k'.repeat(24)).toString('base64')}`,
    headers: {
      'webhook-id': 'msg-1',
      'webhook-timestamp': SECONDS,
      'webhook-signature': `v1,AAAA v1,${hmac('sha256', 'base64', `msg-1.${SECONDS}.${BODY}`, 'k'.repeat(24))}`,
    },
    proof: 'webhook-signature',
  },
  {
    name: 'general HMAC over method, address, time, nonce and body',
    verification: {
      scheme: 'hmac',
      algorithm: 'sha384',
      secretEncoding: 'hex',
      header: 'X-Sig',
      prefix: 'v=',
      encoding: 'base64',
      signed: '{method} {path}\n{timestamp}:{nonce}:{body}',
      timestamp: { header: 'X-Time', unit: 'iso', toleranceSeconds: 60 },
      nonce: { header: 'X-Nonce' },
    },
    secret: Buffer.from(SECRET).toString('hex'),
    headers: {
      'x-time': '2026-03-01T12:00:30Z',
      'x-nonce': 'n1',
      'x-sig': `v=${hmac('sha384', 'base64', `POST /hooks/crm\n2026-03-01T12:00:30Z:n1:${BODY}`)}`,
    },
    proof: 'x-sig',
  },
  {
    name: 'general RSA',
    verification: {
      scheme: 'rsa',
      algorithm: 'sha256',
      encoding: 'base64',
      header: 'X-Sig',
      signed: '{body}',
    },
    secret: PEM,
    headers: { 'x-sig': rsa(BODY) },
  },
  {
    name: 'a key in a header',
    verification: { scheme: 'header', header: 'X-Key' },
    headers: { 'x-key': SECRET },
    signsBody: false,
  },
];

function requestOf(vector: Vector): SignedRequest {
  return {
    method: 'POST',
    url: vector.url ?? URL_,
    headers: vector.headers ?? {},
    contentType: vector.contentType ?? JSON_TYPE,
    body: Buffer.from(vector.body ?? BODY),
  };
}

function judge(
  vector: Vector,
  change: { request?: Partial<SignedRequest>; secrets?: readonly OpenSecret[]; now?: Instant } = {},
): Verdict {
  return verifyRequest({
    scheme: getValue(schemeOf(vector.verification)),
    secrets: change.secrets ?? [{ text: vector.secret ?? SECRET, retiresAt: null }],
    request: { ...requestOf(vector), ...change.request },
    now: change.now ?? vector.now ?? NOW,
    crypto: signatureCrypto,
  });
}

const proofOf = (vector: Vector): string | undefined => vector.proof ?? Object.keys(vector.headers ?? {})[0];

describe.each(VECTORS)('$name', (vector) => {
  it('is accepted as it is', () => {
    expect(judge(vector)).toMatchObject({ ok: true });
  });

  it('is refused with another secret', () => {
    const other = vector.secret === PEM ? OTHER_PEM : 'another secret';
    expect(judge(vector, { secrets: [{ text: other, retiresAt: null }] })).toMatchObject({
      ok: false,
      reason:
        vector.signsBody === false && vector.verification.scheme !== 'tradrapi'
          ? 'bad_token'
          : 'bad_signature',
    });
  });

  it('is refused without its proof', () => {
    const proof = proofOf(vector);
    const body = Buffer.from((vector.body ?? BODY).replace(/&(md5sig|sha2sig)=[^&]*/g, ''));
    const headers = Object.fromEntries(
      Object.entries(vector.headers ?? {}).filter(([name]) => name !== proof),
    );
    expect(judge(vector, { request: { headers, body } })).toMatchObject({
      ok: false,
      reason: 'signature_missing',
    });
  });

  it('is accepted with either of two secrets in force, and a retired one is named', () => {
    const own = vector.secret ?? SECRET;
    const next = { text: vector.secret === PEM ? OTHER_PEM : 'the next one', retiresAt: null };
    const later = instantFromIso('2026-03-01T12:00:01Z');
    expect(judge(vector, { secrets: [next, { text: own, retiresAt: later }] }).ok).toBe(true);
    expect(judge(vector, { secrets: [next, { text: own, retiresAt: NOW }] })).toMatchObject({
      ok: false,
      reason: 'secret_retired',
    });
    expect(judge(vector, { secrets: [] }).ok).toBe(false);
  });

  it.skipIf(vector.signsBody === false)('is refused when one byte of what is signed differs', () => {
    const body = Buffer.from((vector.body ?? BODY).replace(/1/, '2'));
    expect(judge(vector, { request: { body } })).toMatchObject({ ok: false, reason: 'bad_signature' });
  });

  it('is refused when its proof is shorter, longer or no signature at all', () => {
    const proof = proofOf(vector);
    if (proof === undefined) return;
    const value = vector.headers?.[proof] ?? '';
    for (const wrong of [value.slice(0, -6), `${value}00`, 'zz', `${value}\u00e9`]) {
      const verdict = judge(vector, { request: { headers: { ...vector.headers, [proof]: wrong } } });
      expect(verdict, wrong).toMatchObject({ ok: false });
    }
  });
});

const OTHER_PEM = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({
  type: 'spki',
  format: 'pem',
}) as string;

describe('the signed time', () => {
  const timed = VECTORS.filter(
    ({ verification }) => 'toleranceSeconds' in verification || 'timestamp' in verification,
  );

  it.each(timed)('of $name may not be old, nor far ahead', (vector) => {
    const at = (seconds: number): Instant => instantFromMillis(NOW / 1000 + seconds * 1000);
    for (const seconds of [400, -400])
      expect(judge(vector, { now: at(seconds) })).toMatchObject({ ok: false, reason: 'stale_timestamp' });
    expect(judge(vector, { now: at(30) }).ok).toBe(true);
  });
});

describe('an algorithm that the sender names', () => {
  const sumsub = VECTORS.find(({ name }) => name === 'sumsub with SHA-512') as Vector;

  it.each(['HMAC_SHA1_HEX', 'HMAC_MD5_HEX', 'toString', ''])('is refused when it is %j', (name) => {
    const headers = { ...sumsub.headers, 'x-payload-digest-alg': name };
    expect(judge(sumsub, { request: { headers } })).toMatchObject({
      ok: false,
      reason: 'unknown_algorithm',
    });
  });

  it('is refused when PayPal names another one', () => {
    const paypal = VECTORS.find(({ name }) => name === 'paypal') as Vector;
    const headers = { ...paypal.headers, 'paypal-auth-algo': 'SHA1withRSA' };
    expect(judge(paypal, { request: { headers } })).toMatchObject({ reason: 'unknown_algorithm' });
  });
});

describe('what signs the address', () => {
  const verification = {
    scheme: 'hmac',
    algorithm: 'sha256',
    secretEncoding: 'utf8',
    encoding: 'hex',
    header: 'X-Sig',
    signed: '{query}',
  } as const;
  const vector: Vector = {
    name: 'query',
    verification,
    body: '',
    headers: { 'x-sig': hmac('sha256', 'hex', 'x=1') },
  };

  it('proves requests without a body, and none with one', () => {
    expect(judge(vector)).toEqual({ ok: true });
    expect(judge({ ...vector, body: BODY })).toMatchObject({ ok: false, reason: 'bad_signature' });
    expect(judge({ ...vector, url: `${URL_}2` })).toMatchObject({ ok: false, reason: 'bad_signature' });
  });

  it('signs single parameters as fields', () => {
    const fields: Vector = {
      ...vector,
      verification: { ...verification, signed: '{field:x}:{field:y}' },
      url: `${URL_}&y=%202`,
      headers: { 'x-sig': hmac('sha256', 'hex', '1: 2') },
    };
    expect(judge(fields)).toEqual({ ok: true });
    expect(judge({ ...fields, url: URL_ })).toMatchObject({ ok: false, reason: 'bad_signature' });
  });

  it.each([
    [true, 'a token', { scheme: 'bearer' }, BODY],
    [true, 'the address is signed', { scheme: 'hubspot-v2' }, BODY],
    [false, 'only the body is signed', { scheme: 'onfido' }, BODY],
    [false, 'only the body is signed and there is none', { scheme: 'onfido' }, ''],
    [false, 'fields of the body are signed', { scheme: 'praxis' }, BODY],
  ] as const)('is believed: %s, where %s', (believed, _why, one, body) => {
    expect(coversQuery(getValue(schemeOf(one)), Buffer.from(body))).toBe(believed);
  });
});

describe('what names a delivery', () => {
  it.each([
    ['coinspaid', '["d-1","confirmed"]'],
    ['skrill with md5sig', '["5","2"]'],
    [
      'praxis, whose numbers keep their text and whose null is nothing',
      '["12345678901234567890","approved"]',
    ],
    ['general HMAC over method, address, time, nonce and body', 'n1'],
    ['standard webhooks', 'msg-1'],
  ])('of %s is %s', (name, id) => {
    expect(judge(VECTORS.find((vector) => vector.name === name) as Vector)).toEqual({
      ok: true,
      deliveryId: id,
    });
  });
});

describe('a general scheme', () => {
  it.each([
    ['signs nothing of the body', { signed: '{timestamp}', timestamp: { header: 'T' } }],
    ['carries a time that it does not sign', { timestamp: { header: 'T' } }],
    ['signs a nonce that no header carries', { signed: '{nonce}{body}' }],
    ['names an unknown place', { signed: '{everything}' }],
    ['puts the secret into the text of an HMAC', { signed: '{secret}{body}' }],
  ])('that %s is refused', (_name, more) => {
    const verification = {
      scheme: 'hmac',
      algorithm: 'sha256',
      secretEncoding: 'utf8',
      encoding: 'hex',
      header: 'X',
      signed: '{body}',
      ...more,
    } as FeedVerification;
    expect(schemeOf(verification)).toMatchObject({ ok: false, reason: 'bad_value' });
  });
});

describe('the answer to MT5', () => {
  it('is the one that was computed by hand', () => {
    expect(mt5PasswordAnswer(signatureCrypto, 'Pässword1', '00ff10')).toBe(
      digestBytes(
        Buffer.concat([
          digestOf(Buffer.concat([digestOf(Buffer.from('Pässword1', 'utf16le')), Buffer.from('WebAPI')])),
          Buffer.from('00ff10', 'hex'),
        ]),
      ),
    );
  });
});

const digestOf = (bytes: Uint8Array): Buffer => createHash('md5').update(bytes).digest();
const digestBytes = (bytes: Uint8Array): string => digestOf(bytes).toString('hex');

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
