import { expect, test } from 'vitest';
import { listDoubts } from './doubts.ts';

const mappingOf = (event: object): object => ({ language: 1, rules: [{ name: 'all', event }] });

test('tells a misspelt meaning with its place and the likely one', () => {
  const status = { path: 'state', map: { Booked: 'approvd', Bounced: 'declined' } };
  expect(listDoubts(mappingOf({ status }))).toEqual([
    {
      path: '$.rules[0].event.status.map.Booked',
      problem: '"approvd" is no meaning of status, so rows with "Booked" are quarantined',
      remedy: 'did you mean "approved"? write approved, pending or declined',
    },
  ]);
});

test('tells a meaning of KYC that is none, and asks of a strange one what it is', () => {
  const kyc = { path: 'state', map: { GREEN: 'passed', RED: 'approved', GREY: '?' } };
  expect(listDoubts(mappingOf({ kyc })).map(({ remedy }) => remedy)).toEqual([
    'write pending, passed or failed',
    'write pending, passed or failed',
  ]);
});

test.each([
  ['meanings that are ones', mappingOf({ status: { path: 's', map: { a: 'pending' } } })],
  ['tables of something else', mappingOf({ kind: { path: 's', map: { a: 'deposit' } } })],
  ['what is no mapping', 'approvd'],
])('says nothing of %s', (_what, document) => {
  expect(listDoubts(document)).toEqual([]);
});
