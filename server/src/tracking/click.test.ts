import { expect, test } from 'vitest';
import { shortenIp } from '../kernel/ip.ts';
import { originOf, storableText, subsOf } from './click.ts';

test.each([
  ['203.0.113.77', '203.0.113.0/24'],
  ['::ffff:203.0.113.77', '203.0.113.0/24'],
  ['2001:db8:85a3::8a2e:370:7334', '2001:db8:85a3::/48'],
  ['2001:0db8:0000:1:2:3:4:5', '2001:db8:0::/48'],
  ['::1', '0:0:0::/48'],
  ['fe80::1%eth0', 'fe80:0:0::/48'],
  ['nonsense', ''],
  ['1:2:3', ''],
])('the network of %s is %s', (address, expected) => {
  expect(shortenIp(address)).toBe(expected);
});

test('keeps ten sub-ids and nothing else of the query', () => {
  expect(subsOf({ sub1: 'a', sub10: 'b', sub11: 'c', sub2: ['x', 'y'], sub3: '', email: 'a@b.c' })).toEqual({
    sub1: 'a',
    sub10: 'b',
  });
});

test('text that cannot be stored is cut down to what can', () => {
  expect(storableText('a\0b\ud800c', 10)).toBe('ab\ufffdc');
  expect(storableText('x'.repeat(600))).toHaveLength(500);
});

test.each([
  ['https://blog.example/post?id=1&mail=a@b.c#x', 'https://blog.example'],
  ['HTTP://Blog.Example:8080/', 'http://blog.example:8080'],
  ['https://user:pw@blog.example/', ''],
  ['android-app://com.example', ''],
  ['', ''],
])('of the referrer %s is kept %j', (referrer, origin) => {
  expect(originOf(referrer)).toBe(origin);
});
