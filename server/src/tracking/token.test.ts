import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { formatClickId, formatLinkToken, readClickId, readLinkToken } from './token.ts';

const macOf = (key: string) => (bytes: Uint8Array) => createHmac('sha256', key).update(bytes).digest();
const mac = macOf('one');
const link = {
  linkId: '0198f3a0-0000-7000-8000-000000000001',
  partnerId: '0198f3a0-0000-7000-8000-0000000000ff',
};
const random = new Uint8Array([1, 2, 3, 4, 5, 6]);

describe('tokens', () => {
  test('a link token says its link and partner again', () => {
    const token = formatLinkToken(link, mac);
    expect(token).toMatch(/^[A-Za-z0-9_-]{58}$/);
    expect(readLinkToken(token, mac)).toEqual(link);
  });

  test.each([0, 1, 4_294_967_296, 1_772_366_400_123, 2 ** 48 - 1])(
    'a click id says its time again: %d ms',
    (atMillis) => {
      const id = formatClickId({ ...link, atMillis, country: '' }, random, mac);
      expect(id).toMatch(/^[A-Za-z0-9_-]{76}$/);
      expect(readClickId(id, mac)).toEqual({ ...link, atMillis, country: '' });
    },
  );

  test('a click id says its country again, and refuses what is none', () => {
    const click = { ...link, atMillis: 5 };
    expect(readClickId(formatClickId({ ...click, country: 'DE' }, random, mac), mac)?.country).toBe('DE');
    expect(() => formatClickId({ ...click, country: 'de' }, random, mac)).toThrow(RangeError);
  });

  test('a click id of the first kind, without a country, is still read', () => {
    const old = Buffer.concat([
      Buffer.from([2]),
      Buffer.from(link.linkId.replaceAll('-', ''), 'hex'),
      Buffer.from(link.partnerId.replaceAll('-', ''), 'hex'),
      Buffer.from([0, 0, 0, 0, 0, 9]),
      Buffer.from('AB345678'),
    ]);
    const id = Buffer.concat([old, mac(old).subarray(0, 10)]).toString('base64url');
    expect(readClickId(id, mac)).toEqual({ ...link, atMillis: 9, country: '' });
  });

  test('two clicks of one instant differ', () => {
    const click = { ...link, atMillis: 5, country: 'DE' };
    expect(formatClickId(click, random, mac)).not.toBe(formatClickId(click, new Uint8Array(6), mac));
  });

  test('every changed character is noticed, in any place', () => {
    for (const [text, read] of [
      [formatLinkToken(link, mac), readLinkToken],
      [formatClickId({ ...link, atMillis: 77, country: 'GB' }, random, mac), readClickId],
    ] as const) {
      for (let i = 0; i < text.length; i += 1) {
        const changed = `${text.slice(0, i)}${text[i] === 'A' ? 'B' : 'A'}${text.slice(i + 1)}`;
        expect(read(changed, mac), `character ${i}`).toBeUndefined();
      }
    }
  });

  test('refuses another key, the other kind, other lengths and other alphabets', () => {
    const token = formatLinkToken(link, mac);
    const click = formatClickId({ ...link, atMillis: 1, country: '' }, random, mac);
    expect(readLinkToken(token, macOf('two'))).toBeUndefined();
    expect([readLinkToken(click, mac), readClickId(token, mac)]).toEqual([undefined, undefined]);
    for (const text of ['', 'x', `${token}A`, token.slice(1), ` ${token.slice(1)}`, token.replace(/.$/, '=')])
      expect(readLinkToken(text, mac)).toBeUndefined();
  });

  test('the unused last bits have one spelling', () => {
    const token = formatLinkToken(link, mac);
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const last = alphabet.indexOf(token.at(-1) ?? '');
    const sibling = token.slice(0, -1) + alphabet.charAt(last ^ 1);
    expect(readLinkToken(sibling, mac)).toBeUndefined();
  });
});
