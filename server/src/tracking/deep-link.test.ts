import { expect, test } from 'vitest';
import { readDeepLink } from './deep-link.ts';

const LANDING = new URL('https://broker.example/open');
const ALLOWED = ['broker.example', '*.shop.example'];

const lead = (to: string, allowed: readonly string[] = ALLOWED): string => {
  const target = readDeepLink(to, LANDING, allowed);
  return target instanceof URL ? target.href : target.refused;
};

test.each([
  ['https://broker.example/de/konto?lang=de#form', 'https://broker.example/de/konto?lang=de#form'],
  ['HTTPS://BROKER.EXAMPLE', 'https://broker.example/'],
  ['https://eu.shop.example:443/x', 'https://eu.shop.example/x'],
  // What a reader could take for a user name stands behind the path here, and belongs to it.
  ['https://broker.example/a@evil.example', 'https://broker.example/a@evil.example'],
  ['https://broker.example/?next=//evil.example', 'https://broker.example/?next=//evil.example'],
  ['https://broker.example/..//evil.example', 'https://broker.example//evil.example'],
])('%s leads to %s', (to, expected) => {
  expect(lead(to)).toBe(expected);
});

test.each([
  'https://evil.example/',
  'https://broker.example.evil.example/',
  'https://evilbroker.example/',
  'https://shop.example/',
  'https://broker.example@evil.example/',
  'https://broker.example:x@evil.example/',
  'https://:@broker.example/',
  'https://evil.example\\@broker.example/',
  'https://evil.example\\.broker.example/',
  'https://broker.example\\evil.example',
  'https:\\\\evil.example',
  '//evil.example',
  '///evil.example',
  '/\\evil.example',
  '/path',
  'https:/broker.example/',
  'https:broker.example/',
  'https:///broker.example/',
  'https:////evil.example/',
  'http://broker.example/',
  'ftp://broker.example/',
  'javascript:alert(1)//broker.example/',
  'java\tscript:alert(1)',
  'data:text/html,hi',
  ' https://broker.example/',
  'https://broker.example/ ',
  'https://bro\tker.example/',
  'https://bro\nker.example/',
  'https://broker.example\u0000.evil.example/',
  'https%3A%2F%2Fbroker.example%2F',
  'https://broker.example%2f.evil.example/',
  'https://broker.example%00.evil.example/',
  'https://broker.example。evil.example/',
  'https://broker.example／.evil.example/',
  'https://brоker.example/', // a Cyrillic o
  'https://broker.example./',
  'https://broker.example:8443/',
  'https://[::1]/',
  'https://0x7f000001/',
  'https://',
  'https://?broker.example',
  'https://#broker.example',
  'https://\ud800broker.example/',
  `https://broker.example/${'x'.repeat(2000)}`,
])('%j leads nowhere', (to) => {
  expect(['not_an_address', 'host_not_allowed']).toContain(lead(to));
});

test('spellings that browsers fold into an allowed host are handed on folded', () => {
  expect(lead('https://ｂｒｏｋｅｒ.example/')).toBe('https://broker.example/');
});

test('with no hosts allowed only host and port of the landing page are', () => {
  const landing = new URL('http://127.0.0.1:8080/open');
  const to = (text: string) => {
    const target = readDeepLink(text, landing, []);
    return target instanceof URL;
  };
  expect(to('http://127.0.0.1:8080/other')).toBe(true);
  expect(['http://127.0.0.1/', 'http://127.0.0.1:8081/', 'https://127.0.0.1:8080/'].filter(to)).toEqual([]);
});
