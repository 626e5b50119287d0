import { generateKeyPairSync } from 'node:crypto';
import type { FeedVerification } from '@plumbline/contract';
import { describe, expect, it } from 'vitest';
import {
  BODY,
  judge,
  NOW,
  PEM,
  proofOf,
  SECRET,
  hmac,
  URL_,
  VECTORS,
} from '../../../../test/support/signed-requests.ts';
import type { Vector } from '../../../../test/support/signed-requests.ts';
import { instantFromIso, instantFromMillis } from '../../../kernel/instant.ts';
import type { Instant } from '../../../kernel/instant.ts';
import { getValue } from '../../../kernel/outcome.ts';
import { schemeOf } from './schemes.ts';
import { coversQuery } from './verify-request.ts';

const OTHER_PEM = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({
  type: 'spki',
  format: 'pem',
}) as string;

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

describe('what is refused says what is wrong at whose end', () => {
  const stripe = VECTORS[0] as Vector;

  it('a feed that has no secret yet', () => {
    expect(judge(stripe, { secrets: [] })).toMatchObject({
      reason: 'bad_signature',
      detail: expect.stringMatching(/no secret yet/),
    });
  });

  it('a header that is there and holds no signature', () => {
    expect(judge(stripe, { request: { headers: { 'stripe-signature': 'garbage' } } })).toMatchObject({
      reason: 'signature_missing',
      detail: expect.stringMatching(/holds no v1=/),
    });
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
