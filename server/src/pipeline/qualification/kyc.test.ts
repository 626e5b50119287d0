import { describe, expect, test } from 'vitest';
import { kycFact, placed, second } from '../../../test/support/evidence.ts';
import { findKycAt, findPassedFrom, judgeKyc, listKycSpans } from './kyc.ts';

const told = (seconds: number, status: 'pending' | 'passed' | 'failed') =>
  placed({ kind: 'kyc_status', at: second(seconds), id: `${seconds}${status}`, kyc: { status } });

describe('the KYC history', () => {
  test('joins what sources told with what was written by API, by time', () => {
    const spans = listKycSpans(
      [kycFact('f', second(20), 'passed')],
      [told(30, 'failed'), told(10, 'pending')],
    );
    expect(spans.map((span) => span.status)).toEqual(['pending', 'passed', 'failed']);
    expect([5, 10, 19, 20, 30].map((seconds) => findKycAt(spans, second(seconds)))).toEqual([
      undefined,
      'pending',
      'pending',
      'passed',
      'failed',
    ]);
  });

  test('of two statuses at one instant the stricter counts, whichever is heard first', () => {
    const statuses = (
      facts: Parameters<typeof listKycSpans>[0],
      events: Parameters<typeof listKycSpans>[1],
    ): string[] => listKycSpans(facts, events).map((span) => span.status);
    expect(statuses([kycFact('b', second(10), 'passed'), kycFact('a', second(10), 'failed')], [])).toEqual([
      'failed',
    ]);
    expect(statuses([kycFact('a', second(10), 'failed'), kycFact('b', second(10), 'passed')], [])).toEqual([
      'failed',
    ]);
    expect(statuses([kycFact('a', second(10), 'passed')], [told(10, 'pending')])).toEqual(['pending']);
  });

  test('a customer who was pending again after passing is released for what came before', () => {
    const spans = listKycSpans([], [told(0, 'pending'), told(10, 'passed'), told(20, 'pending')]);
    expect(judgeKyc(spans, second(5))).toBe('open');
    expect(judgeKyc(spans, second(25))).toBe('held');
  });

  test('the instant of passing is the asked one when the customer has passed by then', () => {
    const spans = listKycSpans([], [told(0, 'pending'), told(10, 'passed')]);
    expect(findPassedFrom(spans, second(15))).toBe(second(15));
    expect(findPassedFrom(spans, second(5))).toBe(second(10));
    expect(findPassedFrom(spans.slice(0, 1), second(5))).toBeUndefined();
  });

  test('who had failed then stays at zero for it, also after passing later', () => {
    const spans = listKycSpans([], [told(0, 'failed'), told(10, 'passed')]);
    expect(judgeKyc(spans, second(5))).toBe('closed');
    expect(judgeKyc(spans, second(10))).toBe('open');
  });

  test('who is pending twice in a row has not passed', () => {
    const spans = listKycSpans([], [told(0, 'pending'), told(10, 'pending')]);
    expect(judgeKyc(spans, second(5))).toBe('held');
    expect(findPassedFrom(spans, second(5))).toBeUndefined();
  });

  test('the instant of passing is one after the asked one, not an earlier one that was lost since', () => {
    const spans = listKycSpans(
      [],
      [told(0, 'passed'), told(10, 'failed'), told(20, 'pending'), told(30, 'passed')],
    );
    expect(findPassedFrom(spans, second(12))).toBe(second(30));
  });

  test('only rows that tell of KYC change it', () => {
    const other = placed({ kind: 'deposit', at: second(5), id: 'd', kyc: { status: 'failed' } });
    expect(listKycSpans([], [other, told(0, 'passed')]).map(({ status }) => status)).toEqual(['passed']);
  });
});
