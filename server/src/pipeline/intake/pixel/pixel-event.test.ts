import { expect, test } from 'vitest';
import { allowedOrigin, markPixel, pixelQuery, toldPairs } from './pixel-event.ts';
import { createRateLimit } from './rate-limit.ts';

test.each([
  [{ origin: 'https://shop.example' }, ['shop.example'], 'https://shop.example'],
  [{ origin: 'https://shop.example' }, ['https://shop.example'], 'https://shop.example'],
  [{ referer: 'https://shop.example/a?b' }, ['shop.example'], 'https://shop.example'],
  [{ origin: 'null', referer: 'https://shop.example/' }, ['shop.example'], 'https://shop.example'],
  [{ origin: 'http://shop.example:8080' }, ['shop.example:8080'], 'http://shop.example:8080'],
  [{ origin: 'https://a.b.shop.example' }, ['*.shop.example'], 'https://a.b.shop.example'],
  [{ origin: 'http://shop.example' }, ['https://shop.example'], undefined],
  [{ origin: 'https://shop.example.evil.example' }, ['shop.example'], undefined],
  [{ origin: 'https://evilshop.example' }, ['*.shop.example', 'shop.example'], undefined],
  [{ origin: 'https://evil.example', referer: 'https://shop.example/' }, ['shop.example'], undefined],
  [{ origin: 'file:///shop.example' }, ['shop.example'], undefined],
  [{}, ['shop.example'], undefined],
  [{ origin: 'https://shop.example' }, [], undefined],
])('%j among %j is %s', (headers, allowed, expected) => {
  expect(allowedOrigin(headers, allowed)).toBe(expected);
});

test("a page cannot say what is the door's to say", () => {
  const query = pixelQuery('event=deposit&px_kinds=deposit&PX_origin=x', {
    kinds: ['registration'],
    origin: 'https://a',
  });
  const pairs = [...new URLSearchParams(query)];
  expect(pairs).toEqual([
    ['event', 'deposit'],
    ['px_kinds', 'registration'],
    ['px_origin', 'https://a'],
  ]);
  expect(toldPairs(pairs)).toEqual([['event', 'deposit']]);
});

test('what is no event passes unmarked', () => {
  const item = { outcome: 'quarantined', path: '$', reason: 'bad_format', detail: 'x' } as const;
  const mapped = { outcome: 'items', items: [item], unknownFields: 0 } as never;
  expect(markPixel(mapped, [['px_kinds', 'registration']])).toMatchObject({ items: [item] });
});

test('an address has its share of each minute, and a crowd of new ones shares one', () => {
  const limit = createRateLimit(2);
  const take = (address: string, at: number) => limit.take(address, at, 2);
  expect([take('a', 0), take('a', 1), take('a', 59_999), take('a', 60_000)]).toEqual([
    true,
    true,
    false,
    true,
  ]);
  expect([take('b', 60_000), take('c', 60_000), take('d', 60_000), take('e', 60_000)]).toEqual([
    true,
    true,
    true,
    false,
  ]);
});
