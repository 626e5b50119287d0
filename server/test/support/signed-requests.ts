// One request per way of signing that is known, signed here; and how it is judged.
import { createHash, createHmac, createSign, generateKeyPairSync } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { FeedVerification } from '@plumbline/contract';
import { instantFromIso } from '../../src/kernel/instant.ts';
import type { Instant } from '../../src/kernel/instant.ts';
import { getValue } from '../../src/kernel/outcome.ts';
import type { OpenSecret, SignedRequest, Verdict } from '../../src/pipeline/intake/verification/facts.ts';
import { schemeOf } from '../../src/pipeline/intake/verification/schemes.ts';
import { verifyRequest } from '../../src/pipeline/intake/verification/verify-request.ts';
import { signatureCrypto } from '../../src/platform/signature-crypto.ts';

export const NOW = instantFromIso('2026-03-01T12:00:00Z');
const SECONDS = String(NOW / 1_000_000);
export const SECRET = 'a secret of the test';
const JSON_TYPE = 'application/json';
export const BODY = '{"id":"d-1","status":"confirmed","n":0.10}';

export const hmac = (algorithm: string, encoding: 'hex' | 'base64', text: string, key = SECRET): string =>
  createHmac(algorithm, key).update(text).digest(encoding);
const digest = (algorithm: string, text: string): string => createHash(algorithm).update(text).digest('hex');
const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
export const PEM = publicKey.export({ type: 'spki', format: 'pem' }) as string;
const rsa = (text: string): string => createSign('sha256').update(text).sign(privateKey, 'base64');

export interface Vector {
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

export const URL_ = 'https://hooks.example.com/hooks/crm?x=1';
const NOW_FORM =
  'transaction_id=T1&mb_amount=10.50&mb_currency=EUR&status=2&merchant_id=77&mb_transaction_id=5';
const skrill = (algorithm: string): string =>
  digest(algorithm, `77T1${digest('md5', SECRET).toUpperCase()}10.50EUR2`).toUpperCase();
const PRAXIS =
  '{"merchant_id":"m","application_key":"k","timestamp":1700000000,"customer":{"customer_token":null},"session":{"order_id":"o-1"},"transaction":{"tid":12345678901234567890,"transaction_status":"approved","currency":"USD","amount":1050,"conversion_rate":1.10,"processed_currency":"EUR","processed_amount":955}}';

export const VECTORS: readonly Vector[] = [
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
    name: 'praxis, of a session that ended without a transaction',
    verification: { scheme: 'praxis' },
    body: '{"merchant_id":"m","application_key":"k","timestamp":1700000000,"customer":{"customer_token":"c"},"session":{"order_id":"o-1"},"transaction":null}',
    headers: { 'gt-authentication': digest('sha384', `mk1700000000co-1${SECRET}`) },
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

export function judge(
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

export const proofOf = (vector: Vector): string | undefined =>
  vector.proof ?? Object.keys(vector.headers ?? {})[0];
