import { describe, expect, it } from 'vitest';
import { addressOf, ProblemError } from '../../api/client.ts';
import { shouldRetry } from '../../api/query-client.ts';
import { countByDisposition } from './deliveries/count-dispositions.ts';
import { differencesOf } from './events/differences.ts';
import { gistOf } from './events/gist.ts';
import { placeAfterSignIn } from './sign-in/place-after-sign-in.ts';

describe('placeAfterSignIn', () => {
  it.each([
    ['/console/events?state=parked', '/events?state=parked'],
    ['/deliveries', '/deliveries'],
    [undefined, '/'],
    ['//evil.example', '/'],
    ['/\\evil.example', '/'],
    ['https://evil.example/console', '/'],
    ['/console/sign-in?next=/x', '/'],
    ['/consolefoo', '/consolefoo'],
  ])('asked for %s goes to %s', (next, place) => {
    expect(placeAfterSignIn(next)).toBe(place);
  });
});

describe('differencesOf', () => {
  it('names each leaf that changed, came or went', () => {
    const before = { amount: '100', kyc: { status: 'pending' }, identifiers: [{ value: '7' }], gone: 1 };
    const after = {
      amount: '120',
      kyc: { status: 'pending' },
      identifiers: [{ value: '7' }, { value: '8' }],
    };
    expect(differencesOf(before, after)).toEqual([
      { path: 'amount', before: '100', after: '120' },
      { path: 'identifiers[1]', before: undefined, after: { value: '8' } },
      { path: 'gone', before: 1, after: undefined },
    ]);
  });

  it('finds nothing between equal contents', () => {
    expect(differencesOf({ a: [1, { b: null }] }, { a: [1, { b: null }] })).toEqual([]);
  });
});

describe('gistOf', () => {
  it.each([
    [
      { amount: '120', currency: 'USD', identifiers: [{ namespace: 'customer', value: '77' }] },
      '120 USD · customer 77',
    ],
    [{ execution: { side: 'buy', lots: '1.5', symbol: 'EURUSD', entry: 'in' } }, 'buy 1.5 EURUSD (in)'],
    [{ kyc: { status: 'failed' } }, 'failed'],
    [{}, ''],
  ])('says %j as %s', (content, gist) => {
    expect(gistOf(content)).toBe(gist);
  });
});

describe('countByDisposition', () => {
  it('puts first what needs a person', () => {
    const items = ['accepted', 'ignored', 'quarantined', 'accepted'].map((disposition) => ({ disposition }));
    expect(countByDisposition(items)).toEqual([
      ['quarantined', 1],
      ['accepted', 2],
      ['ignored', 1],
    ]);
  });
});

describe('calls', () => {
  it('leaves out what is not set, and encodes what is', () => {
    expect(addressOf('/v1/events', { q: 'a&b', state: undefined, source: '', limit: 50 })).toBe(
      '/v1/events?q=a%26b&limit=50',
    );
  });

  it('tries again what may pass by itself, and nothing else', () => {
    const problem = (status: number): ProblemError =>
      new ProblemError({ status, code: 'x', title: 'x', detail: 'x' });
    expect([
      shouldRetry(0, problem(0)),
      shouldRetry(0, problem(503)),
      shouldRetry(3, problem(503)),
      shouldRetry(0, problem(404)),
      shouldRetry(0, new Error('a bug')),
    ]).toEqual([true, true, false, false, false]);
  });
});
