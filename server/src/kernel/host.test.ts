import { expect, test } from 'vitest';
import { isAllowedHost, parseAllowedHost } from './host.ts';

test.each([
  ['broker.example', 'broker.example'],
  ['Broker.EXAMPLE', 'broker.example'],
  ['*.broker.example', '*.broker.example'],
  ['bröker.example', 'xn--brker-kua.example'],
  ['localhost', 'localhost'],
])('%s is a host and is written %s', (text, expected) => {
  expect(parseAllowedHost(text)).toBe(expected);
});

test.each([
  '',
  '*',
  '*.',
  '*.com',
  'https://broker.example',
  'broker.example:8443',
  'broker.example/path',
  'user@broker.example',
  'broker.example\\evil',
  'a b.example',
  '127.0.0.1',
  '0x7f.1',
  '[::1]',
  'br%6fker.example',
  'broker..example',
  'b*.example',
])('%s is no host that could be allowed', (text) => {
  expect(parseAllowedHost(text)).toBeUndefined();
});

test('a star stands for labels in front and never for none, and nothing else matches', () => {
  const allowed = ['broker.example', '*.shop.example'];
  expect(
    ['broker.example', 'a.shop.example', 'a.b.shop.example'].every((host) => isAllowedHost(host, allowed)),
  ).toBe(true);
  expect(
    [
      'shop.example',
      '.shop.example',
      'evilshop.example',
      'a.broker.example',
      'broker.example.evil',
      '',
    ].filter((host) => isAllowedHost(host, allowed)),
  ).toEqual([]);
});
